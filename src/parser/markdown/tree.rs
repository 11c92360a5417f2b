//! Comrak, with bounds.
//!
//! Comrak's own work was measured with every sequence of three kinds of markup, repeated: it is linear in the source but
//! for one scanner. That one is switched off where it would run. The rest is counted while it happens, and stopped.

use std::cell::Cell;

use comrak::nodes::Node;
use comrak::{Arena, Options, try_parse_document};

use crate::parser::work::Work;
use crate::parser::{Error, MAX_DEPTH};

/// Comrak asks whether to go on once in so many steps.
const STEPS_PER_QUESTION: u64 = 256;

/// Even a source of nothing but markup makes about one node a byte. Only a table whose rows are shorter than its header
/// makes more: comrak fills them up.
const MAX_NODES_PER_BYTE: usize = 4;

/// A small table may be filled up more.
const MAX_FREE_NODES: usize = 64 * 1024;

/// As `comrak::parse_document`, in time and memory proportional to the source.
pub(crate) fn tree<'a>(
    arena: &'a Arena<'a>,
    source: &str,
    options: &Options<'_>,
    work: &mut Work,
) -> Result<Node<'a>, Error> {
    let mut options = options.clone();
    // To see whether `>>>>` begins an alert, its scanner reads on to the last bracket, from each of them.
    options.extension.alerts &= !source.contains(&">".repeat(MAX_DEPTH));
    let spent = Cell::new(0);
    let (budget, max_nodes) = (
        work.left(),
        MAX_FREE_NODES + MAX_NODES_PER_BYTE * source.len(),
    );
    let too_much = || {
        spent.set(spent.get() + STEPS_PER_QUESTION);
        spent.get() > budget || arena.len() > max_nodes
    };
    let parsed = try_parse_document(arena, source, &options, &too_much);
    work.spend(usize::try_from(spent.get()).unwrap_or(usize::MAX))?;
    parsed.map_err(|_cancelled| Error::TooMuchWork)
}
