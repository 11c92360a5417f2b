//! What was typed into a form that is not done: it goes along to the page that comes instead.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use super::{is_form, is_partial};
use crate::web::dashboard::account::not_saved;
use crate::web::dashboard::context::desk::Desk;
use crate::web::dashboard::context::kept::Kept;
use crate::web::dashboard::view::response::PageError;
use crate::web::error::Error;
use crate::web::route::Route;

/// The form of a change that its handler works on.
pub(super) struct Typed(pub web::Bytes);

/// What was typed, where it is kept until it can be sent again.
pub(super) fn kept(request: &HttpRequest, route: &Route, form: &[u8]) -> Option<Kept> {
    let is_kept = route.keeps_form && is_form(request.headers()) && !form.is_empty();
    is_kept.then(|| Kept::new(own_address(request), form))
}

/// The address of this page, as a browser needs it.
pub(super) fn own_address(request: &HttpRequest) -> String {
    match request.query_string() {
        "" => request.path().to_owned(),
        query => format!("{}?{query}", request.path()),
    }
}

/// What a form gets for which the disk has no room.
pub(super) fn refused(
    request: &ServiceRequest,
    route: &Route,
    form: &[u8],
    csrf: &str,
    error: Error,
) -> Result<HttpResponse, Error> {
    match kept(request.request(), route, form) {
        Some(kept) if !is_partial(request.headers()) => Ok(not_saved(csrf, &error, kept)),
        _ => Err(error),
    }
}

/// The same, when only its handler met that: the room went meanwhile, or is less than it seems.
pub(super) fn failed(response: &ServiceResponse<BoxBody>) -> Option<HttpResponse> {
    let request = response.request();
    let error = &response.response().error()?.as_error::<PageError>()?.0;
    if error.status() != StatusCode::INSUFFICIENT_STORAGE || is_partial(request.headers()) {
        return None;
    }
    let extensions = request.extensions();
    let (form, desk) = (extensions.get::<Typed>()?, extensions.get::<Desk>()?);
    let kept = kept(request, Route::of(request)?, &form.0)?;
    Some(not_saved(&desk.csrf, error, kept))
}
