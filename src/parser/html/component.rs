//! Components of documentation tools: elements of their own, whose attributes are text.

use super::Reader;
use crate::parser::question::is_question;
use crate::parser::tag::Tag;
use crate::parser::{BlockKind, Error};

/// What the component is called; the first that it has.
const TITLES: [&str; 6] = ["title", "label", "heading", "header", "summary", "question"];

/// What it says besides what it holds.
const TEXTS: [&str; 5] = ["subtitle", "text", "description", "content", "answer"];

impl Reader<'_> {
    /// `<TabItem label="Windows">`, `<Card title="Parking" text="Free on Sundays" />`
    pub(super) fn component(&mut self, tag: &Tag) -> Result<(), Error> {
        if !TITLES
            .iter()
            .chain(&TEXTS)
            .any(|name| tag.attribute(name).is_some())
        {
            return Ok(());
        }
        self.flush()?;
        if let Some(title) = title(tag) {
            if is_question(title) {
                self.builder.push(BlockKind::Definition, title)?;
            } else {
                self.builder.announce(title)?;
            }
        }
        for text in TEXTS.iter().filter_map(|name| text(tag, name)) {
            self.builder.push(BlockKind::Paragraph, text)?;
        }
        Ok(())
    }
}

/// What a component of MDX is called.
pub(in crate::parser) fn title(tag: &Tag) -> Option<&str> {
    TITLES.iter().find_map(|name| text(tag, name))
}

/// The attribute's value, unless it is a program.
fn text<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    let value = tag.attribute(name)?.trim();
    (value.contains(char::is_alphanumeric) && !value.starts_with('{')).then_some(value)
}
