//! The open elements: what begins, what ends, and what ends with it.

use html5ever::LocalName;

use super::Reader;
use super::table::Table;
use crate::parser::element::Element;
use crate::parser::note::NoteKind;
use crate::parser::{Error, MAX_DEPTH};

pub(super) struct Open {
    name: LocalName,
    pub(super) element: Element,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) enum State {
    None,
    List {
        next: Option<u32>,
    },
    Item {
        ordinal: Option<u32>,
        block: Option<usize>,
    },
    /// The block of the current term, and whether its meaning has begun.
    Definitions {
        block: Option<usize>,
        has_meaning: bool,
    },
    Table(Box<Table>),
    /// `main` or `article`: its first block.
    Content {
        first: usize,
    },
}

impl Reader<'_> {
    /// Ends what the start of `next` ends: an unclosed paragraph, item, cell.
    pub(super) fn end_implied(&mut self, next: Element) -> Result<(), Error> {
        let mut height = self.stack.len();
        let mut end = None;
        while height > 0 {
            let element = self.stack[height - 1].element;
            if element.is_ended_by(next) {
                end = Some(height - 1);
            } else if element.shields_from(next) {
                break;
            }
            height -= 1;
        }
        self.builder.work.spend(self.stack.len() - height)?;
        end.map_or(Ok(()), |height| self.pop_to(height))
    }

    /// Ends the element that a closing tag names, with all that is open in it.
    pub(super) fn close_open(&mut self, name: &LocalName, element: Element) -> Result<(), Error> {
        if self.overflow > 0 {
            self.overflow -= 1;
            return Ok(());
        }
        for height in (0..self.stack.len()).rev() {
            self.builder.work.spend(1)?;
            let open = &self.stack[height];
            let matches = open.name == *name
                || matches!(
                    (open.element, element),
                    (Element::Heading(_), Element::Heading(_))
                );
            if matches {
                return self.pop_to(height);
            }
            let reaches_across = element == Element::Table
                || (element.is_table_part() && open.element != Element::Table);
            if open.element.is_scope() && !reaches_across {
                return Ok(());
            }
        }
        // It may have begun in an earlier piece of HTML, in a document of another format.
        if element == Element::DefinitionList {
            self.close_definitions()?;
        }
        Ok(())
    }

    /// Returns whether there was room.
    pub(super) fn push(&mut self, name: &LocalName, element: Element, state: State) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            self.overflow += 1;
            self.builder.notes.add(NoteKind::NestingFlattened);
            return false;
        }
        match element {
            Element::List { .. } => self.lists += 1,
            Element::Foreign => {
                self.foreign += 1;
                self.tokens.set_foreign(true);
            }
            _ => {}
        }
        self.stack.push(Open {
            name: name.clone(),
            element,
            state,
        });
        true
    }

    pub(super) fn pop_to(&mut self, height: usize) -> Result<(), Error> {
        while self.stack.len() > height {
            if self.dropped.is_none() {
                self.flush()?;
            }
            if self.dropped == Some(self.stack.len()) {
                self.dropped = None;
                self.has_gap = true;
            }
            let Some(open) = self.stack.pop() else { break };
            self.end(open)?;
        }
        if height == 0 && self.stack.is_empty() && self.dropped.is_none() {
            self.flush()?;
        }
        Ok(())
    }

    fn end(&mut self, open: Open) -> Result<(), Error> {
        let end_block = self.builder.len();
        match open.element {
            Element::List { .. } => self.lists -= 1,
            Element::Foreign => {
                self.foreign -= 1;
                self.tokens.set_foreign(self.foreign > 0);
            }
            Element::Cell { .. } => {
                if let Some(table) = self.table()? {
                    table.end_cell(end_block);
                }
            }
            Element::DefinitionList => self.close_definitions()?,
            _ => {}
        }
        match open.state {
            State::Table(table) => table.finish(self.builder, &mut self.budget)?,
            State::Content { first } => {
                let ranges = if open.element == Element::Main {
                    &mut self.mains
                } else {
                    &mut self.articles
                };
                // An article inside an article (a comment) ends before the outer one, which then replaces it.
                while ranges.last().is_some_and(|inner| inner.end > first) {
                    ranges.pop();
                }
                ranges.push(first..end_block);
            }
            _ => {}
        }
        Ok(())
    }

    /// Of those inside each other the outermost ends what the last term began.
    fn close_definitions(&mut self) -> Result<(), Error> {
        self.builder.work.spend(self.stack.len())?;
        let is_open = |open: &Open| open.element == Element::DefinitionList;
        if !self.is_over && !self.stack.iter().any(is_open) {
            self.builder.close_definitions();
        }
        Ok(())
    }

    pub(super) fn table(&mut self) -> Result<Option<&mut Table>, Error> {
        let Some(height) = self
            .stack
            .iter()
            .rposition(|open| matches!(open.state, State::Table(_)))
        else {
            return Ok(None);
        };
        self.builder.work.spend(self.stack.len() - height)?;
        Ok(match &mut self.stack[height].state {
            State::Table(table) => Some(table),
            _ => None,
        })
    }

    pub(super) fn in_preformatted(&self) -> bool {
        self.stack
            .iter()
            .rev()
            .take(8)
            .any(|open| open.element == Element::Preformatted)
    }
}
