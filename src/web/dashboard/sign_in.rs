//! Signing in and out, and proving again who one is.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::cookie::{
    no_enrolment_cookie, no_pending_cookie, no_session_cookie, pending_cookie, pending_token,
    session_cookie,
};
use super::desk::{Visitor, visit};
use super::page::{checked_return, done, see_other, with_status};
use super::prelude::*;
use crate::secret::SecretText;
use crate::staff::{EmailAddress, SignedIn};

/// `GET /dashboard`: the first workspace that one may open.
pub(super) async fn start(desk: Desk) -> PageResult {
    if let Some(name) = desk.workspaces.first() {
        return Ok(see_other(&format!("/dashboard/w/{name}")));
    }
    if desk.who.person().is_owner {
        return Ok(see_other("/dashboard/workspaces"));
    }
    Ok(page::render(&NoWorkspace {
        frame: desk.frame(Place::Elsewhere),
    }))
}

#[derive(Template)]
#[template(path = "dashboard/no-workspace.html", config = "assets/askama.toml")]
struct NoWorkspace {
    frame: Frame,
}

#[derive(Deserialize)]
pub(super) struct Return {
    #[serde(default, rename = "return")]
    back: String,
    #[serde(default)]
    done: String,
}

impl Return {
    fn to(&self) -> String {
        checked_return(&self.back)
    }
}

#[derive(Template)]
#[template(path = "dashboard/sign-in.html", config = "assets/askama.toml")]
struct SignInPage {
    email: Field,
    password: Field,
    problem: String,
    notice: Option<&'static str>,
    back: String,
}

impl SignInPage {
    fn new(back: String, email: &str, problem: String) -> Self {
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
            back,
        }
    }
}

/// `GET /dashboard/sign-in`
pub(super) async fn form(request: HttpRequest, query: Query<Return>) -> PageResult {
    if request.extensions().get::<Arc<SignedIn>>().is_some() {
        return Ok(see_other(&query.to()));
    }
    let mut page = SignInPage::new(query.to(), "", String::new());
    page.notice = page::notice(&query.done);
    Ok(page::render(&page))
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    email: String,
    password: SecretText,
    #[serde(default, rename = "return")]
    back: String,
}

/// `POST /dashboard/sign-in`
pub(super) async fn check_password(
    shell: Data<Shell>,
    Visitor(visit): Visitor,
    form: Form<SignInForm>,
) -> PageResult {
    let form = form.into_inner();
    let back = checked_return(&form.back);
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
        Ok(pending) => Ok(HttpResponse::SeeOther()
            .insert_header((
                "location",
                format!("/dashboard/sign-in/code?return={}", page::encode(&back)),
            ))
            .cookie(pending_cookie(&pending))
            .finish()),
        Err(error) => {
            let status = status_of(&error).ok_or(error)?;
            let page = SignInPage::new(back, &form.email, status.1);
            Ok(with_status(status.0, &page))
        }
    }
}

/// What a form says of a failure of its own kind, and the status that goes with it.
fn status_of(error: &staff::Error) -> Option<(StatusCode, String)> {
    use staff::Error as E;
    let text = match error {
        E::WrongSignIn => "E-mail address or password is wrong.",
        E::WrongCode => "This code is wrong or was used already. Wait for the next one.",
        E::TotpIsReset => "Your one-time codes were reset. Open the link that you were sent.",
        E::TooManyAttempts { .. } => {
            return Some((StatusCode::TOO_MANY_REQUESTS, page::sentence(&error)));
        }
        E::TooBusy => {
            return Some((StatusCode::SERVICE_UNAVAILABLE, page::sentence(&error)));
        }
        _ => return None,
    };
    Some((StatusCode::UNAUTHORIZED, text.to_owned()))
}

#[derive(Template)]
#[template(path = "dashboard/code.html", config = "assets/askama.toml")]
struct CodePage {
    code: Field,
    back: String,
}

impl CodePage {
    fn new(back: String, problem: String) -> Self {
        Self {
            code: Field::code("One-time code")
                .error(problem)
                .hint("Six digits from your authenticator app, or one of your recovery codes.")
                .focus(),
            back,
        }
    }
}

