//! "Q:", "Antwort 3:", "Possible causes:": words at the beginning of a line that say what the line is.

use crate::language::{self, Labels, Phrases, words};

/// A label with more bytes is a sentence with a colon.
const MAX_BYTES: usize = 40;
const MAX_WORDS: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Question,
    Answer,
    Problem,
    Cause,
    Remedy,
}

/// The label that `text` begins with, and the byte after it (after its colon).
pub(crate) fn label(text: &str) -> Option<(Label, usize)> {
    // Most lines have no label, and most are long: what cannot be one is not looked at twice.
    if !text.starts_with(char::is_alphabetic) {
        return None;
    }
    let window = &text[..text.floor_char_boundary(MAX_BYTES)];
    let line = window.split('\n').next().unwrap_or_default();
    let Some(colon) = line.find([':', '：']) else {
        return letter(line);
    };
    let width = line[colon..].chars().next().map_or(0, char::len_utf8);
    let name = line[..colon]
        .trim_end()
        .trim_end_matches(|c: char| c.is_ascii_digit());
    known(name).map(|label| (label, colon + width))
}

/// All of `text` is what a label says, without a colon: a line of its own.
pub(crate) fn bare_label(text: &str) -> Option<Label> {
    let text = text.trim();
    let is_short = text.len() <= MAX_BYTES && text.chars().nth(1).is_some();
    known(text).filter(|_| is_short)
}

/// "Q. …", "A2) …"
fn letter(line: &str) -> Option<(Label, usize)> {
    let first = line.chars().next().filter(|c| c.is_uppercase())?;
    let rest = line[first.len_utf8()..].trim_start_matches(|c: char| c.is_ascii_digit());
    let after = rest.strip_prefix(['.', ')'])?;
    let label = known(&first.to_string())?;
    (after.is_empty() || after.starts_with(' ')).then(|| (label, line.len() - after.len()))
}

fn known(name: &str) -> Option<Label> {
    type List = fn(&Labels) -> &Phrases;
    const LISTS: [(Label, List); 5] = [
        (Label::Question, |labels| &labels.question),
        (Label::Answer, |labels| &labels.answer),
        (Label::Problem, |labels| &labels.problem),
        (Label::Cause, |labels| &labels.cause),
        (Label::Remedy, |labels| &labels.remedy),
    ];
    let name = words(name);
    if name.is_empty() || name.len() > MAX_WORDS {
        return None;
    }
    let is_in = |list: List| {
        language::all()
            .iter()
            .any(|known| list(&known.labels).are(&name))
    };
    let found = LISTS.into_iter().find(|(_, list)| is_in(*list));
    found.map(|(label, _)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_known_word_and_a_colon() {
        for (text, wanted) in [
            ("Q: Why?", Some((Label::Question, 2))),
            ("Question 12: Why?", Some((Label::Question, 12))),
            ("Frage：Warum?", Some((Label::Question, 8))),
            ("A2) So.", Some((Label::Answer, 3))),
            ("Possible causes: dust", Some((Label::Cause, 16))),
            ("Abhilfe: Filter leeren", Some((Label::Remedy, 8))),
            ("Symptom\n: no", None),
            ("A new one: it", None),
            ("A. Smith", Some((Label::Answer, 2))),
            ("a. first", None),
            ("Opening hours: 9", None),
            (": no", None),
            ("", None),
        ] {
            assert_eq!(label(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_line_may_be_nothing_but_a_label() {
        assert_eq!(bare_label("Lösung"), Some(Label::Remedy));
        assert_eq!(bare_label("A"), None);
        assert_eq!(bare_label("Remedy for all"), None);
    }
}
