//! What waits for a second pair of eyes: the list, each thing of it, and what becomes of it.

use jiff::Timestamp;

use super::course::{self, NotTaken, Outcome};
use crate::app::OpenWorkspace;
use crate::audit::Actor;
use crate::id::{DocumentId, ReviewId};
use crate::knowledge::approval;
use crate::knowledge::approved::{self, Approved};
use crate::knowledge::article;
use crate::knowledge::catalogue::{self, Standing};
use crate::knowledge::diff::{Line, diff};
use crate::knowledge::review::{self, Problem, Waiting, What};
use crate::knowledge::{self, Summary};
use crate::search::Visibility;
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{Named, name_among, people_and_keys};
use crate::web::reading::pieces;

/// Articles that are looked up at a time.
const ARTICLES: usize = 200;

/// One line of the list.
struct Row {
    /// Where it is looked at, below the workspace's address.
    place: String,
    title: String,
    path: String,
    what: &'static str,
    visibility: Visibility,
    author: String,
    is_own: bool,
    at: Timestamp,
    /// Who sent it back, and with what word.
    returned: Option<(String, String)>,
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/reviews.html",
    config = "assets/askama.toml"
)]
struct ListPage {
    frame: Frame,
    waiting: Vec<Row>,
    returned: Vec<Row>,
    is_needed: bool,
    /// Why something was not done.
    problem: String,
}

/// `GET /dashboard/w/{workspace}/reviews`
pub(in crate::web) async fn list(desk: Desk) -> PageResult {
    Ok(render(&list_page(&desk, String::new()).await?))
}

async fn list_page(desk: &Desk, problem: String) -> Result<ListPage, Error> {
    let (me, now) = (Actor::Staff(desk.who.id().clone()), desk.now);
    let (rows, is_needed) = desk
        .run_in(move |app, workspace| {
            let people = people_and_keys(app)?;
            let in_review = catalogue::Filter {
                standing: Some(Standing::InReview),
                ..catalogue::Filter::default()
            };
            let mut rows = Vec::new();
            loop {
                let page =
                    catalogue::page(&workspace.db, &in_review, now, rows.len(), ARTICLES)?.items;
                for item in &page {
                    rows.push(article_row(workspace, &item.id, &people, &me)?);
                }
                if page.len() < ARTICLES {
                    break;
                }
            }
            let answers = approved::in_review(&workspace.db)?;
            rows.extend(answers.iter().map(|one| answer_row(one, &people, &me)));
            let waiting = review::list(&workspace.db)?;
            rows.extend(waiting.iter().map(|one| document_row(one, &people, &me)));
            let is_needed = review::is_needed(&workspace.db, app.eyes(workspace)?)?;
            Ok((rows, is_needed))
        })
        .await?;
    let (mut waiting, returned): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.returned.is_none());
    // Who waits longest comes first.
    waiting.sort_by_key(|row| row.at);
    Ok(ListPage {
        frame: desk.frame(Place::Reviews),
        waiting,
        returned,
        is_needed,
        problem,
    })
}

fn article_row(
    workspace: &OpenWorkspace,
    id: &DocumentId,
    people: &Named,
    me: &Actor,
) -> Result<Row, Error> {
    let whole = article::get(&workspace.db, id)?;
    let head = &whole.head;
    Ok(Row {
        place: format!("articles/{id}"),
        title: head.content.title.clone(),
        path: whole.article.path.to_string(),
        what: if whole.article.course.live.is_some() {
            "new version of an article"
        } else {
            "new article"
        },
        visibility: head.content.visibility,
        author: name_among(people, &head.author.to_string()),
        is_own: head.author == *me,
        at: whole.article.course.changed,
        returned: None,
    })
}

fn answer_row(answer: &Approved, people: &Named, me: &Actor) -> Row {
    Row {
        place: format!("approved/{}", answer.id),
        title: answer.question().to_owned(),
        path: String::new(),
        what: if answer.course.live.is_some() {
            "new version of an approved answer"
        } else {
            "new approved answer"
        },
        visibility: Visibility {
            during: answer.wording.during,
            ..Visibility::default()
        },
        author: name_among(people, &answer.author.to_string()),
        is_own: answer.author == *me,
        at: answer.course.changed,
        returned: None,
    }
}

fn document_row(waiting: &Waiting, people: &Named, me: &Actor) -> Row {
    let name = |actor: &Actor| name_among(people, &actor.to_string());
    let returned = waiting.returned.as_ref();
    Row {
        place: format!("reviews/{}", waiting.id),
        title: waiting.title.clone(),
        path: waiting.path.to_string(),
        what: what(waiting),
        visibility: waiting.visibility,
        author: name(&waiting.author),
        is_own: waiting.author == *me,
        at: waiting.at,
        returned: returned.map(|returned| (name(&returned.by), returned.remark.clone())),
    }
}

fn what(waiting: &Waiting) -> &'static str {
    match (waiting.what, &waiting.document) {
        (What::Version(_), None) => "new document",
        (What::Version(_), Some(_)) => "new version of a document",
        (What::Visibility, _) => "other label or dates of a document",
    }
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/review.html",
    config = "assets/askama.toml"
)]
struct ReviewPage {
    frame: Frame,
    waiting: Waiting,
    what: &'static str,
    author: String,
    /// Who sent it back.
    returned_by: String,
    is_own: bool,
    /// It came from this person, so that somebody else must approve it.
    needs_another: bool,
    /// What is published now.
    now: Option<Summary>,
    body: Html,
    /// Of a new version against what is there; `None`: nothing is, or it is no other text.
    changes: Option<Vec<Line>>,
    notes: Vec<String>,
    remark: Field,
    is_remark_wrong: bool,
}

