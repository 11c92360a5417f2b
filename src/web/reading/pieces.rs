//! A stored document as HTML, with a quoted range marked.
//!
//! Everything of the document passes through [`escape_into`]; tags come from here alone.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use super::InMemory;
use crate::parser::{Block, BlockKind};
use crate::web::html::escape_into;
use crate::web::view::answer::cells;

/// What is made at a time, about.
const PIECE: usize = 32 * 1024;

/// Stands in a template where the document goes. As text, it would be escaped.
pub(in crate::web) const PLACE: &str = "<!--document-->";

/// From characters to bytes; a place outside of the text is an empty one.
pub(in crate::web) fn quoted_range(text: &str, from: usize, to: usize) -> Range<usize> {
    let byte = |chars: usize| {
        text.char_indices()
            .nth(chars)
            .map_or(text.len(), |(at, _)| at)
    };
    if from < to {
        byte(from)..byte(to)
    } else {
        0..0
    }
}

/// The HTML of a document, piece by piece. `quoted` (bytes of the text) is marked, its beginning with the id `quote`. A first heading that repeats the
/// title is left to the page.
pub(in crate::web) struct Pieces<T> {
    /// What has the text and its blocks.
    source: T,
    quoted: Range<usize>,
    /// The block that comes next.
    next: usize,
    /// Of the block before, what is not yet written, and what comes after it.
    rest: Range<usize>,
    end: String,
    marked: bool,
    out: String,
    /// Closing tags of what is open: lists and tables.
    open: Vec<&'static str>,
}

/// A document, or a copy of one.
pub(in crate::web) trait Source: Clone {
    fn text(&self) -> &str;
    fn blocks(&self) -> &[Block];
    fn title(&self) -> &str;
}

impl Source for Arc<InMemory> {
    fn text(&self) -> &str {
        &self.document.text
    }

    fn blocks(&self) -> &[Block] {
        &self.document.blocks
    }

    fn title(&self) -> &str {
        &self.document.summary.title
    }
}

/// What is not a stored document, or not yet.
#[derive(Clone, Copy)]
struct Passing<'t> {
    text: &'t str,
    blocks: &'t [Block],
    title: &'t str,
}

impl Source for Passing<'_> {
    fn text(&self) -> &str {
        self.text
    }

    fn blocks(&self) -> &[Block] {
        self.blocks
    }

    fn title(&self) -> &str {
        self.title
    }
}

/// All pieces at once, nothing marked.
pub(in crate::web) fn whole(text: &str, blocks: &[Block], title: &str) -> String {
    let source = Passing {
        text,
        blocks,
        title,
    };
    Pieces::new(source, 0..0).collect()
}

impl<T: Source> Pieces<T> {
    pub(in crate::web) fn new(source: T, quoted: Range<usize>) -> Self {
        let title = source.title();
        let repeats_title = source.blocks().first().is_some_and(|first| {
            matches!(first.kind, BlockKind::Heading { .. })
                && &source.text()[first.range.clone()] == title
        });
        Self {
            quoted,
            next: usize::from(repeats_title),
            rest: 0..0,
            end: String::new(),
            marked: false,
            out: String::new(),
            open: Vec::new(),
            source,
        }
    }
}

impl<T: Source> Iterator for Pieces<T> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        while self.out.len() < PIECE {
            if !self.rest.is_empty() {
                self.go_on();
            } else if let Some(block) = self.source.blocks().get(self.next).cloned() {
                self.next += 1;
                self.block(&block);
            } else {
                self.close_until(0);
                break;
            }
        }
        let piece = std::mem::take(&mut self.out);
        (!piece.is_empty()).then_some(piece)
    }
}

const TABLE_END: &str = "</tbody></table></div>";

impl<T: Source> Pieces<T> {
    /// Writes `range` and then `end`, perhaps not at once.
    fn write(&mut self, range: Range<usize>, end: String) {
        (self.rest, self.end) = (range, end);
        self.go_on();
    }

    fn go_on(&mut self) {
        let length = self
            .source
            .text()
            .floor_char_boundary(self.rest.start + PIECE);
        let now = self.rest.start..length.min(self.rest.end);
        self.rest.start = now.end;
        self.run(now);
        if self.rest.is_empty() {
            self.out.push_str(&std::mem::take(&mut self.end));
        }
    }

