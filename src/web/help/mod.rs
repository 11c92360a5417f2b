//! `/help/{workspace}`: the public page where anyone asks, without an account and without JavaScript.
//!
//! A question travels in the body of a POST, never in a URL, which ends up in histories and logs. A citation opens the document at the
//! quoted sentence: its link holds offsets, no text.

mod pages;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, HttpResponseBuilder, Scope, web};
use askama::Template;
use serde::Deserialize;

use super::error::Error;
use super::reading::{self, pieces};
use super::view::answer::AnswerView;
use super::{Shell, failure, view};
use crate::answer::Question;
use crate::app::{App, OpenWorkspace};
use crate::ask;
use crate::knowledge;
use crate::question;
use crate::workspace::Name;

pub(super) fn scope() -> Scope {
    web::scope("/help/{workspace}").app_data(
        web::FormConfig::default()
            .limit(16 * 1024)
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
        .blocking(move |app| open(app, &name).map(|workspace| workspace.register.name.clone()))
        .await;
    page(opened.map(|workspace| pages::Ask {
        workspace: workspace.to_string(),
        question: String::new(),
        outcome: None,
    }))
}

#[derive(Deserialize)]
pub(super) struct AskForm {
    question: String,
}

/// `POST /help/{workspace}`
pub(super) async fn ask(
    shell: web::Data<Shell>,
    name: web::Path<String>,
    form: web::Form<AskForm>,
) -> HttpResponse {
    let typed = form.into_inner().question;
    let question = typed.parse::<Question>();
    let answered = shell
        .blocking(move |app| {
            let workspace = open(app, &name)?;
            let outcome = match question {
                Ok(question) => {
                    let answered = ask::ask(app, &workspace, &question, question::Surface::Help)?;
                    let base = view::at(&format!("/help/{}/documents", workspace.register.name));
                    pages::Outcome::Answer(AnswerView::new(&answered.answer, &base), answered.id)
                }
                Err(problem) => pages::Outcome::Problem(problem.to_string()),
            };
            Ok::<_, Error>(pages::Ask {
                workspace: workspace.register.name.to_string(),
                question: typed,
                outcome: Some(outcome),
            })
        })
        .await;
    page(answered)
}

#[derive(Deserialize)]
pub(super) struct FeedbackForm {
    question: String,
    helped: String,
}

/// `POST /help/{workspace}/feedback`: whether an answer helped. Only who asked knows the question's id.
pub(super) async fn feedback(
    shell: web::Data<Shell>,
    name: web::Path<String>,
    form: web::Form<FeedbackForm>,
) -> HttpResponse {
    let form = form.into_inner();
    let thanked = shell
        .blocking(move |app| {
            let workspace = open(app, &name)?;
            let id = form.question.parse().map_err(|_| Error::not_found())?;
            ask::set_helped(app, &workspace, &id, form.helped == "yes")?;
            Ok::<_, Error>(pages::Thanks {
                workspace: workspace.register.name.to_string(),
                helped: form.helped == "yes",
            })
        })
        .await;
    page(thanked)
}

#[derive(Deserialize)]
pub(super) struct Place {
    /// Characters of the text.
    from: Option<usize>,
    to: Option<usize>,
}

/// `GET /help/{workspace}/documents/{id}`
pub(super) async fn document(
    shell: web::Data<Shell>,
    path: web::Path<(String, String)>,
    place: Option<web::Query<Place>>,
) -> HttpResponse {
    // A link that somebody cut short still shows the document.
    let place = place.map_or(
        Place {
            from: None,
            to: None,
        },
        web::Query::into_inner,
    );
    let (name, id) = path.into_inner();
    let reading = Arc::clone(&shell.reading);
    let shown = shell
        .blocking(move |app| {
            let workspace = open(app, &name)?;
            let id = id.parse().map_err(|_| Error::not_found())?;
            let (summary, copy) = reading.get(&workspace, &id)?;
            if !summary.visibility.may_be_opened(app.clock.now()) {
                return Err(knowledge::Error::Unknown.into());
            }
            let (from, to) = (place.from.unwrap_or(0), place.to.unwrap_or(0));
            let quoted = pieces::quoted_range(&copy.document.text, from, to);
            let page = pages::Document {
                workspace: workspace.register.name.to_string(),
                body: view::Html(pieces::PLACE.to_owned()),
                title: summary.title,
                path: summary.path.to_string(),
            };
            Ok::<_, Error>((page, pieces::Pieces::new(copy, quoted)))
        })
        .await;
    let (page, pieces) = match shown {
        Ok(shown) => shown,
        Err(error) => return failure::for_visitors(&error),
    };
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => return failure::unrendered(&error),
    };
    let (before, after) = html.split_once(pieces::PLACE).unwrap_or((&html, ""));
    reading::answer(
        head(StatusCode::OK),
        before.to_owned(),
        pieces,
        after.to_owned(),
    )
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
