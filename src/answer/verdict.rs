//! How far a question is answered.

use serde::Serialize;

/// How far the knowledge holds what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Answered,
    Partly,
    /// Several things could be meant.
    Choose,
    NotFound,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Partly => "partly",
            Self::Choose => "choose",
            Self::NotFound => "not_found",
        }
    }

    pub(super) fn is_less_than(self, other: Self) -> bool {
        self as u8 > other as u8
    }
}
