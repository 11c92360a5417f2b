//! Who is on the team of a workspace.

use std::sync::Arc;

use super::invitation::{Kind, again, answer, withdraw_one};
use crate::id::StaffId;
use crate::staff::{Authority, EmailAddress, Invitation, Membership, Person, Target};
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(path = "dashboard/people/team.html", config = "assets/askama.toml")]
struct TeamPage {
    frame: Frame,
    team: Vec<(Person, Role)>,
    invitations: Vec<Invitation>,
    now: jiff::Timestamp,
    you: StaffId,
}

impl TeamPage {
    fn last_sign_in(person: &Person) -> Html {
        view::when_or(person.last_sign_in.as_ref(), "never")
    }
}

/// `GET /dashboard/w/{workspace}/team`
pub(in crate::web) async fn list(desk: Desk) -> PageResult {
    let id = desk.workspace()?.register.id.clone();
    let (team, invitations) = desk
        .run(move |app| {
            Ok((
                app.accounts.team(&id)?,
                app.accounts.invitations(Some(&id))?,
            ))
        })
        .await?;
    Ok(render(&TeamPage {
        frame: desk.frame(Place::Team),
        team,
        invitations,
        now: desk.now.expiry,
        you: desk.who.id().clone(),
    }))
}

fn roles() -> Choice {
    let label = |role: Role| format!("{}: {}", role.title(), role.describe());
    Choice::new(
        "role",
        "Role",
        Role::OF_A_WORKSPACE.map(|role| (role.name(), label(role))),
    )
}

fn invite_page(desk: &Desk, form: Option<&InviteForm>, wrong: &str) -> FormPage {
    let (email, role) = form.map_or(("", Role::Member.name()), |form| (&form.email, &form.role));
    FormPage {
        about: "They get a letter with a link that works once, for three days.".into(),
        fields: vec![
            Field::email("E-mail address")
                .value(email)
                .error(wrong)
                .autocomplete("off")
                .focus(),
        ],
        choices: vec![roles().chosen(role)],
        button: "Invite",
        ..FormPage::new(desk.frame(Place::Team), "Invite somebody", desk.at("/team"))
    }
}

/// `GET /dashboard/w/{workspace}/team/invite`
pub(in crate::web) async fn invite_form(desk: Desk) -> PageResult {
    Ok(render(&invite_page(&desk, None, "")))
}

#[derive(Deserialize)]
pub(in crate::web) struct InviteForm {
    email: String,
    #[serde(default)]
    role: String,
}

/// `POST /dashboard/w/{workspace}/team/invite`
pub(in crate::web) async fn invite(desk: Desk, form: Form<InviteForm>) -> PageResult {
    let workspace = desk.workspace()?.register.id.clone();
    let email = match form.email.parse::<EmailAddress>() {
        Ok(email) => email,
        Err(error) => {
            return Ok(unprocessable(&invite_page(
                &desk,
                Some(&form),
                &view::sentence(&error),
            )));
        }
    };
    let target = Target::Workspace(Membership {
        workspace,
        role: parse_role(&form.role)?,
    });
    send(&desk, &email, target, &form).await
}

