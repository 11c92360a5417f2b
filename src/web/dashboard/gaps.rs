//! Gaps: what visitors asked in vain, and what is done about it.

use super::page::{done, with_status};
use super::prelude::*;
use crate::conversation::{Outcome, Question};
use crate::gap::{self, Gap, State};
use crate::id::GapId;

const PAGE: usize = 50;

#[derive(Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "dashboard/gaps.html", config = "assets/askama.toml")]
struct ListPage {
    frame: Frame,
    state: State,
    text: String,
    gaps: Vec<Gap>,
    total: usize,
    first: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// `GET /dashboard/w/{workspace}/gaps`
pub(super) async fn list(desk: Desk, query: Query<ListQuery>) -> PageResult {
    let query = query.into_inner();
    let state = query.state.parse::<State>().unwrap_or(State::Open);
    let number = query.page.parse().unwrap_or(1).clamp(1, 1_000_000);
    let (text, offset) = (query.text.clone(), (number - 1) * PAGE);
    let (gaps, total) = desk
        .run_in(move |_, workspace| Ok(gap::list(&workspace.db, state, &text, offset, PAGE)?))
        .await?;
    let at = |number: usize| {
        let text = page::encode(&query.text);
        format!("state={state}&text={text}&page={number}")
    };
    Ok(page::render(&ListPage {
        frame: desk.frame(Place::Gaps),
        state,
        first: offset + 1,
        last: offset + gaps.len(),
        previous: (number > 1).then(|| at(number - 1)),
        next: (offset + gaps.len() < total).then(|| at(number + 1)),
        text: query.text.clone(),
        gaps,
        total,
    }))
}

#[derive(Template)]
#[template(path = "dashboard/gap.html", config = "assets/askama.toml")]
struct GapPage {
    frame: Frame,
    gap: Gap,
    questions: Vec<Question>,
    reason: Field,
}

async fn gap_page(desk: &Desk, id: &str, reason: &str, wrong: &str) -> Result<GapPage, Error> {
    let id: GapId = id.parse().map_err(|_| Error::not_found())?;
    let (gap, questions) = desk
        .run_in(move |_, workspace| {
            Ok((
                gap::get(&workspace.db, &id)?,
                gap::questions(&workspace.db, &id)?,
            ))
        })
        .await?;
    Ok(GapPage {
        frame: desk.frame(Place::Gaps),
        gap,
        questions,
        reason: Field::area("reason", "Why is no answer needed?", 2)
            .value(reason)
            .error(wrong)
            .at_most(gap::MAX_REASON_CHARS),
    })
}

/// `GET /dashboard/w/{workspace}/gaps/{id}`
pub(super) async fn show(desk: Desk, path: Path<(String, String)>) -> PageResult {
    Ok(page::render(&gap_page(&desk, &path.1, "", "").await?))
}

#[derive(Deserialize)]
pub(super) struct DismissForm {
    reason: String,
}

/// `POST /dashboard/w/{workspace}/gaps/{id}/dismiss`
pub(super) async fn dismiss(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<DismissForm>,
) -> PageResult {
    let id: GapId = path.1.parse().map_err(|_| Error::not_found())?;
    let (change, reason) = (desk.change(), form.reason.clone());
    let dismissed = desk
        .run_in(move |_, workspace| Ok(gap::dismiss(&workspace.db, &id, &reason, &change)))
        .await?;
    match dismissed {
        Ok(()) | Err(gap::Error::NothingToDo) => Ok(done(&desk.at("/gaps"), "dismissed")),
        Err(error @ gap::Error::BadReason) => {
            let page = gap_page(&desk, &path.1, &form.reason, &page::sentence(&error)).await?;
            let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
            Ok(with_status(status, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /dashboard/w/{workspace}/gaps/{id}/reopen`
pub(super) async fn reopen(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: GapId = path.1.parse().map_err(|_| Error::not_found())?;
    let change = desk.change();
    let reopened = desk
        .run_in(move |_, workspace| Ok(gap::reopen(&workspace.db, &id, &change)))
        .await?;
    match reopened {
        Ok(()) | Err(gap::Error::NothingToDo) => {
            Ok(done(&desk.at(&format!("/gaps/{}", path.1)), "reopened"))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /dashboard/w/{workspace}/gaps/{id}/ask-again`
pub(super) async fn ask_again(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: GapId = path.1.parse().map_err(|_| Error::not_found())?;
    let change = desk.change();
    let is_closed = desk
        .run_in(move |app, workspace| {
            let engine = app.engine(workspace)?;
            Ok(gap::ask_again(&workspace.db, engine, &id, &change)?)
        })
        .await?;
    let code = if is_closed { "closed" } else { "still-open" };
    Ok(done(&desk.at(&format!("/gaps/{}", path.1)), code))
}

impl GapPage {
    /// How likely it was that the knowledge answers the question.
    fn percent(question: &Question) -> String {
        format!("{:.0} %", question.probability * 100.0)
    }

    fn is_open(&self) -> bool {
        self.gap.state == State::Open
    }
}

impl ListPage {
    /// Nothing is listed because there is no open gap at all.
    fn is_all_clear(&self) -> bool {
        self.state == State::Open && self.text.is_empty() && self.first <= 1
    }
}
