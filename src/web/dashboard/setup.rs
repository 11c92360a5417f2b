//! How people come in: the setup link, invitations, resets; a password, one-time codes, recovery codes.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use totp_rs::Builder;

use super::desk::{Visitor, visit};
use super::gate::{enrolment_cookie, enrolment_token, no_enrolment_cookie, session_cookie};
use super::page::{Html, PageError, done, see_other, with_status};
use super::prelude::*;
use super::qr;
use crate::secret::SecretText;
use crate::staff::{
    BadPassword, EmailAddress, Link, LinkToken, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, PersonName,
    Purpose, RecoveryCodes, Shown, SignedIn,
};

const ENROLMENT: &str = "/dashboard/enrolment";

#[derive(Template)]
#[template(path = "dashboard/setup.html", config = "assets/askama.toml")]
struct JoinPage {
    title: &'static str,
    /// What somebody comes to, in a sentence.
    about: String,
    action: String,
    fields: Vec<Field>,
    problem: String,
}

#[derive(Deserialize)]
pub(super) struct JoinForm {
    #[serde(default)]
    email: String,
    name: String,
    password: SecretText,
    repeated: SecretText,
}

/// What was wrong with a form, by field.
#[derive(Default)]
struct Wrong {
    email: String,
    name: String,
    password: String,
    repeated: String,
    other: String,
}

impl Wrong {
    fn from_error(error: &staff::Error) -> Option<Self> {
        use staff::Error as E;
        let text = page::sentence(&error);
        let mut wrong = Self::default();
        match error {
            E::BadEmail(_) => wrong.email = text,
            E::BadName(_) => wrong.name = text,
            E::BadPassword(BadPassword::Differ) => wrong.repeated = text,
            E::BadPassword(_) => wrong.password = text,
            E::EmailTaken => wrong.other = text,
            _ => return None,
        }
        Some(wrong)
    }
}

fn join_fields(with_email: bool, form: Option<&JoinForm>, wrong: &Wrong) -> Vec<Field> {
    let (email, name) = form.map_or(("", ""), |form| (&form.email, &form.name));
    let mut fields = Vec::new();
    if with_email {
        fields.push(
            Field::email("E-mail address")
                .value(email)
                .error(&*wrong.email)
                .hint("You sign in with it.")
                .focus(),
        );
    }
    fields.extend([
        Field::text("name", "Your name")
            .value(name)
            .error(&*wrong.name)
            .autocomplete("name")
            .at_most(80),
        Field::new_password("password", "Password")
            .error(&*wrong.password)
            .hint(format!(
                "{MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters, whichever you like. A few words that nobody would put together are good."
            )),
        Field::new_password("repeated", "Password, once more").error(&*wrong.repeated),
    ]);
    fields
}

/// `GET /dashboard/setup/{token}`
pub(super) async fn setup_form(shell: Data<Shell>, token: Path<String>) -> PageResult {
    link(&shell, &token, |purpose| *purpose == Purpose::Setup).await?;
    Ok(page::render(&setup_page(&token, None, &Wrong::default())))
}

fn setup_page(token: &str, form: Option<&JoinForm>, wrong: &Wrong) -> JoinPage {
    JoinPage {
        title: "Set up Anchorite",
        about: "You make the first account. It is an owner: it runs the whole instance, and invites the others.".into(),
        action: format!("/dashboard/setup/{token}"),
        fields: join_fields(true, form, wrong),
        problem: wrong.other.clone(),
    }
}

/// `POST /dashboard/setup/{token}`
pub(super) async fn setup(
    shell: Data<Shell>,
    token: Path<String>,
    form: Form<JoinForm>,
) -> PageResult {
    link(&shell, &token, |purpose| *purpose == Purpose::Setup).await?;
    let form = form.into_inner();
    match begin(&shell, &token, &form, true).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let wrong = Wrong::from_error(&error).ok_or(error)?;
            Ok(unprocessable(&setup_page(&token, Some(&form), &wrong)))
        }
    }
}

async fn begin(
    shell: &Shell,
    token: &str,
    form: &JoinForm,
    with_email: bool,
) -> Result<HttpResponse, staff::Error> {
    if form.password.expose() != form.repeated.expose() {
        return Err(BadPassword::Differ.into());
    }
    let email = if with_email {
        Some(form.email.parse::<EmailAddress>()?)
    } else {
        None
    };
    let (name, password) = (form.name.parse::<PersonName>()?, form.password.clone());
    let (token, now) = (LinkToken::presented(token), shell.now());
    let enrolment = shell
        .hashing(move |app| {
            app.accounts
                .begin_account(&token, email, name, password, now)
                .map_err(Failed)
        })
        .await
        .map_err(|failed| failed.0)?;
    Ok(HttpResponse::SeeOther()
        .insert_header(("location", ENROLMENT))
        .cookie(enrolment_cookie(&enrolment))
        .finish())
}

