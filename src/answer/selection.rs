//! Which sentences, items and rows are shown.
//!
//! From the first section: all of it when it is short or when the question is its heading, else the units that fit best. What belongs
//! together stays together: a list brings the sentence that announces it, steps come complete, what restricts a sentence comes with it, and
//! where rows or items are left out the place says how many. A second section joins when it is almost as good and says something new.
//! What is too much to be read at once is folded, not left out. Every unit that is shown knows why.

mod beside;
mod candidate;
mod fold;

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use serde::Serialize;

use self::beside::{also_on_page, exceptions, standing, steps_elsewhere};
use self::candidate::Candidate;
use self::fold::fold;
use super::section::{self, Section};
use super::wanted::Wanted;
use crate::search::stated::Force;
use crate::search::{Found, Hit, Unit, analysis};

/// Words of the units that are chosen from a section: of one that is the first, the second, or asked for a fact.
const BUDGET: usize = 90;
const SECOND_BUDGET: usize = 60;
const FACT_BUDGET: usize = 40;
/// Words of restricting sentences that come along, and how many units after a chosen one they are looked for.
const CONDITIONS: usize = 90;

/// Passages among which a second one is looked for, and what it must offer.
const SECOND_FROM: usize = 3;
const SECOND_BEHIND: f32 = 0.05;
const SECOND_NEWS: f32 = 0.15;
const SECOND_ALIKE: f32 = 0.9;
/// How far behind the best another page may be that is shown when none fits well.
const ELSEWHERE_BEHIND: f32 = 0.12;
const DETAILS_FROM: usize = 8;
/// The same for one that gives the details of what the first introduces.
const DETAIL_BEHIND: f32 = 0.1;

/// Why a unit is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// Nothing in its section fits the question better.
    Best,
    /// It fits nearly as well as the best.
    Close,
    /// Its section is shown whole: it is short, or the question is its heading.
    Whole,
    /// It announces what is shown.
    Announces,
    /// It is of what is announced.
    Announced,
    /// It is a step, of which none can be left out.
    Step,
    /// It stands between two that are shown.
    Gap,
    /// What is shown points back to it.
    PointedTo,
    /// It restricts what is shown.
    Condition,
    /// It is of a list or table of which others are shown.
    Completes,
    /// It stands in the same short section.
    Beside,
    /// Another section of the page fits nearly as well.
    AlsoOnPage,
    /// It says in which time its page holds.
    Standing,
    /// Another page says something else.
    Disagrees,
    /// None fits well, and another page fits nearly as well.
    Elsewhere,
}

impl<'a> Selection<'a> {
    /// None fits well: what fits next best is shown too, folded.
    pub(super) fn add_elsewhere(
        &mut self,
        today: Date,
        wanted: &Wanted<'_>,
        found: &'a Found,
        around: &'a [Hit],
    ) {
        let Some(hit) = elsewhere(self, today, wanted, found) else {
            return;
        };
        let section = Section::around(hit, around);
        let more = Candidate::new(section, hit, found, wanted).choose(SECOND_BUDGET);
        self.add(more.chosen.into_iter().map(|chosen| Chosen {
            reason: Reason::Elsewhere,
            folded: true,
            ..chosen
        }));
    }

    /// Adds what is not among the chosen yet.
    fn add(&mut self, more: impl IntoIterator<Item = Chosen<'a>>) {
        let is_same = |one: &Chosen<'_>, two: &Chosen<'_>| {
            one.hit.passage == two.hit.passage && one.index == two.index
        };
        for unit in more {
            if !self.chosen.iter().any(|known| is_same(known, &unit)) {
                self.chosen.push(unit);
            }
        }
    }

