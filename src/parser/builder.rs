//! Where the three readers put their blocks: one text, cleaned, with its separators, markers and indentation.

use super::note::{NoteKind, Notes};
use super::title::{Given, Title};
use super::work::Work;
use super::{Block, BlockKind, Document, Error, MAX_BLOCKS, MAX_HEADING_CHARS, SectionEnd, clean};

/// Deeper items are indented no further: a thousand levels would make the text a triangle of spaces.
const MAX_INDENT_LEVELS: usize = 8;

const MAX_LABEL_CHARS: usize = 120;

/// Bytes that are copied for the price of one step.
const BYTES_COPIED_PER_STEP: usize = 16;

#[derive(Debug)]
pub(super) struct Builder {
    text: String,
    blocks: Vec<Block>,
    /// Of each block.
    marks: Vec<Marks>,
    pub(super) work: Work,
    pub(super) notes: Notes,
    pub(super) ends: Vec<SectionEnd>,
    /// What the next block is called: a tab, a note.
    label: Option<String>,
    /// From front matter or `<title>`.
    pub(super) given: Given,
}

/// What a reader knows of a block that its text does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks {
    /// So many bytes, after an item's marker, are bold.
    pub(super) bold: u32,
    /// After so many the first line of the source ended; 0 where nobody knows.
    pub(super) line: u32,
    /// A list of terms, or what one can fold away, ends with it.
    pub(super) closes: bool,
}

/// What becomes a block. Places are bytes of `text`, as in [`Marks`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Content<'a> {
    pub(super) text: &'a str,
    pub(super) bold: usize,
    pub(super) line: usize,
}

impl Content<'_> {
    /// The same behind `mark`; `text` is both.
    pub(super) fn after<'a>(&self, mark: &str, text: &'a str) -> Content<'a> {
        let shift = |place: usize| if place > 0 { place + mark.len() } else { 0 };
        Content {
            text,
            bold: shift(self.bold),
            line: shift(self.line),
        }
    }
}

impl<'a> From<&'a str> for Content<'a> {
    fn from(text: &'a str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

impl<'a> From<&'a String> for Content<'a> {
    fn from(text: &'a String) -> Self {
        Self::from(text.as_str())
    }
}

/// A place between two blocks, to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    blocks: usize,
    bytes: usize,
}

/// Blocks that were taken back, with their text.
pub(super) struct Tail {
    pub(super) first: usize,
    text: String,
    blocks: Vec<Block>,
    marks: Vec<Marks>,
}

/// A block that was cleaned before, as it was pushed (marker included).
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice<'a> {
    pub(super) kind: BlockKind,
    pub(super) text: &'a str,
    pub(super) marks: Marks,
}

impl Tail {
    /// The blocks of one range of block numbers.
    pub(super) fn slices(
        &self,
        numbers: std::ops::Range<usize>,
    ) -> impl Iterator<Item = Slice<'_>> {
        let range = numbers.start.saturating_sub(self.first)
            ..numbers
                .end
                .saturating_sub(self.first)
                .min(self.blocks.len());
        let blocks = self.blocks.get(range.clone()).unwrap_or_default();
        let marks = self.marks.get(range).unwrap_or_default();
        blocks.iter().zip(marks).map(|(block, marks)| Slice {
            kind: block.kind,
            text: &self.text[block.range.clone()],
            marks: *marks,
        })
    }
}

impl Builder {
    pub(super) fn new(work: Work) -> Self {
        Self {
            text: String::new(),
            blocks: Vec::new(),
            marks: Vec::new(),
            work,
            notes: Notes::default(),
            ends: Vec::new(),
            label: None,
            given: Given::default(),
        }
    }