/// A failure of the accounts, kept as it is for the form to say where it belongs.
struct Failed(staff::Error);

impl From<crate::web::Overloaded> for Failed {
    fn from(_: crate::web::Overloaded) -> Self {
        Self(staff::Error::TooBusy)
    }
}

/// `GET /dashboard/join/{token}`
pub(super) async fn join_form(
    shell: Data<Shell>,
    token: Path<String>,
    request: HttpRequest,
) -> PageResult {
    let link = invitation(&shell, &token).await?;
    let Purpose::Invitation { email, .. } = &link.purpose else {
        return Err(staff::Error::DeadLink.into());
    };
    let (known, address) = (email.clone(), email.clone());
    let exists = shell
        .blocking(move |app| Ok::<_, Error>(app.accounts.find_by_email(&known)?.is_some()))
        .await?;
    let about = about(&shell, &link).await?;
    if !exists {
        let page = join_page(&token, about, None, &Wrong::default());
        return Ok(page::render(&page));
    }
    let who = request.extensions().get::<Arc<SignedIn>>().cloned();
    let csrf = match who.filter(|who| who.person().email == address) {
        Some(who) => {
            shell
                .blocking(move |app| Ok::<_, Error>(Some(app.accounts.csrf_token(&who)?)))
                .await?
        }
        None => None,
    };
    Ok(page::render(&AcceptPage {
        about,
        email: address.to_string(),
        csrf,
        path: format!("/dashboard/join/{token}"),
    }))
}

#[derive(Template)]
#[template(path = "dashboard/accept.html", config = "assets/askama.toml")]
struct AcceptPage {
    about: String,
    email: String,
    /// Of the person who is signed in, when it is the right one.
    csrf: Option<String>,
    path: String,
}

fn join_page(token: &str, about: String, form: Option<&JoinForm>, wrong: &Wrong) -> JoinPage {
    JoinPage {
        title: "Join your team",
        about,
        action: format!("/dashboard/join/{token}"),
        fields: join_fields(false, form, wrong),
        problem: wrong.other.clone(),
    }
}

/// `POST /dashboard/join/{token}`
pub(super) async fn join(
    shell: Data<Shell>,
    token: Path<String>,
    form: Form<JoinForm>,
) -> PageResult {
    let link = invitation(&shell, &token).await?;
    let form = form.into_inner();
    match begin(&shell, &token, &form, false).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let wrong = Wrong::from_error(&error).ok_or(error)?;
            let about = about(&shell, &link).await?;
            Ok(unprocessable(&join_page(
                &token,
                about,
                Some(&form),
                &wrong,
            )))
        }
    }
}

/// `POST /dashboard/join/{token}/accept`
pub(super) async fn accept(desk: Desk, token: Path<String>) -> PageResult {
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let token = LinkToken::presented(&token);
    let (target, session) = desk
        .run(move |app| Ok(app.accounts.accept(&who, &token, &change)?))
        .await?;
    let id = target.workspace().cloned();
    let name = desk
        .run(move |app| {
            let found = app
                .workspaces()?
                .into_iter()
                .find(|workspace| Some(&workspace.id) == id.as_ref());
            Ok(found.map(|workspace| workspace.name.to_string()))
        })
        .await?;
    let place = name.map_or_else(
        || "/dashboard/workspaces".to_owned(),
        |name| format!("/dashboard/w/{name}"),
    );
    let mut response = done(&place, "joined");
    response
        .add_cookie(&session_cookie(&session))
        .map_err(Error::from)?;
    Ok(response)
}

/// What an invitation leads to, in a sentence.
async fn about(shell: &Shell, link: &Link) -> Result<String, Error> {
    let Purpose::Invitation { email, target } = link.purpose.clone() else {
        return Ok(String::new());
    };
    let names = shell
        .blocking(|app| Ok::<_, Error>(app.workspaces()?))
        .await?;
    let role = target.role();
    Ok(match target.workspace() {
        None => format!("{email} is invited as {role}: {}.", role.describe()),
        Some(id) => {
            let name = names
                .iter()
                .find(|workspace| workspace.id == *id)
                .map_or("", |workspace| workspace.name.as_str());
            format!(
                "{email} is invited to the workspace {name} as {role}: {}.",
                role.describe()
            )
        }
    })
}