    /// Another page says something else: both are shown.
    pub(super) fn add_other_statement(&mut self, other: Option<(&'a Hit, usize)>) {
        let Some((hit, index)) = other else { return };
        self.disagrees = true;
        let mut known = self.chosen.iter_mut();
        let known = known.find(|own| own.hit.passage == hit.passage && own.index == index);
        if let Some(own) = known {
            own.folded = false;
            return;
        }
        let section = Section::of(hit);
        self.chosen.push(chosen(&section, index, Reason::Disagrees));
    }
}

impl Reason {
    /// It answers, rather than go along with what answers.
    fn is_core(self) -> bool {
        matches!(
            self,
            Self::Standing
                | Self::Disagrees
                | Self::Best
                | Self::Close
                | Self::Whole
                | Self::Announces
                | Self::Gap
                | Self::PointedTo
                | Self::Step
        )
    }
}

/// What of a table or list is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Omission {
    pub kind: OmissionKind,
    pub shown: usize,
    pub of: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OmissionKind {
    Rows,
    Items,
    /// Of a list of problems with their remedies.
    Problems,
}

/// "2 of 7 rows"
impl fmt::Display for Omission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            OmissionKind::Rows => "rows",
            OmissionKind::Items => "items",
            OmissionKind::Problems => "problems",
        };
        write!(f, "{} of {} {kind}", self.shown, self.of)
    }
}

/// A unit that is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'a> {
    pub hit: &'a Hit,
    pub unit: Unit,
    pub reason: Reason,
    /// Its place among the units of its passage.
    pub index: usize,
    /// Too much to be read at once.
    pub folded: bool,
    /// What is left out of the list or table that it is the last shown of.
    pub omitted: Option<Omission>,
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

    pub(super) fn words(&self) -> usize {
        section::words(self.text())
    }

    pub(super) fn table_header(&self) -> Option<&'a str> {
        self.header
    }

    /// Whether `next` is the unit right after this one.
    pub(super) fn is_followed_by(&self, next: &Self) -> bool {
        self.hit.passage == next.hit.passage && self.index + 1 == next.index
    }
}

/// What is shown, and what that leaves open.
#[derive(Default)]
pub(super) struct Selection<'a> {
    pub chosen: Vec<Chosen<'a>>,
    /// Something restricts what is shown and did not fit.
    pub has_more_conditions: bool,
    /// Pages disagree, and both are shown.
    pub disagrees: bool,
}

/// Chooses from what was found, in reading order. `around`: the passages of the first hit's document that stand near it.
pub(super) fn choose<'a>(
    wanted: &Wanted<'_>,
    found: &'a Found,
    around: &'a [Hit],
) -> Selection<'a> {
    let Some(first) = found.hits.first() else {
        return Selection::default();
    };
    let budget = if wanted.fact { FACT_BUDGET } else { BUDGET };
    let candidate = Candidate::new(Section::around(first, around), first, found, wanted);
    let mut selection = candidate.choose(budget);
    if let Some(steps) = steps_elsewhere(first, around, wanted) {
        let of_steps =
            Candidate::new(Section::around(steps, around), steps, found, wanted).choose(budget);
        selection.add(of_steps.chosen);
        selection.has_more_conditions |= of_steps.has_more_conditions;
    } else if let Some(second) = second(found, first, &selection.chosen, wanted) {
        let own = Section::around(second, around);
        let more = Candidate::new(own, second, found, wanted).choose(SECOND_BUDGET);
        selection.add(more.chosen);
    }
    also_on_page(&mut selection, first, found, around, wanted);
    exceptions(&mut selection, first, wanted, around);
    standing(&mut selection, first, around);
    // Passages of one document in their order.
    let place = |unit: &Chosen<'_>| {
        if unit.hit.document == first.document {
            (unit.hit.ordinal, unit.index)
        } else {
            (u32::MAX, 0)
        }
    };
    selection.chosen.sort_by_key(place);
    fold(&mut selection.chosen, wanted);
    selection
}

