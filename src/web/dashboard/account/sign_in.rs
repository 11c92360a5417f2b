//! Signing in and out.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::go_on::{self, GoOn, Return};
use crate::secret::SecretText;
use crate::staff::{EmailAddress, Ending, SignedIn};
use crate::web::dashboard::context::cookie::{
    self, no_enrolment_cookie, no_pending_cookie, no_session_cookie, pending_cookie, pending_token,
};
use crate::web::dashboard::context::desk::Visitor;
use crate::web::dashboard::context::kept::Kept;
use crate::web::dashboard::prelude::*;

/// `GET /dashboard`: the first workspace that one may open.
pub(in crate::web) async fn start(desk: Desk) -> PageResult {
    if let Some(name) = desk.workspaces.first() {
        return Ok(see_other(&view::at(&format!("/dashboard/w/{name}"))));
    }
    if desk.who.person().is_owner {
        return Ok(see_other(&view::at("/dashboard/workspaces")));
    }
    Ok(render(&NoWorkspace {
        frame: desk.frame(Place::Elsewhere),
    }))
}

#[derive(Template)]
#[template(
    path = "dashboard/people/no-workspace.html",
    config = "assets/askama.toml"
)]
struct NoWorkspace {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "dashboard/account/sign-in.html", config = "assets/askama.toml")]
struct SignInPage {
    email: Field,
    password: Field,
    problem: String,
    notice: Option<Notice>,
    go_on: GoOn,
}

impl SignInPage {
    fn new(go_on: GoOn, email: &str, problem: String) -> Self {
        let field = Field::email("E-mail address").value(email);
        let password = Field::password("password", "Password");
        let (field, password) = if email.is_empty() {
            (field.focus(), password)
        } else {
            (field, password.focus())
        };
        Self {
            email: field,
            password,
            problem,
            notice: None,
            go_on,
        }
    }
}

/// What somebody gets who has to sign in first.
pub(in crate::web::dashboard) fn instead(
    back: &str,
    kept: Option<Kept>,
    is_partial: bool,
) -> HttpResponse {
    go_on::by("/dashboard/sign-in", back, kept, is_partial, |go_on| {
        let problem = "Your session has ended. What you typed is kept: sign in, and go on.";
        SignInPage::new(go_on, "", problem.to_owned())
    })
}

/// `GET /dashboard/sign-in`
pub(in crate::web) async fn form(request: HttpRequest, query: Query<Return>) -> PageResult {
    if request.extensions().get::<Arc<SignedIn>>().is_some() {
        return Ok(see_other(&query.to()));
    }
    let go_on = GoOn {
        back: query.to(),
        kept: None,
    };
    let mut page = SignInPage::new(go_on, "", String::new());
    page.notice = cookie::notice(&request);
    Ok(render(&page))
}

#[derive(Deserialize)]
pub(in crate::web) struct SignInForm {
    email: String,
    password: SecretText,
    #[serde(default, rename = "return")]
    back: String,
    #[serde(default)]
    kept: String,
}

/// `POST /dashboard/sign-in`
pub(in crate::web) async fn check_password(
    shell: Data<Shell>,
    Visitor(visit): Visitor,
    form: Form<SignInForm>,
) -> PageResult {
    let form = form.into_inner();
    let go_on = GoOn::read(&form.back, &form.kept, &shell);
    // What is no address belongs to nobody; it costs the same as one that does.
    let email = form
        .email
        .parse::<EmailAddress>()
        .or_else(|_| "nobody@invalid".parse())
        .map_err(staff::Error::from)?;
    let checked = shell
        .hashing(move |app| app.accounts.check_password(&email, &form.password, &visit))
        .await;
    match checked {
        Ok(pending) => {
            let mut response = if go_on.kept.is_some() {
                render(&CodePage::new(go_on, String::new()))
            } else {
                let place = view::at("/dashboard/sign-in/code");
                see_other(&format!("{place}?return={}", view::encode(&go_on.back)))
            };
            response
                .add_cookie(&pending_cookie(&pending))
                .map_err(Error::from)?;
            Ok(response)
        }
        Err(error) => {
            let status = status_of(&error).ok_or(error)?;
            let page = SignInPage::new(go_on, &form.email, status.1);
            Ok(with_status(status.0, &page))
        }
    }
}

