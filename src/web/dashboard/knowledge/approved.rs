//! Approved answers: the list, and what is done with one beside writing it.

use super::approved_editor::{shown, shown_as_it_was};
use super::approved_id;
use super::course::{self, Outcome, SeenForm};
use super::versions::rolled_back;
use crate::clock::Moment;
use crate::db::Db;
use crate::id::ApprovedId;
use crate::knowledge;
use crate::knowledge::approved::{self, Approved};
use crate::knowledge::catalogue::Standing;
use crate::parser::{self, MediaType};
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{name_among, people_and_keys};

struct Row {
    answer: Approved,
    author: String,
    /// Of the newest version, at this moment.
    standing: Standing,
    /// What visitors get at this moment, in plain words; of the newest version if they get none.
    words: String,
    /// Whether they get it.
    is_given: bool,
}

impl Row {
    /// Whether the newest version was meant to be given, and is not any more or not yet.
    fn is_held_back(&self) -> bool {
        matches!(
            self.standing,
            Standing::Scheduled | Standing::Expired | Standing::Withdrawn
        )
    }

    fn has_older_live(&self) -> bool {
        let course = &self.answer.course;
        course.live.is_some_and(|live| live != course.head)
    }

    fn new(db: &Db, answer: Approved, author: String, now: Moment) -> Result<Self, Error> {
        let published = match answer.course.live {
            Some(live) if live != answer.course.head => approved::published(db, &answer.id)?,
            Some(_) => Some(answer.clone()),
            None => None,
        };
        let given = published.filter(|one| one.wording.during.is_in_force(now));
        let shown = given.as_ref().unwrap_or(&answer);
        Ok(Self {
            standing: Standing::of(answer.course.state, answer.wording.during, now),
            words: plain(&shown.wording.text),
            is_given: given.is_some(),
            author,
            answer,
        })
    }
}

/// What Markdown says, without its marks.
fn plain(markdown: &str) -> String {
    match parser::read(markdown.as_bytes(), MediaType::Markdown, "answer") {
        Ok(document) => document.text,
        Err(_) => markdown.to_owned(),
    }
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/approved.html",
    config = "assets/askama.toml"
)]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    text: String,
}

#[derive(Deserialize)]
pub(in crate::web) struct ListQuery {
    #[serde(default)]
    text: String,
}

/// `GET /dashboard/w/{workspace}/approved`
pub(in crate::web) async fn list(desk: Desk, query: Query<ListQuery>) -> PageResult {
    let (text, now) = (query.text.clone(), desk.now);
    let rows = desk
        .run_in(move |app, workspace| {
            let people = people_and_keys(app)?;
            let answers = approved::list(&workspace.db, &text)?;
            let rows = answers.into_iter().map(|answer| {
                let author = name_among(&people, &answer.author.to_string());
                Row::new(&workspace.db, answer, author, now)
            });
            rows.collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Ok(render(&ListPage {
        frame: desk.frame(Place::Approved),
        rows,
        text: query.into_inner().text,
    }))
}

/// `GET /dashboard/w/{workspace}/approved/{id}/delete`
pub(in crate::web) async fn delete_form(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: ApprovedId = path.1.parse().map_err(|_| Error::not_found())?;
    let answer = desk
        .run_in(move |_, workspace| Ok(approved::get(&workspace.db, &id)?))
        .await?;
    Ok(render(&FormPage {
        about: "Whoever asks it gets an answer from the documents again, if they hold one.".into(),
        button: "Remove",
        is_harmful: true,
        ..FormPage::new(
            desk.frame(Place::Approved),
            format!("Remove the answer to “{}”?", answer.question()),
            desk.at(&format!("/approved/{}", path.1)),
        )
    }))
}

/// `POST /dashboard/w/{workspace}/approved/{id}/delete`
pub(in crate::web) async fn delete(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: ApprovedId = path.1.parse().map_err(|_| Error::not_found())?;
    let change = desk.change();
    desk.run_in(move |_, workspace| Ok(approved::remove(&workspace.db, &id, &change)?))
        .await?;
    Ok(done(&desk.at("/approved"), Notice::ApprovedRemoved))
}

/// After a step, the page says that it was taken, or why not.
async fn after(desk: &Desk, id: &str, outcome: Outcome, notice: Notice) -> PageResult {
    match outcome {
        Outcome::Taken => Ok(done(&desk.at(&format!("/approved/{id}")), notice)),
        Outcome::NotTaken(why, status) => Ok(with_status(status, &shown(desk, id, why).await?)),
    }
}

/// `POST /dashboard/w/{workspace}/approved/{id}/submit`
pub(in crate::web) async fn submit(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (approved_id(&path.1)?, desk.change(), form.seen);
    let outcome = desk
        .run_in(move |_, workspace| {
            Outcome::of(approved::submit(&workspace.db, &id, seen, &change))
        })
        .await?;
    after(&desk, &path.1, outcome, Notice::Submitted).await
}

/// `POST /dashboard/w/{workspace}/approved/{id}/return`
pub(in crate::web) async fn give_back(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (approved_id(&path.1)?, desk.change(), form.seen);
    let outcome = course::give_back(&desk, &form.remark, move |db, remark| {
        approved::give_back(db, &id, seen, remark, &change)
    });
    after(&desk, &path.1, outcome.await?, Notice::Returned).await
}

/// `POST /dashboard/w/{workspace}/approved/{id}/publish`
pub(in crate::web) async fn publish(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (approved_id(&path.1)?, desk.change(), form.seen);
    let outcome = desk
        .run_in(move |app, workspace| {
            let eyes = app.eyes(workspace)?;
            Outcome::of(approved::publish(&workspace.db, &id, seen, eyes, &change))
        })
        .await?;
    after(&desk, &path.1, outcome, Notice::ApprovedPublished).await
}

/// `POST /dashboard/w/{workspace}/approved/{id}/withdraw`
pub(in crate::web) async fn withdraw(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (id, change) = (approved_id(&path.1)?, desk.change());
    let outcome = desk
        .run_in(move |_, workspace| Outcome::of(approved::withdraw(&workspace.db, &id, &change)))
        .await?;
    after(&desk, &path.1, outcome, Notice::ApprovedWithdrawn).await
}

/// `POST /dashboard/w/{workspace}/approved/{id}/versions/{number}/restore`
pub(in crate::web) async fn restore(desk: Desk, path: Path<(String, String, u32)>) -> PageResult {
    let (id, to, change) = (approved_id(&path.1)?, path.2, desk.change());
    let place = desk.at(&format!("/approved/{id}"));
    let restored = desk
        .run_in(move |app, workspace| {
            let db = &workspace.db;
            let before = approved::get(db, &id)?.course.head;
            match approved::roll_back(db, app.pool()?, &id, to, &change) {
                Ok(head) => Ok(Ok(head != before)),
                Err(knowledge::Error::BadWording(bad)) => Ok(Err(bad)),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    match restored {
        Ok(is_new) => Ok(done(&place, rolled_back(is_new))),
        Err(bad) => {
            let page = shown_as_it_was(&desk, &path.1, to, &bad).await?;
            Ok(unprocessable(&page))
        }
    }
}