/// A passage that is almost as good as the first and has terms of the question that are not shown yet, or that goes on where the first,
/// a mere introduction, ends.
fn second<'a>(
    found: &'a Found,
    first: &Hit,
    shown: &[Chosen<'_>],
    wanted: &Wanted<'_>,
) -> Option<&'a Hit> {
    let near = &found.hits[..found.hits.len().min(SECOND_FROM)];
    let best = near
        .iter()
        .map(|hit| hit.scores.fused)
        .fold(f32::MIN, f32::max);
    let mut text: String = shown.iter().map(Chosen::text).collect::<Vec<_>>().join(" ");
    text = format!("{} {text}", first.names());
    let known: HashSet<String> = analysis::terms(&text).into_iter().collect();
    let has_steps = |hit: &Hit| Section::of(hit).has_steps();
    let lacks_steps = wanted.steps && !has_steps(first);
    let near = &found.hits[..found.hits.len().min(if is_introduction(first) {
        DETAILS_FROM
    } else {
        SECOND_FROM
    })];
    let mut near: Vec<&Hit> = near[1..].iter().collect();
    if is_introduction(first) {
        // Its details: what fits best of the document.
        let fit = |hit: &Hit| {
            (
                hit.document == first.document,
                hit.scores.heading + hit.scores.best_unit,
            )
        };
        near.sort_by(|a, b| fit(b).0.cmp(&fit(a).0).then(fit(b).1.total_cmp(&fit(a).1)));
    }
    near.into_iter().find(|hit| {
        if hit.document == first.document && hit.heading_path == first.heading_path
            || !wanted.names_as_much_in(first, hit)
        {
            return false;
        }
        if hit.document == first.document
            && (is_introduction(first) || lacks_steps && has_steps(hit))
        {
            return hit.scores.fused >= best - DETAIL_BEHIND;
        }
        let new: HashSet<String> = analysis::terms(&hit.body)
            .into_iter()
            .filter(|term| !known.contains(term))
            .collect();
        let alike: f32 = hit
            .vector
            .iter()
            .zip(&first.vector)
            .map(|(a, b)| a * b)
            .sum();
        hit.scores.fused >= best - SECOND_BEHIND
            && share_of_terms(found, &new) >= SECOND_NEWS
            && alike <= SECOND_ALIKE
    })
}

/// The first hit after the best of which nothing is shown, when it is not far behind.
fn elsewhere<'a>(
    selection: &Selection<'_>,
    today: Date,
    wanted: &Wanted<'_>,
    found: &'a Found,
) -> Option<&'a Hit> {
    let first = found.hits.first()?;
    let best = found
        .hits
        .iter()
        .map(|hit| hit.scores.fused)
        .fold(f32::MIN, f32::max);
    let is_shown = |hit: &Hit| {
        let mut shown = selection.chosen.iter().map(|chosen| chosen.hit);
        shown.any(|shown| shown.document == hit.document && shown.heading_path == hit.heading_path)
    };
    let mut near = found.hits.iter().take(SECOND_FROM);
    near.find(|hit| {
        !is_shown(hit)
            && wanted.names_as_much_in(first, hit)
            && !wanted.names_other_time_than(hit)
            && (hit.stated.force(today) == Force::Now || wanted.names_time_of(hit))
            && hit.scores.fused >= best - ELSEWHERE_BEHIND
    })
}

/// The first words of a document, before its headings.
fn is_introduction(hit: &Hit) -> bool {
    hit.heading_path.is_empty() && !hit.is_whole_document
}

/// How much of the question, by how rare its terms are, is among `terms`.
fn share_of_terms(found: &Found, terms: &HashSet<String>) -> f32 {
    let all: f32 = found.terms.iter().map(|weight| weight.idf).sum();
    let held: f32 = found
        .terms
        .iter()
        .filter(|weight| terms.contains(&weight.term))
        .map(|weight| weight.idf)
        .sum();
    if all > 0.0 { held / all } else { 0.0 }
}

fn chosen<'a>(section: &Section<'a>, index: usize, reason: Reason) -> Chosen<'a> {
    Chosen {
        hit: section.hit(index),
        unit: *section.unit(index),
        reason,
        index: section.place(index),
        folded: false,
        omitted: None,
        header: section.header(index),
    }
}
