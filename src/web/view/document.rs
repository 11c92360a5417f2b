//! A stored document as HTML, with a quoted range marked.
//!
//! Everything of the document passes through [`escape_into`]; tags come from here alone.

use std::fmt::Write as _;
use std::ops::Range;

use super::answer::cells;
use crate::parser::{Block, BlockKind};
use crate::web::html::escape_into;

/// Renders the blocks of `text`. `quoted` (bytes) is marked, its beginning with the id `quote`. A first heading that repeats `title`
/// is left to the page.
pub(in crate::web) fn html(
    text: &str,
    blocks: &[Block],
    title: &str,
    quoted: &Range<usize>,
) -> String {
    let mut page = Page {
        text,
        quoted: quoted.clone(),
        marked: false,
        out: String::with_capacity(text.len() * 2),
        open: Vec::new(),
    };
    for (index, block) in blocks.iter().enumerate() {
        let repeats_title = matches!(block.kind, BlockKind::Heading { .. })
            && index == 0
            && &text[block.range.clone()] == title;
        if !repeats_title {
            page.block(block);
        }
    }
    page.close_until(0);
    page.out
}

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

struct Page<'a> {
    text: &'a str,
    quoted: Range<usize>,
    marked: bool,
    out: String,
    /// Closing tags of what is open: lists and tables.
    open: Vec<&'static str>,
}

const TABLE_END: &str = "</tbody></table></div>";

impl Page<'_> {
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
        self.run(range);
        self.out.push_str(end);
        self.out.push('\n');
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
        self.run(self.after_marker(range));
    }

    /// The item without "• " or "1. ", which the list draws itself.
    fn after_marker(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.text[range.clone()];
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
        for text in cells(&self.text[range]) {
            let _ = write!(self.out, "<{cell}>");
            escape_into(&text, &mut self.out);
            let _ = write!(self.out, "</{cell}>");
        }
        self.out.push_str("</tr>\n");
    }

    fn run(&mut self, range: Range<usize>) {
        if !overlaps(&range, &self.quoted) {
            return escape_into(&self.text[range], &mut self.out);
        }
        let quoted = self.quoted.start.max(range.start)..self.quoted.end.min(range.end);
        escape_into(&self.text[range.start..quoted.start], &mut self.out);
        self.out.push_str(if self.marked {
            "<mark>"
        } else {
            "<mark id=\"quote\">"
        });
        self.marked = true;
        escape_into(&self.text[quoted.clone()], &mut self.out);
        self.out.push_str("</mark>");
        escape_into(&self.text[quoted.end..range.end], &mut self.out);
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
