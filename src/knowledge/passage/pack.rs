//! Which neighbouring atoms of a section make a passage.

use std::ops::Range;

use super::atom::{Atom, Cut};
use super::{GOAL_WORDS, MAX_WORDS, MIN_WORDS};

/// A rest of fewer words joins the passage before it, which may then exceed the maximum by as much.
const MIN_REST_WORDS: usize = 30;

/// Divides the atoms into passages: in order, without gaps, each of at least one atom.
pub(super) fn pack(atoms: &[Atom]) -> Vec<Range<usize>> {
    let mut left: usize = atoms.iter().map(|atom| atom.words).sum();
    let mut passages: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while start < atoms.len() {
        if left <= MAX_WORDS
            || (left <= MAX_WORDS + MIN_REST_WORDS && !ends_well(&atoms[start..], left))
        {
            passages.push(start..atoms.len());
            break;
        }
        let rest = &atoms[start..];
        let end = start + long_group(rest, left).unwrap_or_else(|| best_end(rest, left));
        left -= atoms[start..end]
            .iter()
            .map(|atom| atom.words)
            .sum::<usize>();
        passages.push(start..end);
        start = end;
    }
    passages
}

/// How many of `atoms` the group has that they begin with, if it is longer than a passage should be.
fn long_group(atoms: &[Atom], left: usize) -> Option<usize> {
    let inside = |atom: &&Atom| atom.cut == Cut::Together;
    let length = 1 + atoms[1..].iter().take_while(inside).count();
    let words: usize = atoms[..length].iter().map(|atom| atom.words).sum();
    let is_long = length > 1 && words > MAX_WORDS;
    let takes_rest = left - words < MIN_REST_WORDS;
    is_long.then_some(if takes_rest { atoms.len() } else { length })
}

/// There is a cut between blocks that leaves two passages of a sensible length.
fn ends_well(atoms: &[Atom], left: usize) -> bool {
    let mut words = 0;
    atoms.iter().any(|atom| {
        let good = atom.cut <= Cut::BetweenBlocks
            && words >= MIN_REST_WORDS
            && left - words >= MIN_REST_WORDS;
        words += atom.words;
        good
    })
}

/// How many of `atoms`, which do not fit into one passage, the next one takes.
fn best_end(atoms: &[Atom], left: usize) -> usize {
    // Two halves read better than a full passage and its crumbs.
    let goal = if left < 2 * MAX_WORDS {
        (left / 2).max(MIN_WORDS.min(GOAL_WORDS))
    } else {
        GOAL_WORDS
    };
    let mut best = (usize::MAX, 1);
    let mut words = atoms[0].words;
    for (end, atom) in atoms.iter().enumerate().skip(1) {
        if words > MAX_WORDS {
            break;
        }
        let score = words.abs_diff(goal)
            + price(atom.cut)
            + if words < MIN_WORDS {
                (MIN_WORDS - words) / 2
            } else {
                0
            };
        // The later of two equal cuts.
        if score <= best.0 {
            best = (score, end);
        }
        words += atom.words;
    }
    best.1
}

/// What a cut is worth, in words off the goal.
fn price(cut: Cut) -> usize {
    match cut {
        Cut::BeforeLeadIn => 0,
        Cut::BetweenBlocks => 10,
        Cut::BetweenRows => 40,
        Cut::BetweenItems => 60,
        Cut::InsideBlock => 80,
        Cut::BeforeNestedItem => 90,
        Cut::AfterLeadIn => 1_000,
        Cut::Together => 10_000,
    }
}
