//! What all pages are made of.

use std::fmt;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentEncoding, LOCATION};
use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;

use super::page;
use crate::staff::Permission;
use crate::web::error::Error;
use crate::web::{assets, escape};

pub(super) type PageResult = Result<HttpResponse, PageError>;

/// An [`Error`] that answers as a page.
#[derive(Debug)]
pub(super) struct PageError(pub Error);

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
        failure(&self.0)
    }
}

#[derive(Template)]
#[template(path = "dashboard/failure.html", config = "assets/askama.toml")]
struct Failure<'a> {
    status: u16,
    title: &'static str,
    message: &'a str,
}

/// A page that says what went wrong.
pub(super) fn failure(error: &Error) -> HttpResponse {
    let title = match error.status() {
        StatusCode::NOT_FOUND => "This page does not exist",
        StatusCode::FORBIDDEN => "This is not for you",
        StatusCode::GONE => "This link does not work any more",
        StatusCode::TOO_MANY_REQUESTS => "Not so fast",
        _ => "This did not work",
    };
    let page = Failure {
        status: error.status().as_u16(),
        title,
        message: error.message(),
    };
    let mut response = with_status(error.status(), &page);
    if error.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(
            actix_web::http::header::RETRY_AFTER,
            actix_web::http::header::HeaderValue::from_static("1"),
        );
    }
    response
}

pub(super) async fn not_found() -> HttpResponse {
    failure(&Error::not_found())
}

pub(super) fn render(page: &impl Template) -> HttpResponse {
    with_status(StatusCode::OK, page)
}

pub(super) fn with_status(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            // A page holds a token and what was typed: compressed together, its length would tell about the token.
            .insert_header(ContentEncoding::Identity)
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            HttpResponse::InternalServerError()
                .content_type("text/plain")
                .body("The server failed.")
        }
    }
}

/// The page again, with what is wrong.
pub(super) fn unprocessable(page: &impl Template) -> HttpResponse {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// After a change: the browser asks for `to`.
pub(super) fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, to))
        .finish()
}

/// The same, to a page that then says what was done: `code` is one of [`notice`].
pub(super) fn done(to: &str, code: &str) -> HttpResponse {
    let separator = if to.contains('?') { '&' } else { '?' };
    see_other(&format!("{to}{separator}done={code}"))
}

/// What a page says after a change.
pub(super) fn notice(code: &str) -> Option<&'static str> {
    let text = match code {
        "invited" => "The invitation is on its way.",
        "withdrawn" => "The invitation is withdrawn.",
        "role" => "The role is changed. They have to sign in again.",
        "removed-person" => "They are no longer on the team.",
        "disabled" => "The account is disabled, and signed out everywhere.",
        "enabled" => "The account is enabled again.",
        "letter" => "The letter is on its way.",
        "password" => "Your password is changed. Your other sessions have ended.",
        "email" => "Your e-mail address is changed. Your other sessions have ended.",
        "name" => "Your name is changed.",
        "session" => "The session has ended.",
        "sessions" => "Your other sessions have ended.",
        "joined" => "Welcome. You can see the workspace now.",
        "chosen" => "Your new password is set. You can sign in now.",
        "workspace" => "The workspace is there. It is empty.",
        "renamed" => "The workspace has a new name.",
        "deleted-workspace" => "The workspace is deleted and its key destroyed.",
        "revoked" => "The key is revoked.",
        "settings" => "The settings are saved.",
        "draft" => "The draft is saved.",
        "unchanged" => "Nothing was changed, and so nothing was saved.",
        "submitted" => "The article is in review.",
        "returned" => "The article went back to its author.",
        "published" => "The article is published: the next question can find it.",
        "withdrawn-article" => "The article is withdrawn: no question finds it any more.",
        "rolled-back" => "The old version is the draft now. Publish it to make it count.",
        "changed" => "The document is changed.",
        "approved" => "The approved answer is saved.",
        "approved-gone" => "The approved answer is removed.",
        "dismissed" => "The gap is dismissed.",
        "reopened" => "The gap is open again.",
        "closed" => "Asked again, the question is answered now: the gap is closed.",
        "still-open" => "Asked again, the question is not answered yet.",
        "signed-out" => "You are signed out.",
        _ => return None,
    };
    Some(text)
}

