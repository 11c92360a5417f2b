//! HTML to blocks, in one pass over the tags with a stack of the open ones.
//!
//! Of a whole page only the content is kept: `main`, else the articles, else the body, without navigation, hidden
//! parts, scripts and form controls. Broken markup is read as browsers do where that matters for the text: unclosed
//! paragraphs, items and cells end where the next one begins, stray closing tags are ignored.

pub(super) mod component;
mod omit;
mod place;
mod stack;
mod table;

use std::ops::Range;

use html5ever::LocalName;

use super::Error;
use super::builder::Builder;
use super::element::Element;
use super::inline::{alternative_text, close_gap, raise};
use super::note::NoteKind;
use super::tag::{Tag, Token, Tokens};
use stack::{Open, State};
use table::Table;

/// What repeated table cells may add to the text of one document.
const SPAN_BUDGET_BYTES: usize = 4 * 1024 * 1024;

/// Articles are the content when they hold at least this share (in percent) of the text; else they are teasers.
const MIN_ARTICLE_PERCENT: usize = 50;

/// Of a longer page title the rest is not kept.
const MAX_TITLE_BYTES: usize = 4096;

pub(super) fn read(source: &str, mut builder: Builder) -> Result<Builder, Error> {
    let mut reader = Reader::new(source, &mut builder);
    reader.run()?;
    let Reader {
        mains, articles, ..
    } = reader;
    let everything = builder.bytes_in(&(0..builder.len()));
    let bytes = |ranges: &[Range<usize>]| {
        ranges
            .iter()
            .map(|range| builder.bytes_in(range))
            .sum::<usize>()
    };
    if bytes(&mains) > 0 {
        builder.retain(&mains)?;
    } else if bytes(&articles) * 100 >= everything * MIN_ARTICLE_PERCENT && !articles.is_empty() {
        builder.retain(&articles)?;
    }
    Ok(builder)
}

/// Reads a piece of HTML inside another format: all of it is content.
pub(super) fn read_fragment(source: &str, builder: &mut Builder) -> Result<(), Error> {
    let title = builder.given.weak.clone();
    let mut reader = Reader::new(source, builder);
    reader.is_fragment = true;
    reader.run()?;
    builder.given.weak = title;
    Ok(())
}

struct Reader<'a> {
    tokens: Tokens<'a>,
    builder: &'a mut Builder,
    stack: Vec<Open>,
    /// How many of the open elements are lists, and how many are foreign.
    lists: usize,
    foreign: usize,
    /// Height of the stack at which what is left out began.
    dropped: Option<usize>,
    /// Elements that were not put on the full stack and have not ended yet.
    overflow: usize,
    /// The raw element that is open, and whether its text is the page's title.
    raw: Option<Raw>,
    line: String,
    /// The line is nothing but alternative texts of images.
    image_bytes: usize,
    raised: Raised,
    bold: Bold,
    /// A part of the line was left out right here.
    has_gap: bool,
    budget: usize,
    mains: Vec<Range<usize>>,
    articles: Vec<Range<usize>>,
    /// It stands in another format, and may have components.
    is_fragment: bool,
    /// The source has been read: what is still open was not ended by its author.
    is_over: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    Title,
    LeftOut,
}

/// Whether the text stands in a superscript.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raised {
    No,
    Begins,
    Yes,
    /// The number of a footnote, `[1]`, is left as it is.
    Bracketed,
}

/// How much of the line is bold, from its beginning.
#[derive(Default)]
struct Bold {
    bytes: usize,
    /// It still is.
    goes_on: bool,
}

impl Bold {
    fn begin(&mut self, line: &str) {
        let between = line.get(self.bytes..).unwrap_or_default();
        self.goes_on |= between.trim().is_empty();
    }

    fn end(&mut self, line: &str) {
        if std::mem::take(&mut self.goes_on) {
            self.bytes = line.len();
        }
    }

