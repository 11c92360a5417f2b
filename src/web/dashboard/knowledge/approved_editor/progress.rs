//! How far an approved answer has come, and what can become of it next.

use crate::audit::Actor;
use crate::db::Db;
use crate::knowledge::approved::{self, Approved, Version};
use crate::knowledge::diff::{Line, diff};
use crate::knowledge::review::{self, Problem};
use crate::web::dashboard::knowledge::approved_id;
use crate::web::dashboard::knowledge::course::{NotTaken, StepRow};
use crate::web::dashboard::knowledge::versions::{VersionRow, written};
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{name_among, people_and_keys};
use crate::web::view::markdown;

/// How far an answer has come.
pub(super) struct Progress {
    pub answer: Approved,
    pub author: String,
    pub body: Html,
    pub steps: Vec<StepRow>,
    pub versions: Vec<VersionRow>,
    /// Against what is published; `None`: nothing is, or this is.
    pub changes: Option<Vec<Line>>,
    pub hindrance: Option<Problem>,
    pub remark: Field,
}

impl Progress {
    /// The number of the newest version.
    pub(super) fn head(&self) -> u32 {
        self.answer.course.head
    }

    pub(super) fn is_own(&self) -> bool {
        self.hindrance == Some(Problem::Own)
    }
}

/// Whether somebody else must approve, and how far an answer that exists has come.
pub(super) async fn progress(
    desk: &Desk,
    id: Option<&str>,
    not_taken: &NotTaken,
) -> Result<(bool, Option<Progress>), Error> {
    let (id, me) = (id.map(approved_id).transpose()?, me(desk));
    let remark = not_taken.remark_field();
    desk.run_in(move |app, workspace| {
        let needs_review = review::is_needed(&workspace.db, app.eyes(workspace)?)?;
        let Some(id) = id else {
            return Ok((needs_review, None));
        };
        let (answer, people) = (approved::get(&workspace.db, &id)?, people_and_keys(app)?);
        let name = |actor: &Actor| name_among(&people, &actor.to_string());
        let steps = approved::steps(&workspace.db, &id)?;
        let versions = approved::versions(&workspace.db, &id)?;
        let progress = Progress {
            author: name(&answer.author),
            body: markdown::html(&answer.wording.text),
            versions: VersionRow::of_answer(&answer.course, &versions, name),
            changes: changes(&workspace.db, &answer, &versions)?,
            steps: StepRow::all(&steps, name),
            hindrance: answer.hinders(&me, needs_review),
            remark,
            answer,
        };
        Ok((needs_review, Some(progress)))
    })
    .await
}

fn changes(db: &Db, answer: &Approved, all: &[Version]) -> Result<Option<Vec<Line>>, Error> {
    let is_live = |version: &&Version| {
        answer.course.live == Some(version.number) && answer.course.head != version.number
    };
    let Some(live) = all.iter().find(is_live) else {
        return Ok(None);
    };
    let (before, after) = (written(db, &live.wording)?, written(db, &answer.wording)?);
    Ok(Some(diff(&before, &after)))
}

fn me(desk: &Desk) -> Actor {
    Actor::Staff(desk.who.id().clone())
}
