//! A section's blocks to what a passage is packed from.

use std::ops::Range;

use super::sentence::sentences;
use super::{MAX_ROW_WORDS, MAX_UNIT_WORDS, MAX_WORDS, UnitKind};
use crate::parser::{Block, BlockKind};

#[derive(Debug)]
pub(super) struct Atom {
    pub(super) kind: UnitKind,
    /// Bytes of the document's text.
    pub(super) range: Range<usize>,
    pub(super) words: usize,
    pub(super) leads_in: bool,
    /// The atoms that this one stands under: the header of its table, the lead-in of its list.
    pub(super) header: Option<usize>,
    pub(super) lead_in: Option<usize>,
    /// What it costs to begin a passage with this atom.
    pub(super) cut: Cut,
}

/// From the best place for a cut to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    /// Between a paragraph and the lead-in of a list.
    BeforeLeadIn,
    BetweenBlocks,
    BetweenRows,
    BetweenItems,
    InsideBlock,
    BeforeNestedItem,
    /// Between what announces and what is announced.
    AfterLeadIn,
    /// Inside a procedure or a small table.
    Together,
}

pub(super) fn atoms(text: &str, blocks: &[Block]) -> Vec<Atom> {
    let mut list = Atoms {
        text,
        found: Vec::new(),
        lead_in: None,
        header: None,
    };
    for (i, block) in blocks.iter().enumerate() {
        list.add(block, blocks.get(i + 1).map(|block| block.kind));
    }
    list.found
}

struct Atoms<'a> {
    text: &'a str,
    found: Vec<Atom>,
    lead_in: Option<usize>,
    header: Option<usize>,
}

impl Atoms<'_> {
    fn add(&mut self, block: &Block, next: Option<BlockKind>) {
        let range = block.range.clone();
        match block.kind {
            BlockKind::Heading { .. }
            | BlockKind::Paragraph
            | BlockKind::Quote
            | BlockKind::Definition => self.prose(block, next),
            BlockKind::ListItem { depth, .. } => {
                self.header = None;
                let cut = if self
                    .lead_in
                    .is_some_and(|lead_in| lead_in + 1 == self.found.len())
                {
                    Cut::AfterLeadIn
                } else if depth > 1 {
                    Cut::BeforeNestedItem
                } else {
                    Cut::BetweenItems
                };
                self.whole_or_sentences(UnitKind::Item { depth }, range, cut);
                let announces = matches!(next, Some(BlockKind::ListItem { depth: inner, .. }) if inner > depth)
                    || matches!(next, Some(BlockKind::Code));
                self.mark_lead_in(announces);
            }
            BlockKind::TableHeader => {
                let cut = self.cut_before_body();
                self.header = Some(self.found.len());
                self.push(UnitKind::Header, range, cut, false);
            }
            BlockKind::TableRow { headed } => {
                if !headed {
                    self.header = None;
                }
                let follows_header = self
                    .header
                    .is_some_and(|header| header + 1 == self.found.len());
                let cut = if follows_header {
                    Cut::AfterLeadIn
                } else {
                    self.cut_before_body().max(Cut::BetweenRows)
                };
                self.in_parts(UnitKind::Row, range, cut, MAX_ROW_WORDS);
            }
            BlockKind::Code => {
                let cut = self.cut_before_body();
                self.in_parts(UnitKind::Code, range, cut, MAX_UNIT_WORDS);
            }
        }
    }

    fn cut_before_body(&self) -> Cut {
        let announced = self
            .lead_in
            .is_some_and(|lead_in| lead_in + 1 == self.found.len())
            || self.found.last().is_some_and(|atom| atom.leads_in);
        if announced {
            Cut::AfterLeadIn
        } else {
            Cut::BetweenBlocks
        }
    }

    fn prose(&mut self, block: &Block, next: Option<BlockKind>) {
        self.header = None;
        let is_list_next = matches!(
            next,
            Some(
                BlockKind::ListItem { .. }
                    | BlockKind::TableHeader
                    | BlockKind::TableRow { .. }
                    | BlockKind::Code
            )
        );
        // A paragraph between two items belongs to the list; any other ends it.
        let continues_list = self.lead_in.is_some()
            && is_list_next
            && matches!(
                self.found.last().map(|atom| atom.kind),
                Some(UnitKind::Item { .. })
            );
        let text = &self.text[block.range.clone()];
        let announces = is_list_next && announces(text);
        if !continues_list || announces {
            self.lead_in = None;
        }
        let mut ranges = sentences(text);
        let mut kind = UnitKind::Sentence;
        if block.kind == BlockKind::Definition {
            join_term(text, &mut ranges);
            kind = UnitKind::Definition;
        }
        let start = block.range.start;
        let only = ranges.len() == 1;
        let mut cut = self.cut_before_body();
        if announces && only {
            cut = cut.min(Cut::BeforeLeadIn);
        }
        for range in ranges {
            self.in_parts(kind, start + range.start..start + range.end, cut, MAX_WORDS);
            (kind, cut) = (UnitKind::Sentence, Cut::InsideBlock);
        }
        self.mark_lead_in(announces);
    }

    fn mark_lead_in(&mut self, announces: bool) {
        if !announces {
            return;
        }
        let index = self.found.len().saturating_sub(1);
        if let Some(last) = self.found.last_mut() {
            last.leads_in = true;
            // Of nested lists the outer lead-in is the one to repeat.
            if !matches!(last.kind, UnitKind::Item { .. }) {
                self.lead_in = Some(index);
            }
        }
    }

    fn whole_or_sentences(&mut self, kind: UnitKind, range: Range<usize>, cut: Cut) {
        if words(&self.text[range.clone()]) <= MAX_UNIT_WORDS {
            self.push(kind, range, cut, false);
            return;
        }
        let mut cut = cut;
        for part in sentences(&self.text[range.clone()]) {
            self.in_parts(
                UnitKind::Sentence,
                range.start + part.start..range.start + part.end,
                cut,
                MAX_WORDS,
            );
            cut = Cut::InsideBlock;
        }
    }

    /// One atom, or several if it has more than `limit` words.
    fn in_parts(&mut self, kind: UnitKind, range: Range<usize>, cut: Cut, limit: usize) {
        let mut cut = cut;
        for part in parts(&self.text[range.clone()], limit) {
            self.push(
                kind,
                range.start + part.start..range.start + part.end,
                cut,
                false,
            );
            cut = Cut::InsideBlock;
        }
    }

    fn push(&mut self, kind: UnitKind, range: Range<usize>, cut: Cut, leads_in: bool) {
        let words = words(&self.text[range.clone()]);
        let index = self.found.len();
        let header = self.header.filter(|&header| header != index);
        self.found.push(Atom {
            kind,
            range,
            words,
            leads_in,
            header,
            lead_in: self.lead_in,
            cut,
        });
    }
}

