//! Gaps: what visitors asked in vain, and what is done about it.

use crate::app::{App, OpenWorkspace};
use crate::gap::{self, Gap, State};
use crate::id::GapId;
use crate::inference::Model;
use crate::knowledge::languages;
use crate::language::Tongue;
use crate::question::{Kept, Outcome};
use crate::web::dashboard::prelude::*;

const PAGE: usize = 50;

#[derive(Deserialize)]
pub(in crate::web) struct ListQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "dashboard/knowledge/gaps.html", config = "assets/askama.toml")]
struct ListPage {
    frame: Frame,
    state: State,
    text: String,
    gaps: Vec<(Gap, Option<Tongue>)>,
    pages: view::Pages,
}

/// `GET /dashboard/w/{workspace}/gaps`
pub(in crate::web) async fn list(desk: Desk, query: Query<ListQuery>) -> PageResult {
    let query = query.into_inner();
    let state = query.state.parse::<State>().unwrap_or(State::Open);
    let number = query.page.parse().unwrap_or(1).clamp(1, 1_000_000);
    let (text, offset) = (query.text.clone(), (number - 1) * PAGE);
    let (gaps, total) = desk
        .run_in(move |app, workspace| {
            let (gaps, total) = gap::list(&workspace.db, state, &text, offset, PAGE)?;
            let foreign = Foreign::new(app, workspace)?;
            Ok((foreign.beside(gaps, |gap| &gap.title), total))
        })
        .await?;
    let at = |number: usize| {
        let text = view::encode(&query.text);
        format!("state={state}&text={text}&page={number}")
    };
    Ok(render(&ListPage {
        frame: desk.frame(Place::Gaps),
        state,
        pages: view::Pages::new(number, PAGE, (gaps.len(), total), at),
        text: query.text.clone(),
        gaps,
    }))
}

#[derive(Template)]
#[template(path = "dashboard/knowledge/gap.html", config = "assets/askama.toml")]
struct GapPage {
    frame: Frame,
    gap: Gap,
    questions: Vec<(Kept, Option<Tongue>)>,
    reason: Field,
}

async fn gap_page(desk: &Desk, id: &str, reason: &str, wrong: &str) -> Result<GapPage, Error> {
    let id: GapId = id.parse().map_err(|_| Error::not_found())?;
    let (gap, questions) = desk
        .run_in(move |app, workspace| {
            let questions = gap::questions(&workspace.db, &id)?;
            let foreign = Foreign::new(app, workspace)?;
            Ok((
                gap::get(&workspace.db, &id)?,
                foreign.beside(questions, |question| &question.text),
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
pub(in crate::web) async fn show(desk: Desk, path: Path<(String, String)>) -> PageResult {
    Ok(render(&gap_page(&desk, &path.1, "", "").await?))
}

#[derive(Deserialize)]
pub(in crate::web) struct DismissForm {
    reason: String,
}

/// `POST /dashboard/w/{workspace}/gaps/{id}/dismiss`
pub(in crate::web) async fn dismiss(
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
        Ok(()) | Err(gap::Error::NothingToDo) => Ok(done(&desk.at("/gaps"), Notice::GapDismissed)),
        Err(error @ gap::Error::BadReason) => {
            let page = gap_page(&desk, &path.1, &form.reason, &view::sentence(&error)).await?;
            let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
            Ok(with_status(status, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /dashboard/w/{workspace}/gaps/{id}/reopen`
pub(in crate::web) async fn reopen(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: GapId = path.1.parse().map_err(|_| Error::not_found())?;
    let change = desk.change();
    let reopened = desk
        .run_in(move |_, workspace| Ok(gap::reopen(&workspace.db, &id, &change)))
        .await?;
    match reopened {
        Ok(()) | Err(gap::Error::NothingToDo) => Ok(done(
            &desk.at(&format!("/gaps/{}", path.1)),
            Notice::GapReopened,
        )),
        Err(error) => Err(error.into()),
    }
}

/// `POST /dashboard/w/{workspace}/gaps/{id}/ask-again`
pub(in crate::web) async fn ask_again(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: GapId = path.1.parse().map_err(|_| Error::not_found())?;
    let change = desk.change();
    let is_closed = desk
        .run_in(move |app, workspace| {
            let engine = app.engine(workspace)?;
            Ok(gap::ask_again(&workspace.db, engine, &id, &change)?)
        })
        .await?;
    let notice = if is_closed {
        Notice::GapClosed
    } else {
        Notice::GapStillOpen
    };
    Ok(done(&desk.at(&format!("/gaps/{}", path.1)), notice))
}

/// Tells the language of questions, where no document is written in it.
struct Foreign<'a> {
    model: &'a Model,
    languages: Vec<Tongue>,
}

impl<'a> Foreign<'a> {
    fn new(app: &'a App, workspace: &OpenWorkspace) -> Result<Self, Error> {
        Ok(Self {
            model: app.pool()?.model(),
            languages: languages::of_documents(&workspace.db)?,
        })
    }

    fn beside<T>(&self, all: Vec<T>, text: fn(&T) -> &str) -> Vec<(T, Option<Tongue>)> {
        let is_word = |word: &str| {
            self.model
                .count_tokens(word)
                .is_ok_and(|pieces| pieces == 1)
        };
        let told = all.into_iter().map(|one| {
            let language = Tongue::of_foreign_question(text(&one), is_word);
            (
                one,
                language.filter(|language| !self.languages.contains(language)),
            )
        });
        told.collect()
    }
}

impl GapPage {
    /// How likely it was that the knowledge answers the question.
    fn percent(question: &Kept) -> String {
        format!("{:.0} %", question.probability * 100.0)
    }

    fn is_open(&self) -> bool {
        self.gap.state == State::Open
    }
}

impl ListPage {
    /// Nothing is listed because there is no open gap at all.
    fn is_all_clear(&self) -> bool {
        self.state == State::Open && self.text.is_empty() && self.pages.first <= 1
    }
}
