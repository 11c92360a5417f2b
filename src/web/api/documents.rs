//! `/api/v1/documents`: what the key's workspace knows.

mod body;

use std::sync::Arc;

use actix_web::dev::Decompress;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use body::DocumentBody;

use super::auth::Caller;
use super::{ApiError, ApiResult};
use crate::apikey::Scope;
use crate::app::{App, OpenWorkspace};
use crate::id::WorkspaceId;
use crate::knowledge::Source;
use crate::knowledge::ingest::{Outcome, ingest_one};
use crate::knowledge::review::Eyes;
use crate::knowledge::{self, SourcePath};
use crate::parser::{MediaType, Note, format};
use crate::search::{Label, UnknownLabel};
use crate::web::Shell;
use crate::web::client::Client;
use crate::web::error::{Error, ErrorBody};
use crate::web::load::received::Received;
use crate::web::reading::{self, InMemory};

const MAX_LISTED: usize = 1_000;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct ListQuery {
    /// Only documents whose path begins with this.
    #[serde(default)]
    prefix: String,
    /// Only documents after this path: `next` of the page before.
    after: Option<String>,
    /// 1 to 1,000; 100 when left out.
    #[serde(default = "default_limit")]
    limit: usize,
}

fn default_limit() -> usize {
    100
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct ListResponse {
    /// In the order of their paths.
    documents: Vec<DocumentBody>,
    /// `after` of the next page; null on the last.
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct DocumentResponse {
    #[serde(flatten)]
    document: DocumentBody,
    /// As it is searched and cited: readable text without markup.
    text: String,
    /// What was repaired or left out.
    notes: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct PutResponse {
    /// `added`, `replaced` or `unchanged`.
    outcome: String,
    passages: Option<usize>,
    notes: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct WaitingResponse {
    /// `waiting_for_review`.
    status: &'static str,
    notes: Vec<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct PutQuery {
    /// `public`: may be quoted, named and linked; `unnamed`: quoted only; `staff`: visitors find nothing of it. When left out: as it was, or public.
    label: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct DeleteResponse {
    /// Passages that went with the document, each with its vectors and terms.
    passages: usize,
}

/// Lists the documents that everybody may open: those that are public and in force.
#[utoipa::path(
    get, path = "", params(ListQuery),
    responses(
        (status = 200, body = ListResponse),
        (status = 400, description = "query_malformed, limit", body = ErrorBody),
    )
)]
pub(in crate::web) async fn list(
    shell: web::Data<Shell>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult {
    let query = web::Query::<ListQuery>::from_query(request.query_string())
        .map_err(|error| {
            Error::new(
                StatusCode::BAD_REQUEST,
                "query_malformed",
                error.to_string(),
            )
        })?
        .into_inner();
    let limit = query.limit;
    if !(1..=MAX_LISTED).contains(&limit) {
        return Err(Error::new(
            StatusCode::BAD_REQUEST,
            "limit",
            format!("limit is a number from 1 to {MAX_LISTED}"),
        )
        .into());
    }
    let workspace = caller.workspace().clone();
    let (listed, today) = shell
        .blocking(move |app| {
            let now = app.clock.now();
            let listed = knowledge::list_open(
                &open(app, &workspace)?.db,
                &query.prefix,
                query.after.as_deref(),
                limit,
                now,
            )?;
            Ok::<_, Error>((listed, now.day()))
        })
        .await
        .map_err(ApiError)?;
    let next = listed
        .last()
        .filter(|_| listed.len() == limit)
        .map(|last| last.path.to_string());
    Ok(HttpResponse::Ok().json(ListResponse {
        documents: listed
            .into_iter()
            .map(|summary| DocumentBody::new(summary, today))
            .collect(),
        next,
    }))
}

/// Shows a document that is public and in force.
#[utoipa::path(
    get, path = "", params(("path" = String, Path, description = "may contain slashes")),
    responses(
        (status = 200, body = DocumentResponse),
        (status = 400, description = "path_malformed", body = ErrorBody),
        (status = 404, description = "document_unknown", body = ErrorBody),
    )
)]
pub(in crate::web) async fn get(
    shell: web::Data<Shell>,
    caller: Caller,
    path: web::Path<String>,
) -> ApiResult {
    let path = parse_path(&path)?;
    let workspace = caller.workspace().clone();
    let reading = Arc::clone(&shell.reading);
    let (summary, copy, today) = shell
        .blocking(move |app| {
            let workspace = open(app, &workspace)?;
            let id = knowledge::find_id(&workspace.db, &path)?;
            let id = id.ok_or(knowledge::Error::Unknown)?;
            let (summary, copy) = reading.get(&workspace, &id)?;
            let now = app.clock.now();
            if !summary.visibility.may_be_opened(now) {
                return Err(knowledge::Error::Unknown.into());
            }
            Ok::<_, Error>((summary, copy, now.day()))
        })
        .await
        .map_err(ApiError)?;
    let whole = DocumentResponse {
        notes: sentences(&copy.document.notes)
            .chain(summary.stated.note(today))
            .collect(),
        document: DocumentBody::new(summary, today),
        text: String::new(),
    };
    let whole = serde_json::to_string(&whole).map_err(|error| Error::internal(&error))?;
    // Inside a string, a quotation mark would be escaped.
    let (before, after) = whole.split_once("\"text\":\"\"").unwrap_or((&whole, ""));
    let mut response = HttpResponse::Ok();
    response.content_type("application/json");
    let (before, after) = (format!("{before}\"text\":\""), format!("\"{after}"));
    Ok(reading::answer(response, before, json_pieces(copy), after))
}

/// The text as the inside of a JSON string, piece by piece.
fn json_pieces(copy: Arc<InMemory>) -> impl Iterator<Item = String> {
    const PIECE: usize = 32 * 1024;
    let mut at = 0;
    std::iter::from_fn(move || {
        let text = &copy.document.text;
        let to = text.floor_char_boundary(at + PIECE);
        let piece = serde_json::Value::from(&text[at..to]).to_string();
        at = to;
        (piece.len() > 2).then(|| piece[1..piece.len() - 1].to_owned())
    })
}

/// Adds or replaces a document; its body is the document itself.
///
/// Where the workspace has its documents reviewed, what visitors would find waits for a person, and what is published under the path stays meanwhile,
/// unless the key has the scope `sources_publish` too.
#[utoipa::path(
    put, path = "", params(("path" = String, Path, description = "may contain slashes"), PutQuery),
    request_body(content((String = "text/markdown"), (String = "text/html"), (String = "text/plain"))),
    responses(
        (status = 200, description = "replaced or unchanged", body = PutResponse),
        (status = 201, description = "added", body = PutResponse),
        (status = 202, description = "kept until a person has approved it", body = WaitingResponse),
        (status = 400, description = "path_malformed, query_malformed, label", body = ErrorBody),
        (status = 409, description = "is_article", body = ErrorBody),
        (status = 415, description = "content_type", body = ErrorBody),
        (status = 422, description = "document_unreadable, document_too_long", body = ErrorBody),
    )
)]
pub(in crate::web) async fn put(
    shell: web::Data<Shell>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: web::Payload,
) -> ApiResult {
    let path = parse_path(&path)?;
    let media = media_type(&request, &path)?;
    let label = label(&request)?;
    let received = receive(&shell, &request, body).await?;
    let workspace = caller.workspace().clone();
    let outcome = shell
        .bulk(move |app| {
            let source = Source {
                path,
                media,
                bytes: received.into_bytes()?,
                title: None,
                label,
                origin: knowledge::Origin::Api,
            };
            let caller = caller.renewed(app)?;
            let change = caller.change(app.clock.now());
            let workspace = open(app, &workspace)?;
            let eyes = if caller.has(Scope::SourcesPublish) {
                Eyes::Second
            } else {
                app.eyes(&workspace)?
            };
            let outcome = ingest_one(&workspace.db, app.pool()?, source, eyes, &change)?;
            workspace.index.refresh_density()?;
            Ok::<_, Error>(outcome)
        })
        .await
        .map_err(ApiError)?;
    put_response(outcome)
}

fn put_response(outcome: Outcome) -> ApiResult {
    let (status, outcome, passages, notes) = match outcome {
        Outcome::Added { passages, notes } => (StatusCode::CREATED, "added", Some(passages), notes),
        Outcome::Replaced { passages, notes } => {
            (StatusCode::OK, "replaced", Some(passages), notes)
        }
        Outcome::Unchanged => (StatusCode::OK, "unchanged", None, Vec::new()),
        Outcome::Waiting { notes } => {
            return Ok(HttpResponse::Accepted().json(WaitingResponse {
                status: "waiting_for_review",
                notes,
            }));
        }
        Outcome::Failed(error) => return Err(Error::from(error).into()),
    };
    Ok(HttpResponse::build(status).json(PutResponse {
        outcome: outcome.to_owned(),
        passages,
        notes,
    }))
}

/// The body of a request, which is a file.
async fn receive(
    shell: &Shell,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<Received, Error> {
    let largest = shell.app.config.ingest.max_file_mib * 1024 * 1024;
    let mut received = Received::new(&shell.load, Client::of(request).address)?;
    let mut body = Decompress::from_headers(body.into_inner(), request.headers());
    while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(|_| {
            Error::new(
                StatusCode::BAD_REQUEST,
                "body_malformed",
                "the body did not arrive whole",
            )
        })?;
        if received.length() + bytes.len() as u64 > largest {
            return Err(Error::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                "the document is too large",
            ));
        }
        received.push(&bytes).await?;
    }
    Ok(received)
}

