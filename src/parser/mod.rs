//! A file's bytes to a structured document: Markdown, HTML and plain text.
//!
//! [`read`] is a pure function of bytes. It opens nothing, fetches nothing and keeps nothing, because the bytes come from
//! strangers and it is meant to run in a process of its own; everything that goes in or comes out is plain data.
//!
//! What it promises for every input: it ends, in time and memory proportional to the file (see [`work`]); block ranges lie
//! on character boundaries, in order, without overlap; no control character but newline and (in code) tab is in the text.
//! What it does not do: follow links, load images, run scripts, guess legacy encodings.

mod builder;
mod clean;
mod decode;
mod element;
mod error;
pub(crate) mod format;
mod front_matter;
mod html;
mod inline;
pub(crate) mod label;
pub(crate) mod markdown;
mod note;
mod pair;
mod plain;
#[cfg(any(test, fuzzing))]
pub(crate) mod promises;
mod question;
mod segment;
mod tag;
#[cfg(test)]
pub(crate) mod tests;
mod title;
pub(crate) mod work;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use builder::Builder;
use work::Work;

pub(crate) use error::Error;
pub(crate) use format::MediaType;
pub(crate) use note::Note;
pub(crate) use question::is_question;

/// A larger file is refused before anything of it is read.
pub(crate) const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// A document of more blocks than this is refused: it is data, not something to read. Two million blocks are about
/// 100 MB of bare offsets; a 50 MB manual has some 500,000.
pub(crate) const MAX_BLOCKS: usize = 2_000_000;

/// Lists, quotes and HTML elements that nest deeper are read as if they were this deep (with a note).
pub(crate) const MAX_DEPTH: usize = 200;

/// A "heading" of more characters is somebody's styled paragraph, and is read as one.
pub(crate) const MAX_HEADING_CHARS: usize = 300;

/// A document as people read it: plain text, and where its blocks lie in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Document {
    /// Never empty, one line.
    pub title: String,
    pub title_from: TitleFrom,
    /// NFC, `\n` line ends, no markup. Every citation is a range of this.
    pub text: String,
    pub blocks: Vec<Block>,
    /// Where a heading's section ends before the next heading.
    pub ends: Vec<SectionEnd>,
    /// What was skipped or repaired, for the ingest report.
    pub notes: Vec<Note>,
}

/// Who says what a document is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TitleFrom {
    /// Its author, in front matter or `<title>`, or whoever handed it in.
    Given,
    /// Its first heading of the first level.
    Heading,
    /// Nobody: these are the first words of its text.
    FirstWords,
    /// Nobody but its file.
    FileName,
}

/// One block of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Block {
    pub kind: BlockKind,
    /// Bytes of [`Document::text`], on character boundaries. Blocks are in order and do not overlap.
    pub range: Range<usize>,
}

/// Before block `block`, the section of a heading of this level is over: what follows belongs to the heading above it. A question in a
/// list of terms has such an end, and what one can fold away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SectionEnd {
    pub block: usize,
    pub level: u8,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BlockKind {
    /// `level` is 1 to 6.
    Heading {
        level: u8,
    },
    Paragraph,
    /// One item with its marker ("• ", "1. ") and all its paragraphs; nested items are blocks of their own.
    /// `depth` starts at 1. `ordinal` is the number of an ordered item.
    ListItem {
        depth: u8,
        ordinal: Option<u32>,
    },
    /// `cell | cell | cell`
    TableHeader,
    /// `headed`: the nearest preceding [`BlockKind::TableHeader`] belongs to this row.
    TableRow {
        headed: bool,
    },
    /// Verbatim.
    Code,
    Quote,
    /// A term on the first line, what it means on the following ones.
    Definition,
}

/// Reads a document. `file_name` serves as a title where the document has none, if it tells what the text is about.
pub(crate) fn read(bytes: &[u8], media: MediaType, file_name: &str) -> Result<Document, Error> {
    build(bytes, media)?.finish(file_name)
}

fn build(bytes: &[u8], media: MediaType) -> Result<Builder, Error> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Error::TooLarge {
            bytes: bytes.len() as u64,
            limit: MAX_FILE_BYTES as u64,
        });
    }
    let mut builder = Builder::new(Work::for_source(bytes.len()));
    let source = decode::decode(bytes, &mut builder.notes)?;
    // One document that trips a defect in a library must not take the other thousand with it.
    let read = || {
        let mut builder = media.reader()(&source, builder)?;
        builder.end_label()?;
        pair::divide(&mut builder)?;
        Ok(builder)
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Error::Unreadable))
}
