//! Where the parts of an HTML source lie, as far as one must know before the tokenizer reads them.
//!
//! Each function follows the tokenizer's states of the same name, and looks at its part of the source once.

/// More attributes of one tag are left out: the tokenizer compares each with all before it.
pub(super) const MAX_ATTRIBUTES: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    Tag,
    /// A comment, a document type, or what is treated as one.
    Declaration,
    /// A declaration too, but outside foreign content only.
    Cdata,
    /// `</>`
    Nothing,
}

/// What begins first in the next `window` bytes, and where; before it there is only text.
pub(super) fn begin(text: &str, window: usize) -> Option<(usize, Begin)> {
    let window = text.floor_char_boundary(window);
    text[..window].match_indices('<').find_map(|(at, _)| {
        let begin = match text.as_bytes()[at + 1..] {
            [b'!', b'[', ..] if text[at..].starts_with("<![CDATA[") => Begin::Cdata,
            [b'/', b'>', ..] => Begin::Nothing,
            [b, ..] | [b'/', b, ..] if b.is_ascii_alphabetic() => Begin::Tag,
            [b'!' | b'?', ..] | [b'/', _, ..] => Begin::Declaration,
            _ => return None,
        };
        Some((at, begin))
    })
}

/// Where the name of the tag ends that `text` begins with.
pub(super) fn name_end(text: &str) -> usize {
    let start = if text.starts_with("</") { 2 } else { 1 };
    text[start..]
        .find(|c: char| is_space(c) || matches!(c, '/' | '>'))
        .map_or(text.len(), |end| start + end)
}

/// Where the first closing tag of the raw element `name` begins in the next `window` bytes.
pub(super) fn closing(text: &str, name: &str, window: usize) -> Option<usize> {
    let window = text.floor_char_boundary(window);
    text[..window].match_indices('<').find_map(|(at, _)| {
        let after = text.as_bytes()[at..].strip_prefix(b"</")?;
        let found = after.get(..name.len())?;
        let ends = after
            .get(name.len())
            .is_none_or(|&b| is_space(char::from(b)) || matches!(b, b'/' | b'>'));
        (ends && found.eq_ignore_ascii_case(name.as_bytes())).then_some(at)
    })
}

/// The attributes of one tag.
pub(super) struct Attributes {
    /// Behind the tag's bracket; `None`: the tag never ends.
    pub(super) end: Option<usize>,
    pub(super) count: usize,
    /// Where the first attribute too many begins.
    pub(super) surplus: Option<usize>,
}

enum State {
    /// Before a name, after a quoted value, after a slash.
    Between,
    Name,
    AfterName,
    BeforeValue,
    Unquoted,
}

/// `text` begins behind the name of a tag.
pub(super) fn attributes(text: &str) -> Attributes {
    let mut found = Attributes {
        end: None,
        count: 0,
        surplus: None,
    };
    let mut state = State::Between;
    let mut i = 0;
    while let Some(&b) = text.as_bytes().get(i) {
        state = match (state, b) {
            (_, b'>') => {
                found.end = Some(i + 1);
                break;
            }
            (State::Between | State::Unquoted, b) if is_space(char::from(b)) => State::Between,
            (State::Name | State::AfterName, b) if is_space(char::from(b)) => State::AfterName,
            (State::BeforeValue, b) if is_space(char::from(b)) => State::BeforeValue,
            (State::BeforeValue, b'"' | b'\'') => {
                let Some(value) = text.as_bytes()[i + 1..].iter().position(|&c| c == b) else {
                    break;
                };
                i += 1 + value;
                State::Between
            }
            (State::BeforeValue | State::Unquoted, _) => State::Unquoted,
            (State::Between | State::Name | State::AfterName, b'/') => State::Between,
            (State::Name | State::AfterName, b'=') => State::BeforeValue,
            (State::Name, _) => State::Name,
            (State::Between | State::AfterName, _) => {
                found.count += 1;
                if found.count == MAX_ATTRIBUTES + 1 {
                    found.surplus = Some(i);
                }
                State::Name
            }
        };
        i += 1;
    }
    found
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0C')
}
