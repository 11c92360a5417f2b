//! One order out of four scores.
//!
//! A convex combination of three cosines and the lexical score. Weights are the same for every workspace; `anchorite eval` measures
//! what they are worth, and ARCHITECTURE.md has the figures that chose them.

use super::Scores;

const PASSAGE: f32 = 0.2;
/// Of the heading, or of the passage where that fits better: a heading helps a passage and never holds it back. Sets whose titles are
/// the questions hide that a heading speaks for what lies under it only as far as that fits too.
const HEADING: f32 = 0.2;
const BEST_UNIT: f32 = 0.25;
const LEXICAL: f32 = 0.35;

pub(super) fn fuse(scores: &Scores) -> f32 {
    PASSAGE * scores.passage
        + HEADING * scores.heading.max(scores.passage)
        + BEST_UNIT * scores.best_unit
        + LEXICAL * scores.lexical
}
