//! BM25 over the terms of title, headings and body.
//!
//! Robertson's BM25 with a term in the title counted twice. Instead of the full-text table's own ranking this reads its postings, because
//! the answer engine needs the parts: how rare each term of the question is, and which terms no passage holds.

use std::collections::HashMap;

use super::lengths::Lengths;
use super::{Error, Filter, TermWeight, store};
use crate::db::Reader;

const K1: f32 = 1.2;
const B: f32 = 0.75;
pub(super) const TITLE_WEIGHT: f32 = 2.0;
/// A posting costs about half a microsecond. Terms are read rarest first, and those that would go over this are left out.
const MAX_POSTINGS: usize = 200_000;

/// Scores of the passages that hold a term of the question.
pub(super) struct Lexical {
    /// As a share of [`upper_bound`], by passage.
    pub scores: HashMap<i64, f32>,
    pub terms: Vec<TermWeight>,
}

pub(super) fn search(
    c: &Reader<'_>,
    terms: &[String],
    lengths: &Lengths,
    filter: &Filter,
) -> Result<Lexical, Error> {
    let mut weights = weigh(c, terms, lengths)?;
    let bound = weights
        .iter()
        .map(|weight| weight.idf * (K1 + 1.0))
        .sum::<f32>()
        .max(f32::MIN_POSITIVE);

    let mut rarest_first: Vec<&mut TermWeight> = weights
        .iter_mut()
        .filter(|weight| weight.passages > 0)
        .collect();
    rarest_first.sort_by_key(|weight| weight.passages);
    let mut scores: HashMap<i64, f32> = HashMap::new();
    let mut postings = 0;
    for (rank, weight) in rarest_first.into_iter().enumerate() {
        postings += weight.passages;
        if rank > 0 && postings > MAX_POSTINGS {
            break;
        }
        let mut seen = 0;
        store::for_each_posting(c, &weight.term, TITLE_WEIGHT, |passage, frequency| {
            if let Some(length) = lengths
                .get(passage)
                .filter(|_| lengths.allows(filter, passage))
            {
                seen += 1;
                let norm = K1 * (1.0 - B + B * length / lengths.mean());
                *scores.entry(passage).or_default() +=
                    weight.idf * frequency * (K1 + 1.0) / (frequency + norm) / bound;
            }
        })?;
        // A word that stands only in what must not be found stands nowhere.
        weight.passages = seen;
    }
    Ok(Lexical {
        scores,
        terms: weights,
    })
}

/// How rare each of `terms` is.
pub(super) fn weigh(
    c: &Reader<'_>,
    terms: &[String],
    lengths: &Lengths,
) -> Result<Vec<TermWeight>, Error> {
    let weigh = |term: &String| {
        let passages = store::passages_with_term(c, term)?;
        Ok(TermWeight {
            term: term.clone(),
            idf: inverse_document_frequency(lengths.count(), passages),
            passages,
        })
    };
    terms.iter().map(weigh).collect()
}

/// The best `count`, best first; equal ones by age, so that the order is always the same.
pub(super) fn best(scores: &HashMap<i64, f32>, count: usize) -> Vec<i64> {
    let mut all: Vec<(i64, f32)> = scores
        .iter()
        .map(|(passage, score)| (*passage, *score))
        .collect();
    let by_score = |a: &(i64, f32), b: &(i64, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if all.len() > count {
        all.select_nth_unstable_by(count, by_score);
        all.truncate(count);
    }
    all.sort_unstable_by(by_score);
    all.into_iter().map(|(passage, _)| passage).collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of passages")]
fn inverse_document_frequency(passages: usize, with_term: usize) -> f32 {
    let (all, with) = (passages as f32, with_term.min(passages) as f32);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}
