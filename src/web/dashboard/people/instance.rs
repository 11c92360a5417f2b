//! Everybody of the instance: owners, disabling, resets.

use std::sync::Arc;

use super::invitation::{Kind, again, answer, withdraw_one};
use crate::id::StaffId;
use crate::staff::{Authority, EmailAddress, Invitation, Membership, Person, Session, Target};
use crate::web::dashboard::prelude::*;
use crate::workspace::Workspace;

fn here() -> String {
    view::at("/dashboard/people")
}

/// A person with what they are where.
struct Listed {
    person: Person,
    /// Workspace and role, in words.
    roles: Vec<String>,
}

fn listed(person: Person, memberships: &[Membership], workspaces: &[Workspace]) -> Listed {
    let roles = memberships.iter().filter_map(|membership| {
        let workspace = workspaces
            .iter()
            .find(|workspace| workspace.id == membership.workspace)?;
        Some(format!("{} in {}", membership.role.title(), workspace.name))
    });
    let mut roles: Vec<String> = roles.collect();
    if person.is_owner {
        roles.insert(0, Role::Owner.title().to_owned());
    }
    roles.sort_by_key(|role| role != Role::Owner.title());
    Listed { person, roles }
}

#[derive(Template)]
#[template(path = "dashboard/people/instance.html", config = "assets/askama.toml")]
struct PeoplePage {
    frame: Frame,
    people: Vec<Listed>,
    invitations: Vec<Invitation>,
    sessions: Vec<(Session, String)>,
    now: jiff::Timestamp,
    you: StaffId,
}

/// `GET /dashboard/people`
pub(in crate::web) async fn list(desk: Desk) -> PageResult {
    let now = desk.now;
    let (people, workspaces, invitations, sessions) = desk
        .run(move |app| {
            Ok((
                app.accounts.list()?,
                app.workspaces()?,
                app.accounts.invitations(None)?,
                app.accounts.sessions(now)?,
            ))
        })
        .await?;
    let name_of = |id: &StaffId| {
        people
            .iter()
            .find(|(person, _)| person.id == *id)
            .map_or_else(String::new, |(person, _)| person.name.to_string())
    };
    let sessions = sessions
        .into_iter()
        .map(|session| {
            let name = name_of(&session.staff);
            (session, name)
        })
        .collect();
    Ok(render(&PeoplePage {
        frame: desk.frame(Place::People),
        sessions,
        people: people
            .into_iter()
            .map(|(person, memberships)| listed(person, &memberships, &workspaces))
            .collect(),
        invitations,
        now: now.expiry,
        you: desk.who.id().clone(),
    }))
}

fn invite_page(desk: &Desk, email: &str, wrong: &str) -> FormPage {
    FormPage {
        about: "An owner runs the whole instance: every workspace and every account. For a role in one workspace, invite from its team page.".into(),
        fields: vec![
            Field::email("E-mail address")
                .value(email)
                .error(wrong)
                .autocomplete("off")
                .focus(),
        ],
        button: "Invite an owner",
        ..FormPage::new(desk.frame(Place::People), "Invite an owner", here())
    }
}

/// `GET /dashboard/people/invite`
pub(in crate::web) async fn invite_form(desk: Desk) -> PageResult {
    Ok(render(&invite_page(&desk, "", "")))
}

#[derive(Deserialize)]
pub(in crate::web) struct InviteForm {
    email: String,
}

