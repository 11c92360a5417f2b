//! How much work one document may be.
//!
//! A step is the smallest thing that a reader does: it looks at a byte, a level of nesting, a node of a syntax tree.
//! Steps are counted, not timed, so that the same file is read or refused on every machine. A reader that has spent
//! its budget stops with [`Error::TooMuchWork`]; the budget grows with the source and with nothing else, which is what
//! makes "in time proportional to the file" true for files that nobody thought of.

use super::Error;

/// Ordinary documents need less than two steps a byte, a page that is all table four, markup that nests without end and
/// without meaning about fifty.
const STEPS_PER_BYTE: u64 = 128;

/// What even an empty document may cost.
const BASE_STEPS: u64 = 1_000_000;

#[derive(Debug)]
pub(crate) struct Work {
    spent: u64,
    limit: u64,
}

impl Work {
    /// The budget for a source of so many bytes.
    pub(crate) fn for_source(bytes: usize) -> Self {
        Self {
            spent: 0,
            limit: BASE_STEPS + STEPS_PER_BYTE * bytes as u64,
        }
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Error> {
        self.spent = self.spent.saturating_add(steps as u64);
        if self.spent > self.limit {
            Err(Error::TooMuchWork)
        } else {
            Ok(())
        }
    }

    pub(super) fn left(&self) -> u64 {
        self.limit.saturating_sub(self.spent)
    }

    #[cfg(test)]
    pub(super) fn spent(&self) -> u64 {
        self.spent
    }
}
