//! `/api/v1`: JSON over API keys.
//!
//! Every route and the scope that opens it stand in one table; what is not in it is refused. A key opens one workspace, so no request
//! names one.

mod ask;
mod auth;
mod documents;
mod openapi;
mod search;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Scope as ActixScope, web};

use super::error::{self, Error};
use crate::apikey::Scope;
use crate::config::Config;

type ApiResult = Result<HttpResponse, ApiError>;

/// An [`Error`] that answers as JSON.
#[derive(Debug)]
pub(super) struct ApiError(Error);

impl<E: Into<Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.message())
    }
}

impl actix_web::ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.0.to_json()
    }
}

/// What opens a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Anyone,
    Key(Scope),
}

/// Every route and what opens it.
pub(super) static ROUTES: &[(&str, &str, Access)] = &[
    ("GET", "/api/v1/openapi.json", Access::Anyone),
    ("POST", "/api/v1/ask", Access::Key(Scope::ChatCreate)),
    ("POST", "/api/v1/feedback", Access::Key(Scope::ChatCreate)),
    ("POST", "/api/v1/search", Access::Key(Scope::ProjectSearch)),
    ("GET", "/api/v1/documents", Access::Key(Scope::SourcesRead)),
    (
        "GET",
        "/api/v1/documents/{path:.*}",
        Access::Key(Scope::SourcesRead),
    ),
    (
        "PUT",
        "/api/v1/documents/{path:.*}",
        Access::Key(Scope::SourcesCreate),
    ),
    (
        "DELETE",
        "/api/v1/documents/{path:.*}",
        Access::Key(Scope::SourcesDelete),
    ),
];

/// The scope that a request needs. `None`: there is no such route, and nobody may have it.
fn access(method: &Method, route: &str) -> Option<Access> {
    ROUTES
        .iter()
        .find(|(known, pattern, _)| *known == method.as_str() && *pattern == route)
        .map(|(_, _, access)| *access)
}

pub(super) fn scope(
    config: &Config,
) -> ActixScope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let largest = usize::try_from(config.ingest.max_file_mib * 1024 * 1024).unwrap_or(usize::MAX);
    web::scope("/api/v1")
        .wrap(from_fn(auth::authenticate))
        .app_data(
            web::JsonConfig::default()
                .limit(64 * 1024)
                .error_handler(|error, _| malformed(&error)),
        )
        .app_data(web::PayloadConfig::new(largest))
        .route("/openapi.json", web::get().to(openapi::document))
        .route("/ask", web::post().to(ask::ask))
        .route("/feedback", web::post().to(ask::feedback))
        .route("/search", web::post().to(search::search))
        .route("/documents", web::get().to(documents::list))
        .service(
            web::resource("/documents/{path:.*}")
                .get(documents::get)
                .put(documents::put)
                .delete(documents::delete),
        )
        .default_service(web::to(error::json_not_found))
}

fn malformed(error: &actix_web::error::JsonPayloadError) -> actix_web::Error {
    use actix_web::error::JsonPayloadError as Json;
    let (status, code) = match error {
        Json::Overflow { .. } | Json::OverflowKnownLength { .. } => {
            (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
        }
        Json::ContentType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type"),
        _ => (StatusCode::BAD_REQUEST, "body_malformed"),
    };
    ApiError(Error::new(status, code, error.to_string())).into()
}
