//! What people are called.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::text;

/// An e-mail address in lower case: one `@`, something on both sides, at most 254 bytes, printable ASCII but spaces and the characters
/// that have a meaning in a letter's head. Whether it takes mail shows when mail is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub(crate) struct EmailAddress(String);

#[derive(Debug, thiserror::Error)]
#[error("that is not an e-mail address such as ada@bank.example")]
pub(crate) struct BadEmail;

impl EmailAddress {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = BadEmail;

    fn from_str(text: &str) -> Result<Self, BadEmail> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.split_once('@').ok_or(BadEmail)?;
        let allowed = |c: char| c.is_ascii_graphic() && !"\"(),:;<>[\\]@".contains(c);
        let domain_is_good = !domain.is_empty()
            && domain
                .split('.')
                .all(|part| !part.is_empty() && !part.starts_with('-') && !part.ends_with('-'))
            && domain
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let local_is_good = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(allowed)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        if text.len() <= 254 && local_is_good && domain_is_good {
            Ok(Self(text))
        } else {
            Err(BadEmail)
        }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 1 to 80 characters after trimming, none of them a control character or invisible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct PersonName(String);

#[derive(Debug, thiserror::Error)]
pub(crate) enum BadName {
    #[error("a name has 1 to 80 characters")]
    Length,
    #[error("a name cannot have {0}: type it again")]
    Hidden(#[from] text::Hidden),
}

impl PersonName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 80 || text.chars().any(char::is_control) {
            return Err(BadName::Length);
        }
        text::refuse_hidden(text)?;
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_things() {
        for (text, address) in [
            ("ada@bank.example", "ada@bank.example"),
            (
                "  Ada.Lovelace+x@Bank.Example ",
                "ada.lovelace+x@bank.example",
            ),
            ("root@localhost", "root@localhost"),
        ] {
            assert_eq!(text.parse::<EmailAddress>().unwrap().as_str(), address);
        }
        for bad in [
            "",
            "ada",
            "@bank.example",
            "ada@",
            "a@b@c",
            "ada@bank..example",
            "ada@-bank.example",
            "ada lovelace@bank.example",
            "ada@bank.example\r\nbcc: x@y",
            "<ada@bank.example>",
            "ada@bänk.example",
            &format!("{}@x.example", "a".repeat(65)),
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(" Ada ".parse::<PersonName>().unwrap().as_str(), "Ada");
        for bad in ["", "  ", "a\nb", "Ada\u{202e}", "\u{3164}", &"x".repeat(81)] {
            assert!(bad.parse::<PersonName>().is_err(), "{bad:?}");
        }
    }
}
