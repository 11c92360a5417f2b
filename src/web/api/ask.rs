//! `POST /api/v1/ask`

#[cfg(test)]
mod tests;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::Caller;
use super::{ApiError, ApiResult};
use crate::answer::{Omission, OmissionKind, Part, Question, Source, Talk, Verdict};
use crate::ask::note::{self, Note};
use crate::ask::{self, Answered, Feedback, Spelling};
use crate::id::QuestionId;
use crate::question::{Complaint, LongRemark, Surface};
use crate::search::Mended;
use crate::web::Shell;
use crate::web::error::{Error, ErrorBody};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct AskRequest {
    /// 1 to 2,000 characters.
    question: String,
    /// The spelling is meant so, and is not mended.
    #[serde(default)]
    verbatim: bool,
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct AskResponse {
    /// To say with `/api/v1/feedback` whether the answer helped; null when the server could not keep the question.
    id: Option<String>,
    /// `answered`, `partly`, `choose` or `not_found`.
    class: String,
    /// That the knowledge holds the answer, from 0 to 1.
    probability: f64,
    /// The answer as plain text with citation marks such as `[1]`; empty when nothing was found.
    answer: String,
    parts: Vec<PartBody>,
    citations: Vec<CitationBody>,
    /// When the class is `choose`: what could be meant. Otherwise empty.
    choices: Vec<ChoiceBody>,
    /// When the spelling of the question was mended: the question as it was answered.
    mended: Option<MendedBody>,
    /// When it was no question: `greeting`, `thanks` or `who_are_you`. The answer is a fixed reply then, without sources, and is not kept.
    talk: Option<&'static str>,
    /// Why it is less than a full answer, or none.
    notes: Vec<NoteBody>,
    /// Where a question without an answer may be looked for.
    nearest: Vec<NearestBody>,
    /// How visitors reach a person, as Markdown, where they may need one: under `partly` and `not_found`. Null where staff set nothing.
    contact: Option<String>,
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
    /// More than is read at once: to be shown when asked for.
    folded: bool,
    /// Of the list or table that ends here, something is left out.
    omitted: Option<OmissionBody>,
}

#[derive(Serialize, ToSchema)]
struct OmissionBody {
    /// `rows` or `items`.
    kind: &'static str,
    shown: usize,
    of: usize,
}

/// A question whose spelling was mended.
#[derive(Serialize, ToSchema)]
struct MendedBody {
    text: String,
    words: Vec<MendedWordBody>,
}

#[derive(Serialize, ToSchema)]
struct MendedWordBody {
    typed: String,
    taken_for: String,
}

/// One reason why an answer is less than a full one.
#[derive(Serialize, ToSchema)]
struct NoteBody {
    /// `not_mentioned`, `not_shown`, `part`, `trouble`, `conditions`, `not_in_force`, `of_today`, `disagree`, `language`, `unreadable`, `no_words` or `uncertain`.
    code: &'static str,
    /// A sentence for people; may change.
    text: String,
}

/// A page near what was asked.
#[derive(Serialize, ToSchema)]
struct NearestBody {
    source: SourceBody,
    /// The line of it that is nearest, verbatim.
    line: String,
}

/// One of the things that could be meant.
#[derive(Serialize, ToSchema)]
struct ChoiceBody {
    name: String,
    /// To be asked by whoever means it.
    question: String,
    /// Null when its document may not be named.
    source: Option<SourceBody>,
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
    let spelling = Spelling::verbatim(body.verbatim);
    let workspace = caller.workspace().clone();
    let answered = shell
        .blocking(move |app| {
            let workspace = app
                .workspace_by_id(&workspace)?
                .ok_or_else(Error::not_found)?;
            Ok::<_, Error>(ask::ask(
                app,
                &workspace,
                &question,
                spelling,
                Surface::Api,
            )?)
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
    /// Why it did not: `wrong`, `not_complete`, `out_of_date` or `not_what_i_asked`.
    reason: Option<String>,
    /// The same in the visitor's own words: at most 300 characters. Personal data that is recognised is left out.
    remark: Option<String>,
}

/// Says whether an answer helped. One that did not is looked at by staff.
#[utoipa::path(
    post, path = "", request_body = FeedbackRequest,
    responses(
        (status = 204, description = "noted"),
        (status = 400, description = "body_malformed, reason_unknown, remark_too_long", body = ErrorBody),
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
    let body = body.into_inner();
    let feedback = Feedback {
        helped: body.helped,
        complaint: body
            .reason
            .map(|reason| reason.parse::<Complaint>())
            .transpose()
            .map_err(Error::from)?,
        remark: body
            .remark
            .unwrap_or_default()
            .parse()
            .map_err(|error: LongRemark| Error::from(error))?,
    };
    let workspace = caller.workspace().clone();
    shell
        .blocking(move |app| {
            let workspace = app
                .workspace_by_id(&workspace)?
                .ok_or_else(Error::not_found)?;
            Ok::<_, Error>(ask::note_feedback(app, &workspace, &id, &feedback)?)
        })
        .await
        .map_err(ApiError)?;
    Ok(HttpResponse::NoContent().finish())
}

fn response(answered: Answered) -> AskResponse {
    let answer = answered.answer;
    let needs_person = matches!(answer.class, Verdict::Partly | Verdict::NotFound);
    let contact = Some(answered.words.contact).filter(|text| needs_person && !text.is_empty());
    AskResponse {
        id: answered.id.map(|id| id.to_string()),
        class: answer.class.name().to_owned(),
        probability: answer.probability,
        answer: answer.to_text(),
        notes: note::notes(&answer)
            .into_iter()
            .map(|Note { code, text }| NoteBody { code, text })
            .collect(),
        unknown_words: answer.unknown.clone(),
        approved: answer.approved.as_ref().map(ToString::to_string),
        parts: answer.parts.into_iter().map(PartBody::from).collect(),
        citations: answer
            .citations
            .into_iter()
            .map(|citation| CitationBody {
                number: citation.number,
                quote: citation.quote,
                source: citation.source.map(SourceBody::from),
            })
            .collect(),
        contact,
        mended: answer.mended.map(MendedBody::from),
        talk: answer.talk.map(|talk| match talk {
            Talk::Greeting => "greeting",
            Talk::Thanks => "thanks",
            Talk::WhoAreYou => "who_are_you",
        }),
        nearest: answer
            .nearest
            .into_iter()
            .map(|page| NearestBody {
                source: page.source.into(),
                line: page.line,
            })
            .collect(),
        choices: answer
            .choices
            .into_iter()
            .map(|choice| ChoiceBody {
                name: choice.name,
                question: choice.question,
                source: choice.source.map(SourceBody::from),
            })
            .collect(),
    }
}

impl From<Part> for PartBody {
    fn from(part: Part) -> Self {
        Self {
            layout: part.layout.name().to_owned(),
            text: part.text,
            table_header: part.table_header,
            citation: part.citation,
            folded: part.folded,
            omitted: part.omitted.map(OmissionBody::from),
        }
    }
}

impl From<Omission> for OmissionBody {
    fn from(omitted: Omission) -> Self {
        Self {
            kind: match omitted.kind {
                OmissionKind::Rows => "rows",
                OmissionKind::Items => "items",
                OmissionKind::Problems => "problems",
            },
            shown: omitted.shown,
            of: omitted.of,
        }
    }
}

impl From<Mended> for MendedBody {
    fn from(mended: Mended) -> Self {
        let words = mended.words.into_iter();
        Self {
            text: mended.text,
            words: words
                .map(|(typed, taken_for)| MendedWordBody { typed, taken_for })
                .collect(),
        }
    }
}

impl From<Source> for SourceBody {
    fn from(source: Source) -> Self {
        Self {
            document: source.document.to_string(),
            path: source.path,
            title: source.title,
            heading_path: source.heading_path,
            start: source.start,
            end: source.end,
        }
    }
}
