//! One thing that waits for a review.

use jiff::Timestamp;

use super::{Problem, own};
use crate::audit::Actor;
use crate::id::{DocumentId, ReviewId};
use crate::knowledge::{Origin, SourcePath};
use crate::parser::MediaType;
use crate::search::Visibility;

/// A version of a document, or another label or other dates for it, that somebody else has to approve.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub id: ReviewId,
    pub what: What,
    pub path: SourcePath,
    pub title: String,
    /// The fingerprint of the document as it was shown when this was handed in; `None`: there was none.
    pub base: Option<[u8; 32]>,
    pub visibility: Visibility,
    pub origin: Origin,
    pub author: Actor,
    pub at: Timestamp,
    /// `None`: it waits.
    pub returned: Option<Returned>,
    /// What is there at its path now.
    pub document: Option<DocumentId>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    Version(Version),
    /// How far and when a document that is there may be shown.
    Visibility,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Version {
    pub media: MediaType,
}

/// Who sent it back to its author, and with what word.
#[derive(Debug, Clone)]
pub(crate) struct Returned {
    pub by: Actor,
    pub at: Timestamp,
    pub remark: String,
}

impl Waiting {
    /// Why somebody may not approve it.
    pub(crate) fn hinders(&self, by: &Actor, needs_review: bool) -> Option<Problem> {
        if self.returned.is_some() {
            return Some(Problem::Gone);
        }
        own(&self.author, by, needs_review)
    }
}

impl What {
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Version(_) => "version",
            Self::Visibility => "visibility",
        }
    }

    /// It is another text, not only shown otherwise.
    pub(crate) const fn is_version(self) -> bool {
        matches!(self, Self::Version(_))
    }

    pub(super) const fn version(self) -> Option<Version> {
        match self {
            Self::Version(version) => Some(version),
            Self::Visibility => None,
        }
    }
}
