//! What the vault writes to people. The wording and the address that a link leads to are its own; a client says to whom, names whom it is about, and
//! gives the token of a link.

use std::fmt;

use askama::Template;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::text;

/// How long the links in letters work.
pub(crate) const LINKS_LAST: SignedDuration = SignedDuration::from_hours(72);

/// Characters of a name in a letter.
const MAX_NAME_CHARS: usize = 80;

/// What was made worthless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reset {
    Totp,
    Password,
    Both,
}

/// As what somebody is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum InvitedAs {
    Owner,
    Admin,
    Member,
    Viewer,
}

impl InvitedAs {
    const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }
}

/// A letter to one address.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Letter {
    /// Somebody is invited to join the staff.
    Invitation {
        to: String,
        inviter: String,
        /// `None`: the whole instance.
        workspace: Option<String>,
        role: InvitedAs,
        token: LinkSecret,
    },
    /// What somebody signs in with was made worthless, and this link makes it anew.
    Reset {
        what: Reset,
        to: String,
        name: String,
        token: LinkSecret,
    },
    /// Tells the old address that the account has another one now.
    EmailChanged { to: String, name: String },
}

/// The secret end of a link, on its way.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct LinkSecret(String);

impl LinkSecret {
    pub(crate) fn new(token: &str) -> Self {
        Self(token.to_owned())
    }

    /// `None`: it is not the token of a link, 64 hexadecimal digits, and could be made to say something.
    fn checked(&self) -> Option<&str> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (self.0.len() == 64 && self.0.bytes().all(is_digit)).then_some(&*self.0)
    }
}

/// What a letter needs besides what its sender says.
pub(super) struct Postmark<'a> {
    /// Under which the server is reached, without a slash at the end.
    pub public_url: &'a str,
    /// When a link that is sent now stops working.
    pub expires: String,
}

#[derive(Template)]
#[template(path = "mail/invitation.txt", config = "assets/askama.toml")]
struct Invitation<'a> {
    inviter: &'a str,
    place: &'a str,
    role: &'static str,
    link: &'a str,
    expires: &'a str,
}

#[derive(Template)]
#[template(path = "mail/reset.txt", config = "assets/askama.toml")]
struct ResetLetter<'a> {
    what: Reset,
    name: &'a str,
    link: &'a str,
    expires: &'a str,
}

#[derive(Template)]
#[template(path = "mail/email-changed.txt", config = "assets/askama.toml")]
struct EmailChanged<'a> {
    name: &'a str,
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

    /// `None`: it cannot be written, because a part of it is not what it should be.
    pub(super) fn text(&self, mark: &Postmark<'_>) -> Option<String> {
        let link = |way: &str, token: &LinkSecret| {
            let token = token.checked()?;
            Some(format!("{}/dashboard/{way}/{token}", mark.public_url))
        };
        let rendered = match self {
            Self::Invitation {
                inviter,
                workspace,
                role,
                token,
                ..
            } => {
                let place = match workspace {
                    Some(name) if is_workspace_name(name) => format!("the workspace {name}"),
                    Some(_) => return None,
                    None => "the whole instance".to_owned(),
                };
                Invitation {
                    inviter: &harmless(inviter),
                    place: &place,
                    role: role.name(),
                    link: &link("join", token)?,
                    expires: &mark.expires,
                }
                .render()
            }
            Self::Reset {
                what, name, token, ..
            } => ResetLetter {
                what: *what,
                name: &harmless(name),
                link: &link("reset", token)?,
                expires: &mark.expires,
            }
            .render(),
            Self::EmailChanged { name, .. } => EmailChanged {
                name: &harmless(name),
            }
            .render(),
        };
        // A template does not end with its last line break.
        Some(rendered.ok()? + "\n")
    }
}

/// It may carry a link that lets somebody in.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.subject())
    }
}