/// What a form says of a failure of its own kind, and the status that goes with it.
pub(super) fn status_of(error: &staff::Error) -> Option<(StatusCode, String)> {
    use staff::Error as E;
    let text = match error {
        E::WrongSignIn => "E-mail address or password is wrong.",
        E::WrongCode => "This code is wrong or was used already. Wait for the next one.",
        E::TotpIsReset => "Your one-time codes were reset. Open the link that you were sent.",
        E::TooManyAttempts { .. } => {
            return Some((StatusCode::TOO_MANY_REQUESTS, view::sentence(&error)));
        }
        E::TooBusy => {
            return Some((StatusCode::SERVICE_UNAVAILABLE, view::sentence(&error)));
        }
        _ => return None,
    };
    Some((StatusCode::UNAUTHORIZED, text.to_owned()))
}

#[derive(Template)]
#[template(path = "dashboard/account/code.html", config = "assets/askama.toml")]
struct CodePage {
    code: Field,
    go_on: GoOn,
}

impl CodePage {
    fn new(go_on: GoOn, problem: String) -> Self {
        Self {
            code: Field::code("One-time code")
                .error(problem)
                .hint("Six digits from your authenticator app, or one of your recovery codes.")
                .focus(),
            go_on,
        }
    }
}

/// `GET /dashboard/sign-in/code`
pub(in crate::web) async fn code_form(request: HttpRequest, query: Query<Return>) -> PageResult {
    if pending_token(&request).is_none() {
        return Ok(see_other(&view::at("/dashboard/sign-in")));
    }
    Ok(render(&CodePage::new(GoOn::to(&query), String::new())))
}

#[derive(Deserialize)]
pub(in crate::web) struct CodeForm {
    code: SecretText,
    #[serde(default, rename = "return")]
    back: String,
    #[serde(default)]
    kept: String,
}

/// `POST /dashboard/sign-in/code`
pub(in crate::web) async fn check_code(
    shell: Data<Shell>,
    request: HttpRequest,
    Visitor(visit): Visitor,
    form: Form<CodeForm>,
) -> PageResult {
    let Some(pending) = pending_token(&request) else {
        return Ok(see_other(&view::at("/dashboard/sign-in")));
    };
    let form = form.into_inner();
    let go_on = GoOn::read(&form.back, &form.kept, &shell);
    let checked = shell
        .blocking(move |app| app.accounts.check_code(&pending, &form.code, &visit))
        .await;
    match checked {
        Ok(session) => {
            let mut response = go_on.go(&shell, &session).await?;
            response
                .add_cookie(&no_pending_cookie())
                .map_err(Error::from)?;
            Ok(response)
        }
        Err(staff::Error::SignInExpired) => {
            let problem = "That took too long, or too many codes were wrong. Begin again.";
            let page = SignInPage::new(go_on, "", problem.to_owned());
            Ok(with_status(StatusCode::UNAUTHORIZED, &page))
        }
        Err(error) => {
            let status = status_of(&error).ok_or(error)?;
            Ok(with_status(status.0, &CodePage::new(go_on, status.1)))
        }
    }
}

/// `POST /dashboard/sign-out`
pub(in crate::web) async fn sign_out(desk: Desk) -> PageResult {
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let ending = desk
        .run(move |app| Ok(app.accounts.sign_out(&who, &change)))
        .await?;
    let notice = match ending {
        Ending::OnDisk => Notice::SignedOut,
        Ending::InMemory => Notice::SignedOutInMemory,
    };
    let mut response = done(&view::at("/dashboard/sign-in"), notice);
    // Not "cookies": that would take those of the whole organisation's domain.
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    response
        .add_cookie(&no_session_cookie())
        .and_then(|()| response.add_cookie(&no_enrolment_cookie()))
        .map_err(Error::from)?;
    Ok(response)
}

/// `GET /dashboard/session`: whether it is alive. A page asks when it comes to the front; that does not keep the session alive.
pub(in crate::web) async fn session(_: Desk) -> HttpResponse {
    HttpResponse::NoContent().finish()
}
