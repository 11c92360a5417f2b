//! What the vault writes to people. The wording is its own; a client only fills in names, a link and a time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What was made worthless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reset {
    Totp,
    Password,
    Both,
}

/// A letter to one address.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Letter {
    /// Somebody is invited to join the staff.
    Invitation {
        to: String,
        inviter: String,
        /// What for, such as "the workspace main".
        place: String,
        role: String,
        link: String,
        expires: String,
    },
    /// What somebody signs in with was made worthless, and this link makes it anew.
    Reset {
        what: Reset,
        to: String,
        name: String,
        link: String,
        expires: String,
    },
    /// Tells the old address that the account has another one now.
    EmailChanged { to: String, name: String },
}

impl Letter {
    pub(crate) fn to(&self) -> &str {
        match self {
            Self::Invitation { to, .. }
            | Self::Reset { to, .. }
            | Self::EmailChanged { to, .. } => to,
        }
    }

    pub(super) fn subject(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "You are invited to Anchorite",
            Self::Reset { what, .. } => match what {
                Reset::Totp => "Set up your one-time codes again",
                Reset::Password => "Choose a new password",
                Reset::Both => "Choose a new password and set up your one-time codes again",
            },
            Self::EmailChanged { .. } => "Your account has another e-mail address now",
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Invitation {
                inviter,
                place,
                role,
                link,
                expires,
                ..
            } => filled(
                include_str!("../../assets/mail/invitation.txt"),
                &[
                    ("inviter", inviter),
                    ("place", place),
                    ("role", role),
                    ("link", link),
                    ("expires", expires),
                ],
            ),
            Self::Reset {
                what,
                name,
                link,
                expires,
                ..
            } => filled(
                match what {
                    Reset::Totp => include_str!("../../assets/mail/new-totp.txt"),
                    Reset::Password => include_str!("../../assets/mail/new-password.txt"),
                    Reset::Both => include_str!("../../assets/mail/new-both.txt"),
                },
                &[("name", name), ("link", link), ("expires", expires)],
            ),
            Self::EmailChanged { name, .. } => filled(
                include_str!("../../assets/mail/email-changed.txt"),
                &[("name", name)],
            ),
        }
    }
}

/// It carries a link that lets somebody in.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.subject())
    }
}

/// Puts values in the place of `{name}`. A value is one line of at most 2,000 characters, so that nobody's name becomes a paragraph.
fn filled(template: &str, values: &[(&str, &String)]) -> String {
    // In one pass over the template: a value that looks like a placeholder stays as it is.
    let mut text = String::with_capacity(template.len() + 512);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}') else {
            break;
        };
        let name = &rest[at + 1..at + end];
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            text.extend(value.chars().filter(|c| !c.is_control()).take(2_000));
        }
        rest = &rest[at + end + 1..];
    }
    text + rest
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Delivery {
    /// A mail server took it.
    Sent,
    /// There is no mail server: it lies in the outbox folder.
    InOutbox,
}

/// Why a letter did not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Undelivered {
    #[error("that is not an e-mail address")]
    Address,
    #[error("the mail server cannot be reached")]
    Unreachable,
    #[error("the mail server did not answer in time")]
    TimedOut,
    #[error("the mail server's certificate cannot be trusted, or it does not encrypt")]
    Untrusted,
    #[error("the mail server refused it (code {0})")]
    Refused(u16),
    #[error("the outbox folder cannot be written")]
    Outbox,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation(inviter: &str) -> Letter {
        Letter::Invitation {
            to: "ada@bank.example".into(),
            inviter: inviter.into(),
            place: "the workspace main".into(),
            role: "Member".into(),
            link: "https://localhost/dashboard/join/x".into(),
            expires: "2026-12-01 10:00 UTC".into(),
        }
    }

    #[test]
    fn every_letter_is_filled_in() {
        let (to, name) = ("a@b.example".to_owned(), "Ada".to_owned());
        let reset = |what| Letter::Reset {
            what,
            to: to.clone(),
            name: name.clone(),
            link: "https://x".into(),
            expires: "soon".into(),
        };
        let letters = [
            invitation("Grace"),
            reset(Reset::Totp),
            reset(Reset::Password),
            reset(Reset::Both),
            Letter::EmailChanged {
                to: to.clone(),
                name: name.clone(),
            },
        ];
        for letter in letters {
            let text = letter.text();
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(!letter.to().is_empty() && !letter.subject().is_empty());
        }
    }

    #[test]
    fn a_name_cannot_add_lines_or_placeholders() {
        let text = invitation("Eve\n\nClick https://evil.example {link}").text();
        assert!(
            text.contains("EveClick https://evil.example {link} invites"),
            "{text}"
        );
    }

    #[test]
    fn a_letter_does_not_print_its_link() {
        assert!(!format!("{:?}", invitation("Grace")).contains("https"));
    }
}
