//! Where the three readers put their blocks: one text, cleaned, with its separators, markers and indentation.

use super::note::{NoteKind, Notes};
use super::work::Work;
use super::{Block, BlockKind, Document, Error, MAX_BLOCKS, MAX_HEADING_CHARS, clean};

/// Deeper items are indented no further: a thousand levels would make the text a triangle of spaces.
const MAX_INDENT_LEVELS: usize = 8;

const MAX_TITLE_CHARS: usize = 200;

/// Bytes that are copied for the price of one step.
const BYTES_COPIED_PER_STEP: usize = 16;

#[derive(Debug)]
pub(super) struct Builder {
    text: String,
    blocks: Vec<Block>,
    pub(super) work: Work,
    pub(super) notes: Notes,
    /// From front matter or `<title>`: `strong` beats the first heading, `weak` does not.
    pub(super) strong_title: Option<String>,
    pub(super) weak_title: Option<String>,
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
}

impl Tail {
    /// The blocks of one range of block numbers, as they were pushed (markers included).
    pub(super) fn slices(
        &self,
        numbers: std::ops::Range<usize>,
    ) -> impl Iterator<Item = (BlockKind, &str)> {
        let range = numbers.start.saturating_sub(self.first)
            ..numbers
                .end
                .saturating_sub(self.first)
                .min(self.blocks.len());
        self.blocks
            .get(range)
            .unwrap_or_default()
            .iter()
            .map(|block| (block.kind, &self.text[block.range.clone()]))
    }
}

impl Builder {
    pub(super) fn new(work: Work) -> Self {
        Self {
            text: String::new(),
            blocks: Vec::new(),
            work,
            notes: Notes::default(),
            strong_title: None,
            weak_title: None,
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
    pub(super) fn push(&mut self, kind: BlockKind, content: &str) -> Result<Option<usize>, Error> {
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
        if let BlockKind::ListItem { depth, .. } = kind {
            self.indent_lines(body, usize::from(depth));
        }
        self.blocks.push(Block {
            kind,
            range: start..self.text.len(),
        });
        Ok(Some(self.blocks.len() - 1))
    }

    /// Adds lines to the last block: a further paragraph of a list item, what a term means.
    pub(super) fn extend(&mut self, content: &str) -> Result<(), Error> {
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
        for block in &mut blocks {
            block.range = block.range.start - mark.bytes..block.range.end - mark.bytes;
        }
        Tail {
            first: mark.blocks,
            text,
            blocks,
        }
    }

    /// Adds a block that was cleaned before.
    pub(super) fn push_clean(&mut self, kind: BlockKind, slice: &str) -> Result<(), Error> {
        self.work.spend(slice.len() / BYTES_COPIED_PER_STEP + 1)?;
        self.separate(kind)?;
        let start = self.text.len();
        self.text.push_str(slice);
        self.blocks.push(Block {
            kind,
            range: start..self.text.len(),
        });
        Ok(())
    }

    /// Keeps only the blocks of these ranges of block numbers (in order, disjoint).
    pub(super) fn retain(&mut self, ranges: &[std::ops::Range<usize>]) -> Result<(), Error> {
        let tail = self.split_off(Mark {
            blocks: 0,
            bytes: 0,
        });
        for range in ranges {
            for (kind, slice) in tail.slices(range.clone()) {
                self.push_clean(kind, slice)?;
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
        let heading = |wanted: fn(u8) -> bool| {
            let is_wanted = |block: &&Block| matches!(block.kind, BlockKind::Heading { level } if wanted(level));
            self.blocks
                .iter()
                .find(is_wanted)
                .map(|block| self.text[block.range.clone()].to_owned())
        };
        let mut notes = self.notes.clone();
        let title = [
            self.strong_title.clone(),
            heading(|level| level == 1),
            self.weak_title.clone(),
        ]
        .into_iter()
        .flatten()
        .map(|title| {
            let (title, marked) = clean::mark_hidden(&title);
            let line = clean::line(&title, MAX_TITLE_CHARS);
            // What stood between a joiner and its letter may have gone.
            let (line, more) = clean::mark_hidden(&line);
            (line.into_owned(), marked + more)
        })
        .find(|(title, _)| !title.is_empty())
        .map_or_else(
            || title_from_file_name(file_name),
            |(title, marked)| {
                notes.add_many(NoteKind::HiddenInTitle, marked);
                title
            },
        );
        Ok(Document {
            title,
            text: self.text,
            blocks: self.blocks,
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

/// `docs/opening-hours_2024.md` to "Opening hours 2024".
fn title_from_file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base
        .rsplit_once('.')
        .map_or(base, |(stem, _)| if stem.is_empty() { base } else { stem });
    let words = clean::line(&stem.replace(['-', '_', '+'], " "), MAX_TITLE_CHARS);
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => "Untitled".to_owned(),
    }
}
