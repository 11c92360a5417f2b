//! The text of one paragraph, heading or table cell.

use std::collections::HashSet;

use comrak::nodes::{Node, NodeValue};

use crate::parser::builder::Content;
use crate::parser::element::Element;
use crate::parser::html::component::title;
use crate::parser::inline::{alternative_text, close_gap, is_struck, raise};
use crate::parser::label::label;
use crate::parser::note::{NoteKind, Notes};
use crate::parser::tag::{self, Tag};

/// Bold words on a line of their own that only announce what follows; they read better with a colon than as a line.
const LABELS: [&str; 9] = [
    "note",
    "notes",
    "important",
    "warning",
    "tip",
    "caution",
    "example",
    "hint",
    "danger",
];

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about one line, not states of a machine"
)]
pub(super) struct Inline {
    pub(super) text: String,
    /// A bold term alone on the first line, then what it means.
    pub(super) is_definition: bool,
    /// A line end of the source: a space, unless it stands between two ideographs.
    soft: bool,
    /// Where the image's alternative text began, and whether the image has a line of its own.
    image: Option<(usize, bool)>,
    /// Where `**` stands in the text, unescaped: emphasis that is none, for a space on the wrong side.
    stray_stars: Vec<usize>,
    escaped: bool,
    has_code: bool,
    /// A bold line began here.
    strong_line: Option<usize>,
    /// The text is bold from its beginning to here.
    pub(super) bold: usize,
    /// It still is.
    bold_goes_on: bool,
    /// Spaces that are line ends of the source.
    soft_breaks: Vec<usize>,
    label_ended: bool,
    /// The inline HTML element (`script`, `del`) whose content is being dropped.
    dropping: Option<String>,
    /// Struck-out text is being dropped.
    struck: bool,
    /// A part was left out right here.
    has_gap: bool,
    raised: bool,
    /// Names of the closing tags in this paragraph: a tag without one may be a placeholder, `<account-id>`.
    closing: HashSet<String>,
}

impl Inline {
    pub(super) fn begin(&mut self, node: Node<'_>) {
        *self = Self::default();
        for child in node.descendants() {
            if let NodeValue::HtmlInline(literal) = &child.data().value
                && let Some(tag) = tag::single(literal)
                && tag.closes()
            {
                self.closing.insert(tag.name().to_string());
            }
        }
    }

    /// Ends the paragraph and gives its text.
    pub(super) fn take(&mut self) -> Self {
        let mut line = std::mem::take(self);
        line.begin_lines_at_labels();
        let length = line.text.len();
        line.drop_stray_stars();
        if !line.has_code {
            line.drop_broken_links();
        }
        if line.text.len() != length {
            // The places are those of another text.
            line.bold = 0;
            line.soft_breaks.clear();
        }
        line
    }

