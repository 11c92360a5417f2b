//! When several things could be meant: what to choose among.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Serialize;

use super::citation::Source;
use super::wanted::Wanted;
use crate::search::stated::Force;
use crate::search::{Filter, Found, Hit, analysis};

/// Things to choose among.
const FEWEST: usize = 2;
const MOST: usize = 5;
/// Hits among which they are looked for.
const AMONG: usize = 12;
/// How far behind the best a thing may be: of a fragment, and of a whole question.
const BEHIND_FRAGMENT: f32 = 0.16;
const BEHIND: f32 = 0.06;

/// A longer question says what it means.
const MAX_BYTES: usize = 200;
/// Content words of a question that may leave open which of several things it means.
const LONGEST: usize = 5;

/// One of the things that could be meant.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Choice {
    /// What it is called.
    pub name: String,
    /// The question that means it.
    pub question: String,
    /// `None`: its document may not be named.
    pub source: Option<Source>,
}

/// The things that could be meant, when there are several. Empty: it is clear enough.
pub(super) fn choices(
    wanted: &Wanted<'_>,
    found: &Found,
    filter: &Filter,
    today: Date,
) -> Vec<Choice> {
    let Some(best) = found.hits.first() else {
        return Vec::new();
    };
    let words = analysis::words(wanted.text);
    let content: HashSet<&str> = words
        .iter()
        .filter(|word| !word.is_stop)
        .map(|word| word.term.as_str())
        .collect();
    let behind = if wanted.is_fragment {
        BEHIND_FRAGMENT
    } else {
        BEHIND
    };
    if !wanted.is_fragment && content.len() > LONGEST || wanted.text.len() > MAX_BYTES {
        return Vec::new();
    }
    let near: Vec<&Hit> = found
        .hits
        .iter()
        .take(AMONG)
        .filter(|hit| hit.scores.fused >= best.scores.fused - behind)
        .filter(|hit| filter.names(&hit.visibility))
        .filter(|hit| hit.stated.force(today) == Force::Now)
        .filter(|hit| wanted.names_nothing_else_than(hit))
        .filter(|hit| !wanted.is_fragment || has_a_word(hit, &content))
        .collect();
    let alike: Vec<&Hit> = near
        .into_iter()
        .filter(|hit| {
            hit.passage == best.passage || wanted.is_fragment || is_sibling(best, hit, &content)
        })
        .collect();
    let things = things(&alike);
    let is_told_apart = alike.iter().filter(|hit| names_all(hit, &content)).count() == 1;
    if things.len() < FEWEST || is_told_apart && !wanted.is_fragment {
        return Vec::new();
    }
    things
        .into_iter()
        .take(MOST)
        .map(|(name, hit)| Choice {
            question: format!("{} ({name})", wanted.text.trim_end_matches(['?', '.', ' '])),
            source: Some(Source::of(hit)),
            name,
        })
        .collect()
}

/// A fragment of words that stand nowhere means nothing here.
fn has_a_word(hit: &Hit, content: &HashSet<&str>) -> bool {
    let terms = analysis::index_terms(&hit.whole_text());
    terms.iter().any(|term| content.contains(term.as_str()))
}

/// Its title and headings have every word that the question is about: "What is not covered".
fn names_all(hit: &Hit, content: &HashSet<&str>) -> bool {
    let names = names(hit);
    content.iter().all(|word| names.contains(*word))
}

/// Terms of title and headings.
fn names(hit: &Hit) -> HashSet<String> {
    analysis::index_terms(&hit.names()).into_iter().collect()
}

/// One hit for each title.
fn things<'a>(hits: &[&'a Hit]) -> Vec<(String, &'a Hit)> {
    let mut things: Vec<(String, &Hit)> = Vec::new();
    for hit in hits {
        if !things.iter().any(|(known, _)| *known == hit.title) {
            things.push((hit.title.clone(), hit));
        }
    }
    things
}

/// Another document that the question may as well mean: it has the same section, or a title that says as much of the question, and
/// the question has no word of one that the other lacks.
fn is_sibling(best: &Hit, other: &Hit, content: &HashSet<&str>) -> bool {
    if best.document == other.document || best.body == other.body {
        return false;
    }
    let terms =
        |hit: &Hit| -> HashSet<String> { analysis::index_terms(&hit.title).into_iter().collect() };
    let (mine, theirs) = (terms(best), terms(other));
    let same_section =
        best.heading_path.last().is_some() && best.heading_path.last() == other.heading_path.last();
    let shared = mine.intersection(&theirs).count();
    let titles_alike = shared * 2 >= mine.len().min(theirs.len());
    let titles_ask = content.iter().filter(|word| mine.contains(**word)).count() >= 2;
    // A heading may tell as well: "What is not covered".
    let (my_names, their_names) = (names(best), names(other));
    let told = content.iter().any(|word| {
        mine.contains(*word) != theirs.contains(*word)
            || my_names.contains(*word) && !their_names.contains(*word)
    });
    !told && (same_section && titles_alike || titles_ask)
}