/// `POST /dashboard/people/invite`
pub(in crate::web) async fn invite(desk: Desk, form: Form<InviteForm>) -> PageResult {
    let email = match form.email.parse::<EmailAddress>() {
        Ok(email) => email,
        Err(error) => {
            return Ok(unprocessable(&invite_page(
                &desk,
                &form.email,
                &view::sentence(&error),
            )));
        }
    };
    let (who, change, to) = (Arc::clone(&desk.who), desk.change(), email.clone());
    let posted = desk
        .run(move |app| {
            let by = Authority::Staff(&who);
            match app.accounts.invite(by, &to, &Target::Instance, &change) {
                Ok(issued) => Ok(Some(app.post(&issued, who.person().name.as_str())?)),
                Err(staff::Error::NothingToDo) => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    Ok(match posted {
        Some(posted) => answer(&desk, Kind::Invitation, email.as_str(), posted, here()),
        None => unprocessable(&invite_page(
            &desk,
            email.as_str(),
            "They are an owner already.",
        )),
    })
}

/// `POST /dashboard/people/invitations/{id}/again`
pub(in crate::web) async fn invite_again(desk: Desk, id: Path<String>) -> PageResult {
    again(&desk, &id, here()).await
}

/// `POST /dashboard/people/invitations/{id}/withdraw`
pub(in crate::web) async fn withdraw(desk: Desk, id: Path<String>) -> PageResult {
    withdraw_one(&desk, &id, &here()).await
}

#[derive(Template)]
#[template(path = "dashboard/people/person.html", config = "assets/askama.toml")]
struct PersonPage {
    frame: Frame,
    listed: Listed,
    sessions: Vec<Session>,
}

async fn person(desk: &Desk, id: &str) -> Result<Person, Error> {
    let id: StaffId = id.parse().map_err(|_| Error::not_found())?;
    desk.run(move |app| app.accounts.find(&id)?.ok_or_else(Error::not_found))
        .await
}

/// `GET /dashboard/people/{id}`
pub(in crate::web) async fn show(desk: Desk, id: Path<String>) -> PageResult {
    let id: StaffId = id.parse().map_err(|_| Error::not_found())?;
    let now = desk.now;
    let (listed, sessions) = desk
        .run(move |app| {
            let (person, memberships) = app
                .accounts
                .list()?
                .into_iter()
                .find(|(person, _)| person.id == id)
                .ok_or_else(Error::not_found)?;
            let sessions = app.accounts.sessions_of(&id, now)?;
            Ok((listed(person, &memberships, &app.workspaces()?), sessions))
        })
        .await?;
    Ok(render(&PersonPage {
        frame: desk.frame(Place::People),
        listed,
        sessions,
    }))
}

/// What an owner can do to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    MakeOwner,
    TakeOwner,
    Disable,
    Enable,
    ResetTotp,
    ResetPassword,
}

impl Act {
    fn parse(text: &str) -> Result<Self, Error> {
        Ok(match text {
            "make-owner" => Self::MakeOwner,
            "take-owner" => Self::TakeOwner,
            "disable" => Self::Disable,
            "enable" => Self::Enable,
            "reset-one-time-codes" => Self::ResetTotp,
            "reset-password" => Self::ResetPassword,
            _ => return Err(Error::not_found()),
        })
    }

    /// Question, what it means, and what the button says.
    fn words(self, name: &str) -> (String, &'static str, &'static str) {
        match self {
            Self::MakeOwner => (
                format!("Make {name} an owner?"),
                "They will run the whole instance, as you do. They have to sign in again.",
                "Make an owner",
            ),
            Self::TakeOwner => (
                format!("Should {name} no longer be an owner?"),
                "They keep the roles that they have in workspaces. They have to sign in again.",
                "Take the role",
            ),
            Self::Disable => (
                format!("Disable the account of {name}?"),
                "They are signed out at once and cannot sign in until an owner enables the account again. What they wrote stays.",
                "Disable",
            ),
            Self::Enable => (
                format!("Enable the account of {name}?"),
                "They can sign in again, with the roles that they had.",
                "Enable",
            ),
            Self::ResetTotp => (
                format!("Reset the one-time codes of {name}?"),
                "For when the telephone and the recovery codes are lost. They are signed out at once, and get a link to set up an authenticator app again; their password is needed for that. Is that lost too, reset it as well: the second link replaces both.",
                "Reset the one-time codes",
            ),
            Self::ResetPassword => (
                format!("Reset the password of {name}?"),
                "For when it is forgotten. They are signed out at once, and get a link to choose a new one; a one-time code is needed for that. Are those lost too, reset them as well: the second link replaces both.",
                "Reset the password",
            ),
        }
    }
}

fn ask_page(desk: &Desk, person: &Person, act: Act, problem: String) -> FormPage {
    let (title, about, button) = act.words(person.name.as_str());
    FormPage {
        about: about.into(),
        problem,
        button,
        is_harmful: act != Act::Enable,
        ..FormPage::new(
            desk.frame(Place::People),
            title,
            format!("{}/{}", here(), person.id),
        )
    }
}

/// `GET /dashboard/people/{id}/{act}`
pub(in crate::web) async fn ask(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let act = Act::parse(&path.1)?;
    let person = person(&desk, &path.0).await?;
    Ok(render(&ask_page(&desk, &person, act, String::new())))
}

/// `POST /dashboard/people/{id}/{act}`
pub(in crate::web) async fn act(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let act = Act::parse(&path.1)?;
    let person = person(&desk, &path.0).await?;
    let (who, change, id) = (Arc::clone(&desk.who), desk.change(), person.id.clone());
    let acted = desk
        .run(move |app| {
            let (by, accounts) = (Authority::Staff(&who), &app.accounts);
            let issued = match act {
                Act::MakeOwner => accounts.set_owner(by, &id, true, &change).map(|()| None),
                Act::TakeOwner => accounts.set_owner(by, &id, false, &change).map(|()| None),
                Act::Disable => accounts.disable(by, &id, &change).map(|()| None),
                Act::Enable => accounts.enable(by, &id, &change).map(|()| None),
                Act::ResetTotp => accounts.reset_totp(by, &id, &change).map(Some),
                Act::ResetPassword => accounts.reset_password(by, &id, &change).map(Some),
            };
            match issued {
                Ok(Some(issued)) => Ok(Ok(Some(app.post(&issued, who.person().name.as_str())?))),
                Ok(None) => Ok(Ok(None)),
                Err(error) => Ok(Err(error)),
            }
        })
        .await?;
    let back = format!("{}/{}", here(), person.id);
    match acted {
        Ok(Some(posted)) => Ok(answer(
            &desk,
            Kind::Reset,
            person.email.as_str(),
            posted,
            back,
        )),
        Ok(None) => {
            let notice = match act {
                Act::Disable => Notice::AccountDisabled,
                Act::Enable => Notice::AccountEnabled,
                _ => Notice::RoleChanged,
            };
            Ok(done(&back, notice))
        }
        Err(error @ (staff::Error::LastOwner | staff::Error::NothingToDo)) => {
            let problem = format!("This cannot be done: {error}.");
            Ok(unprocessable(&ask_page(&desk, &person, act, problem)))
        }
        Err(error) => Err(error.into()),
    }
}
