//! The cookies of the dashboard: a session, a sign-in that waits for its code, an account that is being made, and what the next page has to say.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse};

use crate::staff::SessionToken;
use crate::web::address::base;
use crate::web::dashboard::view::notice::Notice;

/// A cookie of ours.
#[derive(Clone, Copy)]
enum Kind {
    Session,
    Pending,
    Enrolment,
    Notice,
}

impl Kind {
    /// The prefixes are promises that browsers enforce: at the top of a host a cookie is that host's alone, below a path it is at least sent over TLS
    /// only.
    fn name(self) -> String {
        let prefix = if base().is_empty() {
            "__Host-"
        } else {
            "__Secure-"
        };
        let name = match self {
            Self::Session => "session",
            Self::Pending => "sign-in",
            Self::Enrolment => "enrolment",
            Self::Notice => "notice",
        };
        format!("{prefix}anchorite-{name}")
    }
}

pub(in crate::web::dashboard) fn session_token(request: &HttpRequest) -> Option<SessionToken> {
    token(request, Kind::Session)
}

/// The tokens that a browser holds before it has a session.
pub(in crate::web::dashboard) fn pending_token(request: &HttpRequest) -> Option<SessionToken> {
    token(request, Kind::Pending)
}

pub(in crate::web::dashboard) fn enrolment_token(request: &HttpRequest) -> Option<SessionToken> {
    token(request, Kind::Enrolment)
}

/// What this browser's next page has to say.
pub(in crate::web::dashboard) fn notice(request: &HttpRequest) -> Option<Notice> {
    let cookie = request.cookie(&Kind::Notice.name())?;
    Notice::parse(cookie.value())
}

fn token(request: &HttpRequest, kind: Kind) -> Option<SessionToken> {
    request
        .cookie(&kind.name())
        .map(|cookie| SessionToken::presented(cookie.value()))
}

/// Cookies that only this server gets, over TLS only, never for a request that another site makes, and that no script can read.
fn cookie<'c>(kind: Kind, value: String) -> Cookie<'c> {
    let path = match base() {
        "" => "/",
        below => below,
    };
    Cookie::build(kind.name(), value)
        .path(path)
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}

pub(in crate::web::dashboard) fn session_cookie<'c>(token: &SessionToken) -> Cookie<'c> {
    cookie(Kind::Session, token.expose().to_owned())
}

pub(in crate::web::dashboard) fn pending_cookie<'c>(token: &SessionToken) -> Cookie<'c> {
    cookie(Kind::Pending, token.expose().to_owned())
}

pub(in crate::web::dashboard) fn enrolment_cookie<'c>(token: &SessionToken) -> Cookie<'c> {
    cookie(Kind::Enrolment, token.expose().to_owned())
}

/// For the next page, which follows at once.
fn notice_cookie<'c>(notice: Notice) -> Cookie<'c> {
    let mut cookie = cookie(Kind::Notice, notice.code().to_owned());
    cookie.set_max_age(Duration::minutes(1));
    cookie
}

/// After a change: the browser asks for `to`, a page that then says, once and to this browser alone, what was done.
pub(in crate::web::dashboard) fn done(to: &str, notice: Notice) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, to))
        .cookie(notice_cookie(notice))
        .finish()
}

fn gone<'c>(kind: Kind) -> Cookie<'c> {
    let mut cookie = cookie(kind, String::new());
    cookie.make_removal();
    cookie
}

pub(in crate::web::dashboard) fn no_session_cookie<'c>() -> Cookie<'c> {
    gone(Kind::Session)
}

pub(in crate::web::dashboard) fn no_pending_cookie<'c>() -> Cookie<'c> {
    gone(Kind::Pending)
}

pub(in crate::web::dashboard) fn no_enrolment_cookie<'c>() -> Cookie<'c> {
    gone(Kind::Enrolment)
}

pub(in crate::web::dashboard) fn no_notice_cookie<'c>() -> Cookie<'c> {
    gone(Kind::Notice)
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
