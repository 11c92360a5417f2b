//! `/help/{workspace}`: the public page where anyone asks, without an account and without JavaScript.
//!
//! A question travels in the body of a POST, never in a URL, which ends up in histories and logs. A citation opens the document at the
//! quoted sentence: its link holds offsets, no text.

pub(super) mod browse;
pub(super) mod document;
pub(super) mod feedback;
mod pages;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, HttpResponseBuilder, Scope, web};
use askama::Template;
use serde::Deserialize;

use super::error::Error;
use super::view::answer::AnswerView;
use super::{Shell, failure, view};
use crate::answer::Question;
use crate::app::{App, OpenWorkspace};
use crate::ask::{self, Answered, Spelling};
use crate::question;
use crate::workspace::Name;
use pages::{Outcome, Shown, Site, Step};

/// Of a form: a question of 2,000 characters that take four bytes each, as a browser writes them.
const MOST_BYTES: usize = 32 * 1024;

pub(super) fn scope() -> Scope {
    web::scope("/help/{workspace}").app_data(
        web::FormConfig::default()
            .limit(MOST_BYTES)
            .error_handler(|error, _| {
                let page = failure::for_visitors(&Error::new(
                    StatusCode::BAD_REQUEST,
                    "form",
                    "The question could not be read, or is too long.",
                ));
                actix_web::error::InternalError::from_response(error, page).into()
            }),
    )
}

/// `GET /help/{workspace}`
pub(super) async fn form(shell: web::Data<Shell>, name: web::Path<String>) -> HttpResponse {
    let opened = shell
        .blocking(move |app| {
            Ok::<_, Error>(pages::Ask {
                site: Site::of(&*open(app, &name)?)?,
                question: String::new(),
                is_verbatim: false,
                outcome: None,
            })
        })
        .await;
    page(opened)
}

#[derive(Deserialize)]
pub(super) struct AskForm {
    question: String,
    /// Anything: the spelling is meant so.
    #[serde(default)]
    verbatim: String,
}

/// `POST /help/{workspace}`
pub(super) async fn ask(
    shell: web::Data<Shell>,
    name: web::Path<String>,
    form: web::Form<AskForm>,
) -> HttpResponse {
    let form = form.into_inner();
    let (typed, is_verbatim) = (form.question, !form.verbatim.is_empty());
    let question = typed.parse::<Question>();
    let answered = shell
        .blocking(move |app| {
            let workspace = open(app, &name)?;
            let outcome = match question {
                Ok(question) => {
                    let spelling = Spelling::verbatim(is_verbatim);
                    let surface = question::Surface::Help;
                    let answered = ask::ask(app, &workspace, &question, spelling, surface)?;
                    Outcome::Answer(shown(&workspace, answered, Step::Asks))
                }
                Err(problem) => Outcome::Problem(problem.to_string()),
            };
            Ok::<_, Error>(pages::Ask {
                site: Site::of(&workspace)?,
                question: typed,
                is_verbatim,
                outcome: Some(outcome),
            })
        })
        .await;
    page(answered)
}

fn shown(workspace: &OpenWorkspace, answered: Answered, step: Step) -> Shown {
    let base = view::at(&format!("/help/{}/documents", workspace.register.name));
    Shown {
        answer: AnswerView::new(&answered.answer, &base),
        id: answered.id,
        step,
    }
}

fn open(app: &App, name: &str) -> Result<Arc<OpenWorkspace>, Error> {
    let name: Name = name.parse().map_err(|_| Error::not_found())?;
    Ok(app.workspace(&name)?)
}

fn page<T: Template>(page: Result<T, Error>) -> HttpResponse {
    match page {
        Ok(page) => respond(StatusCode::OK, &page),
        Err(error) => failure::for_visitors(&error),
    }
}

/// What the configuration switches off is not there.
pub(super) async fn not_found() -> HttpResponse {
    failure::for_visitors(&Error::not_found())
}

fn respond(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => head(status).body(html),
        Err(error) => failure::unrendered(&error),
    }
}

fn head(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.content_type("text/html; charset=utf-8");
    response.insert_header((CACHE_CONTROL, failure::FOR_BACK));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header(("retry-after", "1"));
    }
    response
}
