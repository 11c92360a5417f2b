//! What a handler answers with.

use std::fmt;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentEncoding, LOCATION};
use actix_web::web::Bytes;
use askama::Template;

use crate::web::dashboard::view;
use crate::web::error::Error;
use crate::web::load::quota::{Exhausted, Share};
use crate::web::{failure, reading};

pub(in crate::web) type PageResult = Result<HttpResponse, PageError>;

/// An [`Error`] that answers as a page.
#[derive(Debug)]
pub(in crate::web) struct PageError(pub Error);

impl<E: Into<Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.message())
    }
}

impl actix_web::ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        failure::for_staff(&self.0)
    }
}

pub(in crate::web::dashboard) fn render(page: &impl Template) -> HttpResponse {
    with_status(StatusCode::OK, page)
}

pub(in crate::web::dashboard) fn with_status(
    status: StatusCode,
    page: &impl Template,
) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            // A page holds a token and what was typed: compressed together, its length would tell about the token.
            .insert_header(ContentEncoding::Identity)
            .body(html),
        Err(error) => failure::unrendered(&error),
    }
}

/// A page with something long in it, which takes the place of `place` and is made piece by piece. `take` takes memory for the rest of the page.
pub(in crate::web::dashboard) fn render_around(
    page: &impl Template,
    place: &str,
    pieces: impl Iterator<Item = String> + 'static,
    take: impl FnOnce(u64) -> Result<Share, Exhausted>,
) -> Result<HttpResponse, Error> {
    let Ok(html) = page.render() else {
        return Ok(render(page));
    };
    let memory = take(html.len() as u64)?;
    let html = Bytes::from(html);
    let at = html
        .windows(place.len())
        .position(|window| window == place.as_bytes())
        .unwrap_or(html.len());
    let after = html.slice((at + place.len()).min(html.len())..);
    let pieces = pieces.inspect(move |_| {
        let _until_all_is_taken = &memory;
    });
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/html; charset=utf-8")
        .insert_header(ContentEncoding::Identity);
    Ok(reading::answer(response, html.slice(..at), pieces, after))
}

/// The page again, with what is wrong.
pub(in crate::web::dashboard) fn unprocessable(page: &impl Template) -> HttpResponse {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// After a change: the browser asks for `to`, an address as a browser needs it.
pub(in crate::web::dashboard) fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, to))
        .finish()
}

/// A page of the dashboard to come back to, as a browser needs it; whatever else is given leads to the start.
pub(in crate::web::dashboard) fn checked_return(address: &str) -> String {
    let start = view::at("/dashboard");
    let is_ours = address
        .strip_prefix(&start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with('?'))
        && !address.contains("//")
        && !address.contains("..")
        && address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours { address.to_owned() } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_the_dashboard_only() {
        for good in ["/dashboard", "/dashboard/w/main/keys?a=b"] {
            assert_eq!(checked_return(good), good);
        }
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/dashboard//evil.example",
            "/dashboardx",
            "/help/main",
            "/dashboard/../help",
            "/dashboard/\\evil",
            "/dashboard/\r\nset-cookie: x",
        ] {
            assert_eq!(checked_return(bad), "/dashboard", "{bad:?}");
        }
    }
}
