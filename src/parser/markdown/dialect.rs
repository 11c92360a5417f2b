//! What other tools read between the lines of Markdown, put into what comrak knows.
//!
//! `MkDocs` indents what belongs to `!!! note` and `=== "Tab"`, Docusaurus and others fence it with `:::`, and MDX has
//! components, imports and comments. What such a part is called becomes a [`LABEL`] element, which the reader of HTML takes
//! for what it is; a title that asks becomes a `summary`. Code is left alone.

mod line;

use std::borrow::Cow;

use crate::parser::MAX_DEPTH;
use crate::parser::note::{NoteKind, Notes};
use crate::parser::question::is_question;
use line::{
    Admonition, Colons, Indented, Tag, dedented, fence, is_list_item, is_module, without_programs,
};

/// An element that the reader of HTML does not know, with an attribute that it reads.
const LABEL: &str = "part-label";

/// A tag that goes on over more lines is no tag.
const MAX_TAG_LINES: usize = 40;

/// `text` as comrak reads it. Takes time proportional to it.
pub(super) fn translate<'a>(text: &'a str, notes: &mut Notes) -> Cow<'a, str> {
    if !line::has_dialect(text) {
        return Cow::Borrowed(text);
    }
    let mut translation = Translation::default();
    let mut rest = text;
    while let Some(line) = rest.split_inclusive('\n').next() {
        rest = &rest[line.len()..];
        translation.line(line.trim_end_matches('\n'), rest);
    }
    translation.end_tag();
    notes.add_many(NoteKind::Script, translation.modules);
    Cow::Owned(translation.out)
}

/// A part whose lines are indented.
struct Part {
    /// Columns that its lines have too many; a component's first line tells.
    strip: Option<usize>,
    until: Until,
    /// It was written as a `details`.
    is_folded: bool,
}

/// Where a line begins: in its file, and in the part that it belongs to.
struct Place {
    indent: usize,
    own: usize,
}

enum Until {
    /// A line with less indentation.
    Indentation(usize),
    /// `</Name>`; `indent` is that of its tag.
    Closing { name: String, indent: usize },
}

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about the line before"
)]
struct Translation {
    out: String,
    parts: Vec<Part>,
    /// The `:::` that are open: whether each was written as a `details`.
    colons: Vec<bool>,
    fence: Option<(char, usize)>,
    /// The last line that began at the margin was an item: what is indented may belong to it.
    in_list: bool,
    follows_text: bool,
    in_module: bool,
    in_comment: bool,
    /// The lines of a tag that has not ended.
    tag: Option<(String, usize)>,
    modules: u64,
}

impl Translation {
    fn line(&mut self, line: &str, rest: &str) {
        let Indented { indent, body } = Indented::of(line);
        if self.fence.is_some() {
            self.code(line, indent, body);
            return;
        }
        if body.is_empty() {
            self.end_tag();
            (self.in_module, self.follows_text) = (false, false);
            self.out.push('\n');
            return;
        }
        let Some(kept) = self.without_comments(body) else {
            return;
        };
        if self.continues_tag(&kept, indent, rest) {
            return;
        }
        self.end_parts(indent);
        let strip = self.strip(indent);
        let own = indent.saturating_sub(strip);
        let shown = match &kept {
            Cow::Borrowed(_) => Cow::Borrowed(dedented(line, strip)),
            Cow::Owned(kept) => Cow::Owned(format!("{}{kept}", " ".repeat(own))),
        };
        if own == 0 {
            self.in_list = is_list_item(&kept);
        }
        if own >= 4 && !self.in_list {
            self.put(&shown);
        } else if !self.is_module(own, &kept) {
            let place = Place { indent, own };
            self.own_line(&place, &kept, &shown, rest);
        }
    }

    /// A line that is no code.
    fn own_line(&mut self, place: &Place, body: &str, shown: &str, rest: &str) {
        let &Place { indent, own } = place;
        if let Some(opened) = fence(body) {
            self.fence = Some(opened);
            self.put(shown);
        } else if let Some(part) = Admonition::of(body).filter(|_| is_indented(rest, indent + 4)) {
            let is_folded = self.label(own, &part.title);
            self.parts.push(Part {
                strip: Some(indent - own + 4),
                until: Until::Indentation(indent + 4),
                is_folded,
            });
        } else if let Some(colons) = Colons::of(body) {
            self.colons(own, colons);
        } else if let Some(tag) = Tag::of(body) {
            self.tag(place, &without_programs(body), &tag);
        } else if let Some(about) = body.strip_prefix("~ ") {
            // Half of a definition for comrak, and for everybody else "about".
            self.put(&format!("{}\\~ {about}", " ".repeat(own)));
        } else {
            self.put(shown);
        }
    }

    fn put(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
        self.follows_text = true;
    }

    fn code(&mut self, line: &str, indent: usize, body: &str) {
        let strip = self.strip(indent);
        self.put(dedented(line, strip));
        let closes = |((open, length), (sign, run)): ((char, usize), (char, usize))| {
            open == sign && run >= length && body.trim_end().chars().all(|c| c == sign)
        };
        if self.fence.zip(fence(body)).is_some_and(closes) {
            self.fence = None;
        }
    }

