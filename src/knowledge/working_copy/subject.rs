//! What a working copy is of.

use std::str::FromStr;

use crate::db::Tx;
use crate::id::ApprovedId;
use crate::knowledge::article::ArticleId;
use crate::knowledge::{Error, approved, article};

/// An article or an approved answer. `None`: a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    Article(Option<ArticleId>),
    Approved(Option<ApprovedId>),
}

impl Subject {
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Article(id) => id.as_ref().map(ArticleId::as_str),
            Self::Approved(id) => id.as_ref().map(ApprovedId::as_str),
        }
    }

    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Article(_) => Kind::Article,
            Self::Approved(_) => Kind::Approved,
        }
    }

    /// The newest version. `None`: it is a new one.
    pub(super) fn head(&self, tx: &Tx<'_>) -> Result<Option<u32>, Error> {
        match self {
            Self::Article(id) => id.as_ref().map(|id| article::head(tx, id)).transpose(),
            Self::Approved(id) => id.as_ref().map(|id| approved::head(tx, id)).transpose(),
        }
    }
}

/// As it stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Article,
    Approved,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Article, Self::Approved];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Approved => "approved-answer",
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("nothing that this version has working copies of")]
pub(super) struct Unknown;

impl FromStr for Kind {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name() == text).ok_or(Unknown)
    }
}
