use super::{MAX_BLOCKS, MAX_FILE_BYTES, format};

/// Why a file could not be read, as a sentence for the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Error {
    #[error("the file is empty")]
    Empty,
    #[error("the file contains no text")]
    NoText,
    #[error("the file has {} MB; at most {} MB are read", bytes.div_ceil(1024 * 1024), limit / (1024 * 1024))]
    TooLarge { bytes: u64, limit: u64 },
    #[error(
        "the file looks like binary data, not text ({control_bytes} control characters, the first at byte {offset})"
    )]
    Binary { control_bytes: u64, offset: u64 },
    #[error(
        "the file is not UTF-8 text: byte {offset} is not valid; save it as UTF-8 and try again"
    )]
    NotUtf8 { offset: u64 },
    #[error(
        "the file is not valid UTF-16 text: the character at byte {offset} is broken; save it as UTF-8 and try again"
    )]
    NotUtf16 { offset: u64 },
    #[error(
        "the file has more than {MAX_BLOCKS} paragraphs, list items and table rows; split it into smaller files"
    )]
    TooManyBlocks,
    #[error(
        "it takes far more work to read than a document of its size should: its markup nests or repeats in a way that no author needs; nothing of it was stored"
    )]
    TooMuchWork,
    #[error("only {} are read", format::names())]
    UnknownMediaType,
    #[error("the file could not be read: its markup trips a defect in the parser")]
    Unreadable,
}

// The limit is in the sentence; a change there must not be forgotten here.
const _: () = assert!(MAX_FILE_BYTES.is_multiple_of(1024 * 1024));
