//! A stored document.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;

use super::SourcePath;
use crate::id::DocumentId;
use crate::language::Tongue;
use crate::parser::{Block, MediaType, Note};
use crate::search::stated::Stated;
use crate::search::{Label, Visibility};

/// How a document came in, and so who looks after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    /// By `anchorite ingest`.
    Ingested,
    /// By hand, in the dashboard.
    Uploaded,
    /// By a program, with a key of the API.
    Api,
    /// It is what an article says now.
    Article,
}

impl Origin {
    pub(crate) const ALL: [Self; 4] = [Self::Ingested, Self::Uploaded, Self::Api, Self::Article];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ingested => "ingested",
            Self::Uploaded => "uploaded",
            Self::Api => "api",
            Self::Article => "article",
        }
    }
}

impl Origin {
    /// Of what is new, when nobody chose one. What comes in by hand is for staff until somebody says otherwise.
    pub(super) const fn usual_label(self) -> Label {
        match self {
            Self::Uploaded => Label::Staff,
            Self::Ingested | Self::Api | Self::Article => Label::Public,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not an origin of documents")]
pub(crate) struct UnknownOrigin;

impl FromStr for Origin {
    type Err = UnknownOrigin;
    fn from_str(text: &str) -> Result<Self, UnknownOrigin> {
        Self::ALL
            .into_iter()
            .find(|origin| origin.name() == text)
            .ok_or(UnknownOrigin)
    }
}

/// A document without its text.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Summary {
    pub id: DocumentId,
    pub path: SourcePath,
    pub title: String,
    pub media_type: &'static str,
    /// Of the source.
    pub bytes: u64,
    pub passages: usize,
    pub ingested: Timestamp,
    pub visibility: Visibility,
    pub origin: Origin,
    /// What it says about its own time.
    pub stated: Stated,
    /// In which it is written, if that can be told.
    pub language: Option<Tongue>,
}

/// A document with everything that is shown of it.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub summary: Summary,
    pub text: String,
    pub blocks: Vec<Block>,
    pub notes: Vec<Note>,
}

/// A document that is about to be stored.
pub(super) struct NewDocument<'a> {
    pub path: &'a SourcePath,
    pub media: MediaType,
    pub sha256: [u8; 32],
    pub bytes: u64,
    pub content: &'a crate::parser::Document,
    pub ingested: Timestamp,
    pub visibility: Visibility,
    pub origin: Origin,
    pub stated: Stated,
    pub language: Option<Tongue>,
}
