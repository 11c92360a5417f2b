//! Links that go out by e-mail, and what the sender is told.

use super::prelude::*;
use crate::app::App;
use crate::staff::{Issued, PersonName, Purpose};
use crate::vault::{self, Delivery, Letter};

/// What became of a link.
pub(super) enum Posted {
    /// A mail server took the letter.
    Sent,
    /// There is none: the letter lies in the outbox, and whoever caused it passes the link on.
    Shown { link: String },
    /// It was not sent, for this reason. The link is lost; a new one can be made.
    Failed { reason: String },
}

/// The address that a link leads to.
pub(super) fn address(app: &App, issued: &Issued) -> String {
    let place = match issued.link.purpose {
        Purpose::Setup => "setup",
        Purpose::Invitation { .. } => "join",
        Purpose::NewTotp(_) | Purpose::NewPassword(_) => "reset",
    };
    format!(
        "{}/dashboard/{place}/{}",
        app.public_url(),
        issued.token.expose()
    )
}

/// Sends a link to whom it is for.
pub(super) fn post(app: &App, issued: &Issued, sender: &PersonName) -> Result<Posted, Error> {
    let link = address(app, issued);
    let expires = issued
        .link
        .expires
        .strftime("%Y-%m-%d %H:%M UTC")
        .to_string();
    let letter = match &issued.link.purpose {
        Purpose::Invitation { email, target } => Letter::Invitation {
            to: email.to_string(),
            inviter: sender.to_string(),
            place: place_name(app, target.workspace())?,
            role: target.role().title().to_owned(),
            link: link.clone(),
            expires,
        },
        Purpose::NewTotp(id) | Purpose::NewPassword(id) => {
            let person = app.accounts.find(id)?.ok_or_else(Error::not_found)?;
            let (to, name) = (person.email.to_string(), person.name.to_string());
            let link = link.clone();
            if matches!(issued.link.purpose, Purpose::NewTotp(_)) {
                Letter::NewTotp {
                    to,
                    name,
                    link,
                    expires,
                }
            } else {
                Letter::NewPassword {
                    to,
                    name,
                    link,
                    expires,
                }
            }
        }
        Purpose::Setup => return Ok(Posted::Shown { link }),
    };
    match app.vault.send(letter) {
        Ok(Delivery::Sent) => Ok(Posted::Sent),
        Ok(Delivery::InOutbox) => Ok(Posted::Shown { link }),
        Err(vault::Error::Refused(vault::Refusal::NotSent(reason))) => Ok(Posted::Failed {
            reason: reason.to_string(),
        }),
        Err(error) => Err(Error::from(staff::Error::from(error))),
    }
}

fn place_name(app: &App, workspace: Option<&crate::id::WorkspaceId>) -> Result<String, Error> {
    let Some(id) = workspace else {
        return Ok("the whole instance".to_owned());
    };
    let found = app
        .workspaces()?
        .into_iter()
        .find(|workspace| workspace.id == *id);
    Ok(found.map_or_else(String::new, |workspace| {
        format!("the workspace {}", workspace.name)
    }))
}

/// A link that its maker has to pass on, or the news that it did not go out.
#[derive(Template)]
#[template(path = "dashboard/letter.html", config = "assets/askama.toml")]
pub(super) struct LetterPage {
    pub frame: Frame,
    pub title: &'static str,
    pub to: String,
    pub posted: Posted,
    /// Where to go on.
    pub back: String,
}
