//! `POST /api/v1/search`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::Caller;
use super::{ApiError, ApiResult};
use crate::answer::Question;
use crate::app::App;
use crate::id::WorkspaceId;
use crate::search::{Filter, Hit, Label, Query};
use crate::web::Shell;
use crate::web::error::{Error, ErrorBody};

const MAX_HITS: usize = 50;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct SearchRequest {
    /// 1 to 2,000 characters.
    query: String,
    /// 1 to 50; 10 when left out.
    #[serde(default = "default_limit")]
    limit: usize,
    /// Only documents whose path begins with this.
    #[serde(default)]
    under: Option<String>,
}

fn default_limit() -> usize {
    10
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct SearchResponse {
    /// Best first.
    hits: Vec<HitBody>,
}

#[derive(Serialize, ToSchema)]
struct HitBody {
    /// Null, as is what follows, when the document may be quoted but not named.
    document: Option<String>,
    path: Option<String>,
    title: Option<String>,
    heading_path: Option<Vec<String>>,
    text: String,
    /// Characters of the document's text before the passage.
    start: u64,
    /// Of all parts together; comparable within one answer only.
    score: f32,
    /// Cosine of the query and the passage.
    vector: f32,
    /// BM25 as a share of what this query could reach.
    lexical: f32,
}

/// Finds passages in the key's workspace.
#[utoipa::path(
    post, path = "", request_body = SearchRequest,
    responses(
        (status = 200, body = SearchResponse),
        (status = 400, description = "question_empty, question_too_long, question_malformed, limit, body_malformed", body = ErrorBody),
        (status = 415, description = "content_type", body = ErrorBody),
    )
)]
pub(in crate::web) async fn search(
    shell: web::Data<Shell>,
    caller: Caller,
    body: web::Json<SearchRequest>,
) -> ApiResult {
    let body = body.into_inner();
    if !(1..=MAX_HITS).contains(&body.limit) {
        return Err(Error::new(
            StatusCode::BAD_REQUEST,
            "limit",
            format!("limit is a number from 1 to {MAX_HITS}"),
        )
        .into());
    }
    let question: Question = body.query.parse()?;
    let workspace = caller.workspace().clone();
    let hits = shell
        .blocking(move |app| {
            find(
                app,
                &workspace,
                &question,
                body.under.as_deref(),
                body.limit,
            )
        })
        .await
        .map_err(ApiError)?;
    Ok(HttpResponse::Ok().json(SearchResponse {
        hits: hits.into_iter().map(hit_body).collect(),
    }))
}

fn find(
    app: &App,
    workspace: &WorkspaceId,
    question: &Question,
    under: Option<&str>,
    limit: usize,
) -> Result<Vec<Hit>, Error> {
    let workspace = app
        .workspace_by_id(workspace)?
        .ok_or_else(Error::not_found)?;
    let visitor = Filter::visitor(app.clock.now());
    let filter = match under {
        Some(prefix) => workspace.index.under(prefix, visitor)?,
        None => visitor,
    };
    let vector = app
        .pool()?
        .embed_now(&[question.as_str()])
        .map_err(crate::answer::Error::from)?;
    Ok(workspace
        .index
        .search(&Query::new(question.as_str(), vector), &filter, limit)?
        .hits)
}

fn hit_body(hit: Hit) -> HitBody {
    let is_named = hit.visibility.label == Label::Public;
    HitBody {
        document: is_named.then(|| hit.document.to_string()),
        path: is_named.then_some(hit.path),
        title: is_named.then_some(hit.title),
        heading_path: is_named.then_some(hit.heading_path),
        text: hit.body,
        start: hit.start_char,
        score: hit.scores.fused,
        vector: hit.scores.passage,
        lexical: hit.scores.lexical,
    }
}
