//! How far an approved answer has come, and what can become of it next.

use super::approved_id;
use crate::audit::Actor;
use crate::knowledge::approved::{self, Approved, BadWording, State};
use crate::knowledge::review;
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{name_among, people};
use crate::web::view::markdown;

/// How far an answer has come.
pub(super) struct Progress {
    pub answer: Approved,
    pub author: String,
    pub body: Html,
    pub steps: Vec<StepRow>,
    pub hindrance: Option<BadWording>,
    pub remark: Field,
}

pub(super) struct StepRow {
    pub what: &'static str,
    pub version: u32,
    pub who: String,
    pub at: jiff::Timestamp,
    pub remark: String,
}

impl Progress {
    pub(super) fn is_in_review(&self) -> bool {
        self.answer.state == State::InReview
    }

    pub(super) fn can_be_submitted(&self) -> bool {
        matches!(self.answer.state, State::Draft | State::Withdrawn)
    }

    pub(super) fn is_own(&self) -> bool {
        self.hindrance == Some(BadWording::Own)
    }
}

/// Whether somebody else must approve, and how far an answer that exists has come.
pub(super) async fn progress(
    desk: &Desk,
    id: Option<&str>,
    remark_error: &str,
) -> Result<(bool, Option<Progress>), Error> {
    let (id, me) = (id.map(approved_id).transpose()?, me(desk));
    let remark = Field::area("remark", "What should change?", 3)
        .error(remark_error)
        .at_most(approved::MAX_REMARK_CHARS)
        .optional();
    desk.run_in(move |app, workspace| {
        let needs_review = review::is_needed(&workspace.db, app.eyes(workspace)?)?;
        let Some(id) = id else {
            return Ok((needs_review, None));
        };
        let (answer, people) = (approved::get(&workspace.db, &id)?, people(app)?);
        let name = |actor: &Actor| name_among(&people, &actor.to_string());
        let steps = approved::steps(&workspace.db, &id)?;
        let steps = steps.into_iter().map(|step| StepRow {
            what: match step.what.as_str() {
                "submitted" => "submitted for review",
                "returned" => "given back",
                "published" => "published",
                _ => "withdrawn",
            },
            version: step.version,
            who: name(&step.actor),
            at: step.at,
            remark: step.remark,
        });
        let progress = Progress {
            author: name(&answer.author),
            body: markdown::html(&answer.wording.text),
            steps: steps.collect(),
            hindrance: answer.hinders(&me, needs_review),
            remark,
            answer,
        };
        Ok((needs_review, Some(progress)))
    })
    .await
}

fn me(desk: &Desk) -> Actor {
    Actor::Staff(desk.who.id().clone())
}