/// "To pay a bill:", "**Topics**": ends with a colon, or is one line that is no sentence.
fn announces(text: &str) -> bool {
    let text = text.trim_end();
    let last = text.chars().next_back().unwrap_or_default();
    matches!(last, ':' | '：')
        || (!text.contains('\n')
            && !matches!(last, '.' | '!' | '?' | '。' | '！' | '？' | ';' | ')' | ']'))
}

/// A term is quoted with the first sentence of what it means.
fn join_term(text: &str, ranges: &mut Vec<Range<usize>>) {
    let Some(term_end) = text.find('\n') else {
        return;
    };
    if let Some(first_meaning) = ranges.iter().position(|range| range.start > term_end) {
        let end = ranges[first_meaning].end;
        ranges.drain(1..=first_meaning);
        ranges[0].end = end;
    }
}

/// Words as a tokenizer would feel them: an ideograph is one, and a long run without a space is several.
pub(super) fn words(text: &str) -> usize {
    Words::default().count_to(text, usize::MAX).0
}

#[derive(Default)]
struct Words {
    words: usize,
    run: usize,
}

impl Words {
    /// One more word for every so many characters of an unbroken run.
    const RUN_CHARS: usize = 16;

    /// Counts up to `limit` words; returns them and the byte after the last one.
    fn count_to(mut self, text: &str, limit: usize) -> (usize, usize) {
        for (i, c) in text.char_indices() {
            let before = self.words;
            if c.is_whitespace() || c == '|' {
                self.run = 0;
            } else if ('\u{2E80}'..='\u{FFDC}').contains(&c) || c >= '\u{20000}' {
                (self.words, self.run) = (before + 1, 0);
            } else {
                self.words += usize::from(self.run.is_multiple_of(Self::RUN_CHARS));
                self.run += 1;
            }
            if self.words > limit {
                return (before, i);
            }
        }
        (self.words, text.len())
    }
}

/// Pieces of at most `limit` words, cut after a line end, else a space, else between characters.
fn parts(text: &str, limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let (_, counted) = Words::default().count_to(&text[start..], limit);
        let mut end = start + counted;
        if end < text.len() {
            let window = &text[start..end];
            let cut = window
                .rfind('\n')
                .filter(|&at| at > window.len() / 2)
                .or_else(|| {
                    window
                        .rfind(char::is_whitespace)
                        .filter(|&at| at > window.len() / 2)
                });
            end = cut.map_or(end, |at| start + at);
        }
        let piece = &text[start..end];
        let lead = piece.len() - piece.trim_start_matches(['\n', ' ']).len();
        let kept = piece.trim_end().len();
        if lead < kept {
            parts.push(if parts.is_empty() {
                start..start + kept
            } else {
                start + lead..start + kept
            });
        }
        start = end.max(start + 1);
        start = text.ceil_char_boundary(start);
    }
    parts
}
