//! A stored document.

use jiff::Timestamp;
use serde::Serialize;

use super::SourcePath;
use crate::id::DocumentId;
use crate::parser::{Block, MediaType, Note};

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
}