/// The name of a person, of which a mail program makes neither an address nor a link, on one line.
fn harmless(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let seen = |c: &char| c.is_whitespace() || !text::is_hidden(*c);
    let mut letters = name.chars().filter(seen).peekable();
    while let Some(c) = letters.next() {
        match c {
            ':' | '/' | '\\' | '@' => out.push(' '),
            '.' => {
                out.push('.');
                // "J. R. Smith", and not "evil.example".
                if letters.peek().is_some_and(|next| next.is_alphanumeric()) {
                    out.push(' ');
                }
            }
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(MAX_NAME_CHARS).collect()
}

fn is_workspace_name(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
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
    #[error("a part of it is not what belongs there")]
    Malformed,
    #[error("too many letters were sent lately; the next can go in {} minutes", wait_s.div_ceil(60))]
    TooMany { wait_s: u64 },
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

    const TOKEN: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn mark() -> Postmark<'static> {
        Postmark {
            public_url: "https://help.bank.example/bot",
            expires: "2026-12-01 10:00 UTC".into(),
        }
    }

    fn invitation(inviter: &str, workspace: Option<&str>, token: &str) -> Letter {
        Letter::Invitation {
            to: "ada@bank.example".into(),
            inviter: inviter.into(),
            workspace: workspace.map(Into::into),
            role: InvitedAs::Member,
            token: LinkSecret::new(token),
        }
    }

    #[test]
    fn every_letter_is_filled_in() {
        let (to, name) = ("a@b.example".to_owned(), "Ada".to_owned());
        let reset = |what| Letter::Reset {
            what,
            to: to.clone(),
            name: name.clone(),
            token: LinkSecret::new(TOKEN),
        };
        let letters = [
            invitation("Grace", Some("main"), TOKEN),
            invitation("Grace", None, TOKEN),
            reset(Reset::Totp),
            reset(Reset::Password),
            reset(Reset::Both),
            Letter::EmailChanged {
                to: to.clone(),
                name: name.clone(),
            },
        ];
        for letter in letters {
            let text = letter.text(&mark()).unwrap();
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(text.ends_with('\n') && !text.contains("\n\n\n"), "{text}");
            assert!(!letter.to().is_empty() && !letter.subject().is_empty());
        }
    }

    #[test]
    fn a_link_leads_to_our_own_address() {
        let text = invitation("Grace", Some("main"), TOKEN)
            .text(&mark())
            .unwrap();
        let expected = format!("https://help.bank.example/bot/dashboard/join/{TOKEN}\n");
        assert!(text.contains(&expected), "{text}");
    }

    #[test]
    fn a_name_cannot_add_lines_links_or_addresses() {
        let eve = "Eve\n\nClick https://evil.example/x?a=b www.evil.example or mail eve@evil.example \u{202e}now";
        let text = invitation(eve, Some("main"), TOKEN).text(&mark()).unwrap();
        let first = text.lines().nth(2).unwrap();
        assert!(
            first.starts_with("Eve Click https evil. example x?a=b www. evil. example or mail eve"),
            "{first}"
        );
        assert!(
            !text.contains("evil.example") && !text.contains('\u{202e}'),
            "{text}"
        );
        assert_eq!(text.matches("://").count(), 1, "{text}");
        assert_eq!(harmless("J.R. Smith"), "J. R. Smith");
        assert_eq!(harmless("Zoë O'Neil-Öst"), "Zoë O'Neil-Öst");
        assert_eq!(harmless(&"x".repeat(1_000)).len(), MAX_NAME_CHARS);
    }

    #[test]
    fn a_token_or_a_workspace_that_could_say_something_is_refused() {
        for token in ["", "x", &TOKEN[1..], &TOKEN.to_uppercase(), "../../evil"] {
            assert!(
                invitation("Eve", None, token).text(&mark()).is_none(),
                "{token}"
            );
        }
        for workspace in ["", "evil.example", "a b", "A", &"a".repeat(41)] {
            let letter = invitation("Eve", Some(workspace), TOKEN);
            assert!(letter.text(&mark()).is_none(), "{workspace}");
        }
    }

    #[test]
    fn a_letter_does_not_print_its_link() {
        assert!(!format!("{:?}", invitation("Grace", None, TOKEN)).contains(TOKEN));
    }
}
