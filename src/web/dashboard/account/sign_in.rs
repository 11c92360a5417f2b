//! Signing in and out, and proving again who one is.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use crate::secret::SecretText;
use crate::staff::{EmailAddress, SessionToken, SignedIn};
use crate::web::dashboard::context::cookie::{
    self, no_enrolment_cookie, no_pending_cookie, no_session_cookie, pending_cookie, pending_token,
    session_cookie,
};
use crate::web::dashboard::context::desk::{Visitor, visit};
use crate::web::dashboard::context::kept::Kept;
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::response::checked_return;

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

#[derive(Deserialize)]
pub(in crate::web) struct Return {
    #[serde(default, rename = "return")]
    back: String,
}

impl Return {
    fn to(&self) -> String {
        checked_return(&self.back)
    }
}

/// Where somebody goes on who has signed in, or has proved who they are again.
struct GoOn {
    back: String,
    /// What they had typed before.
    kept: Option<Kept>,
}

impl GoOn {
    /// As it came back from a form.
    fn read(back: &str, kept: &str) -> Self {
        Self {
            back: checked_return(back),
            kept: Kept::parse(kept),
        }
    }

    /// The fields that carry it to the next page.
    fn fields(&self) -> Html {
        let mut fields = view::hidden_field("return", &self.back).0;
        if let Some(kept) = &self.kept {
            fields.push_str(&kept.field().0);
        }
        Html(fields)
    }

    /// Goes on, in a session that was just begun or renewed.
    async fn go(self, shell: &Shell, session: &SessionToken) -> Result<HttpResponse, Error> {
        let mut response = match self.kept {
            Some(kept) => {
                let (token, now) = (session.clone(), shell.now());
                let csrf = shell
                    .blocking(move |app| {
                        let who = app.accounts.signed_in(&token, now, false)?;
                        let who = who.ok_or(staff::Error::SignInExpired)?;
                        Ok::<_, Error>(app.accounts.csrf_token(&who)?)
                    })
                    .await?;
                kept_form(&csrf, kept)
            }
            None => see_other(&self.back),
        };
        response.add_cookie(&session_cookie(session))?;
        Ok(response)
    }
}

#[derive(Template)]
#[template(path = "dashboard/account/kept.html", config = "assets/askama.toml")]
struct KeptPage {
    csrf: String,
    kept: Kept,
}

/// Shows what was typed before, to be sent in this session.
pub(in crate::web::dashboard) fn kept_form(csrf: &str, kept: Kept) -> HttpResponse {
    render(&KeptPage {
        csrf: csrf.to_owned(),
        kept,
    })
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

/// What somebody gets who has to sign in first: the page for it, and a script is told to go there.
pub(in crate::web::dashboard) fn instead(
    back: &str,
    kept: Option<Kept>,
    is_partial: bool,
) -> HttpResponse {
    let back = checked_return(back);
    let place = format!(
        "{}?return={}",
        view::at("/dashboard/sign-in"),
        view::encode(&back)
    );
    if is_partial {
        return elsewhere(&place);
    }
    if kept.is_none() {
        return see_other(&place);
    }
    let problem = "Your session has ended. What you typed is kept: sign in, and go on.";
    let page = SignInPage::new(GoOn { back, kept }, "", problem.to_owned());
    with_status(StatusCode::UNAUTHORIZED, &page)
}

/// The same for somebody who has to prove who they are again.
pub(in crate::web::dashboard) fn step_up_instead(
    desk: &Desk,
    back: &str,
    kept: Option<Kept>,
    is_partial: bool,
) -> HttpResponse {
    let back = checked_return(back);
    let place = format!(
        "{}?return={}",
        view::at("/dashboard/step-up"),
        view::encode(&back)
    );
    if is_partial {
        return elsewhere(&place);
    }
    if kept.is_none() {
        return see_other(&place);
    }
    let page = StepUpPage::new(desk, GoOn { back, kept }, String::new());
    with_status(StatusCode::UNAUTHORIZED, &page)
}

fn elsewhere(place: &str) -> HttpResponse {
    HttpResponse::Unauthorized()
        .insert_header(("hx-redirect", place))
        .finish()
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
    let go_on = GoOn::read(&form.back, &form.kept);
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
fn status_of(error: &staff::Error) -> Option<(StatusCode, String)> {
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
    let go_on = GoOn {
        back: query.to(),
        kept: None,
    };
    Ok(render(&CodePage::new(go_on, String::new())))
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
    let go_on = GoOn::read(&form.back, &form.kept);
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
    desk.run(move |app| Ok(app.accounts.sign_out(&who, &change)?))
        .await?;
    let mut response = done(&view::at("/dashboard/sign-in"), Notice::SignedOut);
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

#[derive(Template)]
#[template(path = "dashboard/account/step-up.html", config = "assets/askama.toml")]
struct StepUpPage {
    frame: Frame,
    password: Field,
    code: Field,
    problem: String,
    go_on: GoOn,
}

impl StepUpPage {
    fn new(desk: &Desk, go_on: GoOn, problem: String) -> Self {
        Self {
            frame: desk.frame(Place::Elsewhere),
            password: Field::password("password", "Password").focus(),
            code: Field::code("One-time code")
                .hint("A code works once: if you have just used one, wait for the next."),
            problem,
            go_on,
        }
    }
}

/// `GET /dashboard/step-up`
pub(in crate::web) async fn step_up_form(desk: Desk, query: Query<Return>) -> PageResult {
    let go_on = GoOn {
        back: query.to(),
        kept: None,
    };
    Ok(render(&StepUpPage::new(&desk, go_on, String::new())))
}

#[derive(Deserialize)]
pub(in crate::web) struct StepUpForm {
    password: SecretText,
    code: SecretText,
    #[serde(default, rename = "return")]
    back: String,
    #[serde(default)]
    kept: String,
}

/// `POST /dashboard/step-up`
pub(in crate::web) async fn step_up(
    desk: Desk,
    request: HttpRequest,
    form: Form<StepUpForm>,
) -> PageResult {
    let form = form.into_inner();
    let (who, visit) = (Arc::clone(&desk.who), visit(&request, desk.now));
    let go_on = GoOn::read(&form.back, &form.kept);
    let proved = desk
        .shell
        .hashing(move |app| {
            app.accounts
                .step_up(&who, &form.password, &form.code, &visit)
        })
        .await;
    match proved {
        Ok(session) => Ok(go_on.go(&desk.shell, &session).await?),
        Err(error) => {
            let (status, text) = match &error {
                staff::Error::WrongSignIn => (
                    StatusCode::UNAUTHORIZED,
                    "Password or code is wrong, or the code was used already.".to_owned(),
                ),
                _ => status_of(&error).ok_or(error)?,
            };
            Ok(with_status(status, &StepUpPage::new(&desk, go_on, text)))
        }
    }
}
