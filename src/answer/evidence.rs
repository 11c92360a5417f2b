//! What speaks for and against an answer being among the passages that were found.

use crate::search::{Found, Query};

pub(crate) const COUNT: usize = 3;

/// Numbers between about 0 and 1, each higher when an answer is likelier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Features(pub [f64; COUNT]);

impl Features {
    pub(crate) const NAMES: [&'static str; COUNT] = ["fused", "best_unit", "covered"];
}

pub(super) fn features(_query: &Query, found: &Found) -> Features {
    let Some(top) = found.hits.first() else { return Features([0.0; COUNT]) };
    Features([f64::from(top.scores.fused), f64::from(top.scores.best_unit), f64::from(top.scores.lexical)])
}
