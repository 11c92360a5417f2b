//! After a reset: one factor is made anew by proving the other.

use actix_web::HttpRequest;

use super::enrolment;
use super::setup::{JoinPage, Wrong, link};
use crate::clock::Moment;
use crate::secret::SecretText;
use crate::staff::{BadPassword, Link, LinkToken, Purpose, SessionToken};
use crate::web::dashboard::context::desk::visit;
use crate::web::dashboard::prelude::*;

#[derive(Deserialize)]
pub(in crate::web) struct ResetForm {
    password: SecretText,
    #[serde(default)]
    repeated: Option<SecretText>,
    #[serde(default)]
    code: Option<SecretText>,
}

impl ResetForm {
    fn check_repeated(&self) -> Result<(), staff::Error> {
        let repeated = self.repeated.as_ref().map(SecretText::expose);
        if repeated == Some(self.password.expose()) {
            Ok(())
        } else {
            Err(BadPassword::Differ.into())
        }
    }
}

/// `GET /dashboard/reset/{token}`
pub(in crate::web) async fn form(shell: Data<Shell>, token: Path<String>) -> PageResult {
    let link = reset_link(&shell, &token).await?;
    Ok(render(&reset_page(&token, &link, &Wrong::default(), "")))
}

async fn reset_link(shell: &Shell, token: &str) -> Result<Link, Error> {
    link(shell, token, |purpose| {
        matches!(
            purpose,
            Purpose::NewTotp(_) | Purpose::NewPassword(_) | Purpose::NewBoth(_)
        )
    })
    .await
}

fn reset_page(token: &str, link: &Link, wrong: &Wrong, code_error: &str) -> JoinPage {
    let new_password = || {
        vec![
            Field::new_password("password", "New password")
                .error(&*wrong.password)
                .focus(),
            Field::new_password("repeated", "New password, once more").error(&*wrong.repeated),
        ]
    };
    let (title, about, fields) = match link.purpose {
        Purpose::NewPassword(_) => {
            let mut fields = new_password();
            fields.push(
                Field::code("Code from your authenticator app, or a recovery code")
                    .error(code_error),
            );
            (
                "Choose a new password",
                "An owner reset your password. Choose a new one; your one-time codes are as they were.",
                fields,
            )
        }
        Purpose::NewBoth(_) => (
            "Choose a new password",
            "An owner reset your password and your one-time codes. Choose a new password; then you set up an authenticator app.",
            new_password(),
        ),
        Purpose::NewTotp(_) | Purpose::Setup | Purpose::Invitation { .. } => (
            "Set up one-time codes again",
            "An owner reset your one-time codes. Your password is as it was: type it to go on.",
            vec![
                Field::password("password", "Your password")
                    .error(&*wrong.password)
                    .focus(),
            ],
        ),
    };
    JoinPage {
        title,
        about: about.to_owned(),
        action: view::at(&format!("/dashboard/reset/{token}")),
        fields,
        problem: wrong.other.clone(),
    }
}

/// `POST /dashboard/reset/{token}`
pub(in crate::web) async fn reset(
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
                again(Wrong::password(view::sentence(&error)), "")
            }
            Err(error) => Err(error.into()),
        };
    }
    if matches!(link.purpose, Purpose::NewBoth(_)) {
        return match begin_both(&shell, presented, form, visit.at).await {
            Ok(enrolment) => Ok(enrolment::begin(&enrolment)),
            Err(error) => again(Wrong::from_error(&error).ok_or(error)?, ""),
        };
    }
    match choose_password(&shell, presented, form, visit).await {
        Ok(()) => Ok(done(
            &view::at("/dashboard/sign-in"),
            Notice::PasswordChosen,
        )),
        Err(error @ (staff::Error::WrongCode | staff::Error::TooManyAttempts { .. })) => {
            again(Wrong::default(), &view::sentence(&error))
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
        })
        .await
}

async fn begin_both(
    shell: &Shell,
    token: LinkToken,
    form: ResetForm,
    now: Moment,
) -> Result<SessionToken, staff::Error> {
    form.check_repeated()?;
    shell
        .hashing(move |app| app.accounts.begin_reset_both(&token, form.password, now))
        .await
}

async fn choose_password(
    shell: &Shell,
    token: LinkToken,
    form: ResetForm,
    visit: staff::Visit,
) -> Result<(), staff::Error> {
    form.check_repeated()?;
    let code = form.code.ok_or(staff::Error::WrongCode)?;
    shell
        .hashing(move |app| {
            app.accounts
                .choose_password(&token, form.password, &code, &visit)
        })
        .await
}
