//! Passages: the pieces of a document that are searched, ranked and quoted.
//!
//! A passage follows the document's structure. It lies under one heading, holds about 200 words, and is a contiguous
//! slice of [`Document::text`], so that a citation is exact. It is made of units, the smallest things worth quoting: a
//! sentence, a whole list item, a whole table row, a code block. Only what is longer than any sensible quotation
//! ([`MAX_UNIT_WORDS`]) is cut inside.

mod atom;
mod group;
mod lead;
mod pack;
pub(crate) mod sentence;
mod stop;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::parser::{BlockKind, Document};
use crate::search::{Unit, UnitKind};

/// A passage of this many words is long enough to stand alone.
pub(crate) const MIN_WORDS: usize = 120;

/// What a passage of a long section aims at.
pub(crate) const GOAL_WORDS: usize = 180;

/// No passage is longer, except one of a single unit, of a procedure or of a small table ([`group`]). With the heading path, 220 words are about what a model of
/// 256 tokens sees.
pub(crate) const MAX_WORDS: usize = 220;

/// A list item or code block of more words is divided, at sentences or lines.
pub(crate) const MAX_UNIT_WORDS: usize = 300;

/// A table row of more words is divided too. Rows are kept whole as long as anybody could read them.
pub(crate) const MAX_ROW_WORDS: usize = 2_000;

/// The lead-in of a list is repeated in the index text of later passages if it has at most this many words.
const MAX_LEAD_IN_WORDS: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// From the outermost heading inwards, without the first when it is the document's title.
    pub heading_path: Vec<String>,
    /// Bytes of [`Document::text`].
    pub range: Range<usize>,
    /// The same range in characters.
    pub start_char: usize,
    pub end_char: usize,
    pub units: Vec<Unit>,
    /// The header (bytes of [`Document::text`]) of the table that this passage begins inside of.
    pub table_header: Option<Range<usize>>,
    /// The lead-in (bytes of [`Document::text`]) of the list or table that this passage begins inside of.
    pub lead_in: Option<Range<usize>>,
}

impl Passage {
    /// What is embedded and indexed: title, heading path, what the passage begins inside of, and the passage.
    pub(crate) fn index_text(&self, document: &Document) -> String {
        let mut text = document.title.clone();
        if !self.heading_path.is_empty() {
            text.push('\n');
            text.push_str(&self.heading_path.join(" > "));
        }
        for range in [&self.lead_in, &self.table_header].into_iter().flatten() {
            text.push('\n');
            text.push_str(&document.text[range.clone()]);
        }
        text.push('\n');
        text.push_str(self.text(document));
        text
    }

    pub(crate) fn text<'a>(&self, document: &'a Document) -> &'a str {
        &document.text[self.range.clone()]
    }
}

/// Divides a document. Never empty for a document that has text.
pub(crate) fn split(document: &Document) -> Vec<Passage> {
    let mut splitter = Splitter {
        document,
        path: Vec::new(),
        passages: Vec::new(),
        position: (0, 0),
    };
    let mut section = 0;
    let mut ends = document.ends.iter().peekable();
    for (i, block) in document.blocks.iter().enumerate() {
        while let Some(end) = ends.next_if(|end| end.block <= i) {
            splitter.section(section..i);
            section = i;
            splitter.leave(end.level);
        }
        if let BlockKind::Heading { level } = block.kind {
            splitter.section(section..i);
            section = if splitter.is_body(i) { i } else { i + 1 };
            splitter.enter(level, &document.text[block.range.clone()], section == i);
        }
    }
    splitter.section(section..document.blocks.len());
    if splitter.passages.is_empty() {
        // Headings are all there is.
        splitter.path.clear();
        splitter.section(0..document.blocks.len());
    }
    splitter.passages
}

struct Splitter<'a> {
    document: &'a Document,
    path: Vec<(u8, String)>,
    passages: Vec<Passage>,
    /// A byte of the text and the number of characters before it; moves forward only.
    position: (usize, usize),
}

/// A heading without body is worth a passage if it says this much (in words), or ends like a sentence.
const MIN_HEADING_WORDS: usize = 4;

impl Splitter<'_> {
    /// A heading with nothing under it, neither text nor deeper headings, that is really a statement.
    fn is_body(&self, index: usize) -> bool {
        let blocks = &self.document.blocks;
        let BlockKind::Heading { level } = blocks[index].kind else {
            return true;
        };
        let has_content = match blocks.get(index + 1).map(|block| block.kind) {
            Some(BlockKind::Heading { level: next }) => next > level,
            Some(_) => true,
            None => false,
        };
        let text = &self.document.text[blocks[index].range.clone()];
        !has_content
            && level > 1
            && (text.ends_with(['.', '!', ':'])
                || text.split_whitespace().count() >= MIN_HEADING_WORDS)
    }

    fn leave(&mut self, level: u8) {
        self.path.retain(|(outer, _)| *outer < level);
    }

    fn enter(&mut self, level: u8, text: &str, is_body: bool) {
        self.leave(level);
        if !is_body {
            self.path.push((level, text.to_owned()));
        }
    }

    /// The blocks under one heading.
    fn section(&mut self, blocks: Range<usize>) {
        if blocks.is_empty() {
            return;
        }
        let text = &self.document.text;
        let mut atoms = atom::atoms(text, &self.document.blocks[blocks]);
        lead::mark(text, &mut atoms);
        group::mark(text, &mut atoms);
        for range in pack::pack(&atoms) {
            let passage = self.passage(&atoms, range);
            self.passages.push(passage);
        }
    }

    fn passage(&mut self, atoms: &[atom::Atom], members: Range<usize>) -> Passage {
        let (first, last) = (&atoms[members.start], &atoms[members.end - 1]);
        let range = first.range.start..last.range.end;
        let offset = |byte: usize| u32::try_from(byte - range.start).unwrap_or(u32::MAX);
        let unit = |atom: &atom::Atom| Unit {
            kind: atom.kind,
            start: offset(atom.range.start),
            end: offset(atom.range.end),
            leads_in: atom.leads_in,
        };
        let inside = |index: Option<usize>| {
            index
                .filter(|&index| index < members.start)
                .map(|index| &atoms[index])
        };
        let is_short = |atom: &&atom::Atom| atom.words <= MAX_LEAD_IN_WORDS;
        Passage {
            heading_path: self.heading_path(),
            start_char: self.chars_before(range.start),
            end_char: self.chars_before(range.end),
            units: atoms[members.clone()].iter().map(unit).collect(),
            table_header: inside(first.header).map(|atom| atom.range.clone()),
            lead_in: inside(first.lead_in)
                .filter(is_short)
                .map(|atom| atom.range.clone()),
            range,
        }
    }

    fn heading_path(&self) -> Vec<String> {
        let is_title =
            |text: &str| text.trim().to_lowercase() == self.document.title.to_lowercase();
        let skip = usize::from(self.path.first().is_some_and(|(_, text)| is_title(text)));
        self.path
            .iter()
            .skip(skip)
            .map(|(_, text)| text.clone())
            .collect()
    }

    fn chars_before(&mut self, byte: usize) -> usize {
        let (from, chars) = self.position;
        self.position = (byte, chars + self.document.text[from..byte].chars().count());
        self.position.1
    }
}
