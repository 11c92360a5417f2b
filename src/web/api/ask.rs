//! `POST /api/v1/ask`

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::Caller;
use super::{ApiError, ApiResult};
use crate::answer::Question;
use crate::ask::{self, Answered};
use crate::id::QuestionId;
use crate::question::Surface;
use crate::web::Shell;
use crate::web::error::{Error, ErrorBody};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct AskRequest {
    /// 1 to 2,000 characters.
    question: String,
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct AskResponse {
    /// To say with `/api/v1/feedback` whether the answer helped; null when the server could not keep the question.
    id: Option<String>,
    /// `answered`, `partly` or `not_found`.
    class: String,
    /// That the knowledge holds the answer, from 0 to 1.
    probability: f64,
    /// The answer as plain text with citation marks such as `[1]`; empty when nothing was found.
    answer: String,
    parts: Vec<PartBody>,
    citations: Vec<CitationBody>,
    /// Words of the question that stand nowhere in the knowledge.
    unknown_words: Vec<String>,
    /// The id of the approved answer that this is; null for an answer from documents.
    approved: Option<String>,
}

/// A run of sentences, a list item, a table row or a block of code, verbatim.
#[derive(Serialize, ToSchema)]
struct PartBody {
    /// `sentences`, `item`, `row` or `code`.
    layout: String,
    text: String,
    /// The header row of the table, before its first shown row.
    table_header: Option<String>,
    /// The number of its citation; null for a part of an approved answer that has none.
    citation: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct CitationBody {
    number: usize,
    /// Verbatim from the document's text; empty when an approved answer refers to a whole document.
    quote: String,
    /// Null when the document may be quoted but not named.
    source: Option<SourceBody>,
}

#[derive(Serialize, ToSchema)]
struct SourceBody {
    /// The document's id.
    document: String,
    path: String,
    title: String,
    heading_path: Vec<String>,
    /// Characters of the document's text before the quote.
    start: u64,
    /// Characters of the document's text before its end.
    end: u64,
}

/// Answers a question from the key's workspace.
#[utoipa::path(
    post, path = "", request_body = AskRequest,
    responses(
        (status = 200, body = AskResponse),
        (status = 400, description = "question_empty, question_too_long, question_malformed, body_malformed", body = ErrorBody),
        (status = 415, description = "content_type", body = ErrorBody),
    )
)]
pub(in crate::web) async fn ask(
    shell: web::Data<Shell>,
    caller: Caller,
    body: web::Json<AskRequest>,
) -> ApiResult {
    let question: Question = body.question.parse()?;
    let workspace = caller.workspace().clone();
    let answered = shell
        .blocking(move |app| {
            let workspace = app
                .workspace_by_id(&workspace)?
                .ok_or_else(Error::not_found)?;
            Ok::<_, Error>(ask::ask(app, &workspace, &question, Surface::Api)?)
        })
        .await
        .map_err(ApiError)?;
    Ok(HttpResponse::Ok().json(response(answered)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct FeedbackRequest {
    /// `id` of an answer.
    id: String,
    helped: bool,
}

/// Says whether an answer helped. One that did not is looked at by staff.
#[utoipa::path(
    post, path = "", request_body = FeedbackRequest,
    responses(
        (status = 204, description = "noted"),
        (status = 400, description = "body_malformed", body = ErrorBody),
        (status = 404, description = "not_found: that is not an id", body = ErrorBody),
        (status = 415, description = "content_type", body = ErrorBody),
    )
)]
pub(in crate::web) async fn feedback(
    shell: web::Data<Shell>,
    caller: Caller,
    body: web::Json<FeedbackRequest>,
) -> ApiResult {
    let id: QuestionId = body.id.parse().map_err(|_| Error::not_found())?;
    let (workspace, helped) = (caller.workspace().clone(), body.helped);
    shell
        .blocking(move |app| {
            let workspace = app
                .workspace_by_id(&workspace)?
                .ok_or_else(Error::not_found)?;
            Ok::<_, Error>(ask::set_helped(app, &workspace, &id, helped)?)
        })
        .await
        .map_err(ApiError)?;
    Ok(HttpResponse::NoContent().finish())
}

fn response(answered: Answered) -> AskResponse {
    let answer = answered.answer;
    AskResponse {
        id: answered.id.map(|id| id.to_string()),
        class: answer.class.name().to_owned(),
        probability: answer.probability,
        answer: answer.to_text(),
        unknown_words: answer.unknown.clone(),
        approved: answer.approved.as_ref().map(ToString::to_string),
        parts: answer
            .parts
            .into_iter()
            .map(|part| PartBody {
                layout: part.layout.name().to_owned(),
                text: part.text,
                table_header: part.table_header,
                citation: part.citation,
            })
            .collect(),
        citations: answer
            .citations
            .into_iter()
            .map(|citation| CitationBody {
                number: citation.number,
                quote: citation.quote,
                source: citation.source.map(|source| SourceBody {
                    document: source.document.to_string(),
                    path: source.path,
                    title: source.title,
                    heading_path: source.heading_path,
                    start: source.start,
                    end: source.end,
                }),
            })
            .collect(),
    }
}
