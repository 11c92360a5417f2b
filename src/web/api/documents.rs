//! `/api/v1/documents`: what the key's workspace knows.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::Caller;
use super::{ApiError, ApiResult};
use crate::apikey::Scope;
use crate::app::{App, OpenWorkspace};
use crate::id::WorkspaceId;
use crate::knowledge::ingest::{Outcome, Source, ingest_one};
use crate::knowledge::review::Eyes;
use crate::knowledge::{self, SourcePath, Summary};
use crate::parser::{MediaType, Note, format};
use crate::search::{Label, UnknownLabel};
use crate::web::Shell;
use crate::web::error::{Error, ErrorBody};

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
struct DocumentBody {
    id: String,
    path: String,
    title: String,
    media_type: String,
    /// Of the source.
    bytes: u64,
    passages: usize,
    /// RFC 3339.
    ingested: String,
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
    let listed = shell
        .blocking(move |app| {
            Ok::<_, Error>(knowledge::list_open(
                &open(app, &workspace)?.db,
                &query.prefix,
                query.after.as_deref(),
                limit,
                app.clock.now(),
            )?)
        })
        .await
        .map_err(ApiError)?;
    let next = listed
        .last()
        .filter(|_| listed.len() == limit)
        .map(|last| last.path.to_string());
    Ok(HttpResponse::Ok().json(ListResponse {
        documents: listed.into_iter().map(document_body).collect(),
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
    let document = shell
        .blocking(move |app| {
            let document = knowledge::get_by_path(&open(app, &workspace)?.db, &path)?;
            let visibility = &document.summary.visibility;
            if !visibility.may_be_opened(app.clock.now()) {
                return Err(knowledge::Error::Unknown.into());
            }
            Ok::<_, Error>(document)
        })
        .await
        .map_err(ApiError)?;
    Ok(HttpResponse::Ok().json(DocumentResponse {
        document: document_body(document.summary),
        text: document.text,
        notes: sentences(&document.notes),
    }))
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
        (status = 413, description = "body_too_large", body = ErrorBody),
        (status = 415, description = "content_type", body = ErrorBody),
        (status = 422, description = "document_unreadable, document_too_long", body = ErrorBody),
        (status = 507, description = "disk_full", body = ErrorBody),
    )
)]
pub(in crate::web) async fn put(
    shell: web::Data<Shell>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: Result<web::Bytes, actix_web::Error>,
) -> ApiResult {
    let path = parse_path(&path)?;
    let media = media_type(&request, &path)?;
    let label = label(&request)?;
    let body = body.map_err(|error| match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "the document is too large",
        ),
        _ => Error::new(
            StatusCode::BAD_REQUEST,
            "body_malformed",
            "the body did not arrive whole",
        ),
    })?;
    let source = Source {
        path,
        media,
        bytes: body.to_vec(),
        title: None,
        label,
        origin: knowledge::Origin::Api,
    };
    let workspace = caller.workspace().clone();
    let outcome = shell
        .bulk(move |app| {
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
                notes: sentences(&notes),
            }));
        }
        Outcome::Failed(error) => return Err(Error::from(error).into()),
    };
    Ok(HttpResponse::build(status).json(PutResponse {
        outcome: outcome.to_owned(),
        passages,
        notes: sentences(&notes),
    }))
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

fn open(app: &App, workspace: &WorkspaceId) -> Result<std::sync::Arc<OpenWorkspace>, Error> {
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

fn document_body(summary: Summary) -> DocumentBody {
    DocumentBody {
        id: summary.id.to_string(),
        path: summary.path.to_string(),
        title: summary.title,
        media_type: summary.media_type.to_owned(),
        bytes: summary.bytes,
        passages: summary.passages,
        ingested: summary.ingested.to_string(),
    }
}

fn sentences(notes: &[Note]) -> Vec<String> {
    notes.iter().map(ToString::to_string).collect()
}
