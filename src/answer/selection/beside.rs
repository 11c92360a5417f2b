//! What of the same document goes along with the first section.

use std::collections::HashSet;

use super::super::condition;
use super::super::section::Section;
use super::super::wanted::Wanted;
use super::candidate::Candidate;
use super::{CONDITIONS, Chosen, Reason, SECOND_BUDGET, Selection, chosen};
use crate::search::stated::Stated;
use crate::search::{Found, Hit, analysis};

/// Other sections of the page that are shown, folded, and how far behind the first their best unit may be.
const ALSO: usize = 3;
const ALSO_BEHIND: f32 = 0.12;
const ALSO_WORDS: usize = 160;
/// Sentences of the beginning in which it may say so.
const STANDING: usize = 4;
/// How far behind the first section, in the sum of two cosines, steps of the same document may be.
const STEPS_BEHIND: f32 = 0.35;

/// The section of the document that says what to do, when the question asks for that and the first section only introduces it.
pub(super) fn steps_elsewhere<'a>(
    first: &Hit,
    around: &'a [Hit],
    wanted: &Wanted<'_>,
) -> Option<&'a Hit> {
    if !wanted.steps || Section::around(first, around).has_steps_of(first) {
        return None;
    }
    let fit = |hit: &Hit| hit.scores.heading.max(hit.scores.passage) + hit.scores.best_unit;
    Section::all(around)
        .into_iter()
        .filter(Section::has_steps)
        .filter_map(|section| {
            section
                .passages()
                .iter()
                .copied()
                .max_by(|a, b| fit(a).total_cmp(&fit(b)))
        })
        .filter(|hit| {
            hit.heading_path != first.heading_path && fit(hit) >= fit(first) - STEPS_BEHIND
        })
        .max_by(|a, b| fit(a).total_cmp(&fit(b)))
}

/// The best of other sections of the document that fit nearly as well: which of them answers, the page's reader sees at a glance.
pub(super) fn also_on_page<'a>(
    selection: &mut Selection<'a>,
    first: &Hit,
    found: &Found,
    around: &'a [Hit],
    wanted: &Wanted<'_>,
) {
    let best = first.scores.best_unit;
    let shown: HashSet<i64> = selection
        .chosen
        .iter()
        .map(|chosen| chosen.hit.passage)
        .collect();
    let mut others: Vec<&'a Hit> = around
        .iter()
        .filter(|hit| hit.heading_path != first.heading_path && !shown.contains(&hit.passage))
        .filter(|hit| {
            hit.scores.best_unit >= best - ALSO_BEHIND && wanted.names_as_much_in(first, hit)
        })
        .collect();
    others.sort_by(|a, b| b.scores.best_unit.total_cmp(&a.scores.best_unit));
    // One for each section.
    let mut sections: Vec<&[String]> = Vec::new();
    others.retain(|hit| {
        let is_new = !sections.contains(&hit.heading_path.as_slice());
        sections.push(&hit.heading_path);
        is_new
    });
    for hit in others.into_iter().take(ALSO) {
        let section = Section::around(hit, around);
        let more = Candidate::new(section, hit, found, wanted).choose(SECOND_BUDGET);
        let words: usize = more.chosen.iter().map(Chosen::words).sum();
        if words <= ALSO_WORDS {
            selection.add(more.chosen.into_iter().map(|chosen| Chosen {
                reason: Reason::AlsoOnPage,
                ..chosen
            }));
        }
    }
}

/// What other sections of the document except from what is shown.
pub(super) fn exceptions<'a>(
    selection: &mut Selection<'a>,
    first: &Hit,
    wanted: &Wanted<'_>,
    around: &'a [Hit],
) {
    let shown: String = selection
        .chosen
        .iter()
        .map(Chosen::text)
        .collect::<Vec<_>>()
        .join(" ");
    // "Rule 4.4" is not about what else is called a rule.
    let asked: HashSet<String> = analysis::words(wanted.text)
        .into_iter()
        .filter(|word| !wanted.names_exactly(&word.range))
        .map(|word| word.term)
        .collect();
    let topic: HashSet<String> = analysis::query_terms(&shown)
        .into_iter()
        .filter(|term| asked.contains(term))
        .collect();
    let mut budget = CONDITIONS;
    for section in Section::all(around) {
        let Some(hit) = section.passages().first() else {
            continue;
        };
        let heading = hit.heading_path.last().map_or("", String::as_str);
        if hit.heading_path == first.heading_path || !condition::is_restricting_heading(heading) {
            continue;
        }
        let mut next = 0;
        while next < section.len() {
            // What is announced comes with what announces it.
            let led = if section.leads_in(next) {
                section.led_by(next)
            } else {
                next..next
            };
            let group = next..led.end.max(next + 1);
            next = group.end;
            let units = group.filter(|index| !section.is_header(*index));
            let units: Vec<usize> = units.collect();
            let is_of_topic = |index: &usize| {
                let terms = analysis::query_terms(section.text(*index));
                terms.iter().any(|term| topic.contains(term))
            };
            if !units.iter().any(is_of_topic) {
                continue;
            }
            let words: usize = units.iter().map(|index| section.words(*index)).sum();
            if words > budget {
                selection.has_more_conditions = true;
                continue;
            }
            budget -= words;
            let of = |index| chosen(&section, index, Reason::Condition);
            selection.add(units.into_iter().map(of));
        }
    }
}

/// The sentences in which a page says that it is old, a draft, or of which time.
pub(super) fn standing<'a>(selection: &mut Selection<'a>, first: &Hit, around: &'a [Hit]) {
    let Some(beginning) = around
        .first()
        .filter(|hit| hit.ordinal == 0 && !first.stated.is_nothing())
    else {
        return;
    };
    let section = Section::of(beginning);
    let says =
        |index: &usize| !Stated::read("", std::iter::once(section.text(*index))).is_nothing();
    let said = (0..section.len().min(STANDING)).filter(says);
    selection.add(said.map(|index| chosen(&section, index, Reason::Standing)));
}
