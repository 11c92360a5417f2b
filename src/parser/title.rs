//! What a document is called, and who says so.

use std::collections::HashSet;

use super::question::is_question;
use super::{Block, BlockKind, TitleFrom, clean};
use crate::language::words;

const MAX_CHARS: usize = 200;

/// Of a text that has no title the first words stand for one.
const FIRST_WORDS: usize = 8;
const MAX_FIRST_CHARS: usize = 80;

/// A file's name tells what is in the file if so many of its words, and at least half, are in the text.
const TELLING_WORDS: usize = 2;

/// Shorter words ("doc", "v2") tell nothing, whether they occur or not.
const MIN_WORD_CHARS: usize = 4;

/// Bytes of the text in which the words of the file's name are looked for.
const NEAR_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Title {
    pub(super) text: String,
    pub(super) from: TitleFrom,
    /// Hidden characters that were made visible.
    pub(super) marked: u64,
}

/// What the author gave: `strong` beats the first heading, `weak` does not.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) strong: Option<String>,
    pub(super) weak: Option<String>,
}

impl Title {
    pub(super) fn find(given: Given, text: &str, blocks: &[Block], file_name: &str) -> Self {
        let top = |block: &&Block| block.kind == (BlockKind::Heading { level: 1 });
        let heading = blocks.iter().find(top);
        let heading = heading.map(|block| text[block.range.clone()].to_owned());
        [
            (given.strong, TitleFrom::Given),
            (heading, TitleFrom::Heading),
            (given.weak, TitleFrom::Given),
        ]
        .into_iter()
        .find_map(|(title, from)| Self::of(&title?, from, MAX_CHARS))
        .unwrap_or_else(|| Self::last_resort(text, blocks, file_name))
    }

    /// `None` where nothing of it is seen.
    fn of(title: &str, from: TitleFrom, max_chars: usize) -> Option<Self> {
        let (title, marked) = clean::mark_hidden(title);
        let line = clean::line(&title, max_chars);
        // What stood between a joiner and its letter may have gone.
        let (line, more) = clean::mark_hidden(&line);
        (!line.is_empty()).then(|| Self {
            text: line.into_owned(),
            from,
            marked: marked + more,
        })
    }

    fn last_resort(text: &str, blocks: &[Block], file_name: &str) -> Self {
        let stem = stem(file_name);
        let first = if is_telling(&stem, text) {
            None
        } else {
            first_words(text, blocks)
        };
        first
            .and_then(|words| Self::of(&words, TitleFrom::FirstWords, MAX_FIRST_CHARS))
            .unwrap_or_else(|| Self {
                text: capitalised(&stem),
                from: TitleFrom::FileName,
                marked: 0,
            })
    }
}

/// The first heading, or the first sentence as far as it goes. A question is the title of its answer, not of the document.
fn first_words(text: &str, blocks: &[Block]) -> Option<String> {
    let has_words = |block: &&Block| {
        block.kind != BlockKind::Code && text[block.range.clone()].contains(char::is_alphabetic)
    };
    let block = blocks.iter().find(has_words)?;
    let first = &text[block.range.clone()];
    match block.kind {
        BlockKind::Heading { .. } => return (!is_question(first)).then(|| first.to_owned()),
        BlockKind::ListItem { .. } => first.split_once(' ').map(|(_, item)| item),
        _ => Some(first),
    }
    .map(shortened)
}

fn shortened(text: &str) -> String {
    let line = text.split('\n').next().unwrap_or_default();
    let mut shown: Vec<&str> = Vec::new();
    let mut rest = line.split_whitespace();
    for word in rest.by_ref().take(FIRST_WORDS) {
        shown.push(word);
        if shown.len() > 1 && word.ends_with(['.', '!', '?', ':']) {
            return shown.join(" ").trim_end_matches(['.', ':']).to_owned();
        }
    }
    let ellipsis = if rest.next().is_some() { "…" } else { "" };
    shown
        .join(" ")
        .trim_end_matches([',', ';', '.', ':'])
        .to_owned()
        + ellipsis
}

/// `docs/opening-hours_2024.md` to `opening hours 2024`.
fn stem(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base
        .rsplit_once('.')
        .map_or(base, |(stem, _)| if stem.is_empty() { base } else { stem });
    clean::line(&stem.replace(['-', '_', '+'], " "), MAX_CHARS)
}

fn is_telling(stem: &str, text: &str) -> bool {
    let near = &text[..text.floor_char_boundary(NEAR_BYTES)];
    let known: HashSet<String> = words(near).into_iter().collect();
    let mut named = words(stem);
    named.retain(|word| {
        word.chars().count() >= MIN_WORD_CHARS && word.contains(char::is_alphabetic)
    });
    let told = named.iter().filter(|word| known.contains(*word)).count();
    told >= TELLING_WORDS && 2 * told >= named.len()
}

fn capitalised(stem: &str) -> String {
    let mut chars = stem.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => "Untitled".to_owned(),
    }
}
