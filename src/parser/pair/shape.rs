//! What a block is in a list of questions and answers, as far as it tells by itself.

use crate::parser::BlockKind;
use crate::parser::builder::Slice;
use crate::parser::label::{Label, label};
use crate::parser::question::{is_mark, is_question};

/// A question that nothing but its mark tells from prose has no more words.
const MAX_BARE_WORDS: usize = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// All of it asks.
    Question {
        is_bold: bool,
        is_item: bool,
    },
    /// It asks, and from byte `at` of its body on it answers.
    Both {
        is_bold: bool,
        is_item: bool,
        at: u32,
    },
    /// A term that asks, up to byte `at`, and what it means.
    Term {
        at: u32,
    },
    /// It begins with "Q:".
    Labelled,
    /// It begins with "A:".
    Answer,
    /// A heading of the author's.
    Heading,
    Other,
}

impl Shape {
    pub(super) fn of(slice: Slice<'_>) -> Self {
        let text = body(slice);
        let is_item = match slice.kind {
            BlockKind::Paragraph | BlockKind::Definition => false,
            BlockKind::ListItem { depth: 1, .. } => true,
            BlockKind::Heading { .. } => {
                let is_labelled = matches!(label(text), Some((Label::Question, _)));
                return if is_labelled {
                    Self::Labelled
                } else {
                    Self::Heading
                };
            }
            _ => return Self::Other,
        };
        match label(text) {
            Some((Label::Question, _)) => return Self::Labelled,
            Some((Label::Answer, _)) => return Self::Answer,
            _ => {}
        }
        if !text.contains(is_mark) {
            return Self::Other;
        }
        let bold = slice.marks.bold as usize;
        if slice.kind == BlockKind::Definition && bold == 0 {
            return Self::term(text);
        }
        let is_whole = bold == text.len() || !text.contains('\n');
        let asks = if bold == text.len() {
            is_question(text)
        } else {
            is_bare_question(text)
        };
        if is_whole && asks {
            let is_bold = bold == text.len();
            return Self::Question { is_bold, is_item };
        }
        let line = text.find('\n').unwrap_or(slice.marks.line as usize);
        Self::both(text, bold, line, is_item).unwrap_or(Self::Other)
    }

    fn term(text: &str) -> Self {
        let term = text.split('\n').next().unwrap_or_default();
        match u32::try_from(term.len()) {
            Ok(at) if is_question(term) => Self::Term { at },
            _ => Self::Other,
        }
    }

    /// Bold up to the mark, or a question on the first line.
    fn both(text: &str, bold: usize, line: usize, is_item: bool) -> Option<Self> {
        let asks = |at: usize, is: fn(&str) -> bool| {
            let parts = text.get(..at).zip(text.get(at..));
            parts.is_some_and(|(one, two)| is(one) && !answer(two).is_empty() && !is_question(two))
        };
        // An item that goes on in the line of its question may be a step: "1. **Is it on?** If not, press …"
        let is_below = |at: usize| {
            text.get(at..)
                .is_some_and(|rest| rest.trim_start_matches(' ').starts_with('\n'))
        };
        let (at, is_bold) = if bold > 0 && asks(bold, is_question) {
            (bold, true)
        } else if line > 0 && asks(line, is_bare_question) {
            (line, bold == line)
        } else {
            return None;
        };
        if is_item && !is_below(at) {
            return None;
        }
        let at = u32::try_from(at).ok()?;
        Some(Self::Both {
            is_bold,
            is_item,
            at,
        })
    }

    /// Of the same form.
    pub(super) fn is_like(self, other: Self) -> bool {
        match (self, other) {
            (
                Self::Both {
                    is_bold: a,
                    is_item: b,
                    ..
                },
                Self::Both {
                    is_bold: c,
                    is_item: d,
                    ..
                },
            ) => (a, b) == (c, d),
            (one, other) => one == other,
        }
    }
}

/// The text of an item without its marker, of every other block as it is.
pub(super) fn body(slice: Slice<'_>) -> &str {
    match slice.kind {
        BlockKind::ListItem { .. } => slice
            .text
            .split_once(' ')
            .map_or(slice.text, |(_, body)| body),
        _ => slice.text,
    }
}

/// The parts of a text that begins with a mark: `Q: … A: … Q: …`
pub(super) fn segments(text: &str) -> Vec<(Label, &str)> {
    let mut found: Vec<(Label, &str)> = Vec::new();
    let (mut start, mut last, mut line_begins) = (0, None, true);
    let mut before = '\n';
    for (at, c) in text.char_indices() {
        let ends_sentence = matches!(before, '.' | '!') || is_mark(before);
        let may_begin = line_begins || (c != ' ' && start < at && ends_sentence);
        if c == '\n' {
            (before, line_begins) = (c, true);
            continue;
        }
        if c == ' ' {
            continue;
        }
        if may_begin && let Some((label, end)) = label(&text[at..]) {
            let is_next = match label {
                Label::Question => true,
                Label::Answer => last == Some(Label::Question),
                _ => false,
            };
            let is_colon = text[..at + end].ends_with([':', '：']);
            if is_next && (is_colon || line_begins) {
                found.extend(last.map(|last| (last, text[start..at].trim())));
                (start, last) = (at + end, Some(label));
            }
        }
        (before, line_begins) = (c, false);
    }
    found.extend(last.map(|last| (last, text[start..].trim())));
    found.retain(|(_, part)| !part.is_empty());
    found
}

/// What follows a question: without indentation, and without the sign that stood between.
pub(super) fn answer(text: &str) -> String {
    let text = text.trim();
    let text = text
        .strip_prefix([':', '–', '—', '-'])
        .filter(|rest| rest.starts_with(' '))
        .unwrap_or(text);
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    lines.join("\n")
}

/// Nothing but questions, from a capital on: "When do you open?", "3. When do you open?"
pub(in crate::parser) fn is_bare_question(text: &str) -> bool {
    let text = text.trim();
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let text = match number.strip_prefix(['.', ')']) {
        Some(rest) if number.len() < text.len() => rest.trim_start(),
        _ => text,
    };
    let begins = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    is_question(text)
        && !begins.starts_with(char::is_lowercase)
        && (text.contains(' ') || !text.is_ascii())
        && text.split(' ').count() <= MAX_BARE_WORDS
        && ![". ", "! ", "\n"].iter().any(|end| text.contains(end))
}