/// Removes a document, with its passages, vectors and terms.
#[utoipa::path(
    delete, path = "", params(("path" = String, Path, description = "may contain slashes")),
    responses(
        (status = 200, body = DeleteResponse),
        (status = 400, description = "path_malformed", body = ErrorBody),
        (status = 404, description = "document_unknown", body = ErrorBody),
        (status = 409, description = "is_article", body = ErrorBody),
    )
)]
pub(in crate::web) async fn delete(
    shell: web::Data<Shell>,
    caller: Caller,
    path: web::Path<String>,
) -> ApiResult {
    let path = parse_path(&path)?;
    let workspace = caller.workspace().clone();
    let passages = shell
        .blocking(move |app| {
            let change = caller.change(app.clock.now());
            Ok::<_, Error>(knowledge::remove(
                &open(app, &workspace)?.db,
                &path,
                &change,
            )?)
        })
        .await
        .map_err(ApiError)?
        .passages;
    Ok(HttpResponse::Ok().json(DeleteResponse { passages }))
}

fn open(app: &App, workspace: &WorkspaceId) -> Result<Arc<OpenWorkspace>, Error> {
    app.workspace_by_id(workspace)?.ok_or_else(Error::not_found)
}

fn label(request: &HttpRequest) -> Result<Option<Label>, Error> {
    let query = web::Query::<PutQuery>::from_query(request.query_string()).map_err(|error| {
        Error::new(
            StatusCode::BAD_REQUEST,
            "query_malformed",
            error.to_string(),
        )
    })?;
    let label = query.label.as_deref().map(str::parse).transpose();
    label.map_err(|error: UnknownLabel| {
        Error::new(StatusCode::BAD_REQUEST, "label", error.to_string())
    })
}

fn parse_path(path: &str) -> Result<SourcePath, Error> {
    path.parse()
        .map_err(|error| knowledge::Error::BadPath(error).into())
}

/// What the client says, or, when it says nothing in particular, what the name says.
fn media_type(request: &HttpRequest, path: &SourcePath) -> Result<MediaType, Error> {
    let said = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let unspecific = [
        "",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
    ]
    .contains(&said);
    let known = if unspecific {
        MediaType::from_file_name(path.as_str())
    } else {
        said.parse().ok()
    };
    known.ok_or_else(|| {
        Error::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type",
            format!("{} are read", format::media_types()),
        )
    })
}

fn sentences(notes: &[Note]) -> impl Iterator<Item = String> {
    notes.iter().map(ToString::to_string)
}
