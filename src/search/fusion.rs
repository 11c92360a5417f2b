//! One order out of four scores.
//!
//! A convex combination of three cosines and the lexical score. Weights are the same for every workspace; `anchorite eval` measures
//! what they are worth, and ARCHITECTURE.md has the figures that chose them.

use super::Scores;

const PASSAGE: f32 = 0.4;
const HEADING: f32 = 0.2;
const BEST_UNIT: f32 = 0.2;
const LEXICAL: f32 = 0.2;

pub(super) fn fuse(scores: &Scores) -> f32 {
    PASSAGE * scores.passage
        + HEADING * scores.heading
        + BEST_UNIT * scores.best_unit
        + LEXICAL * scores.lexical
}
