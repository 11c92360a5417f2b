//! Sentences, cut by rules: fast, predictable, and shy where a full stop is ambiguous.

use std::ops::Range;

use super::stop;

/// A word after a stop is looked at no further than this.
const MAX_WORD_BYTES: usize = 24;

/// The sentences of a text: in order, without the white space around them. A line end always ends one, unless the
/// next line goes on in lower case. Takes time proportional to the text.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = after_spaces(text, 0);
    let mut position = start;
    while let Some((at, c)) = next_stop(text, position) {
        let end = end_of_stop(text, at);
        position = end;
        if ends_sentence(text, start, at, c, end) {
            push(text, start..end, &mut found);
            // Not to look at the same spaces again for every stop in the next sentence.
            start = after_spaces(text, end);
            position = start;
        }
    }
    push(text, start..text.len(), &mut found);
    found
}

fn after_spaces(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start().len()
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let slice = &text[range.clone()];
    let lead = slice.len() - slice.trim_start().len();
    let kept = slice.trim_end().len();
    if lead < kept {
        found.push(range.start + lead..range.start + kept);
    }
}

fn next_stop(text: &str, from: usize) -> Option<(usize, char)> {
    text[from..]
        .char_indices()
        .find(|&(_, c)| is_stop(c) || c == '\n')
        .map(|(i, c)| (from + i, c))
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '?' | '!' | '…')
        || is_full_width(c)
        || matches!(c, '؟' | '۔' | '।' | '‼' | '⁇' | '⁈' | '⁉')
}

/// Stops of scripts that put no space after a sentence.
fn is_full_width(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

/// After all stops ("?!", "...") and the quotes and brackets that close behind them.
fn end_of_stop(text: &str, at: usize) -> usize {
    let is_closer = |c: char| {
        matches!(
            c,
            '"' | '\''
                | ')'
                | ']'
                | '}'
                | '»'
                | '”'
                | '’'
                | '」'
                | '』'
                | '）'
                | '】'
                | '》'
                | '*'
                | '_'
        )
    };
    let stops = text[at..]
        .find(|c| !is_stop(c))
        .map_or(text.len(), |n| at + n);
    // A line end: its blank lines are one stop.
    let stops = if stops == at {
        after_spaces(text, at)
    } else {
        stops
    };
    let mut end = text[stops..]
        .find(|c| !is_closer(c))
        .map_or(text.len(), |n| stops + n);
    // A reference belongs to the sentence that it supports: "… at sea level.[2][3] Its …", "… at sea level.²"
    while let Some(length) = reference(&text[end..]) {
        end += length;
    }
    end
}

/// `[12]` or a superscript digit.
fn reference(text: &str) -> Option<usize> {
    if let Some(inner) = text.strip_prefix('[') {
        let digits = inner.bytes().take(4).take_while(u8::is_ascii_digit).count();
        return (digits > 0 && inner[digits..].starts_with(']')).then_some(digits + 2);
    }
    text.chars()
        .next()
        .filter(|c| matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹'))
        .map(char::len_utf8)
}

fn ends_sentence(text: &str, start: usize, at: usize, stop: char, end: usize) -> bool {
    let rest = &text[end..];
    let Some(next) = rest.chars().next() else {
        return true;
    };
    if stop == '\n' {
        // A line that was ended on purpose, unless the sentence visibly goes on.
        return !rest.trim_start().starts_with(char::is_lowercase);
    }
    let run = &text[at..end];
    if run.contains(is_full_width) {
        return true;
    }
    if !next.is_whitespace() {
        // "3.5", "example.com", "What?!No": only a space makes a sentence.
        return false;
    }
    let following = rest.trim_start();
    // A line end has its own rule, and its turn comes next.
    if rest[..rest.len() - following.len()].contains('\n') {
        return !goes_on(following);
    }
    if goes_on(following) {
        return false;
    }
    !(stop == '.' && run.len() == 1) || stop::ends_sentence(&text[start..at], following)
}

/// The next word begins in lower case, and is not a name like "iPhone".
fn goes_on(following: &str) -> bool {
    let word = following.trim_start_matches(['"', '\'', '(', '[', '“', '‘', '«']);
    let mut chars = word
        .chars()
        .take_while(|c| c.is_alphanumeric())
        .take(MAX_WORD_BYTES);
    chars.next().is_some_and(char::is_lowercase) && !chars.any(char::is_uppercase)
}
