//! One's own account: name, address, password, codes, sessions.

use std::sync::Arc;

use actix_web::HttpResponse;

use super::enrolment::{self, RecoveryPage};
use crate::id::SessionId;
use crate::secret::SecretText;
use crate::staff::{BadPassword, EmailAddress, Ending, PersonName, Session};
use crate::vault::Letter;
use crate::web::dashboard::prelude::*;

fn here() -> String {
    view::at("/dashboard/account")
}

#[derive(Template)]
#[template(path = "dashboard/account/profile.html", config = "assets/askama.toml")]
struct AccountPage {
    frame: Frame,
    email: String,
    name: Field,
    codes_left: usize,
    sessions: Vec<SessionRow>,
    has_others: bool,
}

struct SessionRow {
    session: Session,
    is_this: bool,
}

/// `GET /dashboard/account`
pub(in crate::web) async fn show(desk: Desk) -> PageResult {
    Ok(render(&account_page(&desk, None).await?))
}

async fn account_page(desk: &Desk, wrong: Option<(String, String)>) -> Result<AccountPage, Error> {
    let (id, now) = (desk.who.id().clone(), desk.now);
    let (sessions, codes_left) = desk
        .run(move |app| {
            Ok((
                app.accounts.sessions_of(&id, now)?,
                app.accounts.count_recovery_codes(&id)?,
            ))
        })
        .await?;
    let person = desk.who.person();
    let (name, error) = wrong.unwrap_or_else(|| (person.name.to_string(), String::new()));
    Ok(AccountPage {
        frame: desk.frame(Place::Account),
        email: person.email.to_string(),
        name: Field::text("name", "Name")
            .value(name)
            .error(error)
            .autocomplete("name")
            .at_most(80),
        codes_left,
        has_others: sessions.len() > 1,
        sessions: sessions
            .into_iter()
            .map(|session| SessionRow {
                is_this: session.id == *desk.who.session(),
                session,
            })
            .collect(),
    })
}

#[derive(Deserialize)]
pub(in crate::web) struct NameForm {
    name: String,
}

/// `POST /dashboard/account/name`
pub(in crate::web) async fn rename(desk: Desk, form: Form<NameForm>) -> PageResult {
    let typed = form.into_inner().name;
    let name = match typed.parse::<PersonName>() {
        Ok(name) => name,
        Err(error) => {
            let page = account_page(&desk, Some((typed, view::sentence(&error)))).await?;
            return Ok(unprocessable(&page));
        }
    };
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let renamed = desk
        .run(move |app| Ok(app.accounts.rename(&who, &name, &change)))
        .await?;
    match renamed {
        Ok(()) | Err(staff::Error::NothingToDo) => Ok(done(&here(), Notice::NameChanged)),
        Err(error) => Err(error.into()),
    }
}

fn password_page(desk: &Desk, wrong: &str, differ: &str) -> FormPage {
    FormPage {
        about: "Your other sessions end when you change it.".into(),
        fields: vec![
            Field::new_password("password", "New password")
                .error(wrong)
                .focus(),
            Field::new_password("repeated", "New password, once more").error(differ),
        ],
        button: "Change the password",
        ..FormPage::new(desk.frame(Place::Account), "Change your password", here())
    }
}

/// `GET /dashboard/account/password`
pub(in crate::web) async fn password_form(desk: Desk) -> PageResult {
    Ok(render(&password_page(&desk, "", "")))
}

#[derive(Deserialize)]
pub(in crate::web) struct PasswordForm {
    password: SecretText,
    repeated: SecretText,
}

/// `POST /dashboard/account/password`
pub(in crate::web) async fn change_password(desk: Desk, form: Form<PasswordForm>) -> PageResult {
    let form = form.into_inner();
    if form.password.expose() != form.repeated.expose() {
        let differ = format!("{}.", BadPassword::Differ);
        return Ok(unprocessable(&password_page(&desk, "", &differ)));
    }
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let changed = desk
        .shell
        .hashing(move |app| {
            Ok::<_, Error>(app.accounts.change_password(&who, form.password, &change))
        })
        .await?;
    match changed {
        Ok(()) => Ok(done(&here(), Notice::PasswordChanged)),
        Err(staff::Error::BadPassword(bad)) => Ok(unprocessable(&password_page(
            &desk,
            &view::sentence(&bad),
            "",
        ))),
        Err(error) => Err(error.into()),
    }
}

