//! Which sentences, items and rows are shown.

use std::ops::Range;

use crate::knowledge::passage::{Unit, UnitKind};
use crate::search::{Found, Hit, Query};

/// A unit that is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'a> {
    pub hit: &'a Hit,
    pub unit: Unit,
    /// Its place among the units of its passage.
    pub index: usize,
    /// The header of its table, when it is a row of one.
    header: Option<&'a str>,
}

impl<'a> Chosen<'a> {
    /// In the passage's body.
    pub(super) fn range(&self) -> Range<usize> {
        self.unit.start as usize..self.unit.end as usize
    }

    pub(super) fn text(&self) -> &'a str {
        &self.hit.body[self.range()]
    }

    pub(super) fn table_header(&self) -> Option<&'a str> {
        self.header
    }

    /// Whether `next` is the unit right after this one.
    pub(super) fn is_followed_by(&self, next: &Self) -> bool {
        self.hit.passage == next.hit.passage && self.index + 1 == next.index
    }
}

/// A passage of at most this many words is shown whole.
const SHORT_PASSAGE: usize = 60;
const MAX_WORDS: usize = 100;

/// Chooses from what was found, in reading order.
pub(super) fn choose<'a>(_query: &Query, found: &'a Found) -> Vec<Chosen<'a>> {
    let Some(hit) = found.hits.first() else { return Vec::new() };
    let units = units(hit);
    let words = |unit: &Unit| hit.body[unit.start as usize..unit.end as usize].split_whitespace().count();
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by(|a, b| hit.unit_scores[*b].total_cmp(&hit.unit_scores[*a]));
    let whole = units.iter().map(words).sum::<usize>() <= SHORT_PASSAGE;
    let best = order.first().map_or(0.0, |first| hit.unit_scores[*first]);
    let mut total = 0;
    let mut kept: Vec<usize> = Vec::new();
    for index in order {
        total += words(&units[index]);
        if !whole && !kept.is_empty() && (total > MAX_WORDS || hit.unit_scores[index] < best - 0.15) {
            break;
        }
        kept.push(index);
    }
    kept.sort_unstable();
    kept.into_iter().map(|index| Chosen { hit, unit: units[index], index, header: header(hit, &units, index) }).collect()
}

fn units(hit: &Hit) -> Vec<Unit> {
    let units: Vec<Unit> = postcard::from_bytes(&hit.units).unwrap_or_default();
    units.into_iter().take(hit.unit_scores.len()).collect()
}

fn header<'a>(hit: &'a Hit, units: &[Unit], index: usize) -> Option<&'a str> {
    if units[index].kind != UnitKind::Row {
        return None;
    }
    match units[..index].iter().rev().find(|unit| unit.kind != UnitKind::Row) {
        Some(unit) if unit.kind == UnitKind::Header => Some(&hit.body[unit.start as usize..unit.end as usize]),
        Some(_) => None,
        None => Some(hit.table_header.as_str()).filter(|header| !header.is_empty()),
    }
}