    /// What became of the line, for the builder.
    pub(super) fn content(&self) -> Content<'_> {
        Content {
            text: &self.text,
            bold: self.bold,
            line: self.soft_breaks.first().copied().unwrap_or_default(),
        }
    }

    /// "Cause: …" and "A: …" on a line of their own stay there.
    fn begin_lines_at_labels(&mut self) {
        let Self {
            text, soft_breaks, ..
        } = self;
        for at in soft_breaks.iter().copied() {
            if text.get(at + 1..).is_some_and(|rest| label(rest).is_some()) {
                text.replace_range(at..=at, "\n");
            }
        }
    }

    pub(super) fn enter(&mut self, node: Node<'_>, value: &NodeValue, notes: &mut Notes) {
        match value {
            NodeValue::Text(text) => self.literal(text),
            NodeValue::Escaped => self.escaped = true,
            NodeValue::Code(code) => {
                self.has_code = true;
                self.push(&code.literal);
            }
            NodeValue::SoftBreak => self.soft = true,
            NodeValue::LineBreak => self.line_break(),
            NodeValue::HtmlInline(literal) => self.html(literal, notes),
            NodeValue::Strikethrough => {
                notes.add(NoteKind::StruckOut);
                self.struck = true;
            }
            NodeValue::Subscript => self.enter_tildes(node, notes),
            NodeValue::Strong => {
                self.begin_bold();
                self.enter_strong(node);
            }
            NodeValue::Image(_) => {
                self.push("");
                self.image = Some((self.text.len(), has_own_line(node)));
            }
            NodeValue::FootnoteReference(reference) => {
                self.push("[");
                self.push(&reference.name);
                self.push("]");
            }
            NodeValue::Raw(text) => self.push(text),
            // Everything else is a wrapper whose children come next, or a rule.
            _ => {}
        }
    }

    pub(super) fn leave(&mut self, value: &NodeValue, notes: &mut Notes) {
        match value {
            NodeValue::Strong => self.leave_strong(),
            NodeValue::Strikethrough => self.end_struck(),
            NodeValue::Subscript if self.struck => self.end_struck(),
            NodeValue::Subscript => self.push("~"),
            NodeValue::Image(_) => self.leave_image(notes),
            _ => {}
        }
    }

    fn literal(&mut self, text: &str) {
        let is_escaped = std::mem::take(&mut self.escaped);
        self.push(text);
        let is_as_written = !is_escaped && !self.raised && !self.is_dropping();
        if is_as_written && text.contains("**") {
            // Where the text begins after the space that a line end may have become.
            let start = self.text.len().saturating_sub(text.len());
            self.stray_stars
                .extend(text.match_indices("**").map(|(at, _)| start + at));
        }
    }

    fn is_dropping(&self) -> bool {
        self.dropping.is_some() || self.struck
    }

    /// `~old~` is struck out, `10~12 and 15~20` are ranges, and `H~2~O` is left as it is.
    fn enter_tildes(&mut self, node: Node<'_>, notes: &mut Notes) {
        let within = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let next = node.next_sibling();
        let after = next.and_then(|next| {
            next.data()
                .value
                .text()
                .and_then(|text| text.chars().next())
        });
        if !self.soft && within(self.text.chars().next_back()) || within(after) {
            self.push("~");
        } else {
            notes.add(NoteKind::StruckOut);
            self.struck = true;
        }
    }

    fn end_struck(&mut self) {
        (self.struck, self.has_gap) = (false, true);
    }

    fn push(&mut self, text: &str) {
        if self.is_dropping() {
            return;
        }
        if std::mem::take(&mut self.has_gap) && close_gap(&mut self.text, text) {
            self.soft = false;
        }
        if std::mem::take(&mut self.soft) {
            let joins = self.text.chars().next_back().is_some_and(is_ideograph)
                && text.chars().next().is_some_and(is_ideograph);
            if !joins {
                self.soft_breaks.push(self.text.len());
                self.text.push(' ');
            }
        }
        if self.raised {
            self.text.extend(text.chars().map(raise));
        } else {
            self.text.push_str(text);
        }
    }

    fn line_break(&mut self) {
        if self.is_dropping() {
            return;
        }
        if std::mem::take(&mut self.label_ended) {
            self.text.push_str(": ");
        } else {
            self.text.push('\n');
        }
        self.soft = false;
    }

    /// `**Note**` on a line of its own, ended by a hard break.
    fn enter_strong(&mut self, node: Node<'_>) {
        let is_line = |sibling: Option<Node<'_>>| {
            sibling.is_some_and(|n| matches!(n.data().value, NodeValue::LineBreak))
        };
        let begins = node
            .previous_sibling()
            .is_none_or(|n| matches!(n.data().value, NodeValue::SoftBreak | NodeValue::LineBreak));
        let in_block = node
            .parent()
            .is_some_and(|n| matches!(n.data().value, NodeValue::Paragraph));
        if begins && in_block && is_line(node.next_sibling()) {
            if std::mem::take(&mut self.soft) {
                self.text.push('\n');
            }
            self.strong_line = Some(self.text.len());
        }
    }

    /// Bold words count as one run with those at the beginning of the text if only spaces lie between.
    fn begin_bold(&mut self) {
        let between = self.text.get(self.bold..).unwrap_or_default();
        self.bold_goes_on = between.trim().is_empty();
    }

    fn end_bold(&mut self) {
        if std::mem::take(&mut self.bold_goes_on) {
            self.bold = self.text.len();
        }
    }

    fn leave_strong(&mut self) {
        self.end_bold();
        let Some(start) = self.strong_line.take() else {
            return;
        };
        let term = self.text[start..].trim();
        if LABELS.contains(&term.to_lowercase().as_str()) {
            self.label_ended = true;
        } else if start == 0 && !term.is_empty() {
            self.is_definition = true;
        }
    }

    fn leave_image(&mut self, notes: &mut Notes) {
        let Some((start, own_line)) = self.image.take() else {
            return;
        };
        let alternative = self
            .text
            .get(start..)
            .and_then(alternative_text)
            .map(str::to_owned);
        self.text.truncate(start);
        self.stray_stars.retain(|&at| at < start);
        match alternative {
            _ if self.is_dropping() => {}
            Some(alternative) if own_line => self.text.extend(["\n[Image: ", &alternative, "]\n"]),
            Some(alternative) => self.text.push_str(&alternative),
            None => notes.add(NoteKind::ImageWithoutText),
        }
    }

    /// `choose **Yes **or No`: the author meant bold and misplaced a space. An odd one may be a footnote's mark.
    fn drop_stray_stars(&mut self) {
        let stars = std::mem::take(&mut self.stray_stars);
        if stars.len() < 2 || !stars.len().is_multiple_of(2) {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut from = 0;
        for at in stars {
            let Some(before) = self.text.get(from..at) else {
                continue;
            };
            text.push_str(before);
            from = at + 2;
            // `**one****two**`: two bold words that touch.
            let touches = text.ends_with(char::is_alphanumeric)
                && self.text[from..].starts_with(char::is_alphanumeric);
            if touches || self.text[from..].starts_with("**") && !text.ends_with(' ') {
                text.push(' ');
            }
        }
        text.push_str(&self.text[from..]);
        self.text = text;
    }

    /// `[text](https://host/a b)` is no link, for the space in its address; its text is what people want to read.
    fn drop_broken_links(&mut self) {
        const MAX_BYTES: usize = 500;
        if !self.text.contains("](http") {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut from = 0;
        for (middle, _) in self.text.match_indices("](http") {
            let window = self
                .text
                .floor_char_boundary(middle.saturating_sub(MAX_BYTES))
                .max(from);
            let open = self
                .text
                .get(window..middle)
                .and_then(|label| label.rfind('['))
                .map(|at| window + at);
            let close = self.text.as_bytes()[middle..]
                .iter()
                .take(MAX_BYTES)
                .position(|&b| b == b')')
                .map(|at| middle + at);
            if let (Some(open), Some(close)) = (open, close) {
                text.push_str(&self.text[from..open]);
                text.push_str(self.text[open + 1..middle].trim());
                from = close + 1;
            }
        }
        text.push_str(&self.text[from..]);
        self.text = text;
    }

    fn html(&mut self, literal: &str, notes: &mut Notes) {
        match tag::single(literal) {
            Some(tag) if tag.closes() => self.close_tag(tag.name()),
            Some(tag) => self.open_tag(&tag, literal, notes),
            None => {}
        }
    }

    fn close_tag(&mut self, name: &str) {
        if self.dropping.as_deref() == Some(name) {
            (self.dropping, self.has_gap) = (None, true);
        }
        match name {
            "sup" => self.raised = false,
            "b" | "strong" => self.end_bold(),
            _ => {}
        }
    }

    fn open_tag(&mut self, tag: &Tag, literal: &str, notes: &mut Notes) {
        if self.is_dropping() {
            return;
        }
        // One that is never closed strikes nothing out: who knows how far it was meant to reach.
        if is_struck(tag) && self.closing.contains(&**tag.name()) {
            notes.add(NoteKind::StruckOut);
            self.dropping = Some(tag.name().to_string());
            return;
        }
        match &**tag.name() {
            "br" | "p" => self.text.push('\n'),
            "sup" => self.raised = true,
            "b" | "strong" => self.begin_bold(),
            name @ ("script" | "style") => {
                notes.add(NoteKind::Script);
                self.dropping = Some(name.to_owned());
            }
            "img" => match tag.attribute("alt").and_then(alternative_text) {
                Some(alternative) => self.push(alternative),
                None => notes.add(NoteKind::ImageWithoutText),
            },
            name if !Element::of(name).is_known()
                && tag.is_bare()
                && !self.closing.contains(name) =>
            {
                self.push(literal);
            }
            // `<TabItem label="Windows">Run it.</TabItem>` on one line.
            _ if self.text.is_empty()
                && literal[1..].starts_with(|c: char| c.is_ascii_uppercase()) =>
            {
                if let Some(title) = title(tag) {
                    self.push(title);
                    self.push(": ");
                }
            }
            _ => {}
        }
    }
}

/// Nothing but line ends beside the image, or beside the link around it.
fn has_own_line(image: Node<'_>) -> bool {
    let is_link = |node: &Node<'_>| {
        matches!(node.data().value, NodeValue::Link(_))
            && node
                .first_child()
                .is_some_and(|only| only.next_sibling().is_none())
    };
    let node = image.parent().filter(is_link).unwrap_or(image);
    let is_end = |sibling: Option<Node<'_>>| {
        sibling
            .is_none_or(|n| matches!(n.data().value, NodeValue::SoftBreak | NodeValue::LineBreak))
    };
    let in_paragraph = node
        .parent()
        .is_some_and(|n| matches!(n.data().value, NodeValue::Paragraph));
    in_paragraph && is_end(node.previous_sibling()) && is_end(node.next_sibling())
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3134F}')
}