    pub(super) fn slice(&self, number: usize) -> Slice<'_> {
        let block = &self.blocks[number];
        Slice {
            kind: block.kind,
            text: &self.text[block.range.clone()],
            marks: self.marks[number],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            blocks: self.blocks.len(),
            bytes: self.text.len(),
        }
    }

    /// Adds a block and returns its number; `None` when nothing is left of `content` after cleaning.
    pub(super) fn push<'c>(
        &mut self,
        kind: BlockKind,
        content: impl Into<Content<'c>>,
    ) -> Result<Option<usize>, Error> {
        let given = content.into();
        if let Some(label) = self.take_label(kind) {
            return self.push_labelled(kind, given, &label);
        }
        let content = given.text;
        self.work.spend(content.len() + 1)?;
        let mark = self.mark();
        self.separate(kind)?;
        let start = self.text.len();
        if let BlockKind::ListItem { ordinal, .. } = kind {
            let marker = ordinal.map_or_else(|| "• ".to_owned(), |ordinal| format!("{ordinal}. "));
            self.text.push_str(&marker);
        }
        let body = self.text.len();
        let removed = match kind {
            BlockKind::Code => clean::code(content, &mut self.text),
            BlockKind::Heading { .. } => {
                let (content, marked) = clean::mark_hidden(content);
                self.notes.add_many(NoteKind::HiddenInTitle, marked);
                clean::prose(&content, &mut self.text)
            }
            _ => clean::prose(content, &mut self.text),
        };
        self.notes.add_many(NoteKind::InvisibleCharacters, removed);
        if self.text.len() == body {
            self.text.truncate(mark.bytes);
            return Ok(None);
        }
        let kind = self.settle(kind, start);
        let marks = Marks {
            bold: self.place(body, content, given.bold),
            line: self.place(body, content, given.line),
            closes: false,
        };
        if let BlockKind::ListItem { depth, .. } = kind {
            self.indent_lines(body, usize::from(depth));
        }
        self.blocks.push(Block {
            kind,
            range: start..self.text.len(),
        });
        self.marks.push(marks);
        Ok(Some(self.blocks.len() - 1))
    }

    /// Calls the next block so. It stands before a paragraph, in it, and by itself before a list, a table or code.
    pub(super) fn announce(&mut self, label: &str) -> Result<(), Error> {
        // Many that say nothing about anything are a text of their own.
        if self
            .label
            .as_ref()
            .is_some_and(|label| label.len() > MAX_LABEL_CHARS)
        {
            self.end_label()?;
        }
        let mut line = clean::line(label, MAX_LABEL_CHARS);
        if !line.is_empty() && !line.ends_with([':', '.', '!', '?']) {
            line.push(':');
        }
        self.label = match self.label.take() {
            Some(outer) => Some(format!("{outer} {line}")),
            None => Some(line).filter(|line| !line.is_empty()),
        };
        Ok(())
    }

    /// What was announced and did not come.
    pub(super) fn end_label(&mut self) -> Result<(), Error> {
        if let Some(label) = self.label.take() {
            self.push(BlockKind::Paragraph, &label)?;
        }
        Ok(())
    }

    fn take_label(&mut self, kind: BlockKind) -> Option<String> {
        // A heading comes first, and its text is called so.
        let is_heading = matches!(kind, BlockKind::Heading { .. });
        if is_heading { None } else { self.label.take() }
    }

    fn push_labelled(
        &mut self,
        kind: BlockKind,
        content: Content<'_>,
        label: &str,
    ) -> Result<Option<usize>, Error> {
        if matches!(kind, BlockKind::Paragraph | BlockKind::Quote) {
            let text = format!("{label} {}", content.text);
            return self.push(kind, &text);
        }
        self.push(BlockKind::Paragraph, label)?;
        self.push(kind, content)
    }

    /// Where the first `bytes` of `content` end in the text that it became, from `body` on.
    fn place(&self, body: usize, content: &str, bytes: usize) -> u32 {
        let Some(first) = content.get(..bytes).filter(|_| bytes > 0) else {
            return 0;
        };
        let mut cleaned = String::new();
        clean::prose(first, &mut cleaned);
        let is_kept = self.text[body..].starts_with(&cleaned);
        let place = u32::try_from(cleaned.len()).unwrap_or_default();
        if is_kept { place } else { 0 }
    }

    /// Adds lines to the last block: a further paragraph of a list item, what a term means.
    pub(super) fn extend(&mut self, content: &str) -> Result<(), Error> {
        if let Some(label) = self.label.take() {
            return self.extend(&format!("{label} {content}"));
        }
        self.work.spend(content.len() + 1)?;
        let Some(last) = self.blocks.last().map(|block| block.kind) else {
            return Ok(());
        };
        let before = self.text.len();
        self.text.push('\n');
        let body = self.text.len();
        let removed = clean::prose(content, &mut self.text);
        self.notes.add_many(NoteKind::InvisibleCharacters, removed);
        if self.text.len() == body {
            self.text.truncate(before);
            return Ok(());
        }
        if let BlockKind::ListItem { depth, .. } = last {
            self.indent_lines(before, usize::from(depth));
        }
        let end = self.text.len();
        if let Some(block) = self.blocks.last_mut() {
            block.range.end = end;
        }
        Ok(())
    }

    /// Takes back everything since `mark`.
    pub(super) fn split_off(&mut self, mark: Mark) -> Tail {
        let text = self.text.split_off(mark.bytes);
        let mut blocks = self.blocks.split_off(mark.blocks);
        let marks = self.marks.split_off(mark.blocks);
        for block in &mut blocks {
            block.range = block.range.start - mark.bytes..block.range.end - mark.bytes;
        }
        Tail {
            first: mark.blocks,
            text,
            blocks,
            marks,
        }
    }

    /// Takes back everything.
    pub(super) fn take(&mut self) -> Tail {
        self.split_off(Mark {
            blocks: 0,
            bytes: 0,
        })
    }

    /// Adds a block that was cleaned before.
    pub(super) fn push_clean(&mut self, slice: Slice<'_>) -> Result<(), Error> {
        self.work
            .spend(slice.text.len() / BYTES_COPIED_PER_STEP + 1)?;
        self.separate(slice.kind)?;
        let start = self.text.len();
        self.text.push_str(slice.text);
        self.blocks.push(Block {
            kind: slice.kind,
            range: start..self.text.len(),
        });
        self.marks.push(slice.marks);
        Ok(())
    }

    /// A list of terms, or what one can fold away, ends here.
    pub(super) fn close_definitions(&mut self) {
        if let Some(last) = self.marks.last_mut() {
            last.closes = true;
        }
    }

    /// Keeps only the blocks of these ranges of block numbers (in order, disjoint).
    pub(super) fn retain(&mut self, ranges: &[std::ops::Range<usize>]) -> Result<(), Error> {
        let tail = self.take();
        for range in ranges {
            for slice in tail.slices(range.clone()) {
                self.push_clean(slice)?;
            }
        }
        Ok(())
    }

    /// Bytes of text in a range of block numbers.
    pub(super) fn bytes_in(&self, range: &std::ops::Range<usize>) -> usize {
        self.blocks
            .get(range.clone())
            .unwrap_or_default()
            .iter()
            .map(|block| block.range.len())
            .sum()
    }

    pub(super) fn finish(self, file_name: &str) -> Result<Document, Error> {
        if self.blocks.is_empty() {
            return Err(Error::NoText);
        }
        let mut notes = self.notes;
        let title = Title::find(self.given, &self.text, &self.blocks, file_name);
        notes.add_many(NoteKind::HiddenInTitle, title.marked);
        Ok(Document {
            title: title.text,
            title_from: title.from,
            text: self.text,
            blocks: self.blocks,
            ends: self.ends,
            notes: notes.into_vec(),
        })
    }

    fn separate(&mut self, kind: BlockKind) -> Result<(), Error> {
        if self.blocks.len() >= MAX_BLOCKS {
            return Err(Error::TooManyBlocks);
        }
        if let Some(last) = self.blocks.last() {
            self.text.push_str(if is_tight(last.kind, kind) {
                "\n"
            } else {
                "\n\n"
            });
        }
        if let BlockKind::ListItem { depth, .. } = kind {
            self.indent(usize::from(depth).saturating_sub(1));
        }
        Ok(())
    }

    /// What the block really is: a heading that is too long to be one is a paragraph, and a heading is one line.
    fn settle(&mut self, kind: BlockKind, start: usize) -> BlockKind {
        let BlockKind::Heading { .. } = kind else {
            return kind;
        };
        if self.text[start..].chars().nth(MAX_HEADING_CHARS).is_some() {
            self.notes.add(NoteKind::LongHeading);
            return BlockKind::Paragraph;
        }
        let line = self.text[start..].replace('\n', " ");
        self.text.truncate(start);
        self.text.push_str(&line);
        kind
    }

    /// Indents every line that begins after `from`.
    fn indent_lines(&mut self, from: usize, levels: usize) {
        if self.text[from..].contains('\n') {
            let indentation = format!("\n{}", "  ".repeat(levels.min(MAX_INDENT_LEVELS)));
            let indented = self.text[from..].replace('\n', &indentation);
            self.text.truncate(from);
            self.text.push_str(&indented);
        }
    }

    fn indent(&mut self, levels: usize) {
        for _ in 0..levels.min(MAX_INDENT_LEVELS) {
            self.text.push_str("  ");
        }
    }
}

fn is_tight(above: BlockKind, below: BlockKind) -> bool {
    use BlockKind::{ListItem, TableHeader, TableRow};
    matches!(
        (above, below),
        (ListItem { .. }, ListItem { .. })
            | (TableHeader, TableRow { headed: true })
            | (TableRow { .. }, TableRow { .. })
    )
}
