//! The name of a document within its workspace.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::text;

/// A relative path with slashes, such as `savings/isa.md`: 1 to 500 bytes, no empty, `.` or `..` part, no backslash, no control
/// character, no invisible one, no blank at the ends of a part. In Unicode's composed form (NFC). It names a document and is never opened as a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(crate) struct SourcePath(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPath {
    #[error("it is empty or longer than 500 bytes")]
    Length,
    #[error("it has control characters, such as a newline")]
    ControlCharacter,
    #[error("it has {0}: give it another name, without that")]
    Hidden(#[from] text::Hidden),
    #[error("a part of it begins or ends with a blank")]
    Blank,
    #[error("it has an empty, \".\" or \"..\" part, or a backslash")]
    Part,
}

impl SourcePath {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SourcePath {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        if text.is_empty() || text.len() > 500 {
            return Err(BadPath::Length);
        }
        if text.chars().any(char::is_control) {
            return Err(BadPath::ControlCharacter);
        }
        text::refuse_hidden(text)?;
        if text.split('/').any(|part| part.trim() != part) {
            return Err(BadPath::Blank);
        }
        if text.contains('\\') || text.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(BadPath::Part);
        }
        // Two names that look the same are the same.
        Ok(Self(text.nfc().collect()))
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_lead_outside_or_break_a_line() {
        for good in [
            "a.md",
            "savings/isa transfers.md",
            "été/übersicht.html",
            "..a/b..",
            "می\u{200c}خواهم.md",
            "❤\u{fe0f}.md",
        ] {
            assert!(good.parse::<SourcePath>().is_ok(), "{good}");
        }
        let decomposed = "cafe\u{301}.md".parse::<SourcePath>().unwrap();
        assert_eq!(decomposed.as_str(), "caf\u{e9}.md");
        for bad in [
            "",
            " a.md",
            "a /b",
            "a\u{a0}",
            "/etc/passwd",
            "../a.md",
            "a/../b",
            "a//b",
            "a/",
            "./a",
            "a\\b",
            "a\nb.md",
            "a\u{0}",
            "\u{202e}gpj.md",
            "a\u{200b}.md",
            &"x".repeat(501),
        ] {
            assert!(bad.parse::<SourcePath>().is_err(), "{bad:?}");
        }
        assert_eq!(
            "\u{202e}gpj.md"
                .parse::<SourcePath>()
                .unwrap_err()
                .to_string(),
            "it has the invisible character U+202E: give it another name, without that"
        );
    }
}
