//! Cuts a long Markdown source into parts that are parsed one after the other.
//!
//! The syntax tree of dense Markdown takes more than 200 bytes of memory for each byte of source. Parsing an eighth of a
//! megabyte at a time keeps the peak independent of the file's size, and also bounds what a superlinear case could cost.

use std::borrow::Cow;

use super::note::{NoteKind, Notes};

/// A source up to twice this long is parsed whole; a longer one is cut at the first good place after this many bytes.
const SEGMENT_BYTES: usize = 128 * 1024;

/// After this many bytes the beginning of an outermost list item is good enough.
const ITEM_BYTES: usize = SEGMENT_BYTES / 2 * 3;

/// No good place (a heading, or a paragraph after a blank line) within this many bytes: cut at the end of a line.
const FORCED_BYTES: usize = 2 * SEGMENT_BYTES;

/// No end of line either: cut at a space.
const LINE_BYTES: usize = 3 * SEGMENT_BYTES;

/// A repeated table header or fence longer than this is not repeated.
const MAX_CARRY_BYTES: usize = 16 * 1024;

/// Blank lines in a row that mean something; more only cost time inside deep lists.
const MAX_BLANK_LINES: usize = 8;

/// Drops the blank lines after the eighth in a row.
pub(super) fn limit_blank_lines(text: &str) -> Cow<'_, str> {
    let mut blank = 0;
    let excessive = |line: &str, blank: &mut usize| {
        *blank = if line.trim_ascii().is_empty() {
            *blank + 1
        } else {
            0
        };
        *blank > MAX_BLANK_LINES
    };
    if !text
        .split_inclusive('\n')
        .any(|line| excessive(line, &mut blank))
    {
        return Cow::Borrowed(text);
    }
    blank = 0;
    text.split_inclusive('\n')
        .filter(|line| !excessive(line, &mut blank))
        .collect::<String>()
        .into()
}

/// The parts of `text`, in order. A part that begins inside a code block or a table opens it again.
pub(super) fn split<'a>(text: &'a str, notes: &mut Notes) -> Vec<Cow<'a, str>> {
    if text.len() <= FORCED_BYTES {
        return vec![Cow::Borrowed(text)];
    }
    let mut parts = Vec::new();
    let mut part = Part::default();
    let mut position = 0;
    for line in lines(text) {
        let size = position - part.start;
        let clean_cut = part.open.fence.is_none()
            && (size >= SEGMENT_BYTES && part.open.begins_block(line)
                || size >= ITEM_BYTES && begins_item(line));
        if clean_cut || size + line.len() > FORCED_BYTES {
            if !clean_cut {
                notes.add(NoteKind::LongBlockSplit);
            }
            let carry = if clean_cut {
                String::new()
            } else {
                part.open.carry()
            };
            parts.push(part.take(text, position, carry));
        }
        part.open.see(line);
        position += line.len();
        if !line.ends_with('\n') && position < text.len() {
            notes.add(NoteKind::LongBlockSplit);
        }
    }
    parts.push(part.take(text, text.len(), String::new()));
    parts
}

/// Lines with their ends; what is longer than a part comes in pieces that end at a space.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').flat_map(|line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            let length = if rest.len() > LINE_BYTES {
                cut_at(rest, SEGMENT_BYTES)
            } else {
                rest.len()
            };
            let (piece, after) = rest.split_at(length);
            rest = after;
            (!piece.is_empty()).then_some(piece)
        })
    })
}

/// A place at or shortly before `limit`: after a space if there is one near, else between two characters.
fn cut_at(line: &str, limit: usize) -> usize {
    const NEAR: usize = 4096;
    let end = line.floor_char_boundary(limit);
    let near = line.floor_char_boundary(limit.saturating_sub(NEAR));
    line[near..end]
        .rfind(' ')
        .map_or(end, |space| near + space + 1)
}

fn begins_item(line: &str) -> bool {
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    ["- ", "* ", "+ "]
        .iter()
        .any(|marker| line.starts_with(marker))
        || (number > 0 && line[number..].starts_with(". "))
}

#[derive(Default)]
struct Part<'a> {
    start: usize,
    /// What this part has to repeat from the one before.
    prefix: String,
    open: Open<'a>,
}

impl Part<'_> {
    fn take<'a>(&mut self, text: &'a str, end: usize, next_prefix: String) -> Cow<'a, str> {
        let slice = &text[self.start..end];
        let prefix = std::mem::replace(&mut self.prefix, next_prefix);
        self.start = end;
        if prefix.is_empty() {
            Cow::Borrowed(slice)
        } else {
            Cow::Owned(prefix + slice)
        }
    }
}

/// What is open at a line: a fenced block, or the lines since the last blank one.
#[derive(Default)]
struct Open<'a> {
    fence: Option<&'a str>,
    after_blank: bool,
    previous: &'a str,
    /// The header and the delimiter row of the table that the lines may belong to.
    table: Option<(&'a str, &'a str)>,
}

impl<'a> Open<'a> {
    fn begins_block(&self, line: &str) -> bool {
        let is_heading = line.starts_with('#');
        let begins_with_letter = line.starts_with(|c: char| c.is_alphabetic() || c == '*');
        is_heading || (self.after_blank && begins_with_letter && !line.starts_with("* "))
    }

    fn carry(&self) -> String {
        match (self.fence, self.table) {
            (Some(fence), _) => format!("{}\n", fence.trim_end()),
            (None, Some((header, delimiter))) => format!("{header}{delimiter}"),
            (None, None) => String::new(),
        }
    }

    fn see(&mut self, line: &'a str) {
        let body = line.trim_start_matches(' ');
        if let Some(fence) = self.fence {
            let marker = fence.trim_start_matches(' ');
            let run = run_length(marker);
            if run_length(body) >= run
                && body.as_bytes()[0] == marker.as_bytes()[0]
                && body[run_length(body)..].trim().is_empty()
            {
                self.fence = None;
            }
        } else if run_length(body) >= 3 && body.len() <= MAX_CARRY_BYTES {
            self.fence = Some(line);
        }
        self.after_blank = body.trim_end().is_empty();
        if self.after_blank {
            self.table = None;
        } else if self.fence.is_none()
            && is_delimiter_row(body)
            && self.previous.contains('|')
            && self.previous.len() + line.len() <= MAX_CARRY_BYTES
        {
            self.table = Some((self.previous, line));
        }
        self.previous = line;
    }
}

/// How many backticks or tildes `text` starts with.
fn run_length(text: &str) -> usize {
    match text.as_bytes().first() {
        Some(&fence @ (b'`' | b'~')) => text.bytes().take_while(|&b| b == fence).count(),
        _ => 0,
    }
}

fn is_delimiter_row(line: &str) -> bool {
    line.contains('-')
        && line.contains('|')
        && line
            .trim()
            .bytes()
            .all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t'))
}
