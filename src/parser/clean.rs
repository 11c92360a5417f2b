//! Characters: what may stand in the stored text.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::text;

/// Running text: white space becomes one space, `\n` (a break that the author made) stays, control and invisible
/// characters go, NFC. Returns how many invisible characters were removed.
pub(super) fn prose(text: &str, out: &mut String) -> u64 {
    let mut removed = 0;
    let start = out.len();
    let mut gap = Gap::None;
    for c in text.chars() {
        match c {
            '\n' | '\u{2028}' | '\u{2029}' => gap = Gap::Line,
            c if c.is_whitespace() => gap = gap.max(Gap::Space),
            c if is_invisible(c) => removed += 1,
            c => {
                if out.len() > start {
                    gap.push(out);
                }
                gap = Gap::None;
                out.push(c);
            }
        }
    }
    compose(out, start);
    removed
}

/// Code: as it is, without control characters, without blank lines around it.
pub(super) fn code(text: &str, out: &mut String) -> u64 {
    let mut removed = 0;
    let start = out.len();
    for c in text.chars() {
        if c == '\n' || c == '\t' || !is_invisible(c) {
            out.push(c);
        } else {
            removed += 1;
        }
    }
    compose(out, start);
    let kept = out[start..].trim_end().len();
    out.truncate(start + kept);
    // Blank lines in front go, the first line's indentation stays.
    let body = &out[start..];
    let first = body
        .find(|c: char| !c.is_whitespace())
        .unwrap_or(body.len());
    if let Some(newline) = body[..first].rfind('\n') {
        out.replace_range(start..=start + newline, "");
    }
    removed
}

/// Makes what turns the direction of a title or heading, or hides in it, visible as U+FFFD. Hints of where a line may break stay, and go later with those
/// of the text. Returns how many were marked.
pub(super) fn mark_hidden(title: &str) -> (Cow<'_, str>, u64) {
    text::mark_hidden(title, |c| c.is_whitespace() || text::is_break_hint(c))
}

/// One line of at most `max_chars` characters.
pub(super) fn line(text: &str, max_chars: usize) -> String {
    let mut cleaned = String::new();
    // Enough source for the characters wanted; a title of two megabytes is not worth a pass over it.
    let source: String = text.trim_start().chars().take(max_chars * 4).collect();
    prose(&source.replace('\n', " "), &mut cleaned);
    if let Some((cut, _)) = cleaned.char_indices().nth(max_chars) {
        cleaned.truncate(cut);
        cleaned.push('…');
    }
    cleaned
}

/// Characters that show nothing and only disturb search, or reorder what a person sees: controls, soft hyphens,
/// zero-width spaces, direction overrides, and the tag characters that smuggle hidden text. Joiners stay, they shape letters.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// NFC from `start` on; after the removals, because they may bring a letter and its accent together.
fn compose(out: &mut String, start: usize) {
    let tail = &out[start..];
    if !tail.is_ascii() && is_nfc_quick(tail.chars()) != IsNormalized::Yes {
        let composed: String = tail.nfc().collect();
        out.truncate(start);
        out.push_str(&composed);
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
}

impl Gap {
    fn push(self, out: &mut String) {
        match self {
            Self::None => {}
            Self::Space => out.push(' '),
            Self::Line => out.push('\n'),
        }
    }
}