    /// The line ends; a bold element that is open goes on in the next one.
    fn take(&mut self, line: &str) -> usize {
        let bytes = std::mem::take(&mut self.bytes);
        if self.goes_on { line.len() } else { bytes }
    }
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, builder: &'a mut Builder) -> Self {
        Self {
            tokens: Tokens::new(source),
            builder,
            stack: Vec::new(),
            lists: 0,
            foreign: 0,
            dropped: None,
            overflow: 0,
            raw: None,
            line: String::new(),
            image_bytes: 0,
            raised: Raised::No,
            bold: Bold::default(),
            has_gap: false,
            budget: SPAN_BUDGET_BYTES,
            mains: Vec::new(),
            articles: Vec::new(),
            is_fragment: false,
            is_over: false,
        }
    }

    fn run(&mut self) -> Result<(), Error> {
        while let Some(token) = self.tokens.next() {
            let steps = self.tokens.take_work() + 1;
            self.builder.work.spend(steps)?;
            match token {
                Token::Text(text) => self.text(&text),
                Token::Tag(tag) if tag.closes() => self.close(tag.name())?,
                Token::Tag(tag) => self.open(&tag)?,
            }
        }
        self.is_over = true;
        self.pop_to(0)
    }

    fn text(&mut self, text: &str) {
        match self.raw {
            Some(Raw::Title) => return self.title(text),
            None if self.dropped.is_none() => {}
            _ => return,
        }
        if self.in_preformatted() {
            self.line.push_str(text);
            return;
        }
        if std::mem::take(&mut self.has_gap) {
            close_gap(&mut self.line, text);
        }
        if self.raised == Raised::Begins {
            let is_bracketed = text.starts_with('[') || self.line.ends_with('[');
            self.raised = if is_bracketed {
                Raised::Bracketed
            } else {
                Raised::Yes
            };
        }
        let chars = text.chars().map(|c| if c == '\n' { ' ' } else { c });
        if self.raised == Raised::Yes {
            self.line.extend(chars.map(raise));
        } else {
            self.line.extend(chars);
        }
    }

    fn title(&mut self, text: &str) {
        let title = self.builder.given.weak.get_or_insert_default();
        if title.len() < MAX_TITLE_BYTES {
            title.push_str(text);
        }
    }

    fn open(&mut self, tag: &Tag) -> Result<(), Error> {
        let element = Element::of(tag.name());
        self.end_implied(element)?;
        if let Element::Raw(note) = element
            && self.tokens.is_raw()
        {
            self.raw(note);
            return Ok(());
        }
        if self.dropped.is_some() {
            let is_empty = element.has_no_content() || (self.foreign > 0 && tag.is_self_closing());
            if !is_empty {
                self.push(tag.name(), element, State::None);
            }
            return Ok(());
        }
        match element {
            Element::Break => self.line.push('\n'),
            Element::Rule => self.flush()?,
            Element::Image => self.image(tag),
            Element::Raised => self.raised = Raised::Begins,
            _ => {}
        }
        if element.has_no_content() {
            return Ok(());
        }
        if let Some(reason) = self.omit(tag, element) {
            return self.drop_from(tag, element, reason);
        }
        if self.is_fragment && element == Element::Unknown {
            self.component(tag)?;
        }
        if element.is_inline() || element == Element::Button {
            if is_bold(tag.name()) {
                self.bold.begin(&self.line);
            }
            return Ok(());
        }
        self.flush()?;
        let state = self.begin(tag, element)?;
        self.push(tag.name(), element, state);
        Ok(())
    }

    /// Leaves the element out with all that is in it.
    fn drop_from(&mut self, tag: &Tag, element: Element, reason: NoteKind) -> Result<(), Error> {
        if !element.is_inline() {
            self.flush()?;
        }
        self.builder.notes.add(reason);
        let is_empty = element == Element::Foreign && tag.is_self_closing();
        if !is_empty && self.push(tag.name(), element, State::None) {
            self.dropped = Some(self.stack.len());
        }
        Ok(())
    }

    /// What the element has to remember; tells the table around it.
    fn begin(&mut self, tag: &Tag, element: Element) -> Result<State, Error> {
        Ok(match element {
            Element::List { ordered } => State::List {
                next: ordered.then(|| tag.number("start").unwrap_or(1)),
            },
            Element::Item => State::Item {
                ordinal: self.next_ordinal(tag),
                block: None,
            },
            Element::DefinitionList => State::Definitions {
                block: None,
                has_meaning: false,
            },
            Element::Main | Element::Article => State::Content {
                first: self.builder.len(),
            },
            Element::Table => {
                let is_presentation = tag
                    .attribute("role")
                    .is_some_and(|role| matches!(role, "presentation" | "none"));
                State::Table(Box::new(Table::new(self.builder.mark(), is_presentation)))
            }
            Element::Row => {
                let in_head = self
                    .stack
                    .last()
                    .is_some_and(|open| open.element == Element::RowGroup { head: true });
                if let Some(table) = self.table()? {
                    table.begin_row(in_head);
                }
                State::None
            }
            Element::Cell { header } => {
                let first = self.builder.len();
                let span = |name| tag.number(name).unwrap_or(1);
                if let Some(table) = self.table()? {
                    table.begin_cell(first, header, span("colspan"), span("rowspan"));
                }
                State::None
            }
            _ => State::None,
        })
    }

    /// The number of an item, if its list has numbers.
    fn next_ordinal(&mut self, tag: &Tag) -> Option<u32> {
        if self.lists == 0 {
            return None;
        }
        let list = self.stack.iter_mut().rev().find_map(|open| {
            if let State::List { next } = &mut open.state {
                Some(next)
            } else {
                None
            }
        });
        let next = list?.as_mut()?;
        let ordinal = tag.number("value").unwrap_or(*next);
        *next = ordinal.saturating_add(1);
        Some(ordinal)
    }

    fn raw(&mut self, note: Option<NoteKind>) {
        let is_shown = self.dropped.is_none();
        let is_title = is_shown && note.is_none() && self.builder.given.weak.is_none();
        self.raw = Some(if is_title { Raw::Title } else { Raw::LeftOut });
        if let Some(note) = note
            && is_shown
        {
            self.builder.notes.add(note);
        }
    }

    fn image(&mut self, tag: &Tag) {
        let alternative = tag.attribute("alt");
        if let Some(alternative) = alternative.and_then(alternative_text) {
            self.line.push_str(alternative);
            self.image_bytes += alternative.len();
        } else if alternative.is_none_or(|text| !text.is_empty()) {
            // `alt=""` says that the image is decoration.
            self.builder.notes.add(NoteKind::ImageWithoutText);
        }
    }

    fn close(&mut self, name: &LocalName) -> Result<(), Error> {
        let element = Element::of(name);
        match element {
            Element::Break if self.dropped.is_none() => self.line.push('\n'),
            Element::Raised => self.raised = Raised::No,
            Element::Inline if is_bold(name) && self.dropped.is_none() => self.bold.end(&self.line),
            Element::Paragraph if self.dropped.is_none() => self.flush()?,
            Element::Raw(_) => self.raw = None,
            _ => {}
        }
        if element.has_no_content() || (element.is_inline() && self.dropped.is_none()) {
            return Ok(());
        }
        self.close_open(name, element)
    }
}

fn is_bold(name: &str) -> bool {
    matches!(name, "b" | "strong")
}
