//! A second, closer look at the best passages: word piece against word piece.
//!
//! One vector for a whole passage blurs what it is about. For the three best passages the model reads the heading and the best unit once
//! more, and every word piece of the question looks for its likest piece there (late interaction, as in Khattab and Zaharia 2020, with
//! the states that the model has anyway). That reorders the three, and says how much of the question has a counterpart.

use std::collections::HashMap;
use std::ops::Range;

use super::Error;
use crate::inference::{Pool, States, WIDTH};
use crate::knowledge::passage::Unit;
use crate::search::analysis::{self, Word};
use crate::search::{Found, Hit, Index};

/// Passages that are looked at again.
const CHECKED: usize = 3;
/// Weight of the agreement against the fused score.
const WEIGHT: f32 = 0.3;
/// Bytes of a unit that are read, about what a sentence of a careful writer needs.
const MAX_UNIT_BYTES: usize = 600;

/// The question as the model read it.
pub(super) struct Asked<'a> {
    pub states: &'a States,
    words: Vec<Word>,
    idf: HashMap<String, f32>,
}

/// What the closer look at a passage says.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Check {
    /// Cosine of the question and what was read.
    pub whole: f32,
    /// Mean of the question's pieces' best cosines.
    plain: f32,
    /// The same, weighted by how rare their words are.
    pub weighted: f32,
    /// How well the heading's words are met by the question.
    pub heading_met: f32,
    /// The least met of the question's words that are no stop words.
    pub weakest_word: f32,
}

impl Check {
    fn agreement(&self) -> f32 {
        f32::midpoint(self.plain, self.weighted)
    }
}

impl<'a> Asked<'a> {
    pub(super) fn new(text: &'a str, states: &'a States, found: &Found) -> Self {
        let idf = found.terms.iter().map(|weight| (weight.term.clone(), weight.idf)).collect();
        Self { states, words: analysis::words(text), idf }
    }
}

/// Reads the best passages again, reorders them, and returns what it says about the first.
pub(super) fn check(index: &Index, pool: &Pool, asked: &Asked<'_>, found: &mut Found) -> Result<Option<Check>, Error> {
    let mut checked = Vec::with_capacity(CHECKED);
    let count = found.hits.len().min(CHECKED);
    for hit in found.hits.drain(..count) {
        let heading = hit.heading_path.last().unwrap_or(&hit.title);
        let text = format!("{heading}\n{}", best_unit(&hit));
        let states = pool.states_now(&text)?;
        let heading = 0..heading.len();
        let weights = index.weigh(&analysis::query_terms(&text[heading.clone()]))?;
        let idf = weights.into_iter().map(|weight| (weight.term, weight.idf)).collect();
        let check = compare(asked, &text[heading], &idf, &states);
        checked.push((hit, check));
    }
    checked.sort_by(|(a, x), (b, y)| {
        let score = |hit: &Hit, check: &Check| hit.scores.fused + WEIGHT * check.agreement();
        score(b, y).total_cmp(&score(a, x))
    });
    let first = checked.first().map(|(_, check)| *check);
    found.hits.splice(0..0, checked.into_iter().map(|(hit, _)| hit));
    Ok(first)
}

fn best_unit(hit: &Hit) -> &str {
    let units: Vec<Unit> = postcard::from_bytes(&hit.units).unwrap_or_default();
    let best = units.iter().zip(&hit.unit_scores).max_by(|a, b| a.1.total_cmp(b.1));
    let text = best.map_or(hit.body.as_str(), |(unit, _)| &hit.body[unit.start as usize..unit.end as usize]);
    &text[..text.floor_char_boundary(MAX_UNIT_BYTES)]
}

fn compare(asked: &Asked<'_>, heading: &str, heading_idf: &HashMap<String, f32>, states: &States) -> Check {
    let rows: Vec<&[f32]> = states.tokens.chunks_exact(WIDTH).collect();
    let question: Vec<&[f32]> = asked.states.tokens.chunks_exact(WIDTH).collect();
    let pieces = |states: &States| -> Vec<usize> { (0..states.places.len()).filter(|piece| !states.places[*piece].is_empty()).collect() };
    let (own, theirs) = (pieces(asked.states), pieces(states));
    let best = |row: &[f32], among: &mut dyn Iterator<Item = &[f32]>| among.map(|other| dot(row, other)).fold(-1.0, f32::max);

    let met: Vec<f32> = own.iter().map(|piece| best(question[*piece], &mut theirs.iter().map(|other| rows[*other]))).collect();
    let places: Vec<&Range<usize>> = own.iter().map(|piece| &asked.states.places[*piece]).collect();
    let weights = weights(&asked.words, &asked.idf, &places);

    let in_heading: Vec<usize> = theirs.iter().copied().filter(|piece| states.places[*piece].end <= heading.len()).collect();
    let heading_places: Vec<&Range<usize>> = in_heading.iter().map(|piece| &states.places[*piece]).collect();
    let heading_weights = self::weights(&analysis::words(heading), heading_idf, &heading_places);
    let heading_met = in_heading.iter().zip(heading_weights).map(|(piece, weight)| weight * best(rows[*piece], &mut question.iter().copied()));

    Check {
        whole: dot(&states.whole, &asked.states.whole),
        plain: mean(met.iter().copied()).unwrap_or(0.0),
        weighted: met.iter().zip(weights).map(|(met, weight)| met * weight).sum(),
        heading_met: heading_met.sum(),
        weakest_word: weakest_word(&asked.words, &places, &met),
    }
}

/// The weight of each piece: the rarity of its word, shared among the word's pieces, all together 1. Stop words weigh nothing, unless
/// there is nothing else.
fn weights(words: &[Word], idf: &HashMap<String, f32>, places: &[&Range<usize>]) -> Vec<f32> {
    let word_of = |place: &Range<usize>| words.iter().find(|word| word.range.start < place.end && place.start < word.range.end);
    let raw: Vec<f32> = places
        .iter()
        .map(|place| {
            let Some(word) = word_of(place).filter(|word| !word.is_stop) else { return 0.0 };
            let shared = places.iter().filter(|other| word.range.start < other.end && other.start < word.range.end).count();
            #[expect(clippy::cast_precision_loss, reason = "pieces of a word")]
            let share = 1.0 / shared.max(1) as f32;
            idf.get(&word.term).copied().unwrap_or_default() * share
        })
        .collect();
    let sum: f32 = raw.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "pieces of a question")]
    let uniform = 1.0 / raw.len().max(1) as f32;
    raw.into_iter().map(|weight| if sum > 0.0 { weight / sum } else { uniform }).collect()
}

fn weakest_word(words: &[Word], places: &[&Range<usize>], met: &[f32]) -> f32 {
    let of_word = |word: &Word| {
        let pieces = places.iter().zip(met).filter(|(place, _)| word.range.start < place.end && place.start < word.range.end);
        mean(pieces.map(|(_, met)| *met))
    };
    words.iter().filter(|word| !word.is_stop).filter_map(of_word).fold(1.0, f32::min)
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, count) = values.fold((0.0_f32, 0.0_f32), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
