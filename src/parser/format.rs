//! The formats that are read: one row each, with everything that the program says about them.
//!
//! What a person or a client is told ("Markdown, HTML and plain text") is made from the rows, so that a new format is
//! named everywhere as soon as it is read. A file is what its name or its media type claims; nothing looks inside it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::builder::Builder;
use super::{Error, html, markdown, plain};

/// What a file claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MediaType {
    Markdown,
    Html,
    PlainText,
}

type Read = fn(&str, Builder) -> Result<Builder, Error>;

struct Format {
    media: MediaType,
    /// As in an HTTP `Content-Type`, without parameters; the first is ours, the others are understood.
    names: &'static [&'static str],
    /// Lower case; the first is the usual one.
    extensions: &'static [&'static str],
    human: &'static str,
    read: Read,
}

const FORMATS: [Format; 3] = [
    Format {
        media: MediaType::Markdown,
        names: &["text/markdown", "text/x-markdown"],
        extensions: &["md", "markdown", "mdown", "mkd", "mdx"],
        human: "Markdown",
        read: markdown::read,
    },
    Format {
        media: MediaType::Html,
        names: &["text/html", "application/xhtml+xml"],
        extensions: &["html", "htm", "xhtml"],
        human: "HTML",
        read: html::read,
    },
    Format {
        media: MediaType::PlainText,
        names: &["text/plain"],
        extensions: &["txt", "text"],
        human: "plain text",
        read: plain::read,
    },
];

// A row stands where its media type's number points.
const _: () = {
    let mut row = 0;
    while row < FORMATS.len() {
        assert!(FORMATS[row].media as usize == row);
        row += 1;
    }
};

impl MediaType {
    /// By the file name's extension; `None` for a type that is not read.
    pub(crate) fn from_file_name(name: &str) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        if stem.is_empty() || stem.ends_with('/') {
            return None;
        }
        let extension = extension.to_ascii_lowercase();
        find(|format| format.extensions.contains(&extension.as_str()))
    }

    /// As in an HTTP `Content-Type`, without parameters.
    pub(crate) fn name(self) -> &'static str {
        self.format().names[0]
    }

    pub(super) fn reader(self) -> Read {
        self.format().read
    }

    fn format(self) -> &'static Format {
        &FORMATS[self as usize]
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for MediaType {
    type Err = Error;

    /// Parameters (`; charset=utf-8`) are allowed and ignored: the text must be UTF-8 whatever they say.
    fn from_str(text: &str) -> Result<Self, Error> {
        let essence = text.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        find(|format| format.names.contains(&essence.as_str())).ok_or(Error::UnknownMediaType)
    }
}

/// The value of an `<input accept=…>`: `.md,.markdown,…,text/markdown,…`.
pub(crate) fn accept() -> String {
    let extensions = FORMATS.iter().flat_map(|format| format.extensions);
    let names = FORMATS.iter().flat_map(|format| format.names);
    extensions
        .map(|extension| format!(".{extension}"))
        .chain(names.map(|&name| name.to_owned()))
        .collect::<Vec<_>>()
        .join(",")
}

/// `Markdown, HTML and plain text`
pub(crate) fn names() -> String {
    enumerated(FORMATS.iter().map(|format| format.human.to_owned()))
}

/// The usual ones: `.md, .html and .txt`
pub(crate) fn extensions() -> String {
    enumerated(
        FORMATS
            .iter()
            .map(|format| format!(".{}", format.extensions[0])),
    )
}

/// `text/markdown, text/html and text/plain`
pub(crate) fn media_types() -> String {
    enumerated(FORMATS.iter().map(|format| format.names[0].to_owned()))
}

fn find(wanted: impl Fn(&Format) -> bool) -> Option<MediaType> {
    FORMATS
        .iter()
        .find(|format| wanted(format))
        .map(|format| format.media)
}

fn enumerated(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
