//! What speaks for and against an answer being among the passages that were found.
//!
//! A few numbers, each higher when an answer is likelier, none of which depends on what a knowledge base is about.

use std::collections::HashSet;

use super::rerank::LateInteraction;
use super::wanted::is_of_measure;
use crate::language;
use crate::search::analysis::{self, Word};
use crate::search::identifier;
use crate::search::{Found, Hit};

pub(crate) const COUNT: usize = 5;
/// How much the least met word counts. Of its own it would count for more on manuals and for nothing among paraphrased questions.
const WEAKEST: f32 = 0.7;
/// Passages under other headings that the best is compared with.
const OTHERS: usize = 3;
/// Share of the question's words that a passage must have to count as holding it.
const MET: f32 = 0.6;
/// Passages as alike as this are copies of each other.
const COPY: f32 = 0.93;
/// Fewer documents, or more, are counted as this many: no set that it was measured on had them.
const DOCUMENTS: (usize, usize) = (50, 500);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Features(pub [f64; COUNT]);

impl Features {
    /// - `meaning`: cosine of the question and a passage's headings with its best unit, the highest of the passages that were checked.
    /// - `words`: how far the question and the first passage's headings find their word pieces in each other, rare words counting more,
    ///   and how well the least met word of the question is met in the passage.
    /// - `aspect`: how well the question's words that are not in title and headings are met below them. A title of the right thing says
    ///   nothing about what is asked of it.
    /// - `lead`: how far the best passage is ahead of those under other headings, in a knowledge base as dense as this one.
    /// - `small`: how few documents there are. Among many, something looks alike whatever is asked: the highest of more draws is higher.
    pub(crate) const NAMES: [&'static str; COUNT] = ["meaning", "words", "aspect", "lead", "small"];
}

impl Features {
    /// Of nothing found.
    pub(super) const fn none() -> Self {
        Self([0.0; COUNT])
    }
}

pub(super) fn features(found: &Found, check: Option<LateInteraction>) -> Features {
    let Some(check) = check else {
        return Features::none();
    };
    let words =
        (check.weighted + check.heading_met + WEAKEST * check.weakest_in_passage) / (2.0 + WEAKEST);
    let values = [
        check.whole,
        words,
        check.rest_met,
        lead(found),
        small(found.documents),
    ];
    Features(values.map(f64::from))
}

/// The first passage has most of the question's words, by how rare they are.
pub(super) fn is_met(found: &Found) -> bool {
    !found.hits.is_empty() && met(found) >= MET
}

/// A text has most of the question's words, by how rare they are.
pub(super) fn is_met_by(text: &str, found: &Found) -> bool {
    met_by(text, found) >= MET
}

/// How much of the question's words the first passage has, by how rare they are.
pub(super) fn met(found: &Found) -> f32 {
    let first = found.hits.first();
    first.map_or(0.0, |first| met_by(&first.whole_text(), found))
}

fn met_by(text: &str, found: &Found) -> f32 {
    let held: HashSet<String> = analysis::index_terms(text).into_iter().collect();
    let (met, all) = found.terms.iter().fold((0.0, 0.0), |(met, all), weight| {
        let is_held = held.contains(&weight.term);
        (
            met + if is_held { weight.idf } else { 0.0 },
            all + weight.idf,
        )
    });
    if all > 0.0 { met / all } else { 1.0 }
}

/// The question's words that stand nowhere in the knowledge, as they were typed.
pub(super) fn unknown_words(question: &str, found: &Found) -> Vec<String> {
    let is_unknown = |word: &Word| {
        found
            .terms
            .iter()
            .any(|weight| weight.passages == 0 && weight.term == word.term)
    };
    // Of "v1.2.10" no part is a word.
    let named = identifier::asked(question);
    let is_of_name = |word: &Word| named.iter().any(|name| name.covers(&word.range));
    let mut unknown: Vec<String> = Vec::new();
    let words = analysis::words(question);
    for (_, word) in words
        .iter()
        .enumerate()
        .filter(|(_, word)| is_unknown(word) && !is_of_name(word))
        .filter(|(_, word)| !is_general(&question[word.range.clone()]))
        .filter(|(place, _)| !is_of_measure(question, &words, *place))
    {
        let text = question[word.range.clone()].to_owned();
        if !unknown.contains(&text) {
            unknown.push(text);
        }
    }
    unknown
}

/// A word of everyday speech, which nobody misses.
pub(super) fn is_general(word: &str) -> bool {
    language::any(&language::fold(word), |language| &language.general)
}

#[expect(clippy::cast_precision_loss, reason = "at most five hundred")]
fn small(documents: usize) -> f32 {
    (DOCUMENTS.1 as f32 / documents.clamp(DOCUMENTS.0, DOCUMENTS.1) as f32).ln()
}

fn lead(found: &Found) -> f32 {
    let mut by_score: Vec<&Hit> = found.hits.iter().collect();
    by_score.sort_by(|a, b| b.scores.fused.total_cmp(&a.scores.fused));
    let Some((best, rest)) = by_score.split_first() else {
        return 0.0;
    };
    let mut headings = vec![heading(best)];
    let mut others = Vec::new();
    for hit in rest {
        if others.len() < OTHERS && !headings.contains(&heading(hit)) && !is_copy(best, hit) {
            headings.push(heading(hit));
            others.push(hit.scores.fused);
        }
    }
    if others.is_empty() {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most three")]
    let mean = others.iter().sum::<f32>() / others.len() as f32;
    (best.scores.fused - mean) / (1.0 - found.density)
}

fn heading(hit: &Hit) -> (&str, &[String]) {
    (&hit.title, &hit.heading_path)
}

/// Last year's edition of a passage does not speak against it.
fn is_copy(best: &Hit, other: &Hit) -> bool {
    let alike: f32 = best
        .vector
        .iter()
        .zip(&other.vector)
        .map(|(a, b)| a * b)
        .sum();
    alike >= COPY
}
