//! An error as each surface shows it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ContentEncoding, HeaderValue, RETRY_AFTER};
use askama::Template;

use super::error::Error;
use super::route::Surface;
use super::view;

/// An answer comes by POST: were it not stored at all, "back" would end at an error page. Where the browser does not store it anyway, as under a
/// certificate that it does not know, citations help by opening in a tab of their own.
pub(super) const FOR_BACK: &str = "private, no-cache";

#[derive(Template)]
#[template(path = "help/failure.html", config = "assets/askama.toml")]
struct ForVisitors<'a> {
    status: u16,
    message: &'a str,
}

#[derive(Template)]
#[template(path = "dashboard/failure.html", config = "assets/askama.toml")]
struct ForStaff<'a> {
    status: u16,
    title: &'static str,
    message: &'a str,
}

/// What whoever asked for something of `surface` gets.
pub(super) fn answer(surface: Surface, error: &Error) -> HttpResponse {
    match surface {
        Surface::Api => error.to_json(),
        Surface::Dashboard => for_staff(error),
        Surface::Open | Surface::Help => for_visitors(error),
    }
}

/// A page for anybody.
pub(super) fn for_visitors(error: &Error) -> HttpResponse {
    let mut response = page(
        error.status(),
        &ForVisitors {
            status: error.status().as_u16(),
            message: error.message(),
        },
    );
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static(FOR_BACK));
    response
}

/// A page of the dashboard.
pub(super) fn for_staff(error: &Error) -> HttpResponse {
    let title = match error.status() {
        StatusCode::NOT_FOUND => "This page does not exist",
        StatusCode::FORBIDDEN => "You do not have permission",
        StatusCode::GONE => "This link does not work any more",
        StatusCode::TOO_MANY_REQUESTS => "Too many attempts",
        _ => "Something went wrong",
    };
    page(
        error.status(),
        &ForStaff {
            status: error.status().as_u16(),
            title,
            message: error.message(),
        },
    )
}

fn page(status: StatusCode, page: &impl Template) -> HttpResponse {
    let mut response = match page.render() {
        Ok(html) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header(ContentEncoding::Identity)
            .body(html),
        Err(error) => unrendered(&error),
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let after = HeaderValue::from_static("1");
        response.headers_mut().insert(RETRY_AFTER, after);
    }
    response
}

/// What there is when a page could not be made.
pub(super) fn unrendered(error: &askama::Error) -> HttpResponse {
    tracing::error!(%error, "a page could not be rendered");
    HttpResponse::InternalServerError()
        .content_type("text/plain")
        .body("The server failed.")
}