async fn invitation(shell: &Shell, token: &str) -> Result<Link, Error> {
    link(shell, token, |purpose| {
        matches!(purpose, Purpose::Invitation { .. })
    })
    .await
}

/// The link, when it is alive and of the right kind.
async fn link(
    shell: &Shell,
    token: &str,
    is_right: impl Fn(&Purpose) -> bool,
) -> Result<Link, Error> {
    let (token, now) = (LinkToken::presented(token), shell.now());
    let found = shell
        .blocking(move |app| Ok::<_, Error>(app.accounts.find_link(&token, now)?))
        .await?;
    found
        .filter(|link| is_right(&link.purpose))
        .ok_or_else(|| staff::Error::DeadLink.into())
}

// ---- After a reset.

#[derive(Deserialize)]
pub(super) struct ResetForm {
    password: SecretText,
    #[serde(default)]
    repeated: Option<SecretText>,
    #[serde(default)]
    code: Option<SecretText>,
}

/// `GET /dashboard/reset/{token}`
pub(super) async fn reset_form(shell: Data<Shell>, token: Path<String>) -> PageResult {
    let link = reset_link(&shell, &token).await?;
    Ok(page::render(&reset_page(
        &token,
        &link,
        &Wrong::default(),
        "",
    )))
}

async fn reset_link(shell: &Shell, token: &str) -> Result<Link, Error> {
    link(shell, token, |purpose| {
        matches!(purpose, Purpose::NewTotp(_) | Purpose::NewPassword(_))
    })
    .await
}

fn reset_page(token: &str, link: &Link, wrong: &Wrong, code_error: &str) -> JoinPage {
    let is_password = matches!(link.purpose, Purpose::NewPassword(_));
    let (title, about, fields) = if is_password {
        let fields = vec![
            Field::new_password("password", "New password")
                .error(&*wrong.password)
                .focus(),
            Field::new_password("repeated", "New password, once more").error(&*wrong.repeated),
            Field::code("Code from your authenticator app, or a recovery code").error(code_error),
        ];
        let about =
            "An owner reset your password. Choose a new one; your one-time codes are as they were.";
        ("Choose a new password", about, fields)
    } else {
        let fields = vec![
            Field::password("password", "Your password")
                .error(&*wrong.password)
                .focus(),
        ];
        let about =
            "An owner reset your one-time codes. Your password is as it was: type it to go on.";
        ("Set up one-time codes again", about, fields)
    };
    JoinPage {
        title,
        about: about.to_owned(),
        action: format!("/dashboard/reset/{token}"),
        fields,
        problem: wrong.other.clone(),
    }
}

/// `POST /dashboard/reset/{token}`
pub(super) async fn reset(
    shell: Data<Shell>,
    token: Path<String>,
    request: HttpRequest,
    form: Form<ResetForm>,
) -> PageResult {
    let link = reset_link(&shell, &token).await?;
    let form = form.into_inner();
    let (presented, visit) = (LinkToken::presented(&token), visit(&request, shell.now()));
    if matches!(link.purpose, Purpose::NewTotp(_)) {
        let begun = shell
            .hashing(move |app| {
                app.accounts
                    .begin_reset_totp(&presented, &form.password, &visit)
                    .map_err(Failed)
            })
            .await;
        return match begun {
            Ok(enrolment) => Ok(HttpResponse::SeeOther()
                .insert_header(("location", ENROLMENT))
                .cookie(enrolment_cookie(&enrolment))
                .finish()),
            Err(Failed(
                error @ (staff::Error::WrongSignIn | staff::Error::TooManyAttempts { .. }),
            )) => {
                let wrong = Wrong {
                    password: if matches!(error, staff::Error::WrongSignIn) {
                        "This password is wrong.".to_owned()
                    } else {
                        page::sentence(&error)
                    },
                    ..Wrong::default()
                };
                Ok(unprocessable(&reset_page(&token, &link, &wrong, "")))
            }
            Err(Failed(error)) => Err(error.into()),
        };
    }
    let chosen = choose_password(&shell, presented, form, visit).await;
    match chosen {
        Ok(()) => Ok(done("/dashboard/sign-in", "chosen")),
        Err(error @ (staff::Error::WrongCode | staff::Error::TooManyAttempts { .. })) => {
            Ok(unprocessable(&reset_page(
                &token,
                &link,
                &Wrong::default(),
                &page::sentence(&error),
            )))
        }
        Err(error) => {
            let wrong = Wrong::from_error(&error).ok_or(error)?;
            Ok(unprocessable(&reset_page(&token, &link, &wrong, "")))
        }
    }
}