fn email_page(desk: &Desk, typed: &str, wrong: &str) -> FormPage {
    FormPage {
        about: "You sign in with it. A letter to the old address says that it changed.".into(),
        fields: vec![
            Field::email("New e-mail address")
                .value(typed)
                .error(wrong)
                .focus(),
        ],
        button: "Change the address",
        ..FormPage::new(
            desk.frame(Place::Account),
            "Change your e-mail address",
            here(),
        )
    }
}

/// `GET /dashboard/account/email`
pub(in crate::web) async fn email_form(desk: Desk) -> PageResult {
    Ok(render(&email_page(&desk, "", "")))
}

#[derive(Deserialize)]
pub(in crate::web) struct EmailForm {
    email: String,
}

/// `POST /dashboard/account/email`
pub(in crate::web) async fn change_email(desk: Desk, form: Form<EmailForm>) -> PageResult {
    let typed = form.into_inner().email;
    let email = match typed.parse::<EmailAddress>() {
        Ok(email) => email,
        Err(error) => {
            return Ok(unprocessable(&email_page(
                &desk,
                &typed,
                &view::sentence(&error),
            )));
        }
    };
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let changed = desk
        .run(move |app| Ok(app.accounts.change_email(&who, &email, &change)))
        .await?;
    match changed {
        Ok(old) => {
            let name = desk.who.person().name.to_string();
            // That the letter did not go out changes nothing; the vault's log says so.
            let letter = Letter::EmailChanged {
                to: old.to_string(),
                name,
            };
            desk.run(move |app| {
                let _ = app.vault.send(letter);
                Ok(())
            })
            .await?;
            Ok(done(&here(), Notice::EmailChanged))
        }
        Err(staff::Error::NothingToDo) => Ok(see_other(&here())),
        Err(error @ staff::Error::EmailTaken) => Ok(unprocessable(&email_page(
            &desk,
            &typed,
            &view::sentence(&error),
        ))),
        Err(error) => Err(error.into()),
    }
}

/// `GET /dashboard/account/one-time-codes`
pub(in crate::web) async fn totp_form(desk: Desk) -> PageResult {
    Ok(render(&FormPage {
        about: "You set up an authenticator app anew, for example on another telephone. The old one stops working, you get new recovery codes, and your other sessions end.".into(),
        button: "Set up one-time codes",
        ..FormPage::new(desk.frame(Place::Account), "Set up one-time codes anew", here())
    }))
}

/// `POST /dashboard/account/one-time-codes`
pub(in crate::web) async fn change_totp(desk: Desk) -> PageResult {
    let (who, now) = (Arc::clone(&desk.who), desk.now);
    let enrolment = desk
        .run(move |app| Ok(app.accounts.begin_own_totp(&who, now)?))
        .await?;
    Ok(enrolment::begin(&enrolment))
}

/// `GET /dashboard/account/recovery-codes`
pub(in crate::web) async fn recovery_form(desk: Desk) -> PageResult {
    Ok(render(&FormPage {
        about: "You get ten new codes, which are shown once. Those that you have stop working."
            .into(),
        button: "Make new codes",
        ..FormPage::new(desk.frame(Place::Account), "New recovery codes", here())
    }))
}

/// `POST /dashboard/account/recovery-codes`
pub(in crate::web) async fn make_recovery_codes(desk: Desk) -> PageResult {
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let codes = desk
        .run(move |app| Ok(app.accounts.make_recovery_codes(&who, &change)?))
        .await?;
    Ok(render(&RecoveryPage::new(&codes, false)))
}

/// `POST /dashboard/account/sessions/{id}/end`
pub(in crate::web) async fn end_session(desk: Desk, id: Path<String>) -> PageResult {
    let id: SessionId = id.parse().map_err(|_| Error::not_found())?;
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let ending = desk
        .run(move |app| Ok(app.accounts.end_session(&who, &id, &change)?))
        .await?;
    Ok(ended(ending, Notice::SessionEnded))
}

/// `POST /dashboard/account/sessions/end-others`
pub(in crate::web) async fn end_other_sessions(desk: Desk) -> PageResult {
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let ending = desk
        .run(move |app| Ok(app.accounts.end_other_sessions(&who, &change)?))
        .await?;
    Ok(ended(ending, Notice::SessionsEnded))
}

/// Says that it is done, or how far.
fn ended(ending: Ending, notice: Notice) -> HttpResponse {
    let notice = match ending {
        Ending::OnDisk => notice,
        Ending::InMemory => Notice::EndedInMemory,
    };
    done(&here(), notice)
}
