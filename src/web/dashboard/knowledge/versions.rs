//! Versions of an article or of an approved answer: what changed in each, and going back to one.

use jiff::Timestamp;

use super::{approved_id, document_id};
use crate::audit::Actor;
use crate::db::Db;
use crate::knowledge;
use crate::knowledge::approved::{self, Wording};
use crate::knowledge::article::{self, Whole};
use crate::knowledge::diff::{Line, diff};
use crate::knowledge::review::course::Course;
use crate::search::{During, Visibility};
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{name_among, people_and_keys};

/// What changed: name, before, after.
type Fact = (&'static str, String, String);

/// A version in a list.
pub(super) struct VersionRow {
    pub number: u32,
    pub author: String,
    pub saved: Timestamp,
    pub is_live: bool,
    pub is_head: bool,
}

impl VersionRow {
    pub(super) fn of_article(whole: &Whole, name: impl Fn(&Actor) -> String) -> Vec<Self> {
        let all = whole.versions.iter();
        let all = all.map(|version| (version.number, &version.author, version.saved));
        Self::all(&whole.article.course, all, name)
    }

    pub(super) fn of_answer(
        course: &Course,
        versions: &[approved::Version],
        name: impl Fn(&Actor) -> String,
    ) -> Vec<Self> {
        let all = versions.iter();
        let all = all.map(|version| (version.number, &version.author, version.saved));
        Self::all(course, all, name)
    }

    fn all<'a>(
        course: &Course,
        versions: impl Iterator<Item = (u32, &'a Actor, Timestamp)>,
        name: impl Fn(&Actor) -> String,
    ) -> Vec<Self> {
        let row = |(number, author, saved): (u32, &Actor, Timestamp)| Self {
            number,
            author: name(author),
            saved,
            is_live: course.live == Some(number),
            is_head: course.head == number,
        };
        versions.map(row).collect()
    }
}

/// What can be compared of a version.
struct Compared {
    title: String,
    visibility: Visibility,
    text: String,
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/version.html",
    config = "assets/askama.toml"
)]
struct VersionPage {
    frame: Frame,
    back: String,
    title: String,
    /// Where one goes back to this version, for those who may.
    restore: Option<String>,
    version: VersionRow,
    /// The version that it is compared with; `None`: it is the first.
    against: Option<u32>,
    others: Vec<u32>,
    /// What else changed: name, before, after.
    facts: Vec<Fact>,
    lines: Vec<Line>,
    text: String,
}

#[derive(Deserialize)]
pub(in crate::web) struct VersionQuery {
    with: Option<u32>,
}

/// `GET /dashboard/w/{workspace}/articles/{id}/versions/{number}`
pub(in crate::web) async fn show(
    desk: Desk,
    path: Path<(String, String, u32)>,
    query: Query<VersionQuery>,
) -> PageResult {
    let (id, chosen) = (document_id(&path.1)?, (path.2, query.with));
    let back = desk.at(&format!("/articles/{id}"));
    let (frame, may_restore) = (
        desk.frame(Place::Knowledge),
        desk.may(Permission::WriteArticles),
    );
    let page = desk
        .run_in(move |app, workspace| {
            let (whole, people) = (article::get(&workspace.db, &id)?, people_and_keys(app)?);
            let name = |actor: &Actor| name_among(&people, &actor.to_string());
            let find = |number| {
                let version = article::version(&workspace.db, &id, number)?;
                Ok::<_, Error>(Compared {
                    title: version.content.title,
                    visibility: version.content.visibility,
                    text: version.content.markdown,
                })
            };
            let rows = VersionRow::of_article(&whole, name);
            let page = version_page(frame, back, rows, find, chosen)?;
            Ok(page.restorable(may_restore))
        })
        .await?;
    Ok(render(&page))
}

/// `GET /dashboard/w/{workspace}/approved/{id}/versions/{number}`
pub(in crate::web) async fn show_approved(
    desk: Desk,
    path: Path<(String, String, u32)>,
    query: Query<VersionQuery>,
) -> PageResult {
    let (id, chosen) = (approved_id(&path.1)?, (path.2, query.with));
    let back = desk.at(&format!("/approved/{id}"));
    let (frame, may_restore) = (
        desk.frame(Place::Approved),
        desk.may(Permission::ManageApproved),
    );
    let page = desk
        .run_in(move |app, workspace| {
            let db = &workspace.db;
            let (course, people) = (approved::get(db, &id)?.course, people_and_keys(app)?);
            let versions = approved::versions(db, &id)?;
            let name = |actor: &Actor| name_among(&people, &actor.to_string());
            let find = |number| {
                let found = versions.iter().find(|version| version.number == number);
                let version = found.ok_or_else(Error::not_found)?;
                let question = version.wording.phrasings.first();
                Ok::<_, Error>(Compared {
                    title: question.cloned().unwrap_or_default(),
                    visibility: given(version.wording.during),
                    text: written(db, &version.wording)?,
                })
            };
            let rows = VersionRow::of_answer(&course, &versions, name);
            let page = version_page(frame, back, rows, find, chosen)?;
            Ok(page.restorable(may_restore))
        })
        .await?;
    Ok(render(&page))
}

