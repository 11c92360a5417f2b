//! What a person may ask.

use std::str::FromStr;

pub(crate) const MAX_CHARS: usize = 2_000;

/// 1 to 2,000 characters after trimming, no control characters but newline and tab.
#[derive(Debug, Clone)]
pub(crate) struct Question(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadQuestion {
    #[error("the question is empty")]
    Empty,
    #[error("the question has more than {MAX_CHARS} characters")]
    TooLong,
    #[error("the question has control characters")]
    ControlCharacter,
}

impl Question {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Question {
    type Err = BadQuestion;

    fn from_str(text: &str) -> Result<Self, BadQuestion> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadQuestion::Empty);
        }
        if text.chars().nth(MAX_CHARS).is_some() {
            return Err(BadQuestion::TooLong);
        }
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return Err(BadQuestion::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }
}
