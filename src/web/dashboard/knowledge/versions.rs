//! Versions of an article: what changed in each, and going back to one.

use super::document_id;
use crate::audit::Actor;
use crate::knowledge::article::{self, Version, Whole};
use crate::knowledge::diff::{Line, diff};
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{Named, name_among, people};

/// A version in a list.
pub(super) struct VersionRow {
    pub number: u32,
    pub author: String,
    pub saved: jiff::Timestamp,
    pub is_live: bool,
    pub is_head: bool,
}

impl VersionRow {
    pub(super) fn all(whole: &Whole, name: &impl Fn(&Actor) -> String) -> Vec<Self> {
        let row = |version: &Version| Self {
            number: version.number,
            author: name(&version.author),
            saved: version.saved,
            is_live: whole.article.course.live == Some(version.number),
            is_head: whole.article.course.head == version.number,
        };
        whole.versions.iter().map(row).collect()
    }
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/version.html",
    config = "assets/askama.toml"
)]
struct VersionPage {
    frame: Frame,
    id: String,
    title: String,
    version: VersionRow,
    /// The version that it is compared with; `None`: it is the first.
    against: Option<u32>,
    others: Vec<u32>,
    /// What else changed: name, before, after.
    facts: Vec<(&'static str, String, String)>,
    lines: Vec<Line>,
    markdown: String,
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
    let (id, number, with) = (document_id(&path.1)?, path.2, query.with);
    let frame = desk.frame(Place::Knowledge);
    let page = desk
        .run_in(move |app, workspace| {
            version_page(
                &article::get(&workspace.db, &id)?,
                &people(app)?,
                number,
                with,
                frame,
            )
        })
        .await?;
    Ok(render(&page))
}

fn version_page(
    whole: &Whole,
    people: &Named,
    number: u32,
    with: Option<u32>,
    frame: Frame,
) -> Result<VersionPage, Error> {
    let version = whole.version(number).ok_or_else(Error::not_found)?;
    let against = with.or_else(|| (number > 1).then(|| number - 1));
    let other = match against {
        Some(other) => Some(whole.version(other).ok_or_else(Error::not_found)?),
        None => None,
    };
    let name = |actor: &Actor| name_among(people, &actor.to_string());
    let row = VersionRow::all(whole, &name)
        .into_iter()
        .find(|row| row.number == number)
        .ok_or_else(Error::not_found)?;
    let before = other.map_or("", |other| other.content.markdown.as_str());
    let numbers = whole.versions.iter().map(|version| version.number);
    Ok(VersionPage {
        frame,
        id: whole.article.id.to_string(),
        title: version.content.title.clone(),
        version: row,
        against,
        others: numbers.filter(|other| *other != number).collect(),
        facts: other.map_or_else(Vec::new, |other| facts(other, version)),
        lines: diff(before, &version.content.markdown),
        markdown: version.content.markdown.clone(),
    })
}

fn facts(before: &Version, after: &Version) -> Vec<(&'static str, String, String)> {
    let moment = |at: Option<jiff::Timestamp>| {
        at.map_or_else(
            || "–".to_owned(),
            |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        )
    };
    let (old, new) = (&before.content, &after.content);
    let all = [
        ("Title", old.title.clone(), new.title.clone()),
        (
            "Label",
            old.visibility.label.to_string(),
            new.visibility.label.to_string(),
        ),
        (
            "Takes effect",
            moment(old.visibility.effective),
            moment(new.visibility.effective),
        ),
        (
            "Expires",
            moment(old.visibility.expires),
            moment(new.visibility.expires),
        ),
    ];
    all.into_iter()
        .filter(|(_, before, after)| before != after)
        .collect()
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
    Ok(done(
        &place,
        if is_new {
            Notice::RolledBack
        } else {
            Notice::NothingChanged
        },
    ))
}

impl VersionPage {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a template gives references"
    )]
    fn is_against(&self, number: &u32) -> bool {
        self.against.as_ref() == Some(number)
    }
}