/// HTML that is put on a page as it is.
pub(super) struct Html(pub String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// The address of a file that a page loads.
pub(super) fn asset(name: &str) -> String {
    assets::address(name)
}

/// A picture beside words, which it does not replace.
pub(super) fn icon(name: &str) -> Html {
    Html(format!(
        "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{}#{name}\"></use></svg>",
        assets::address("icons.svg")
    ))
}

/// A moment, which a script turns into the reader's own time.
pub(super) fn when(at: &Timestamp) -> Html {
    Html(format!(
        "<time datetime=\"{at}\">{}</time>",
        at.strftime("%Y-%m-%d %H:%M UTC")
    ))
}

pub(super) fn when_or(at: Option<&Timestamp>, otherwise: &str) -> Html {
    match at {
        Some(at) => when(at),
        None => Html(escape(otherwise)),
    }
}

/// A day.
pub(super) fn day(at: &Timestamp) -> Html {
    Html(format!(
        "<time datetime=\"{at}\" data-day>{}</time>",
        at.strftime("%Y-%m-%d")
    ))
}

/// Where a page stands in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Overview,
    Knowledge,
    Approved,
    Playground,
    Gaps,
    Team,
    Keys,
    Settings,
    Audit,
    Account,
    People,
    Workspaces,
    InstanceAudit,
    Permissions,
    Elsewhere,
}

/// What surrounds every page of somebody who is signed in.
pub(super) struct Frame {
    pub person: String,
    pub email: String,
    pub role: &'static str,
    /// The workspace that the page is about.
    pub workspace: Option<String>,
    /// Those that the person may open, by name.
    pub workspaces: Vec<String>,
    pub csrf: String,
    pub place: Place,
    pub notice: Option<&'static str>,
    pub open_gaps: usize,
    /// Of this page, to come back to.
    pub path: String,
    pub is_owner: bool,
    pub(super) may: Vec<Permission>,
}

impl Frame {
    pub(super) fn may(&self, permission: Permission) -> bool {
        self.may.contains(&permission)
    }

    pub(super) fn is_at(&self, place: Place) -> bool {
        self.place == place
    }

    /// The name of the workspace, on pages that have one.
    pub(super) fn name(&self) -> &str {
        self.workspace.as_deref().unwrap_or_default()
    }

    /// The address of the workspace.
    pub(super) fn base(&self) -> String {
        format!("/dashboard/w/{}", self.name())
    }

    /// The token that every form carries.
    pub(super) fn csrf_field(&self) -> Html {
        Html(format!(
            "<input type=\"hidden\" name=\"csrf\" value=\"{}\">",
            escape(&self.csrf)
        ))
    }
}

/// What went wrong, as a sentence.
pub(super) fn sentence(problem: &impl ToString) -> String {
    let text = problem.to_string();
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}

/// A path as a value in an address.
pub(super) fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// A path of the dashboard to come back to; whatever else is given leads to the start.
pub(super) fn checked_return(path: &str) -> String {
    let is_ours = (path == "/dashboard" || path.starts_with("/dashboard/"))
        && !path.contains("//")
        && !path.contains("..")
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours {
        path.to_owned()
    } else {
        "/dashboard".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_as_a_value() {
        assert_eq!(encode("/dashboard/w/a?b=c&d"), "/dashboard/w/a%3Fb%3Dc%26d");
    }

    #[test]
    fn a_moment_is_readable_without_a_script() {
        let at = Timestamp::constant(1_800_000_000, 0);
        assert_eq!(
            when(&at).0,
            "<time datetime=\"2027-01-15T08:00:00Z\">2027-01-15 08:00 UTC</time>"
        );
    }

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
