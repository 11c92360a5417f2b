//! Which rows of a table, items of a list, and problems among others a question is not about.

use std::collections::HashSet;
use std::ops::Range;

use super::section::Section;
use super::wanted::Wanted;
use crate::parser::label::{self, Label};
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
    // "Easy loan | 3 %" is what "easy loan rate" means, not "Other loan | ends with the easy loan's rate".
    let asked: HashSet<&str> = found.terms.iter().map(|w| w.term.as_str()).collect();
    let is_named = |row: &&Row<'_>| {
        let mut names = row
            .subject
            .iter()
            .filter(|term| !above.contains(*term))
            .peekable();
        names.peek().is_some() && names.all(|term| asked.contains(term.as_str()))
    };
    let named = rows.iter().filter(is_named).count();
    if (1..rows.len()).contains(&named) {
        let others = rows.iter().filter(|row| !is_named(row));
        return others.map(|row| row.index).collect();
    }
    let is_short = rows.len() <= SHORT_TABLE;
    let tells = |row| Told::of_row(row, is_short);
    let all: Vec<Told<'_>> = rows.iter().map(tells).collect();
    let beside = beside_the_point(found, &all, above);
    beside.map(|place| rows[place].index).collect()
}

/// One of several things that a question may tell apart.
struct Told<'t> {
    terms: &'t HashSet<String>,
    meaning: f32,
}

impl<'t> Told<'t> {
    fn of_row(row: &'t Row<'_>, is_short: bool) -> Self {
        Self {
            terms: if is_short { &row.subject } else { row.terms },
            meaning: row.meaning,
        }
    }
}

/// The places of those that lack what the question asks for and others have.
fn beside_the_point(
    found: &Found,
    all: &[Told<'_>],
    above: &HashSet<String>,
) -> impl Iterator<Item = usize> {
    let telling = |weight: &&TermWeight| {
        let having = all.iter().filter(|one| one.terms.contains(&weight.term));
        !above.contains(&weight.term) && (1..all.len()).contains(&having.count())
    };
    let telling: Vec<&TermWeight> = found.terms.iter().filter(telling).collect();
    let weight: f32 = telling.iter().map(|weight| weight.idf).sum();
    let fit = |one: &Told<'_>| {
        let held = telling
            .iter()
            .filter(|weight| one.terms.contains(&weight.term));
        let held: f32 = held.map(|weight| weight.idf).sum();
        held / weight + ROW_MEANING * one.meaning
    };
    let fits: Vec<f32> = if weight > 0.0 {
        all.iter().map(fit).collect()
    } else {
        Vec::new()
    };
    let best = fits.iter().copied().fold(f32::MIN, f32::max);
    let is_beside = move |fit: &f32| *fit < best - ROW_CLOSE;
    let places = fits.into_iter().enumerate();
    places.filter_map(move |(place, fit)| is_beside(&fit).then_some(place))
}

/// The problems of a section that lists them one after the other, each with its remedy.
pub(super) fn problems(section: &Section<'_>) -> Vec<Range<usize>> {
    let begins = |index: &usize| {
        label::label(section.text(*index)).is_some_and(|(label, _)| label == Label::Problem)
    };
    let starts: Vec<usize> = (0..section.len()).filter(begins).collect();
    let ends = starts.iter().copied().skip(1).chain([section.len()]);
    if starts.len() < 2 {
        return Vec::new();
    }
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| *start..end)
        .collect()
}

/// The units of problems other than the one that the question is about.
pub(super) fn problems_beside_the_point(
    found: &Found,
    section: &Section<'_>,
    terms: &[HashSet<String>],
) -> Vec<usize> {
    let problems = problems(section);
    let said = |problem: &Range<usize>| terms[problem.clone()].iter().flatten().cloned().collect();
    let said: Vec<HashSet<String>> = problems.iter().map(said).collect();
    let meaning = |problem: &Range<usize>| {
        let scores = problem.clone().map(|index| section.score(index));
        scores.fold(f32::MIN, f32::max)
    };
    let told: Vec<Told<'_>> = problems
        .iter()
        .zip(&said)
        .map(|(problem, terms)| Told {
            terms,
            meaning: meaning(problem),
        })
        .collect();
    beside_the_point(found, &told, &HashSet::new())
        .flat_map(|place| problems[place].clone())
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
