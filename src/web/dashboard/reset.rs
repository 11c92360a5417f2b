//! After a reset: one factor is made anew by proving the other.

use actix_web::HttpRequest;

use super::desk::{Failed, visit};
use super::enrolment;
use super::page::done;
use super::prelude::*;
use super::setup::{JoinPage, Wrong, link};
use crate::secret::SecretText;
use crate::staff::{BadPassword, Link, LinkToken, Purpose, SessionToken};

#[derive(Deserialize)]
pub(super) struct ResetForm {
    password: SecretText,
    #[serde(default)]
    repeated: Option<SecretText>,
    #[serde(default)]
    code: Option<SecretText>,
}

/// `GET /dashboard/reset/{token}`
pub(super) async fn form(shell: Data<Shell>, token: Path<String>) -> PageResult {
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
    let again =
        |wrong: Wrong, code: &str| Ok(unprocessable(&reset_page(&token, &link, &wrong, code)));
    if matches!(link.purpose, Purpose::NewTotp(_)) {
        return match begin_totp(&shell, presented, form, visit).await {
            Ok(enrolment) => Ok(enrolment::begin(&enrolment)),
            Err(staff::Error::WrongSignIn) => {
                again(Wrong::password("This password is wrong.".into()), "")
            }
            Err(error @ staff::Error::TooManyAttempts { .. }) => {
                again(Wrong::password(page::sentence(&error)), "")
            }
            Err(error) => Err(error.into()),
        };
    }
    match choose_password(&shell, presented, form, visit).await {
        Ok(()) => Ok(done("/dashboard/sign-in", "chosen")),
        Err(error @ (staff::Error::WrongCode | staff::Error::TooManyAttempts { .. })) => {
            again(Wrong::default(), &page::sentence(&error))
        }
        Err(error) => again(Wrong::from_error(&error).ok_or(error)?, ""),
    }
}

async fn begin_totp(
    shell: &Shell,
    token: LinkToken,
    form: ResetForm,
    visit: staff::Visit,
) -> Result<SessionToken, staff::Error> {
    shell
        .hashing(move |app| {
            app.accounts
                .begin_reset_totp(&token, &form.password, &visit)
                .map_err(Failed)
        })
        .await
        .map_err(|failed| failed.0)
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
