//! What of a selection is read at once, and what is folded away.

use std::collections::HashSet;

use super::super::wanted::Wanted;
use super::{Chosen, Reason};
use crate::search::UnitKind;

/// Words that are read at once; of what answers a question for a fact.
const UNFOLDED: usize = 110;
const UNFOLDED_FACT: usize = 45;
/// Words between two units that are read, which are read too.
const HOLE: usize = 40;

/// Folds what is more than is read at once: first what only goes along, then the rest of what is long.
pub(super) fn fold(chosen: &mut [Chosen<'_>], wanted: &Wanted<'_>) {
    let limit = if wanted.fact { UNFOLDED_FACT } else { UNFOLDED };
    by_length(chosen, limit);
    from_one_place_on(chosen);
    without_holes(chosen);
    // What is folded whole comes after what is read.
    let unfolded: HashSet<i64> = chosen
        .iter()
        .filter(|unit| !unit.folded)
        .map(|unit| unit.hit.passage)
        .collect();
    chosen.sort_by_key(|unit| !unfolded.contains(&unit.hit.passage));
}

/// What answers is read first, then what goes along.
fn by_length(chosen: &mut [Chosen<'_>], limit: usize) {
    let mut left = limit;
    let mut is_first = true;
    for core in [true, false] {
        for unit in chosen
            .iter_mut()
            .filter(|unit| unit.reason.is_core() == core)
        {
            let words = unit.words();
            unit.folded = unit.reason == Reason::AlsoOnPage || words > left && !is_first;
            left = left.saturating_sub(if unit.folded { 0 } else { words });
            is_first = false;
        }
    }
}

/// A list or table is folded from one place on, not here and there.
fn from_one_place_on(chosen: &mut [Chosen<'_>]) {
    let belongs =
        |unit: &Chosen<'_>| !matches!(unit.unit.kind, UnitKind::Sentence | UnitKind::Definition);
    for group in chosen.chunk_by_mut(|a, b| a.is_followed_by(b) && belongs(a) && belongs(b)) {
        let seen = group
            .iter()
            .rposition(|unit| !unit.folded)
            .map_or(0, |last| last + 1);
        for unit in &mut group[..seen] {
            unit.folded = false;
        }
    }
}

/// A few sentences between two that are read are read too: a fold in the middle hides what holds them together.
fn without_holes(chosen: &mut [Chosen<'_>]) {
    for run in chosen.chunk_by_mut(Chosen::is_followed_by) {
        let read: Vec<usize> = (0..run.len()).filter(|place| !run[*place].folded).collect();
        for ends in read.windows(2) {
            let hole = &mut run[ends[0] + 1..ends[1]];
            if hole.iter().map(Chosen::words).sum::<usize>() <= HOLE {
                for unit in hole {
                    unit.folded = false;
                }
            }
        }
    }
}
