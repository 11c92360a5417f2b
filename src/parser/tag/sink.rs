//! Where the tokenizer puts its tokens, and what it asks about the elements around them.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{self, StartTag, TokenSink, TokenSinkResult};

/// A tag; names of elements and attributes are in lower case, values are decoded.
#[derive(Debug)]
pub(in crate::parser) struct Tag(tokenizer::Tag);

#[derive(Debug)]
pub(in crate::parser) enum Token {
    Tag(Tag),
    /// Decoded. A run of text may come in several.
    Text(StrTendril),
}

impl Tag {
    pub(in crate::parser) fn name(&self) -> &LocalName {
        &self.0.name
    }

    pub(in crate::parser) fn closes(&self) -> bool {
        self.0.kind != StartTag
    }

    /// Ends with `/>`, which only means something for foreign elements.
    pub(in crate::parser) fn is_self_closing(&self) -> bool {
        self.0.self_closing
    }

    /// Has no attributes and no `/`.
    pub(in crate::parser) fn is_bare(&self) -> bool {
        self.0.attrs.is_empty() && !self.0.self_closing
    }

    /// Empty for an attribute without a value.
    pub(in crate::parser) fn attribute(&self, name: &str) -> Option<&str> {
        self.0
            .attrs
            .iter()
            .find(|attribute| &*attribute.name.local == name)
            .map(|attribute| &*attribute.value)
    }

    pub(in crate::parser) fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }
}

#[derive(Default)]
pub(super) struct Sink {
    tokens: RefCell<VecDeque<Token>>,
    /// All that ever came, text and tags.
    count: Cell<usize>,
    /// The element whose raw text the tokenizer is in.
    raw: RefCell<Option<LocalName>>,
    is_foreign: Cell<bool>,
    declaration_ended: Cell<bool>,
}

impl Sink {
    pub(super) fn pop(&self) -> Option<Token> {
        self.tokens.borrow_mut().pop_front()
    }

    pub(super) fn count(&self) -> usize {
        self.count.get()
    }

    pub(super) fn is_raw(&self) -> bool {
        self.raw.borrow().is_some()
    }

    /// `look` gets the name of the raw element, which is empty where there is none.
    pub(super) fn with_raw<T>(&self, look: impl FnOnce(&str) -> T) -> T {
        look(self.raw.borrow().as_deref().unwrap_or_default())
    }

    pub(super) fn is_foreign(&self) -> bool {
        self.is_foreign.get()
    }

    pub(super) fn set_foreign(&self, is_foreign: bool) {
        self.is_foreign.set(is_foreign);
    }

    pub(super) fn take_declaration_end(&self) -> bool {
        self.declaration_ended.replace(false)
    }

    fn push(&self, token: Token) {
        self.count.set(self.count.get() + 1);
        self.tokens.borrow_mut().push_back(token);
    }

    fn tag(&self, tag: tokenizer::Tag) -> TokenSinkResult<()> {
        let state = if tag.kind == StartTag && !self.is_foreign.get() {
            raw_text(&tag.name)
        } else {
            TokenSinkResult::Continue
        };
        *self.raw.borrow_mut() = (state != TokenSinkResult::Continue).then(|| tag.name.clone());
        self.push(Token::Tag(Tag(tag)));
        state
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: tokenizer::Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            tokenizer::TagToken(tag) => return self.tag(tag),
            tokenizer::CharacterTokens(text) => self.push(Token::Text(text)),
            tokenizer::CommentToken(_) | tokenizer::DoctypeToken(_) => {
                self.declaration_ended.set(true);
            }
            tokenizer::NullCharacterToken | tokenizer::EOFToken | tokenizer::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.is_foreign.get()
    }
}

/// What the standard's tree builder says for the start of this element, with scripting off.
fn raw_text(name: &str) -> TokenSinkResult<()> {
    match name {
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "plaintext" => TokenSinkResult::Plaintext,
        _ => TokenSinkResult::Continue,
    }
}
