//! What stands before every handler of the dashboard: the table of routes, the session, the role, and whether a change comes from our own page.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HOST, HeaderMap, ORIGIN};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use jiff::Timestamp;
use tokio::time::timeout;

use super::cookie::session_token;
use super::desk::Desk;
use super::form::stale;
use super::page::{self, encode, see_other};
use super::routes::{self, Access, Route};
use crate::app::{App, OpenWorkspace};
use crate::gap;
use crate::staff::{SessionToken, SignedIn};
use crate::web::error::Error;
use crate::web::{Shell, origin};
use crate::workspace::Name;

/// A script sends the token of the session here when a form does not carry it.
const CSRF_HEADER: &str = "x-csrf-token";

/// In which a form has to arrive whole. Files have all the time that they need.
const FORM_DEADLINE: Duration = Duration::from_mins(1);

/// Who the browser is, at the end of the gate.
enum Passed {
    /// Anybody may; `Some`: somebody who is signed in.
    Anyone(Option<Box<SignedIn>>),
    Desk(Box<Desk>),
}

enum Stopped {
    /// Somebody has to sign in, or to prove who they are again, and then comes back.
    GoTo(String),
    Refused(Error),
}

impl<E: Into<Error>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

pub(super) async fn check(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match pass(&mut request).await {
        Ok(Passed::Desk(desk)) => {
            request.extensions_mut().insert(*desk);
            next.call(request).await
        }
        Ok(Passed::Anyone(who)) => {
            if let Some(who) = who {
                request.extensions_mut().insert(Arc::new(*who));
            }
            next.call(request).await
        }
        Err(Stopped::GoTo(place)) => {
            let response = if is_partial(request.headers()) {
                HttpResponse::Unauthorized()
                    .insert_header(("hx-redirect", place))
                    .finish()
            } else {
                see_other(&place)
            };
            Ok(request.into_response(response))
        }
        Err(Stopped::Refused(error)) => Ok(request.into_response(page::failure(&error))),
    }
}

async fn pass(request: &mut ServiceRequest) -> Result<Passed, Stopped> {
    // No address of ours has an encoded letter. With one, the pattern that is looked up here could be another than the one that is run.
    if request.path().contains('%') {
        return Err(Error::not_found().into());
    }
    let pattern = request.match_pattern().ok_or_else(Error::not_found)?;
    let route = routes::find(request.method(), &pattern).ok_or_else(Error::not_found)?;
    let is_change = request.method() != Method::GET;
    if is_change && !comes_from_ourselves(request.headers()) {
        return Err(foreign().into());
    }
    let shell = request
        .app_data::<web::Data<Shell>>()
        .map(|shell| shell.get_ref().clone())
        .ok_or_else(Error::not_found)?;
    // Before anybody is looked up: a body may take long, and who sends it is who they are when it has arrived.
    let form = if is_change && !is_multipart(request.headers()) {
        read_form(request).await?
    } else {
        web::Bytes::new()
    };
    let (token, now) = (session_token(request.request()), shell.now());
    let name = workspace_name(request.path());
    let seen = shell
        .blocking(move |app| look(app, token.as_ref(), route, name.as_ref(), now))
        .await?;
    let admitted = match seen {
        Seen::Anyone(who) => return Ok(Passed::Anyone(who)),
        Seen::Nobody => {
            let back = encode(&own_path(request, is_change));
            return Err(Stopped::GoTo(format!("/dashboard/sign-in?return={back}")));
        }
        Seen::Stale => {
            // What is sent again from a list has no page of its own to come back to.
            let back = match request.path().rsplit_once("/invitations/") {
                Some((list, _)) if pattern.contains("/invitations/") => list.to_owned(),
                _ => own_path(request, false),
            };
            let back = encode(&back);
            return Err(Stopped::GoTo(format!("/dashboard/step-up?return={back}")));
        }
        Seen::Admitted(admitted) => *admitted,
    };
    if is_change && !carries(request.headers(), &form, &pattern, &admitted.csrf) {
        return Err(stale().into());
    }
    Ok(Passed::Desk(Box::new(Desk {
        shell,
        who: Arc::new(admitted.who),
        workspace: admitted.workspace,
        workspaces: Arc::new(admitted.workspaces),
        csrf: admitted.csrf.into(),
        origin: origin(request.request()),
        path: own_path(request, false).into(),
        done: query_value(request.query_string(), "done").map(Into::into),
        open_gaps: admitted.open_gaps,
        now,
        is_partial: is_partial(request.headers()),
        has_token_header: is_change && request.headers().contains_key(CSRF_HEADER),
    })))
}

/// What a look at the session and the role says.
enum Seen {
    Anyone(Option<Box<SignedIn>>),
    Nobody,
    /// Both factors have to be proved again.
    Stale,
    Admitted(Box<Admitted>),
}

struct Admitted {
    who: SignedIn,
    workspace: Option<Arc<OpenWorkspace>>,
    workspaces: Vec<Name>,
    csrf: String,
    open_gaps: usize,
}

