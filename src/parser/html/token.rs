//! HTML source to tags and text, in one pass and without a tree.
//!
//! A support bot needs the words and the outline of a page, not its tree. A tree costs hundreds of bytes a tag and, with
//! a million open tags, quadratic time; this costs a slice. Where the standard's tokenizer and this one differ, the
//! source is broken (an attribute without its closing quote), and this one loses less text.

use std::borrow::Cow;

use crate::parser::entity;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parser) enum Tag<'a> {
    Open(OpenTag<'a>),
    Close { name: &'a str },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parser) struct OpenTag<'a> {
    pub(in crate::parser) name: &'a str,
    attributes: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Tag(Tag<'a>),
    /// Character references are still in it.
    Text(&'a str),
}

impl<'a> OpenTag<'a> {
    /// Has no attributes and no `/`.
    pub(in crate::parser) fn is_bare(&self) -> bool {
        self.attributes.trim().is_empty()
    }

    /// The value, decoded; empty for an attribute without one.
    pub(in crate::parser) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let (key, value, after) = split_attribute(rest);
            if key.eq_ignore_ascii_case(name) {
                return Some(entity::unescape(value));
            }
            rest = after;
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// `text` is not empty and starts with neither a space nor `/`: key, value, and the rest.
fn split_attribute(text: &str) -> (&str, &str, &str) {
    let key_end = text
        .find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/'))
        .unwrap_or(text.len())
        .max(1);
    let key_end = text.ceil_char_boundary(key_end);
    let (key, after_key) = text.split_at(key_end);
    let Some(value) = after_key.trim_ascii_start().strip_prefix('=') else {
        return (key, "", after_key);
    };
    let value = value.trim_ascii_start();
    if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let inner = &value[1..];
        return inner
            .split_once(quote)
            .map_or((key, inner, ""), |(value, after)| (key, value, after));
    }
    let end = value
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(value.len());
    (key, &value[..end], &value[end..])
}

/// The one tag that `literal` consists of.
pub(in crate::parser) fn single_tag(literal: &str) -> Option<Tag<'_>> {
    match Tokens::new(literal).next()? {
        Token::Tag(tag) => Some(tag),
        Token::Text(_) => None,
    }
}

/// So many broken tags that run to the end of the file are looked at with care; after that quotes are ignored, so that
/// the cost stays proportional to the file.
const MAX_RUNAWAY_TAGS: usize = 100;

pub(super) struct Tokens<'a> {
    source: &'a str,
    position: usize,
    /// After this nothing can end a tag, or close a quote.
    last_bracket: usize,
    last_quotes: [usize; 2],
    runaway: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let last = |c: char| source.rfind(c).unwrap_or(0);
        Self {
            source,
            position: 0,
            last_bracket: last('>'),
            last_quotes: [last('"'), last('\'')],
            runaway: 0,
        }
    }

    /// Everything up to the closing tag of a raw text element (`script`, `title`), which is consumed too.
    pub(super) fn raw_text(&mut self, name: &str) -> &'a str {
        let rest = &self.source[self.position..];
        let mut from = 0;
        while let Some(at) = rest[from..].find("</") {
            let start = from + at;
            let after = &rest.as_bytes()[start + 2..];
            let is_name = after
                .get(..name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
            if is_name
                && after
                    .get(name.len())
                    .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
            {
                let end = rest[start..]
                    .find('>')
                    .map_or(rest.len(), |end| start + end + 1);
                self.position += end;
                return &rest[..start];
            }
            from = start + 2;
        }
        self.position = self.source.len();
        rest
    }

    /// `source[at]` is `<`. Consumes a comment or declaration and returns its end.
    fn markup_declaration(&self, at: usize) -> usize {
        let rest = &self.source[at..];
        let length = if let Some(comment) = rest.strip_prefix("<!--") {
            if comment.starts_with('>') || comment.starts_with("->") {
                rest.find('>').map(|end| end + 1)
            } else {
                comment_end(comment).map(|end| end + 4)
            }
        } else {
            rest.find('>').map(|end| end + 1)
        };
        at + length.unwrap_or(rest.len())
    }

    /// Where the tag whose name ends at `from` ends: the position of its `>`.
    fn tag_end(&mut self, from: usize) -> Option<usize> {
        if self.runaway < MAX_RUNAWAY_TAGS {
            if let Some(end) = self.quoted_tag_end(from) {
                return Some(end);
            }
            self.runaway += 1;
        }
        self.source[from..].find('>').map(|end| from + end)
    }

    fn quoted_tag_end(&self, from: usize) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let mut i = from;
        let mut after_equals = false;
        while let Some(&b) = bytes.get(i) {
            match b {
                b'>' => return Some(i),
                b'=' => after_equals = true,
                b'"' | b'\'' if after_equals => {
                    if i >= self.last_quotes[usize::from(b == b'\'')] {
                        return None;
                    }
                    i += 1 + bytes[i + 1..].iter().position(|&c| c == b)?;
                    after_equals = false;
                }
                b if b.is_ascii_whitespace() => {}
                _ => after_equals = false,
            }
            i += 1;
        }
        None
    }

    /// `source[at]` is `<`, followed by a letter or `/` and a letter.
    fn tag(&mut self, at: usize) -> Option<Tag<'a>> {
        if at > self.last_bracket {
            return None;
        }
        let closes = self.source.as_bytes()[at + 1] == b'/';
        let start = at + 1 + usize::from(closes);
        let name_end = self.source[start..]
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
            .map_or(self.source.len(), |n| start + n);
        let end = self.tag_end(name_end)?;
        self.position = end + 1;
        let name = &self.source[start..name_end];
        Some(if closes {
            Tag::Close { name }
        } else {
            Tag::Open(OpenTag {
                name,
                attributes: &self.source[name_end..end],
            })
        })
    }
}

/// Where a comment ends whose content starts with `text`: after `-->` or `--!>`.
fn comment_end(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find("--").map(|at| from + at) {
        let tail = &text.as_bytes()[at + 2..];
        if tail.starts_with(b">") {
            return Some(at + 3);
        }
        if tail.starts_with(b"!>") {
            return Some(at + 4);
        }
        from = at + 1;
    }
    None
}

#[derive(PartialEq, Eq)]
enum Begins {
    Tag,
    Declaration,
    Text,
}

/// What the `<` that `bytes` starts with begins.
fn begins(bytes: &[u8]) -> Begins {
    match bytes {
        [_, b'!' | b'?', ..] | [_, b'/', b'>', ..] => Begins::Declaration,
        [_, b, ..] | [_, b'/', b, ..] if b.is_ascii_alphabetic() => Begins::Tag,
        _ => Begins::Text,
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let mut search = self.position;
        while let Some(at) = self.source[search..].find('<').map(|at| search + at) {
            let begins = begins(&self.source.as_bytes()[at..]);
            if begins != Begins::Text && at > self.position {
                let text = &self.source[self.position..at];
                self.position = at;
                return Some(Token::Text(text));
            }
            match begins {
                Begins::Declaration => {
                    self.position = self.markup_declaration(at);
                    search = self.position;
                }
                Begins::Tag => match self.tag(at) {
                    Some(tag) => return Some(Token::Tag(tag)),
                    None => search = at + 1,
                },
                Begins::Text => search = at + 1,
            }
        }
        let rest = &self.source[self.position..];
        self.position = self.source.len();
        (!rest.is_empty()).then_some(Token::Text(rest))
    }
}
