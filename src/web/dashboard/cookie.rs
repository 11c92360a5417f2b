//! The cookies of the dashboard: a session, a sign-in that waits for its code, an account that is being made.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};

use crate::staff::SessionToken;

const SESSION: &str = "__Host-anchorite-session";
const PENDING: &str = "__Host-anchorite-sign-in";
const ENROLMENT: &str = "__Host-anchorite-enrolment";

pub(super) fn session_token(request: &HttpRequest) -> Option<SessionToken> {
    token(request, SESSION)
}

/// The tokens that a browser holds before it has a session.
pub(super) fn pending_token(request: &HttpRequest) -> Option<SessionToken> {
    token(request, PENDING)
}

pub(super) fn enrolment_token(request: &HttpRequest) -> Option<SessionToken> {
    token(request, ENROLMENT)
}

fn token(request: &HttpRequest, name: &str) -> Option<SessionToken> {
    request
        .cookie(name)
        .map(|cookie| SessionToken::presented(cookie.value()))
}

/// Cookies that only this host gets, over TLS only, never for a request that another site makes, and that no script can read.
fn cookie<'c>(name: &'static str, value: String) -> Cookie<'c> {
    Cookie::build(name, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}

pub(super) fn session_cookie<'c>(token: &SessionToken) -> Cookie<'c> {
    cookie(SESSION, token.expose().to_owned())
}

pub(super) fn pending_cookie<'c>(token: &SessionToken) -> Cookie<'c> {
    cookie(PENDING, token.expose().to_owned())
}

pub(super) fn enrolment_cookie<'c>(token: &SessionToken) -> Cookie<'c> {
    cookie(ENROLMENT, token.expose().to_owned())
}

fn gone<'c>(name: &'static str) -> Cookie<'c> {
    let mut cookie = cookie(name, String::new());
    cookie.make_removal();
    cookie
}

pub(super) fn no_session_cookie<'c>() -> Cookie<'c> {
    gone(SESSION)
}

pub(super) fn no_pending_cookie<'c>() -> Cookie<'c> {
    gone(PENDING)
}

pub(super) fn no_enrolment_cookie<'c>() -> Cookie<'c> {
    gone(ENROLMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_for_this_host_alone() {
        let cookie = session_cookie(&SessionToken::presented("x")).to_string();
        assert_eq!(
            cookie,
            "__Host-anchorite-session=x; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
    }
}
