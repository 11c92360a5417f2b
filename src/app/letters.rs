//! Links that go out by e-mail, and what the sender is told.

use super::{App, Error};
use crate::id::{StaffId, WorkspaceId};
use crate::staff::{self, Issued, Purpose, Role};
use crate::vault::{self, Delivery, InvitedAs, Letter, LinkSecret, Reset};

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
        let way = match issued.link.purpose {
            Purpose::Setup => "setup",
            Purpose::Invitation { .. } => "join",
            Purpose::NewTotp(_) | Purpose::NewPassword(_) | Purpose::NewBoth(_) => "reset",
        };
        format!(
            "{}/dashboard/{way}/{}",
            self.public_url(),
            issued.token.expose()
        )
    }

    /// Sends a link to whom it is for. `sender`: how whoever caused it is called.
    pub(crate) fn post(&self, issued: &Issued, sender: &str) -> Result<Posted, Error> {
        let token = LinkSecret::new(issued.token.expose());
        let letter = match &issued.link.purpose {
            Purpose::Invitation { email, target } => Letter::Invitation {
                to: email.to_string(),
                inviter: sender.to_owned(),
                workspace: self.workspace_name(target.workspace())?,
                role: match target.role() {
                    Role::Owner => InvitedAs::Owner,
                    Role::Admin => InvitedAs::Admin,
                    Role::Member => InvitedAs::Member,
                    Role::Viewer => InvitedAs::Viewer,
                },
                token,
            },
            Purpose::NewTotp(id) => self.reset_letter(Reset::Totp, id, token)?,
            Purpose::NewPassword(id) => self.reset_letter(Reset::Password, id, token)?,
            Purpose::NewBoth(id) => self.reset_letter(Reset::Both, id, token)?,
            Purpose::Setup => {
                return Ok(Posted::Shown {
                    link: self.address(issued),
                });
            }
        };
        match self.vault.send(letter) {
            Ok(Delivery::Sent) => Ok(Posted::Sent),
            Ok(Delivery::InOutbox) => Ok(Posted::Shown {
                link: self.address(issued),
            }),
            Err(vault::Error::Refused(vault::Refusal::NotSent(reason))) => Ok(Posted::Failed {
                reason: reason.to_string(),
            }),
            Err(error) => Err(error.into()),
        }
    }

    fn reset_letter(&self, what: Reset, to: &StaffId, token: LinkSecret) -> Result<Letter, Error> {
        let person = self.accounts.find(to)?.ok_or(staff::Error::Unknown)?;
        Ok(Letter::Reset {
            what,
            to: person.email.to_string(),
            name: person.name.to_string(),
            token,
        })
    }

    fn workspace_name(&self, id: Option<&WorkspaceId>) -> Result<Option<String>, Error> {
        let Some(id) = id else {
            return Ok(None);
        };
        let found = self
            .workspaces()?
            .into_iter()
            .find(|workspace| workspace.id == *id);
        let found = found.ok_or(crate::workspace::Error::Gone)?;
        Ok(Some(found.name.to_string()))
    }
}
