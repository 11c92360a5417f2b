//! What is handed in.

use super::{Origin, SourcePath};
use crate::parser::MediaType;
use crate::search::Label;

/// One document as it was handed in.
pub(crate) struct Source {
    pub path: SourcePath,
    pub media: MediaType,
    pub bytes: Vec<u8>,
    /// Instead of the one that the document gives itself.
    pub title: Option<String>,
    /// `None`: as it was, or, for a new document, the usual one of its origin.
    pub label: Option<Label>,
    pub origin: Origin,
}
