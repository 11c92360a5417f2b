//! `/api/v1`: JSON over API keys.
//!
//! A key opens one workspace, so no request names one.

pub(super) mod ask;
mod auth;
pub(super) mod documents;
pub(super) mod openapi;
pub(super) mod search;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Scope as ActixScope, web};

use super::error::Error;

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

pub(super) fn scope() -> ActixScope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    web::scope("/api/v1")
        .wrap(from_fn(auth::authenticate))
        .app_data(
            web::JsonConfig::default()
                .limit(64 * 1024)
                .error_handler(|error, _| malformed(&error)),
        )
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
