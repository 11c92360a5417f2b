//! Sentences, cut by rules: fast, predictable, and shy where a full stop is ambiguous.

use std::ops::Range;

/// A full stop after these never ends a sentence.
const NEVER: [&str; 29] = [
    "e.g", "eg", "i.e", "mr", "mrs", "ms", "mx", "dr", "prof", "messrs", "vs", "cf", "approx",
    "ca", "viz", "al", "hon", "rev", "gen", "sgt", "capt", "incl", "excl", "resp", "z.b", "bzw",
    "ggf", "usw.", "a.k.a",
];

/// Not before a number: "No. 5", "Fig. 2", "Jan. 3".
const BEFORE_NUMBER: [&str; 34] = [
    "no", "nos", "nr", "fig", "figs", "sec", "sect", "art", "ch", "chap", "p", "pp", "vol", "eq",
    "ver", "v", "ext", "tel", "ref", "par", "para", "cl", "jan", "feb", "mar", "apr", "jun", "jul",
    "aug", "sep", "sept", "oct", "nov", "dec",
];

/// Only before a word that usually begins a sentence: "the U.S. Government", "Acme Inc. It …".
const BEFORE_STARTER: [&str; 19] = [
    "u.s", "u.k", "e.u", "u.n", "inc", "ltd", "co", "corp", "st", "ave", "rd", "jr", "sr", "dept",
    "est", "max", "min", "ph.d", "d.c",
];

/// Not before a day or a time zone: "5 p.m. Monday".
const TIMES: [&str; 4] = ["a.m", "p.m", "am", "pm"];

const AFTER_TIME: [&str; 27] = [
    "mon",
    "monday",
    "mondays",
    "tue",
    "tuesday",
    "tuesdays",
    "wed",
    "wednesday",
    "wednesdays",
    "thu",
    "thursday",
    "thursdays",
    "fri",
    "friday",
    "fridays",
    "sat",
    "saturday",
    "saturdays",
    "sun",
    "sunday",
    "sundays",
    "gmt",
    "utc",
    "bst",
    "cet",
    "est",
    "pst",
];

const STARTERS: [&str; 58] = [
    "the", "this", "that", "these", "those", "it", "its", "if", "in", "you", "your", "we", "our",
    "they", "he", "she", "i", "a", "an", "when", "where", "while", "to", "for", "from", "with",
    "as", "at", "on", "by", "after", "before", "however", "please", "then", "there", "but", "and",
    "or", "so", "choose", "use", "see", "enter", "call", "all", "each", "any", "no", "not", "what",
    "how", "who", "why", "because", "since", "once", "although",
];

/// A word before a full stop is looked at no further back than this.
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
    !(stop == '.' && run.len() == 1) || stop_ends_sentence(&text[start..at], following)
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

/// A single full stop after `before` and before `following`, which does not begin in lower case.
fn stop_ends_sentence(before: &str, following: &str) -> bool {
    let window = &before[before.ceil_char_boundary(before.len().saturating_sub(MAX_WORD_BYTES))..];
    let word_start = window
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '/' | '“'))
        .map_or(0, |i| window.ceil_char_boundary(i + 1));
    let word = window[word_start..].to_lowercase();
    let next: String = following
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '\'' | '’'))
        .take(MAX_WORD_BYTES)
        .collect::<String>()
        .to_lowercase();
    let before_number = following.starts_with(|c: char| c.is_ascii_digit() || c == '#' || c == '§');
    let is_starter = || STARTERS.contains(&next.as_str());

    let is_marker =
        before.trim_start().len() == word.len() && word.chars().all(|c| c.is_ascii_digit());
    let is_initial = window[word_start..].chars().count() == 1
        && window[word_start..].starts_with(char::is_uppercase);
    if is_marker || NEVER.contains(&word.as_str()) {
        return false;
    }
    if BEFORE_NUMBER.contains(&word.as_str()) {
        return !before_number;
    }
    if TIMES.contains(&word.as_str()) {
        return !AFTER_TIME.contains(&next.as_str());
    }
    if is_initial || BEFORE_STARTER.contains(&word.as_str()) {
        return is_starter();
    }
    true
}