async fn review_page(desk: &Desk, id: &str, not_taken: &NotTaken) -> Result<ReviewPage, Error> {
    let id = review_id(id)?;
    let (waiting, content, now, changes, is_needed, people) = desk
        .run_in(move |app, workspace| {
            let (waiting, content) = review::get(&workspace.db, &id)?;
            let now = match &waiting.document {
                Some(document) => Some(knowledge::get(&workspace.db, document)?),
                None => None,
            };
            let is_needed = review::is_needed(&workspace.db, app.eyes(workspace)?)?;
            let changes = match (&now, &content) {
                (Some(now), Some(content)) => Some(diff(&now.text, &content.text)),
                _ => None,
            };
            Ok((
                waiting,
                content,
                now,
                changes,
                is_needed,
                people_and_keys(app)?,
            ))
        })
        .await?;
    let name = |actor: &Actor| name_among(&people, &actor.to_string());
    let me = Actor::Staff(desk.who.id().clone());
    let is_own = waiting.author == me;
    // Another label is for the text that is there.
    let (text, blocks) = match (&content, &now) {
        (Some(content), _) => (&*content.text, &*content.blocks),
        (None, Some(now)) => (&*now.text, &*now.blocks),
        (None, None) => ("", &[][..]),
    };
    let body = Html(pieces::whole(text, blocks, &waiting.title));
    let notes = content.iter().flat_map(|content| &content.notes);
    Ok(ReviewPage {
        frame: desk.frame(Place::Reviews),
        what: what(&waiting),
        author: name(&waiting.author),
        returned_by: waiting
            .returned
            .as_ref()
            .map_or_else(String::new, |returned| name(&returned.by)),
        is_own,
        needs_another: waiting.hinders(&me, is_needed) == Some(Problem::Own),
        body,
        changes,
        notes: notes.map(ToString::to_string).collect(),
        now: now.map(|now| now.summary),
        remark: not_taken.remark_field(),
        is_remark_wrong: !not_taken.remark.is_empty(),
        waiting,
    })
}

fn review_id(text: &str) -> Result<ReviewId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// `GET /dashboard/w/{workspace}/reviews/{id}`
pub(in crate::web) async fn show(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let page = review_page(&desk, &path.1, &NotTaken::default()).await?;
    Ok(render(&page))
}

/// After a step, the list says that it was taken, or why not: of two who look at one thing, the second finds it gone.
async fn after(desk: &Desk, id: ReviewId, outcome: Outcome, notice: Notice) -> PageResult {
    let (why, status) = match outcome {
        Outcome::Taken => return Ok(done(&desk.at("/reviews"), notice)),
        Outcome::NotTaken(why, status) if why.problem.is_empty() => {
            let page = review_page(desk, id.as_str(), &why).await?;
            return Ok(with_status(status, &page));
        }
        Outcome::NotTaken(why, status) => (why, status),
    };
    let waiting = desk
        .run_in(move |_, workspace| Ok(review::find(&workspace.db, &id)?))
        .await?;
    let problem = match waiting {
        Some(waiting) => format!("Nothing was done with “{}”. {}", waiting.title, why.problem),
        None => why.problem,
    };
    Ok(with_status(status, &list_page(desk, problem).await?))
}

/// `POST /dashboard/w/{workspace}/reviews/{id}/approve`
pub(in crate::web) async fn approve(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (id, change) = (review_id(&path.1)?, desk.change());
    let wanted = id.clone();
    let outcome = desk
        .run_bulk_in(move |app, workspace| {
            let eyes = app.eyes(workspace)?;
            let approved = approval::approve(&workspace.db, app.pool()?, &wanted, eyes, &change);
            if approved.is_ok() {
                workspace.index.refresh_density()?;
            }
            Outcome::of(approved)
        })
        .await?;
    after(&desk, id, outcome, Notice::ReviewApproved).await
}

#[derive(Deserialize)]
pub(in crate::web) struct ReturnForm {
    #[serde(default)]
    remark: String,
}

/// `POST /dashboard/w/{workspace}/reviews/{id}/return`
pub(in crate::web) async fn send_back(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<ReturnForm>,
) -> PageResult {
    let (id, change) = (review_id(&path.1)?, desk.change());
    let wanted = id.clone();
    let outcome = course::give_back(&desk, &form.remark, move |db, remark| {
        review::send_back(db, &wanted, remark, &change)
    });
    after(&desk, id, outcome.await?, Notice::ReviewReturned).await
}

/// `POST /dashboard/w/{workspace}/reviews/{id}/take-back`
pub(in crate::web) async fn take_back(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (id, change) = (review_id(&path.1)?, desk.change());
    let (wanted, may_clear) = (id.clone(), desk.may(Permission::RemoveKnowledge));
    let outcome = desk
        .run_in(move |_, workspace| {
            let taken = review::take_back(&workspace.db, &wanted, may_clear, &change);
            Outcome::of(taken)
        })
        .await?;
    after(&desk, id, outcome, Notice::ReviewTakenBack).await
}
