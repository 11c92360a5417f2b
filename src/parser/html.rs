//! HTML to blocks, in one pass over the tags with a stack of the open ones.
//!
//! Of a whole page only the content is kept: `main`, else the articles, else the body, without navigation, hidden
//! parts, scripts and form controls. Broken markup is read as browsers do where that matters for the text: unclosed
//! paragraphs, items and cells end where the next one begins, stray closing tags are ignored.

mod element;
mod omit;
mod place;
mod table;
mod token;

use std::ops::Range;

use super::builder::Builder;
use super::markdown::alternative_text;
use super::note::NoteKind;
use super::{Error, MAX_DEPTH, entity};
use element::Element;
use table::Table;
use token::{Token, Tokens};

pub(super) use token::{OpenTag, Tag, single_tag};

/// What repeated table cells may add to the text of one document.
const SPAN_BUDGET_BYTES: usize = 4 * 1024 * 1024;

/// Articles are the content when they hold at least this share (in percent) of the text; else they are teasers.
const MIN_ARTICLE_PERCENT: usize = 50;

pub(super) fn read(source: &str, builder: Builder) -> Result<Builder, Error> {
    let mut reader = Reader::new(source, builder);
    reader.run()?;
    let Reader {
        mut builder,
        mains,
        articles,
        ..
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
pub(super) fn read_fragment(source: &str, builder: Builder) -> Result<Builder, Error> {
    let title = builder.weak_title.clone();
    let mut reader = Reader::new(source, builder);
    reader.run()?;
    reader.builder.weak_title = title;
    Ok(reader.builder)
}

/// A name that the standard knows.
pub(super) fn is_element(name: &str) -> bool {
    Element::of(name) != Element::Unknown
}

/// A character of a superscript, where Unicode has it: 10 m² is not 10 m2.
pub(super) fn raise(c: char) -> char {
    match c {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' => '⁰',
        '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32)).unwrap_or(c),
        _ => c,
    }
}

struct Open<'a> {
    name: &'a str,
    element: Element,
    state: State,
}

#[derive(Debug)]
enum State {
    None,
    List {
        next: Option<u32>,
    },
    Item {
        ordinal: Option<u32>,
        block: Option<usize>,
    },
    /// The block of the current term, and whether its meaning has begun.
    Definitions {
        block: Option<usize>,
        has_meaning: bool,
    },
    Table(Box<Table>),
    /// `main` or `article`: its first block.
    Content {
        first: usize,
    },
}

struct Reader<'a> {
    tokens: Tokens<'a>,
    builder: Builder,
    stack: Vec<Open<'a>>,
    /// Height of the stack at which what is left out began.
    dropped: Option<usize>,
    /// Elements that were not put on the full stack and have not ended yet.
    overflow: usize,
    line: String,
    /// The line is nothing but alternative texts of images.
    image_bytes: usize,
    raised: bool,
    budget: usize,
    mains: Vec<Range<usize>>,
    articles: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, builder: Builder) -> Self {
        Self {
            tokens: Tokens::new(source),
            builder,
            stack: Vec::new(),
            dropped: None,
            overflow: 0,
            line: String::new(),
            image_bytes: 0,
            raised: false,
            budget: SPAN_BUDGET_BYTES,
            mains: Vec::new(),
            articles: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), Error> {
        while let Some(token) = self.tokens.next() {
            match token {
                Token::Text(text) => self.text(text),
                Token::Tag(Tag::Open(tag)) => self.open(tag)?,
                Token::Tag(Tag::Close { name }) => self.close(name)?,
            }
        }
        self.pop_to(0)
    }

    fn text(&mut self, text: &str) {
        if self.dropped.is_some() {
            return;
        }
        let decoded = entity::unescape(text);
        if self.in_preformatted() {
            self.line.push_str(&decoded);
        } else if self.raised && !decoded.starts_with('[') && !self.line.ends_with('[') {
            self.line.extend(
                decoded
                    .chars()
                    .map(|c| if c == '\n' { ' ' } else { raise(c) }),
            );
        } else {
            self.line
                .extend(decoded.chars().map(|c| if c == '\n' { ' ' } else { c }));
        }
    }

    fn open(&mut self, tag: OpenTag<'a>) -> Result<(), Error> {
        let element = Element::of(tag.name);
        self.end_implied(element)?;
        if let Element::Raw(note) = element {
            self.raw(tag, note);
            return Ok(());
        }
        if self.dropped.is_some() {
            if !element.has_no_content() {
                self.push(tag.name, element, State::None);
            }
            return Ok(());
        }
        match element {
            Element::Break => self.line.push('\n'),
            Element::Rule => self.flush()?,
            Element::Image => self.image(tag),
            Element::Raised => self.raised = true,
            _ => {}
        }
        if element.has_no_content() {
            return Ok(());
        }
        if let Some(reason) = self.omit(tag, element) {
            if !element.is_inline() {
                self.flush()?;
            }
            self.builder.notes.add(reason);
            if self.push(tag.name, element, State::None) {
                self.dropped = Some(self.stack.len());
            }
            return Ok(());
        }
        if element.is_inline() || element == Element::Button {
            return Ok(());
        }
        self.flush()?;
        let state = self.begin(tag, element);
        self.push(tag.name, element, state);
        Ok(())
    }

    /// What the element has to remember; tells the table around it.
    fn begin(&mut self, tag: OpenTag<'a>, element: Element) -> State {
        match element {
            Element::List { ordered } => State::List {
                next: ordered.then(|| tag.number("start").unwrap_or(1)),
            },
            Element::Item => {
                let ordinal = match self.stack.iter_mut().rev().find_map(|open| {
                    if let State::List { next } = &mut open.state {
                        Some(next)
                    } else {
                        None
                    }
                }) {
                    Some(Some(next)) => {
                        let ordinal = tag.number("value").unwrap_or(*next);
                        *next = ordinal.saturating_add(1);
                        Some(ordinal)
                    }
                    _ => None,
                };
                State::Item {
                    ordinal,
                    block: None,
                }
            }
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
                    .is_some_and(|role| matches!(&*role, "presentation" | "none"));
                State::Table(Box::new(Table::new(self.builder.mark(), is_presentation)))
            }
            Element::Row => {
                let in_head = self
                    .stack
                    .last()
                    .is_some_and(|open| open.element == Element::RowGroup { head: true });
                if let Some(table) = self.table() {
                    table.begin_row(in_head);
                }
                State::None
            }
            Element::Cell { header } => {
                let first = self.builder.len();
                let (columns, rows) = (
                    tag.number("colspan").unwrap_or(1),
                    tag.number("rowspan").unwrap_or(1),
                );
                if let Some(table) = self.table() {
                    table.begin_cell(first, header, columns, rows);
                }
                State::None
            }
            _ => State::None,
        }
    }

    fn raw(&mut self, tag: OpenTag<'a>, note: Option<NoteKind>) {
        let content = self.tokens.raw_text(tag.name);
        match note {
            _ if self.dropped.is_some() => {}
            Some(note) => self.builder.notes.add(note),
            None if self.builder.weak_title.is_none() => {
                self.builder.weak_title = Some(entity::unescape(content).into_owned());
            }
            None => {}
        }
    }

    fn image(&mut self, tag: OpenTag<'a>) {
        let alternative = tag.attribute("alt");
        if let Some(alternative) = alternative.as_deref().and_then(alternative_text) {
            self.line.push_str(alternative);
            self.image_bytes += alternative.len();
        } else if alternative.is_none_or(|text| !text.is_empty()) {
            // `alt=""` says that the image is decoration.
            self.builder.notes.add(NoteKind::ImageWithoutText);
        }
    }

    /// Ends what the start of `next` ends: an unclosed paragraph, item, cell.
    fn end_implied(&mut self, next: Element) -> Result<(), Error> {
        let mut height = self.stack.len();
        let mut end = None;
        while height > 0 {
            let open = &self.stack[height - 1];
            if open.element.is_ended_by(next) {
                end = Some(height - 1);
            } else if open.element.shields_from(next) {
                break;
            }
            height -= 1;
        }
        end.map_or(Ok(()), |height| self.pop_to(height))
    }

    fn close(&mut self, name: &str) -> Result<(), Error> {
        let element = Element::of(name);
        match element {
            Element::Break if self.dropped.is_none() => self.line.push('\n'),
            Element::Raised => self.raised = false,
            Element::Paragraph if self.dropped.is_none() => self.flush()?,
            _ => {}
        }
        if element.has_no_content() || (element.is_inline() && self.dropped.is_none()) {
            return Ok(());
        }
        if self.overflow > 0 {
            self.overflow -= 1;
            return Ok(());
        }
        for height in (0..self.stack.len()).rev() {
            let open = &self.stack[height];
            let matches = open.name.eq_ignore_ascii_case(name)
                || matches!(
                    (open.element, element),
                    (Element::Heading(_), Element::Heading(_))
                );
            if matches {
                return self.pop_to(height);
            }
            let reaches_across = element == Element::Table
                || (element.is_table_part() && open.element != Element::Table);
            if open.element.is_scope() && !reaches_across {
                break;
            }
        }
        Ok(())
    }

    /// Returns whether there was room.
    fn push(&mut self, name: &'a str, element: Element, state: State) -> bool {
        let fits = self.stack.len() < MAX_DEPTH;
        if fits {
            self.stack.push(Open {
                name,
                element,
                state,
            });
        } else {
            self.overflow += 1;
            self.builder.notes.add(NoteKind::NestingFlattened);
        }
        fits
    }

    fn pop_to(&mut self, height: usize) -> Result<(), Error> {
        while self.stack.len() > height {
            if self.dropped.is_none() {
                self.flush()?;
            }
            if self.dropped == Some(self.stack.len()) {
                self.dropped = None;
            }
            let Some(open) = self.stack.pop() else { break };
            self.end(open)?;
        }
        if height == 0 && self.stack.is_empty() && self.dropped.is_none() {
            self.flush()?;
        }
        Ok(())
    }

    fn end(&mut self, open: Open<'a>) -> Result<(), Error> {
        let end_block = self.builder.len();
        match open.state {
            State::Table(table) => table.finish(&mut self.builder, &mut self.budget)?,
            State::Content { first } => {
                let ranges = if open.element == Element::Main {
                    &mut self.mains
                } else {
                    &mut self.articles
                };
                // An article inside an article (a comment) ends before the outer one, which then replaces it.
                ranges.retain(|inner| inner.end <= first);
                ranges.push(first..end_block);
            }
            _ if matches!(open.element, Element::Cell { .. }) => {
                if let Some(table) = self.table() {
                    table.end_cell(end_block);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn table(&mut self) -> Option<&mut Table> {
        self.stack.iter_mut().rev().find_map(|open| {
            if let State::Table(table) = &mut open.state {
                Some(&mut **table)
            } else {
                None
            }
        })
    }

    fn in_preformatted(&self) -> bool {
        self.stack
            .iter()
            .rev()
            .take(8)
            .any(|open| open.element == Element::Preformatted)
    }
}