/// An approved answer has no label: it is for everybody.
fn given(during: During) -> Visibility {
    Visibility {
        during,
        ..Visibility::default()
    }
}

/// All that an approved answer says, as one text.
pub(super) fn written(db: &Db, wording: &Wording) -> Result<String, Error> {
    let phrasings = wording.phrasings.iter();
    let mut parts: Vec<String> = phrasings
        .map(|phrasing| format!("Question: {phrasing}\n"))
        .collect();
    parts.push(format!("\n{}\n\n", wording.text));
    for cited in &wording.citations {
        let path = knowledge::find_path(db, &cited.document)?;
        let path = path.as_deref().unwrap_or("a document that is gone");
        parts.push(format!("Source: {path} {}\n", cited.quote));
    }
    Ok(parts.concat())
}

/// `number`: the version that is looked at; `with`: the one that it is compared with, if not with the one before it.
fn version_page(
    frame: Frame,
    back: String,
    rows: Vec<VersionRow>,
    find: impl Fn(u32) -> Result<Compared, Error>,
    (number, with): (u32, Option<u32>),
) -> Result<VersionPage, Error> {
    let version = find(number)?;
    let against = with.or_else(|| (number > 1).then(|| number - 1));
    let other = against.map(find).transpose()?;
    let others = rows.iter().map(|row| row.number);
    let others = others.filter(|other| *other != number).collect();
    let row = rows.into_iter().find(|row| row.number == number);
    Ok(VersionPage {
        frame,
        back,
        title: version.title.clone(),
        restore: None,
        version: row.ok_or_else(Error::not_found)?,
        against,
        others,
        facts: other
            .as_ref()
            .map_or_else(Vec::new, |other| facts(other, &version)),
        lines: diff(
            other.as_ref().map_or("", |other| &other.text),
            &version.text,
        ),
        text: version.text,
    })
}

fn facts(before: &Compared, after: &Compared) -> Vec<Fact> {
    let title = ("Title", before.title.clone(), after.title.clone());
    let mut all: Vec<Fact> = vec![title];
    all.extend(shown_otherwise(&before.visibility, &after.visibility));
    all.retain(|(_, before, after)| before != after);
    all
}

/// What is shown otherwise: name, before, after.
fn shown_otherwise(before: &Visibility, after: &Visibility) -> [Fact; 3] {
    let moment = |at: Option<Timestamp>| {
        at.map_or_else(
            || "–".to_owned(),
            |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        )
    };
    let (old, new) = (before.during, after.during);
    [
        ("Label", before.label.to_string(), after.label.to_string()),
        ("Takes effect", moment(old.effective), moment(new.effective)),
        ("Expires", moment(old.expires), moment(new.expires)),
    ]
}

/// `POST /dashboard/w/{workspace}/articles/{id}/versions/{number}/restore`
pub(in crate::web) async fn restore(desk: Desk, path: Path<(String, String, u32)>) -> PageResult {
    let (id, to, change) = (document_id(&path.1)?, path.2, desk.change());
    let place = desk.at(&format!("/articles/{id}"));
    let is_new = desk
        .run_in(move |_, workspace| {
            let before = article::get(&workspace.db, &id)?.article.course.head;
            Ok(article::roll_back(&workspace.db, &id, to, &change)? != before)
        })
        .await?;
    Ok(done(&place, rolled_back(is_new)))
}

/// What is said then.
pub(super) const fn rolled_back(is_new: bool) -> Notice {
    if is_new {
        Notice::RolledBack
    } else {
        Notice::NothingChanged
    }
}

impl VersionPage {
    /// With the way back to this version, for those who may take it.
    fn restorable(mut self, by_them: bool) -> Self {
        if by_them && !self.version.is_head {
            let number = self.version.number;
            self.restore = Some(format!("{}/versions/{number}/restore", self.back));
        }
        self
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a template gives references"
    )]
    fn is_against(&self, number: &u32) -> bool {
        self.against.as_ref() == Some(number)
    }
}
