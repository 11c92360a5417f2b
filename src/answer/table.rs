//! Which rows of a table, and items of a list, a question is not about.

use std::collections::HashSet;

use super::section::Section;
use super::wanted::Wanted;
use crate::search::identifier::Forms;
use crate::search::{Found, TermWeight, analysis};

/// Rows that are shown fit at most this much less than the best, in the share of the telling terms that they have and in their meaning.
const ROW_CLOSE: f32 = 0.25;
const ROW_MEANING: f32 = 1.0;
/// In a longer table, what stands in any cell tells rows apart; in a shorter one only what they are about, their first cell.
const SHORT_TABLE: usize = 4;

/// Bytes in which an item says what it is about.
const ITEM_BEGINNING: usize = 24;

/// A row with what it may be asked for.
pub(super) struct Row<'a> {
    index: usize,
    terms: &'a HashSet<String>,
    /// Of its first cell.
    subject: HashSet<String>,
    meaning: f32,
}

impl<'a> Row<'a> {
    pub(super) fn new(section: &Section<'_>, index: usize, terms: &'a HashSet<String>) -> Self {
        let subject = section.text(index).split('|').next().unwrap_or_default();
        let meaning = section.score(index);
        Self {
            index,
            terms,
            subject: analysis::index_terms(subject).into_iter().collect(),
            meaning,
        }
    }
}

/// The rows of a table that lack what the question asks for and other rows have. None, when it asks for nothing that tells rows apart.
/// `above`: terms of what stands over all of them, which tell none from another: "rate" where a column is called so.
pub(super) fn rows_beside_the_point(
    found: &Found,
    rows: &[Row<'_>],
    above: &HashSet<String>,
) -> Vec<usize> {
    let has = |row: &Row<'_>, term: &str| {
        if rows.len() > SHORT_TABLE {
            row.terms.contains(term)
        } else {
            row.subject.contains(term)
        }
    };
    let telling = |weight: &&TermWeight| {
        !above.contains(&weight.term)
            && (1..rows.len()).contains(&rows.iter().filter(|row| has(row, &weight.term)).count())
    };
    let telling: Vec<&TermWeight> = found.terms.iter().filter(telling).collect();
    let all: f32 = telling.iter().map(|weight| weight.idf).sum();
    if all <= 0.0 {
        return Vec::new();
    }
    let fit = |row: &Row<'_>| {
        let held: f32 = telling
            .iter()
            .filter(|weight| has(row, &weight.term))
            .map(|weight| weight.idf)
            .sum();
        held / all + ROW_MEANING * row.meaning
    };
    let best = rows.iter().map(fit).fold(f32::MIN, f32::max);
    rows.iter()
        .filter(|row| fit(row) < best - ROW_CLOSE)
        .map(|row| row.index)
        .collect()
}

/// Items of a list of which others begin with what the question names: "E11 …", "E14 …".
pub(super) fn items_beside_the_point(section: &Section<'_>, wanted: &Wanted<'_>) -> Vec<usize> {
    if wanted.things().next().is_none() {
        return Vec::new();
    }
    let names = |index: usize| {
        let text = section.text(index).trim_start_matches("• ");
        wanted.names_a_thing_in(&Forms::of(
            &text[..text.floor_char_boundary(ITEM_BEGINNING)],
        ))
    };
    let mut beside = Vec::new();
    let mut at = 0;
    while at < section.len() {
        let Some(list) = section.list(at).filter(|_| section.steps(at).is_none()) else {
            at += 1;
            continue;
        };
        if list.clone().any(names) {
            beside.extend(list.clone().filter(|index| !names(*index)));
        }
        at = list.end.max(at + 1);
    }
    beside
}