    fn block(&mut self, block: &Block) {
        let range = block.range.clone();
        match block.kind {
            BlockKind::ListItem { depth, ordinal } => {
                self.item(usize::from(depth).max(1), ordinal, range);
            }
            BlockKind::TableHeader => {
                self.close_until(0);
                self.open.push(TABLE_END);
                self.out.push_str("<div class=\"table\"><table><thead>");
                self.row(range, "th");
                self.out.push_str("</thead><tbody>");
            }
            BlockKind::TableRow { .. } => {
                if self.open.last() != Some(&TABLE_END) {
                    self.close_until(0);
                    self.open.push(TABLE_END);
                    self.out.push_str("<div class=\"table\"><table><tbody>");
                }
                self.row(range, "td");
            }
            BlockKind::Heading { level } => {
                let level = level.clamp(2, 6);
                self.plain(&format!("<h{level}>"), range, &format!("</h{level}>"));
            }
            BlockKind::Paragraph | BlockKind::Definition => self.plain("<p>", range, "</p>"),
            BlockKind::Quote => self.plain("<blockquote><p>", range, "</p></blockquote>"),
            BlockKind::Code => self.plain("<pre><code>", range, "</code></pre>"),
        }
    }

    fn plain(&mut self, start: &str, range: Range<usize>, end: &str) {
        self.close_until(0);
        self.out.push_str(start);
        self.write(range, format!("{end}\n"));
    }

    fn item(&mut self, depth: usize, ordinal: Option<u32>, range: Range<usize>) {
        if self.open.last() == Some(&TABLE_END) {
            self.close_until(0);
        }
        let end = if ordinal.is_some() {
            "</li></ol>"
        } else {
            "</li></ul>"
        };
        self.close_until(depth);
        if self.open.len() == depth && self.open.last() != Some(&end) {
            self.close_until(depth - 1);
        }
        if self.open.len() == depth {
            self.out.push_str("</li>");
        }
        while self.open.len() < depth {
            match ordinal {
                Some(first) => {
                    let _ = write!(self.out, "<ol start=\"{first}\">");
                }
                None => self.out.push_str("<ul>"),
            }
            self.open.push(end);
            // A list that begins deeper than its parent needs an item to hang from.
            if self.open.len() < depth {
                self.out.push_str("<li>");
            }
        }
        self.out.push_str("<li>");
        self.write(self.after_marker(range), String::new());
    }

    /// The item without "• " or "1. ", which the list draws itself.
    fn after_marker(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.source.text()[range.clone()];
        let trimmed = text.trim_start();
        let marker = trimmed.find(' ').filter(|at| {
            let mark = &trimmed[..*at];
            mark == "•"
                || mark
                    .strip_suffix('.')
                    .is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
        });
        let skipped = text.len() - trimmed.len() + marker.map_or(0, |at| at + 1);
        range.start + skipped..range.end
    }

    fn row(&mut self, range: Range<usize>, cell: &str) {
        let hit = overlaps(&range, &self.quoted);
        let id = if hit && !self.marked {
            " id=\"quote\""
        } else {
            ""
        };
        let class = if hit { " class=\"quoted\"" } else { "" };
        self.marked |= hit;
        let _ = write!(self.out, "<tr{id}{class}>");
        for text in cells(&self.source.clone().text()[range]) {
            let _ = write!(self.out, "<{cell}>");
            escape_into(&text, &mut self.out);
            let _ = write!(self.out, "</{cell}>");
        }
        self.out.push_str("</tr>\n");
    }

    fn run(&mut self, range: Range<usize>) {
        let source = self.source.clone();
        let text = source.text();
        if !overlaps(&range, &self.quoted) {
            return escape_into(&text[range], &mut self.out);
        }
        let quoted = self.quoted.start.max(range.start)..self.quoted.end.min(range.end);
        escape_into(&text[range.start..quoted.start], &mut self.out);
        self.out.push_str(if self.marked {
            "<mark>"
        } else {
            "<mark id=\"quote\">"
        });
        self.marked = true;
        escape_into(&text[quoted.clone()], &mut self.out);
        self.out.push_str("</mark>");
        escape_into(&text[quoted.end..range.end], &mut self.out);
    }

    fn close_until(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(end) = self.open.pop() {
                self.out.push_str(end);
                self.out.push('\n');
            }
        }
    }
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
