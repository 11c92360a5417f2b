//! What a single line of plain text looks like.

use crate::parser::label::label;
use crate::parser::pair::is_bare_question;

const MAX_HEADING_CHARS: usize = 60;
const MAX_UNDERLINED_CHARS: usize = 100;

/// Lines that reach this share (in percent) of the widest line were wrapped, shorter ones were ended.
const WRAPPED_PERCENT: usize = 60;

/// Text narrower than this is not wrapped prose.
const MIN_WRAP_CHARS: usize = 45;

pub(super) struct Marker<'a> {
    pub(super) indent: usize,
    pub(super) ordinal: Option<u32>,
    pub(super) text: &'a str,
}

/// The line as a list item: `- text`, `• text`, `1. text`, `(2) text`.
pub(super) fn marker(line: &str) -> Option<Marker<'_>> {
    let body = line.trim_start();
    let indent = line.len() - body.len();
    let item = |ordinal, text: &str| -> bool {
        ordinal != Some(0) && text.starts_with([' ', '\t']) && !text.trim().is_empty()
    };
    if let Some(text) = body.strip_prefix(['-', '*', '+', '•', '–', '‣', '◦', '▪', '·'])
    {
        return item(None, text).then(|| Marker {
            indent,
            ordinal: None,
            text: text.trim(),
        });
    }
    let inner = body.strip_prefix('(').unwrap_or(body);
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits) {
        return None;
    }
    let (number, text) = inner.split_at(digits);
    let text = if inner.len() < body.len() {
        text.strip_prefix(')')?
    } else {
        text.strip_prefix(['.', ')'])?
    };
    let ordinal = number.parse().ok();
    item(ordinal, text).then(|| Marker {
        indent,
        ordinal,
        text: text.trim(),
    })
}

/// `title` is underlined: 1 for `===`, 2 for `---`.
pub(super) fn underline_level(title: &str, under: &str) -> Option<u8> {
    let (title, under) = (title.trim(), under.trim());
    let level = match under.bytes().next()? {
        b'=' => 1,
        b'-' | b'~' => 2,
        _ => return None,
    };
    let is_line = under.len() >= 3 && under.bytes().all(|b| b == under.as_bytes()[0]);
    let is_title =
        title.contains(char::is_alphabetic) && title.chars().nth(MAX_UNDERLINED_CHARS).is_none();
    (is_line && is_title).then_some(level)
}

/// A line standing alone: SHORT CAPITALS, or "2.1 Fees" before a paragraph.
pub(super) fn heading_level(
    line: &str,
    previous: Option<&[&str]>,
    next: Option<&[&str]>,
) -> Option<u8> {
    let line = line.trim();
    let next = next?;
    if line.chars().nth(MAX_HEADING_CHARS).is_some() || line.ends_with(['.', ',', ';', ':', '!']) {
        return None;
    }
    if let Some((levels, title)) = numbered(line) {
        // What is indented belongs to a step.
        if next[0].starts_with([' ', '\t']) {
            return None;
        }
        let follows = next.join(" ");
        let stands_out = |run: &[&str]| numbered(run[0].trim()).is_none_or(|_| run.len() > 1);
        let is_section = levels > 1
            || (stands_out(next)
                && previous.is_none_or(stands_out)
                && follows.split_whitespace().nth(9).is_some());
        return (is_section && title.starts_with(char::is_uppercase))
            .then(|| u8::try_from(levels + 1).unwrap_or(6).min(6));
    }
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let is_capitals = letters >= 4
        && !line.contains(char::is_lowercase)
        && line.chars().any(char::is_uppercase)
        && marker(line).is_none();
    let is_title = previous.is_none();
    is_capitals.then_some(if is_title { 1 } else { 2 })
}

/// `2.1 Fees` to (2, "Fees").
fn numbered(line: &str) -> Option<(usize, &str)> {
    let (number, title) = line.split_once(' ')?;
    let parts: Vec<&str> = number.trim_end_matches(['.', ')']).split('.').collect();
    let is_number = parts
        .iter()
        .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let is_marked = parts.len() > 1 || number.ends_with(['.', ')']);
    (is_number && is_marked).then(|| (parts.len(), title.trim()))
}

/// Columns drawn with spaces, tabs or bars, which joining the lines would destroy.
pub(super) fn is_preformatted(lines: &[&str]) -> bool {
    let has_columns = |line: &&&str| {
        let body = line.trim();
        body.contains("   ")
            || body.contains('\t')
            || body.matches('|').count() > 1
            || body.contains(['│', '║', '─', '═'])
    };
    let columns = lines.iter().filter(has_columns).count();
    lines.len() > 1 && columns * 2 > lines.len()
}

/// Which of the lines ask, all of it, where a sentence may begin. One alone is part of its paragraph.
pub(super) fn questions(lines: &[&str]) -> Vec<usize> {
    let ends = |line: &str| line.trim_end().ends_with(['.', '!', '?', ':']);
    let asks = |&at: &usize| is_bare_question(lines[at]) && (at == 0 || ends(lines[at - 1]));
    let found: Vec<usize> = (0..lines.len()).filter(asks).collect();
    if found.len() > 1 { found } else { Vec::new() }
}

/// `below` continues the sentence of `above`, in a text `width` characters wide.
pub(super) fn joins(above: &str, below: &str, width: usize) -> bool {
    if label(below).is_some() {
        return false;
    }
    let continues =
        below.starts_with(char::is_lowercase) && !above.trim_end().ends_with(['.', '!', '?', ':']);
    let was_full =
        width >= MIN_WRAP_CHARS && above.chars().count() * 100 >= width * WRAPPED_PERCENT;
    continues || was_full
}
