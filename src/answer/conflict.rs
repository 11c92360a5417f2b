//! Another page that says something else about the same.

use std::collections::HashSet;

use jiff::civil::Date;

use super::section::Section;
use super::selection::{Reason, Selection};
use super::wanted::Wanted;
use crate::search::claim::Claim;
use crate::search::identifier::{Forms, Identifier};
use crate::search::stated::Force;
use crate::search::subject::{Subject, name_the_same};
use crate::search::{Found, Hit, analysis};

/// Hits among which it is looked for.
const AMONG: usize = 12;
/// How far behind the best sentence another may be, in its cosine with the question.
const BEHIND: f32 = 0.15;

/// A unit of another document in force that is nearly the same sentence, or says as much of the question, with other numbers.
pub(super) fn find<'a>(
    selection: &Selection<'a>,
    wanted: &Wanted<'_>,
    found: &'a Found,
    today: Date,
) -> Option<(&'a Hit, usize)> {
    let best = selection
        .chosen
        .iter()
        .find(|chosen| chosen.reason == Reason::Best)
        .or(selection.chosen.first())?;
    let score = best.hit.unit_scores.get(best.index).copied()?;
    let mine = Claim::of(best.text());
    // What the question names and the sentence says is said by another, too: post 17 is no post 14.
    let forms = Forms::of(best.text());
    let named: Vec<&Identifier> = wanted
        .identifiers
        .iter()
        .filter(|identifier| identifier.is_in(&forms))
        .collect();
    let subject = Subject::of(best.hit);
    let content = content(wanted.text);
    let said = said_of(&content, best.hit, best.text());
    found.hits.iter().take(AMONG).find_map(|hit| {
        if hit.document == best.hit.document
            || hit.stated.force(today) != Force::Now
            || wanted.names_other_time_than(hit)
            || !wanted.names_as_much_in(best.hit, hit)
            || subject.is_sibling_of(&Subject::of(hit))
        {
            return None;
        }
        let section = Section::of(hit);
        (0..section.len())
            .filter(|index| !section.is_header(*index) && section.score(*index) >= score - BEHIND)
            .filter(|index| says_as_much(&said, &said_of(&content, hit, section.text(*index))))
            .filter(|index| {
                if named.is_empty() {
                    return true;
                }
                let theirs = Forms::of(section.text(*index));
                named.iter().all(|identifier| identifier.is_in(&theirs))
            })
            .filter(|index| name_the_same(best.text(), section.text(*index)))
            .find(|index| Claim::of(section.text(*index)).contradicts(&mine))
            .map(|index| (hit, index))
    })
}

/// The question's words that say what it is about.
fn content(question: &str) -> HashSet<String> {
    analysis::query_terms(question).into_iter().collect()
}

/// Those of them that a unit has, or what it stands under.
fn said_of(content: &HashSet<String>, hit: &Hit, text: &str) -> HashSet<String> {
    analysis::terms(&format!("{} {text}", hit.names()))
        .into_iter()
        .filter(|term| content.contains(term))
        .collect()
}

/// Of the question's words that either says, both say most.
fn says_as_much(one: &HashSet<String>, two: &HashSet<String>) -> bool {
    one.intersection(two).count() * 3 >= one.union(two).count() * 2
}
