//! One-time codes: the QR code of a new secret, the first code, and the recovery codes that come after it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use totp_rs::Builder;

use crate::secret::SecretText;
use crate::staff::{RecoveryCodes, SessionToken, Shown};
use crate::web::dashboard::context::cookie::{
    enrolment_cookie, enrolment_token, no_enrolment_cookie, session_cookie,
};
use crate::web::dashboard::context::desk::Visitor;
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::qr;
use crate::web::dashboard::view::response::PageError;

/// Sends the browser to the page with the QR code, with the token of what it began.
pub(super) fn begin(token: &SessionToken) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header(("location", view::at("/dashboard/enrolment")))
        .cookie(enrolment_cookie(token))
        .finish()
}

#[derive(Template)]
#[template(
    path = "dashboard/account/enrolment.html",
    config = "assets/askama.toml"
)]
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
pub(in crate::web) async fn show(shell: Data<Shell>, request: HttpRequest) -> PageResult {
    let shown = shown(&shell, &request)?;
    Ok(render(&EnrolmentPage::new(&shown, "")?))
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
pub(in crate::web) struct CodeForm {
    code: SecretText,
}

#[derive(Template)]
#[template(
    path = "dashboard/account/recovery.html",
    config = "assets/askama.toml"
)]
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
pub(in crate::web) async fn confirm(
    shell: Data<Shell>,
    request: HttpRequest,
    Visitor(visit): Visitor,
    form: Form<CodeForm>,
) -> PageResult {
    let shown = shown(&shell, &request)?;
    let Some(token) = enrolment_token(&request) else {
        return Ok(see_other(&view::at("/dashboard")));
    };
    let code = form.into_inner().code;
    let confirmed = shell
        .blocking(move |app| {
            let enrolled = app.accounts.confirm(&token, &code, &visit)?;
            // From now on everything is served; the setup link's file goes.
            let _ = app.is_set_up();
            Ok::<_, staff::Error>(enrolled)
        })
        .await;
    match confirmed {
        Ok(enrolled) => {
            let mut response = render(&RecoveryPage::new(&enrolled.codes, enrolled.was_setup));
            response
                .add_cookie(&session_cookie(&enrolled.session))
                .and_then(|()| response.add_cookie(&no_enrolment_cookie()))
                .map_err(Error::from)?;
            Ok(response)
        }
        Err(staff::Error::WrongCode) => {
            let problem = "This code is wrong. Does the clock of your telephone go right?";
            Ok(unprocessable(&EnrolmentPage::new(&shown, problem)?))
        }
        Err(error) => Err(error.into()),
    }
}