/// `GET /dashboard/sign-in/code`
pub(super) async fn code_form(request: HttpRequest, query: Query<Return>) -> PageResult {
    if pending_token(&request).is_none() {
        return Ok(see_other("/dashboard/sign-in"));
    }
    Ok(page::render(&CodePage::new(query.to(), String::new())))
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: SecretText,
    #[serde(default, rename = "return")]
    back: String,
}

/// `POST /dashboard/sign-in/code`
pub(super) async fn check_code(
    shell: Data<Shell>,
    request: HttpRequest,
    Visitor(visit): Visitor,
    form: Form<CodeForm>,
) -> PageResult {
    let Some(pending) = pending_token(&request) else {
        return Ok(see_other("/dashboard/sign-in"));
    };
    let form = form.into_inner();
    let back = checked_return(&form.back);
    let checked = shell
        .blocking(move |app| app.accounts.check_code(&pending, &form.code, &visit))
        .await;
    match checked {
        Ok(session) => Ok(HttpResponse::SeeOther()
            .insert_header(("location", back))
            .cookie(session_cookie(&session))
            .cookie(no_pending_cookie())
            .finish()),
        Err(staff::Error::SignInExpired) => {
            let page = SignInPage::new(
                back,
                "",
                "That took too long, or too many codes were wrong. Begin again.".to_owned(),
            );
            Ok(with_status(StatusCode::UNAUTHORIZED, &page))
        }
        Err(error) => {
            let status = status_of(&error).ok_or(error)?;
            Ok(with_status(status.0, &CodePage::new(back, status.1)))
        }
    }
}

/// `POST /dashboard/sign-out`
pub(super) async fn sign_out(desk: Desk) -> PageResult {
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    desk.run(move |app| Ok(app.accounts.sign_out(&who, &change)?))
        .await?;
    let mut response = done("/dashboard/sign-in", "signed-out");
    // Not "cookies": that would take those of the whole organisation's domain.
    response.headers_mut().insert(
        actix_web::http::header::HeaderName::from_static("clear-site-data"),
        actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    response
        .add_cookie(&no_session_cookie())
        .and_then(|()| response.add_cookie(&no_enrolment_cookie()))
        .map_err(Error::from)?;
    Ok(response)
}

/// `GET /dashboard/session`: whether it is alive. A page asks when it comes to the front; that does not keep the session alive.
pub(super) async fn session(_: Desk) -> HttpResponse {
    HttpResponse::NoContent().finish()
}

#[derive(Template)]
#[template(path = "dashboard/step-up.html", config = "assets/askama.toml")]
struct StepUpPage {
    frame: Frame,
    password: Field,
    code: Field,
    problem: String,
    back: String,
}

impl StepUpPage {
    fn new(desk: &Desk, back: String, problem: String) -> Self {
        Self {
            frame: desk.frame(Place::Elsewhere),
            password: Field::password("password", "Password").focus(),
            code: Field::code("One-time code")
                .hint("A code works once: if you have just used one, wait for the next."),
            problem,
            back,
        }
    }
}

/// `GET /dashboard/step-up`
pub(super) async fn step_up_form(desk: Desk, query: Query<Return>) -> PageResult {
    Ok(page::render(&StepUpPage::new(
        &desk,
        query.to(),
        String::new(),
    )))
}

#[derive(Deserialize)]
pub(super) struct StepUpForm {
    password: SecretText,
    code: SecretText,
    #[serde(default, rename = "return")]
    back: String,
}

/// `POST /dashboard/step-up`
pub(super) async fn step_up(
    desk: Desk,
    request: HttpRequest,
    form: Form<StepUpForm>,
) -> PageResult {
    let form = form.into_inner();
    let (who, visit) = (Arc::clone(&desk.who), visit(&request, desk.now));
    let back = checked_return(&form.back);
    let proved = desk
        .shell
        .hashing(move |app| {
            app.accounts
                .step_up(&who, &form.password, &form.code, &visit)
        })
        .await;
    match proved {
        Ok(session) => Ok(HttpResponse::SeeOther()
            .insert_header(("location", back))
            .cookie(session_cookie(&session))
            .finish()),
        Err(error) => {
            let (status, text) = match &error {
                staff::Error::WrongSignIn => (
                    StatusCode::UNAUTHORIZED,
                    "Password or code is wrong, or the code was used already.".to_owned(),
                ),
                _ => status_of(&error).ok_or(error)?,
            };
            Ok(with_status(status, &StepUpPage::new(&desk, back, text)))
        }
    }
}
