//! HTML source to tags and text, in one pass and without a tree: html5ever's tokenizer, with bounds.
//!
//! A support bot needs the words and the outline of a page, not its tree. A tree costs hundreds of bytes a tag and, with
//! a million open tags, quadratic time; this costs a piece of the source at a time. The tokenizer is the standard's;
//! instead of a tree builder, the sink tells it where raw text begins (`script`, `title`) and the reader where foreign
//! content does (`svg`).
//!
//! What html5ever does not bound is bounded by what is handed to it: it compares each attribute of a tag with all others,
//! so that a tag's attributes after the [`scan::MAX_ATTRIBUTES`]th are left out. And where the standard drops the rest of
//! a file for a tag that never ends, the tag is dropped instead, and the rest is read.

mod scan;
mod sink;

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, State};
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};

use scan::Begin;
use sink::Sink;
pub(super) use sink::{Tag, Token};

/// Handed over at a time, so that neither the copy nor the queue of tokens grows with the source.
const PIECE_BYTES: usize = 16 * 1024;

/// Where in the source the tokenizer stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// A comment, or another declaration that is left out.
    Declaration,
    /// In an element whose content is not markup.
    Raw,
}

/// The tokens of a source, in order.
pub(super) struct Tokens<'a> {
    source: &'a str,
    /// So much was handed over.
    position: usize,
    place: Place,
    /// Behind this nothing can end a tag.
    last_bracket: Option<usize>,
    tokenizer: Tokenizer<Sink>,
    queue: BufferQueue,
    is_ended: bool,
    work: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            position: 0,
            place: Place::Text,
            last_bracket: source.rfind('>'),
            tokenizer: tokenizer(State::Data),
            queue: BufferQueue::default(),
            is_ended: false,
            work: 0,
        }
    }

    /// Steps since this was asked last.
    pub(super) fn take_work(&mut self) -> usize {
        std::mem::take(&mut self.work)
    }

    /// The tag that came last began raw text: up to its closing tag there is only text.
    pub(super) fn is_raw(&self) -> bool {
        self.place == Place::Raw
    }

    /// Whether what comes next is inside `svg` or `math`, where no element is raw.
    pub(super) fn set_foreign(&self, is_foreign: bool) {
        self.tokenizer.sink.set_foreign(is_foreign);
    }

    fn advance(&mut self) {
        let rest = &self.source[self.position..];
        match self.place {
            Place::Text => match scan::begin(rest, PIECE_BYTES) {
                Some((0, Begin::Tag)) => self.tag(rest),
                Some((0, Begin::Cdata)) if self.tokenizer.sink.is_foreign() => {
                    let end = rest.find("]]>").map_or(rest.len(), |end| end + 3);
                    self.pass(end);
                }
                Some((0, Begin::Declaration | Begin::Cdata)) => {
                    self.place = Place::Declaration;
                    self.declaration(rest);
                }
                Some((0, Begin::Nothing)) => self.pass(3),
                Some((text, _)) => self.pass(text),
                None => self.pass(rest.floor_char_boundary(PIECE_BYTES)),
            },
            Place::Declaration => self.declaration(rest),
            Place::Raw => self.raw(rest),
        }
    }

    /// A declaration can only end with a bracket, but not every bracket ends one.
    fn declaration(&mut self, rest: &str) {
        let window = &rest[..rest.floor_char_boundary(PIECE_BYTES)];
        self.pass(window.find('>').map_or(window.len(), |end| end + 1));
        if self.tokenizer.sink.take_declaration_end() {
            self.place = Place::Text;
        }
    }

    /// `rest` begins with a tag.
    fn tag(&mut self, rest: &str) {
        if self.last_bracket.is_none_or(|last| self.position > last) {
            // It never ends: then it is text. The standard would drop it and everything behind it.
            self.hand_over("&lt;");
            self.position += 1;
            return;
        }
        let name = scan::name_end(rest);
        self.attributes(rest, name);
        self.place = if self.tokenizer.sink.is_raw() {
            Place::Raw
        } else {
            Place::Text
        };
    }

    /// `rest` begins with a tag or is inside one, with attributes or the tag's end at `from`.
    fn attributes(&mut self, rest: &str, from: usize) {
        let attributes = scan::attributes(&rest[from..]);
        let kept = attributes.count.min(scan::MAX_ATTRIBUTES);
        self.work += kept * kept / 16;
        if let (Some(end), None) = (attributes.end, attributes.surplus) {
            self.pass(from + end);
            return;
        }
        // Too many, or a quote that is never closed: what there is of the tag must do.
        let (kept, end) = match (attributes.surplus, attributes.end) {
            (Some(surplus), Some(end)) => (surplus, end),
            _ => (
                0,
                rest[from..]
                    .find('>')
                    .map_or(rest.len() - from, |end| end + 1),
            ),
        };
        self.work += attributes.end.unwrap_or(rest.len());
        self.hand_over(&rest[..from + kept]);
        self.hand_over(">");
        self.position += from + end;
    }

    fn raw(&mut self, rest: &str) {
        let end = self
            .tokenizer
            .sink
            .with_raw(|name| scan::closing(rest, name, PIECE_BYTES));
        match end {
            Some(0) => self.raw_end(rest),
            Some(text) => self.pass(text),
            None => self.pass(rest.floor_char_boundary(PIECE_BYTES)),
        }
    }

    /// `rest` begins with what looks like the closing tag of the raw element.
    fn raw_end(&mut self, rest: &str) {
        // A character reference before it may still have been open; it is not any more.
        self.pass(1);
        let before = self.tokenizer.sink.count();
        self.pass(scan::name_end(rest) - 1);
        let rest = &self.source[self.position..];
        if let Some(delimiter) = rest.chars().next() {
            self.pass(1);
            // A script may write such a tag in a comment of its own. Of a real one nothing comes before its bracket.
            if delimiter != '>' && self.tokenizer.sink.count() == before {
                self.attributes(&rest[1..], 0);
            }
        }
        if !self.tokenizer.sink.is_raw() {
            self.place = Place::Text;
        }
    }

    fn pass(&mut self, bytes: usize) {
        let piece = &self.source[self.position..self.position + bytes];
        self.hand_over(piece);
        self.position += bytes;
    }

    fn hand_over(&mut self, piece: &str) {
        self.work += piece.len();
        self.queue.push_back(StrTendril::from_slice(piece));
        // Our sink runs no scripts and asks for no other encoding: the tokenizer never stops before the end.
        while !matches!(self.tokenizer.feed(&self.queue), TokenizerResult::Done) {}
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            if let Some(token) = self.tokenizer.sink.pop() {
                return Some(token);
            }
            if self.position < self.source.len() {
                self.advance();
            } else if self.is_ended {
                return None;
            } else {
                self.is_ended = true;
                self.tokenizer.end();
            }
        }
    }
}

/// The one tag that `literal` begins with.
pub(super) fn single(literal: &str) -> Option<Tag> {
    match Tokens::new(literal).next()? {
        Token::Tag(tag) => Some(tag),
        Token::Text(_) => None,
    }
}

/// Replaces `&amp;`, `&#8364;`, `&#x20AC;` and the names that old pages use without a semicolon; tags stay as they are.
pub(super) fn unescape(text: &str) -> String {
    let tokenizer = tokenizer(State::RawData(RawKind::Rcdata));
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(text));
    while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
    tokenizer.end();
    let mut unescaped = String::with_capacity(text.len());
    while let Some(token) = tokenizer.sink.pop() {
        if let Token::Text(text) = token {
            unescaped.push_str(&text);
        }
    }
    unescaped
}

fn tokenizer(initial: State) -> Tokenizer<Sink> {
    let options = TokenizerOpts {
        // It would look for one at the start of each piece.
        discard_bom: false,
        initial_state: Some(initial),
        ..TokenizerOpts::default()
    };
    Tokenizer::new(Sink::default(), options)
}
