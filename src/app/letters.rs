//! Links that go out by e-mail, and what the sender is told.

use super::{App, Error};
use crate::id::{StaffId, WorkspaceId};
use crate::staff::{self, Issued, Purpose};
use crate::vault::{self, Delivery, Letter, Reset};

/// What became of a link.
pub(crate) enum Posted {
    /// A mail server took the letter.
    Sent,
    /// There is none: the letter lies in the outbox, and whoever caused it passes the link on.
    Shown { link: String },
    /// It was not sent, for this reason. The link is lost; a new one can be made.
    Failed { reason: String },
}

impl App {
    /// The address that a link leads to.
    fn address(&self, issued: &Issued) -> String {
        let place = match issued.link.purpose {
            Purpose::Setup => "setup",
            Purpose::Invitation { .. } => "join",
            Purpose::NewTotp(_) | Purpose::NewPassword(_) | Purpose::NewBoth(_) => "reset",
        };
        format!(
            "{}/dashboard/{place}/{}",
            self.public_url(),
            issued.token.expose()
        )
    }

    /// Sends a link to whom it is for. `sender`: how whoever caused it is called.
    pub(crate) fn post(&self, issued: &Issued, sender: &str) -> Result<Posted, Error> {
        let link = self.address(issued);
        let expires = issued
            .link
            .expires
            .strftime("%Y-%m-%d %H:%M UTC")
            .to_string();
        let letter = match &issued.link.purpose {
            Purpose::Invitation { email, target } => Letter::Invitation {
                to: email.to_string(),
                inviter: sender.to_owned(),
                place: self.place_name(target.workspace())?,
                role: target.role().title().to_owned(),
                link: link.clone(),
                expires,
            },
            Purpose::NewTotp(id) => self.reset_letter(Reset::Totp, id, &link, expires)?,
            Purpose::NewPassword(id) => self.reset_letter(Reset::Password, id, &link, expires)?,
            Purpose::NewBoth(id) => self.reset_letter(Reset::Both, id, &link, expires)?,
            Purpose::Setup => return Ok(Posted::Shown { link }),
        };
        match self.vault.send(letter) {
            Ok(Delivery::Sent) => Ok(Posted::Sent),
            Ok(Delivery::InOutbox) => Ok(Posted::Shown { link }),
            Err(vault::Error::Refused(vault::Refusal::NotSent(reason))) => Ok(Posted::Failed {
                reason: reason.to_string(),
            }),
            Err(error) => Err(error.into()),
        }
    }

    fn reset_letter(
        &self,
        what: Reset,
        to: &StaffId,
        link: &str,
        expires: String,
    ) -> Result<Letter, Error> {
        let person = self.accounts.find(to)?.ok_or(staff::Error::Unknown)?;
        Ok(Letter::Reset {
            what,
            to: person.email.to_string(),
            name: person.name.to_string(),
            link: link.to_owned(),
            expires,
        })
    }

    fn place_name(&self, workspace: Option<&WorkspaceId>) -> Result<String, Error> {
        let Some(id) = workspace else {
            return Ok("the whole instance".to_owned());
        };
        let found = self
            .workspaces()?
            .into_iter()
            .find(|workspace| workspace.id == *id);
        Ok(found.map_or_else(String::new, |workspace| {
            format!("the workspace {}", workspace.name)
        }))
    }
}