async fn choose_password(
    shell: &Shell,
    token: LinkToken,
    form: ResetForm,
    visit: staff::Visit,
) -> Result<(), staff::Error> {
    let repeated = form.repeated.as_ref().map(SecretText::expose);
    if repeated != Some(form.password.expose()) {
        return Err(BadPassword::Differ.into());
    }
    let code = form.code.ok_or(staff::Error::WrongCode)?;
    shell
        .hashing(move |app| {
            app.accounts
                .choose_password(&token, form.password, &code, &visit)
                .map_err(Failed)
        })
        .await
        .map_err(|failed| failed.0)
}

// ---- One-time codes.

#[derive(Template)]
#[template(path = "dashboard/enrolment.html", config = "assets/askama.toml")]
struct EnrolmentPage {
    qr: Html,
    /// In groups of four, for typing.
    secret: String,
    email: String,
    field: Field,
}

impl EnrolmentPage {
    fn new(shown: &Shown, problem: &str) -> Result<Self, Error> {
        let totp = Builder::new()
            .with_secret(shown.secret.expose().to_vec())
            .with_account_name(shown.email.as_str())
            .with_issuer(Some("Anchorite"))
            .build()
            .map_err(|_| Error::not_found())?;
        let address = totp.to_url().map_err(|_| Error::not_found())?;
        let letters: Vec<char> = totp.secret().to_base32().chars().collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        Ok(Self {
            qr: qr::svg(&address, "QR code for your authenticator app")
                .ok_or_else(Error::not_found)?,
            secret: groups.join(" "),
            email: shown.email.to_string(),
            field: Field::code("Code that the app shows now")
                .digits()
                .at_most(12)
                .error(problem)
                .focus(),
        })
    }
}

/// `GET /dashboard/enrolment`
pub(super) async fn enrolment(shell: Data<Shell>, request: HttpRequest) -> PageResult {
    let shown = shown(&shell, &request)?;
    Ok(page::render(&EnrolmentPage::new(&shown, "")?))
}

fn shown(shell: &Shell, request: &HttpRequest) -> Result<Shown, PageError> {
    let found = enrolment_token(request)
        .and_then(|token| shell.app.accounts.enrolment(&token, shell.now()));
    found.ok_or_else(|| {
        Error::new(
            StatusCode::GONE,
            "enrolment_over",
            "this took too long, or the server was started again: open your link once more",
        )
        .into()
    })
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: SecretText,
}

#[derive(Template)]
#[template(path = "dashboard/recovery.html", config = "assets/askama.toml")]
pub(super) struct RecoveryPage {
    pub codes: Vec<String>,
    pub is_new_account: bool,
}

impl RecoveryPage {
    pub(super) fn new(codes: &RecoveryCodes, is_new_account: bool) -> Self {
        Self {
            codes: codes.expose().map(ToOwned::to_owned).collect(),
            is_new_account,
        }
    }
}

/// `POST /dashboard/enrolment`
pub(super) async fn confirm(
    shell: Data<Shell>,
    request: HttpRequest,
    Visitor(visit): Visitor,
    form: Form<CodeForm>,
) -> PageResult {
    let shown = shown(&shell, &request)?;
    let Some(token) = enrolment_token(&request) else {
        return Ok(see_other("/dashboard"));
    };
    let code = form.into_inner().code;
    let confirmed = shell
        .blocking(move |app| {
            let enrolled = app
                .accounts
                .confirm(&token, &code, &visit)
                .map_err(Failed)?;
            // From now on everything is served; the setup link's file goes.
            let _ = app.is_set_up();
            Ok(enrolled)
        })
        .await;
    match confirmed {
        Ok(enrolled) => {
            let mut response =
                page::render(&RecoveryPage::new(&enrolled.codes, enrolled.was_setup));
            response
                .add_cookie(&session_cookie(&enrolled.session))
                .and_then(|()| response.add_cookie(&no_enrolment_cookie()))
                .map_err(Error::from)?;
            Ok(response)
        }
        Err(Failed(staff::Error::WrongCode)) => {
            let problem = "This code is wrong. Does the clock of your telephone go right?";
            Ok(unprocessable(&EnrolmentPage::new(&shown, problem)?))
        }
        Err(Failed(error)) => Err(error.into()),
    }
}

pub(super) fn unprocessable(page: &impl Template) -> HttpResponse {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, page)
}