    /// Columns that a line with this indentation has too many.
    fn strip(&mut self, indent: usize) -> usize {
        let outer = self
            .parts
            .iter()
            .rev()
            .skip(1)
            .find_map(|part| part.strip)
            .unwrap_or_default();
        let Some(part) = self.parts.last_mut() else {
            return 0;
        };
        match (part.strip, &part.until) {
            (Some(strip), _) => strip,
            (None, Until::Closing { indent: tag, .. }) => {
                let strip = indent.saturating_sub(tag.saturating_sub(outer)).max(outer);
                *part.strip.insert(strip)
            }
            (None, Until::Indentation(_)) => outer,
        }
    }

    fn end_parts(&mut self, indent: usize) {
        while let Some(Part {
            until: Until::Indentation(least),
            is_folded,
            ..
        }) = self.parts.last()
            && indent < *least
        {
            let is_folded = *is_folded;
            self.parts.pop();
            self.end_folded(is_folded);
        }
    }

    fn end_folded(&mut self, is_folded: bool) {
        self.out
            .push_str(if is_folded { "\n</details>\n\n" } else { "\n" });
        self.follows_text = false;
    }

    /// What the next part is called. Returns whether it is one that ends with `</details>`.
    fn label(&mut self, indent: usize, title: &str) -> bool {
        let title = title.replace(['`', '*'], "");
        let escaped = title
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;");
        let is_folded = is_question(&title);
        let line = if is_folded {
            format!("<details><summary>{escaped}</summary>")
        } else {
            format!("<{LABEL} label=\"{escaped}\">")
        };
        if !title.trim().is_empty() {
            self.apart(indent, &line);
        }
        is_folded
    }

    /// A line between blank ones.
    fn apart(&mut self, indent: usize, line: &str) {
        if self.follows_text {
            self.out.push('\n');
        }
        self.put(&format!("{}{line}", " ".repeat(indent)));
        self.out.push('\n');
        self.follows_text = false;
    }

    fn colons(&mut self, indent: usize, colons: Colons) {
        match colons {
            Colons::Open(title) => {
                let is_folded = self.label(indent, &title);
                self.colons.push(is_folded);
                if title.is_empty() {
                    self.out.push('\n');
                    self.follows_text = false;
                }
            }
            Colons::Close => {
                let is_folded = self.colons.pop().unwrap_or_default();
                self.end_folded(is_folded);
            }
        }
    }

    fn tag(&mut self, place: &Place, body: &str, tag: &Tag<'_>) {
        let &Place { indent, own } = place;
        match tag {
            Tag::Alone => self.apart(own, body),
            Tag::Open(_) if self.parts.len() >= MAX_DEPTH => self.apart(own, body),
            Tag::Open(name) => {
                self.apart(own, body);
                self.parts.push(Part {
                    strip: None,
                    until: Until::Closing {
                        name: (*name).to_owned(),
                        indent,
                    },
                    is_folded: false,
                });
            }
            Tag::Close(name) => {
                let is_it = |part: &Part| matches!(&part.until, Until::Closing { name: open, .. } if open == name);
                if let Some(at) = self.parts.iter().rposition(is_it) {
                    self.parts.truncate(at);
                }
                self.end_folded(false);
            }
        }
    }

    /// A tag that ends on a later line than it begins on is put into one.
    fn continues_tag(&mut self, body: &str, indent: usize, rest: &str) -> bool {
        if let Some((tag, lines)) = &mut self.tag {
            tag.push(' ');
            tag.push_str(body);
            *lines += 1;
            if body.ends_with('>') || *lines > MAX_TAG_LINES {
                let tag = self.tag.take().map_or_else(String::new, |(tag, _)| tag);
                let own = indent.saturating_sub(self.strip(indent));
                self.own_line(&Place { indent, own }, &tag, &tag, rest);
            }
            return true;
        }
        let begins = Tag::begins(body) && !body.contains('>');
        if begins {
            self.tag = Some((body.to_owned(), 1));
        }
        begins
    }

    fn end_tag(&mut self) {
        if let Some((tag, _)) = self.tag.take() {
            self.put(&tag);
        }
    }

    /// `import … from "…"` and `export …`, up to a blank line.
    fn is_module(&mut self, own: usize, body: &str) -> bool {
        let begins = own == 0 && !self.follows_text && self.parts.is_empty() && is_module(body);
        self.modules += u64::from(begins && !self.in_module);
        self.in_module |= begins;
        self.in_module
    }

    /// The line without `{/* … */}`; `None` where nothing is left.
    fn without_comments<'b>(&mut self, body: &'b str) -> Option<Cow<'b, str>> {
        if !self.in_comment && !body.contains("{/*") {
            return Some(Cow::Borrowed(body));
        }
        let (mut kept, mut rest, mut ticks) = (String::new(), body, 0);
        loop {
            if self.in_comment {
                let Some((_, after)) = rest.split_once("*/}") else {
                    break;
                };
                (rest, self.in_comment) = (after, false);
            }
            let Some((before, after)) = rest.split_once("{/*") else {
                kept.push_str(rest);
                break;
            };
            kept.push_str(before);
            ticks += before.matches('`').count();
            if ticks % 2 == 1 {
                // Somebody writes about them.
                kept.push_str("{/*");
            } else {
                self.in_comment = true;
            }
            rest = after;
        }
        (!kept.trim().is_empty()).then(|| Cow::Owned(kept.trim_end().to_owned()))
    }
}

/// The next line that is not blank is indented as much.
fn is_indented(rest: &str, least: usize) -> bool {
    let mut lines = rest.lines().map(Indented::of);
    let next = lines.find(|line| !line.body.is_empty());
    next.is_some_and(|line| line.indent >= least)
}