async fn send(desk: &Desk, email: &EmailAddress, target: Target, form: &InviteForm) -> PageResult {
    let (who, change, to) = (Arc::clone(&desk.who), desk.change(), email.clone());
    let posted = desk
        .run(move |app| {
            let issued = app
                .accounts
                .invite(Authority::Staff(&who), &to, &target, &change);
            match issued {
                Ok(issued) => Ok(Some(app.post(&issued, who.person().name.as_str())?)),
                Err(staff::Error::NothingToDo) => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    let Some(posted) = posted else {
        let page = invite_page(desk, Some(form), "They are on the team already.");
        return Ok(unprocessable(&page));
    };
    let back = desk.at("/team");
    Ok(answer(desk, Kind::Invitation, email.as_str(), posted, back))
}

fn parse_role(text: &str) -> Result<Role, Error> {
    text.parse::<Role>()
        .ok()
        .filter(|role| Role::OF_A_WORKSPACE.contains(role))
        .ok_or_else(|| {
            Error::new(
                actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
                "role_unknown",
                "there is no such role in a workspace",
            )
        })
}

/// `POST /dashboard/w/{workspace}/team/invitations/{id}/again`
pub(in crate::web) async fn invite_again(desk: Desk, path: Path<(String, String)>) -> PageResult {
    again(&desk, &path.1, desk.at("/team")).await
}

/// `POST /dashboard/w/{workspace}/team/invitations/{id}/withdraw`
pub(in crate::web) async fn withdraw(desk: Desk, path: Path<(String, String)>) -> PageResult {
    withdraw_one(&desk, &path.1, &desk.at("/team")).await
}

/// A person of this team with a role of this workspace; owners are looked after elsewhere.
async fn member(desk: &Desk, id: &str) -> Result<(Person, Role), Error> {
    let id: StaffId = id.parse().map_err(|_| Error::not_found())?;
    let workspace = desk.workspace()?.register.id.clone();
    let team = desk
        .run(move |app| Ok(app.accounts.team(&workspace)?))
        .await?;
    team.into_iter()
        .find(|(person, role)| person.id == id && *role != Role::Owner)
        .ok_or_else(Error::not_found)
}

/// `GET /dashboard/w/{workspace}/team/{id}`
pub(in crate::web) async fn role_form(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (person, role) = member(&desk, &path.1).await?;
    Ok(render(&FormPage {
        about: "Their sessions end, and the new role counts when they sign in again.".into(),
        choices: vec![roles().chosen(role.name())],
        button: "Change the role",
        ..FormPage::new(
            desk.frame(Place::Team),
            format!("The role of {}", person.name),
            desk.at("/team"),
        )
    }))
}

#[derive(Deserialize)]
pub(in crate::web) struct RoleForm {
    role: String,
}

/// `POST /dashboard/w/{workspace}/team/{id}`
pub(in crate::web) async fn change_role(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<RoleForm>,
) -> PageResult {
    let (person, _) = member(&desk, &path.1).await?;
    let role = parse_role(&form.role)?;
    let workspace = desk.workspace()?.register.id.clone();
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let changed = desk
        .run(move |app| {
            let by = Authority::Staff(&who);
            Ok(app
                .accounts
                .give_role(by, &person.id, &workspace, role, &change))
        })
        .await?;
    match changed {
        Ok(()) => Ok(done(&desk.at("/team"), Notice::RoleChanged)),
        Err(staff::Error::NothingToDo) => Ok(see_other(&desk.at("/team"))),
        Err(error) => Err(error.into()),
    }
}

/// `GET /dashboard/w/{workspace}/team/{id}/remove`
pub(in crate::web) async fn remove_form(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (person, _) = member(&desk, &path.1).await?;
    Ok(render(&FormPage {
        about: format!(
            "{} ({}) can no longer open this workspace, and is signed out. The account and roles elsewhere stay.",
            person.name, person.email
        ),
        button: "Remove from the team",
        is_harmful: true,
        ..FormPage::new(
            desk.frame(Place::Team),
            format!("Remove {} from the team?", person.name),
            desk.at("/team"),
        )
    }))
}

/// `POST /dashboard/w/{workspace}/team/{id}/remove`
pub(in crate::web) async fn remove(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (person, _) = member(&desk, &path.1).await?;
    let workspace = desk.workspace()?.register.id.clone();
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    desk.run(move |app| {
        let by = Authority::Staff(&who);
        Ok(app
            .accounts
            .take_role(by, &person.id, &workspace, &change)?)
    })
    .await?;
    if desk.who.id() == &StaffId::clone(&path.1.parse().map_err(|_| Error::not_found())?) {
        return Ok(see_other(&view::at("/dashboard")));
    }
    Ok(done(&desk.at("/team"), Notice::PersonRemoved))
}
