//! Where a line of text belongs: an item, a definition, a quote, or a block of its own.

use super::Reader;
use super::stack::{Open, State};
use crate::parser::builder::Content;
use crate::parser::element::Element;
use crate::parser::{BlockKind, Error, MAX_DEPTH};

impl Reader<'_> {
    /// Ends the line: it becomes a block, or a part of the item or definition that it stands in.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        let image_bytes = std::mem::take(&mut self.image_bytes);
        if self.line.trim().is_empty() {
            self.bold.bytes = 0;
            self.line.clear();
            return Ok(());
        }
        let bold = self.bold.take(&self.line);
        let mut line = std::mem::take(&mut self.line);
        if self.in_preformatted() {
            self.builder.push(BlockKind::Code, &line)?;
            return Ok(());
        }
        if image_bytes > 0 && line.trim().len() == image_bytes {
            line = format!("[Image: {}]", line.trim());
        }
        self.place(Content {
            text: &line,
            bold,
            line: 0,
        })?;
        // The buffer is used again; a million paragraphs need no million allocations.
        line.clear();
        self.line = line;
        Ok(())
    }

    fn place(&mut self, line: Content<'_>) -> Result<(), Error> {
        let depth = u8::try_from(self.lists.clamp(1, MAX_DEPTH)).unwrap_or(u8::MAX);
        let mut heading = None;
        for height in (0..self.stack.len()).rev() {
            let builder = &mut *self.builder;
            builder.work.spend(1)?;
            let Open { element, state, .. } = &mut self.stack[height];
            match (*element, state) {
                (Element::Heading(level), _) => heading = heading.or(Some(level)),
                (Element::Item, State::Item { ordinal, block }) => {
                    match block {
                        Some(block) if *block + 1 == builder.len() => builder.extend(line.text)?,
                        Some(_) => {
                            builder.push(BlockKind::Paragraph, line)?;
                        }
                        None => {
                            *block = builder.push(
                                BlockKind::ListItem {
                                    depth,
                                    ordinal: *ordinal,
                                },
                                line,
                            )?;
                        }
                    }
                    return Ok(());
                }
                (Element::Term, _) => return self.place_term(height, line),
                (
                    Element::DefinitionList,
                    State::Definitions {
                        block: Some(block),
                        has_meaning,
                    },
                ) if *block + 1 == builder.len() => {
                    *has_meaning = true;
                    builder.extend(line.text)?;
                    return Ok(());
                }
                (Element::Quote, _) => {
                    builder.push(BlockKind::Quote, line)?;
                    return Ok(());
                }
                // Nothing in a table belongs to a block outside: the table may take its text back and make rows of it.
                (Element::Cell { .. } | Element::Caption | Element::Table, _) => break,
                _ => {}
            }
        }
        let kind = heading.map_or(BlockKind::Paragraph, |level| BlockKind::Heading { level });
        self.builder.push(kind, line)?;
        Ok(())
    }

    /// A term, or a second term of the same meaning.
    fn place_term(&mut self, height: usize, line: Content<'_>) -> Result<(), Error> {
        let list = self.stack[..height].iter_mut().rev().find_map(|open| {
            if let State::Definitions { block, has_meaning } = &mut open.state {
                Some((block, has_meaning))
            } else {
                None
            }
        });
        let Some((block, has_meaning)) = list else {
            self.builder.push(BlockKind::Paragraph, line)?;
            return Ok(());
        };
        match block {
            Some(term) if !*has_meaning && *term + 1 == self.builder.len() => {
                self.builder.extend(line.text)?;
            }
            _ => {
                *block = self.builder.push(BlockKind::Definition, line)?;
                *has_meaning = false;
            }
        }
        Ok(())
    }
}