fn look(
    app: &App,
    token: Option<&SessionToken>,
    route: &Route,
    name: Option<&Name>,
    now: Timestamp,
) -> Result<Seen, Error> {
    let who = match token {
        Some(token) => app.accounts.signed_in(token, now, route.touches)?,
        None => None,
    };
    if route.access == Access::Anyone {
        return Ok(Seen::Anyone(who.map(Box::new)));
    }
    let Some(who) = who else {
        return Ok(Seen::Nobody);
    };
    let admitted = admit(app, who, route, name)?;
    if route.is_dangerous && !admitted.who.is_fresh(now) {
        return Ok(Seen::Stale);
    }
    Ok(Seen::Admitted(Box::new(admitted)))
}

/// Refuses what the role does not allow. A workspace in which somebody has no role does not exist for them.
fn admit(app: &App, who: SignedIn, route: &Route, name: Option<&Name>) -> Result<Admitted, Error> {
    let mut workspaces = app.workspaces()?;
    workspaces.retain(|workspace| who.role_in(&workspace.id).is_some());
    let workspace = match route.access {
        Access::Workspace(_) => {
            let name = name
                .filter(|name| workspaces.iter().any(|known| known.name == **name))
                .ok_or_else(Error::not_found)?;
            Some(app.workspace(name)?)
        }
        Access::Anyone | Access::SignedIn | Access::Instance(_) => None,
    };
    let allowed = match route.access {
        Access::Anyone | Access::SignedIn => true,
        Access::Instance(permission) => who.may(permission, None),
        Access::Workspace(permission) => {
            who.may(permission, workspace.as_ref().map(|open| &open.register.id))
        }
    };
    if !allowed {
        return Err(Error::new(
            StatusCode::FORBIDDEN,
            "role",
            "your role does not allow this",
        ));
    }
    Ok(Admitted {
        csrf: app.accounts.csrf_token(&who)?,
        open_gaps: match &workspace {
            Some(open) => gap::count_open(&open.db)?,
            None => 0,
        },
        workspaces: workspaces.into_iter().map(|known| known.name).collect(),
        workspace,
        who,
    })
}

/// Whether a page of ours sent this. Browsers say so in `Sec-Fetch-Site`; older ones at least say which origin a form came from.
fn comes_from_ourselves(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let (Some(origin), Some(host)) = (text(ORIGIN.as_str()), text(HOST.as_str())) else {
        return false;
    };
    origin.strip_prefix("https://") == Some(host)
}

fn foreign() -> Error {
    Error::new(
        StatusCode::FORBIDDEN,
        "foreign_origin",
        "this request did not come from a page of this server",
    )
}

/// The body of a form, which stays there for the handler.
async fn read_form(request: &mut ServiceRequest) -> Result<web::Bytes, Error> {
    let body = timeout(FORM_DEADLINE, request.extract::<web::Bytes>())
        .await
        .map_err(|_| {
            Error::new(
                StatusCode::REQUEST_TIMEOUT,
                "too_slow",
                "the form did not arrive in time",
            )
        })?
        .map_err(|_| {
            Error::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_long",
                "the form is too long",
            )
        })?;
    request.set_payload(Payload::from(body.clone()));
    Ok(body)
}

fn media(headers: &HeaderMap) -> &str {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn is_multipart(headers: &HeaderMap) -> bool {
    media(headers).starts_with("multipart/form-data")
}

/// Whether a change carries the token of its session: as a header, or as a field of its form.
fn carries(headers: &HeaderMap, form: &[u8], pattern: &str, csrf: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    let equal = |given: &str| bool::from(given.as_bytes().ct_eq(csrf.as_bytes()));
    if let Some(given) = headers.get(CSRF_HEADER) {
        return given.to_str().is_ok_and(equal);
    }
    if is_multipart(headers) {
        // The one form with files: its handler reads the token, which comes before the files.
        return routes::reads_token_itself(pattern);
    }
    media(headers).starts_with("application/x-www-form-urlencoded")
        && query_value(&String::from_utf8_lossy(form), "csrf").is_some_and(|given| equal(&given))
}

/// The first value of a name in a form or a query.
fn query_value(text: &str, name: &str) -> Option<String> {
    let (_, value) = text
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(known, _)| *known == name)?;
    // Tokens and codes have no characters that would be encoded.
    Some(value.to_owned())
}

/// Where to come back to: this page, or for a change, the start.
fn own_path(request: &ServiceRequest, is_change: bool) -> String {
    if is_change {
        return "/dashboard".to_owned();
    }
    let query: Vec<&str> = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("done="))
        .collect();
    if query.is_empty() {
        request.path().to_owned()
    } else {
        format!("{}?{}", request.path(), query.join("&"))
    }
}

fn workspace_name(path: &str) -> Option<Name> {
    path.strip_prefix("/dashboard/w/")?
        .split('/')
        .next()?
        .parse()
        .ok()
}

fn is_partial(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(given: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = given.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn a_change_comes_from_our_own_pages() {
        for (given, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://a"),
                    ("host", "a"),
                ],
                false,
            ),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "https://a:8443"), ("host", "a:8443")], true),
            (&[("origin", "https://b"), ("host", "a")], false),
            (&[("origin", "http://a"), ("host", "a")], false),
            (&[("origin", "null"), ("host", "a")], false),
            (&[("host", "a")], false),
        ] {
            assert_eq!(comes_from_ourselves(&headers(given)), expected, "{given:?}");
        }
    }
}
