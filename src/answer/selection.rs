//! Which sentences, items and rows are shown.
//!
//! From the first passage: all of it when it is short or when the question is its heading, else the units that fit best. What belongs
//! together stays together: a list brings the sentence that announces it, steps come complete, a short gap between two chosen
//! sentences is filled. A second passage joins when it is almost as good and says something new. Every unit that is shown knows why.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::Serialize;

use super::passage::Passage;
use super::table::{Row, rows_beside_the_point};
use crate::search::{Found, Hit, Unit, UnitKind, analysis};

/// Words of the units that are chosen from a passage, and of a passage that is shown whole.
const BUDGET: usize = 90;
const SINGLE_PASSAGE_BUDGET: usize = 120;
const SECOND_BUDGET: usize = 60;
const WHOLE_SINGLE_PASSAGE: usize = 200;
const WHOLE_PASSAGE: usize = 120;
/// The question is a passage's heading when that fits better than any unit, by this much.
const HEADING_LEAD: f32 = 0.1;
/// Share of the best unit's score from which another is chosen.
const CLOSE: f32 = 0.8;
const CLOSE_ENOUGH_UNDER_ITS_HEADING: f32 = 0.4;
/// Weight of the question's terms against its meaning in a unit's score.
const TERMS_WEIGHT: f32 = 0.3;
/// Words of a unit between two chosen ones that is filled in.
const GAP: usize = 25;
/// A group of steps may be this much longer than the budget.
const GROUP_FACTOR: f32 = 2.5;

/// Share of the best unit's score from which a sentence that announces steps brings them, when the question asks what to do.
const ANNOUNCED_CLOSE: f32 = 0.6;
/// What a numbered item gains when the question asks what to do.
const STEP_BONUS: f32 = 0.1;
const ASKS_FOR_STEPS: &[&str] = &[
    "how do i",
    "how can i",
    "how should i",
    "how do we",
    "how can we",
    "how do you",
    "how to",
    "what do i do",
    "steps",
];
const ASKS_FOR_FACT: &[&str] = &[
    "how long",
    "how many",
    "how much",
    "how often",
    "when",
    "which",
    "where",
    "who",
    "why",
    "maximum",
    "minimum",
    "limit",
    "latest",
    "cost",
    "fee",
];
/// Passages among which a second one is looked for, and what it must offer.
const SECOND_FROM: usize = 3;
const SECOND_BEHIND: f32 = 0.05;
const SECOND_NEWS: f32 = 0.15;
const SECOND_ALIKE: f32 = 0.9;
/// The same for one that gives the details of what the first introduces.
const DETAIL_BEHIND: f32 = 0.1;

/// Why a unit is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// Nothing in its passage fits the question better.
    Best,
    /// It fits nearly as well as the best.
    Close,
    /// Its passage is shown whole: it is short, or the question is its heading.
    Whole,
    /// It announces what is shown.
    Announces,
    /// It is of what is announced.
    Announced,
    /// It is a step, of which none can be left out.
    Step,
    /// It stands between two that are shown.
    Gap,
}

/// Units by their place in the passage.
type Units = BTreeMap<usize, Reason>;

/// A unit that is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'a> {
    pub hit: &'a Hit,
    pub unit: Unit,
    pub reason: Reason,
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

/// Chooses from what was found, in reading order.
pub(super) fn choose<'a>(question: &str, found: &'a Found) -> Vec<Chosen<'a>> {
    let Some(first) = found.hits.first() else {
        return Vec::new();
    };
    let wants = Wants::new(question);
    let mut chosen = Candidate::new(first, found, wants).choose(BUDGET);
    if let Some(second) = second(found, first, &chosen, wants) {
        chosen.extend(Candidate::new(second, found, wants).choose(SECOND_BUDGET));
    }
    // Passages of one document in their order.
    let place = |unit: &Chosen<'_>| {
        if unit.hit.document == first.document {
            unit.hit.ordinal
        } else {
            u32::MAX
        }
    };
    chosen.sort_by_key(place);
    chosen
}

/// A passage that is almost as good as the first and has terms of the question that are not shown yet, or that goes on where the first,
/// a mere introduction, ends.
fn second<'a>(
    found: &'a Found,
    first: &Hit,
    shown: &[Chosen<'_>],
    wants: Wants,
) -> Option<&'a Hit> {
    let near = &found.hits[..found.hits.len().min(SECOND_FROM)];
    let best = near
        .iter()
        .map(|hit| hit.scores.fused)
        .fold(f32::MIN, f32::max);
    let mut text: String = shown.iter().map(Chosen::text).collect::<Vec<_>>().join(" ");
    text = format!("{} {} {text}", first.title, first.heading_path.join(" "));
    let known: HashSet<String> = analysis::terms(&text).into_iter().collect();
    let has_steps = |hit: &Hit| Passage::new(hit).has_steps();
    let lacks_steps = wants.steps && !has_steps(first);
    near[1..].iter().find(|hit| {
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

/// The first words of a document, before its headings.
fn is_introduction(hit: &Hit) -> bool {
    hit.heading_path.is_empty() && !hit.is_whole_document
}

/// What kind of answer a question asks for, as far as its words tell.
#[derive(Debug, Clone, Copy)]
struct Wants {
    /// "How do I …?": what to do.
    steps: bool,
    /// "How long …?": one step may say it.
    fact: bool,
}

impl Wants {
    fn new(question: &str) -> Self {
        let words: Vec<String> = question
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .collect();
        let spaced = format!(" {} ", words.join(" "));
        let has = |phrases: &[&str]| {
            phrases
                .iter()
                .any(|phrase| spaced.contains(&format!(" {phrase} ")))
        };
        let steps = has(ASKS_FOR_STEPS);
        Self {
            steps,
            fact: !steps && has(ASKS_FOR_FACT),
        }
    }
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

/// A passage with what decides which of its units are shown.
struct Candidate<'a> {
    passage: Passage<'a>,
    words: Vec<usize>,
    /// How well each unit fits the question.
    scores: Vec<f32>,
    /// Headers, and rows of a table in which others fit better: never shown of themselves.
    left_out: HashSet<usize>,
    wants: Wants,
}

impl<'a> Candidate<'a> {
    fn new(hit: &'a Hit, found: &Found, wants: Wants) -> Self {
        let passage = Passage::new(hit);
        let units = 0..passage.units.len();
        let terms: Vec<HashSet<String>> = units
            .clone()
            .map(|index| analysis::terms(passage.text(index)).into_iter().collect())
            .collect();
        let words = units
            .clone()
            .map(|index| passage.text(index).split_whitespace().count())
            .collect();
        let score = |index: usize| {
            let cosine = hit.unit_scores.get(index).copied().unwrap_or_default();
            let step = if wants.steps && passage.steps(index).is_some() {
                STEP_BONUS
            } else {
                0.0
            };
            cosine + TERMS_WEIGHT * share_of_terms(found, &terms[index]) + step
        };
        let scores = units.clone().map(score).collect();
        let mut left_out: HashSet<usize> = units
            .filter(|index| passage.units[*index].kind == UnitKind::Header)
            .collect();
        for table in passage.tables() {
            let rows: Vec<Row<'_>> = table
                .map(|index| Row::new(&passage, index, &terms[index]))
                .collect();
            left_out.extend(rows_beside_the_point(found, &rows));
        }
        Self {
            passage,
            words,
            scores,
            left_out,
            wants,
        }
    }

    fn choose(&self, budget: usize) -> Vec<Chosen<'a>> {
        let hit = self.passage.hit;
        let best_unit = hit.unit_scores.iter().copied().fold(f32::MIN, f32::max);
        let (whole, close, budget) = if hit.is_whole_document {
            (
                WHOLE_SINGLE_PASSAGE,
                CLOSE_ENOUGH_UNDER_ITS_HEADING,
                budget.max(SINGLE_PASSAGE_BUDGET),
            )
        } else if !is_introduction(hit) && hit.scores.heading >= best_unit + HEADING_LEAD {
            (WHOLE_PASSAGE, CLOSE_ENOUGH_UNDER_ITS_HEADING, budget)
        } else {
            (0, CLOSE, budget)
        };
        let all = self.all();
        let indices = if self.count(&all) <= whole {
            all
        } else {
            self.best_units(close, budget)
        };
        let chosen = |(index, reason)| Chosen {
            hit,
            unit: self.passage.units[index],
            reason,
            index,
            header: self.passage.header(index),
        };
        indices.into_iter().map(chosen).collect()
    }

    fn all(&self) -> Units {
        (0..self.words.len())
            .filter(|index| !self.left_out.contains(index))
            .map(|index| (index, Reason::Whole))
            .collect()
    }

    fn count(&self, units: &Units) -> usize {
        units.keys().map(|index| self.words[*index]).sum()
    }

    /// The best units, each with what belongs to it, until one does not fit any more.
    fn best_units(&self, close: f32, budget: usize) -> Units {
        let mut order: Vec<usize> = self.all().into_keys().collect();
        order.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]));
        let Some(best) = order.first().map(|first| self.scores[*first]) else {
            return Units::new();
        };
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of words"
        )]
        let longest_group = (budget as f32 * GROUP_FACTOR) as usize;
        let mut chosen = self.announced_steps(best, longest_group);
        for index in order
            .iter()
            .copied()
            .take_while(|index| self.scores[*index] >= close * best)
        {
            if chosen.contains_key(&index) {
                continue;
            }
            let reason = if index == order[0] {
                Reason::Best
            } else {
                Reason::Close
            };
            let mut with_group = self.group(index, reason);
            with_group.extend(&chosen);
            if chosen.is_empty() {
                if self.count(&with_group) > longest_group {
                    with_group = Units::from([(index, reason)]);
                }
            } else if self.count(&with_group) > budget {
                break;
            }
            chosen = with_group;
        }
        self.fill_gaps(chosen)
    }

    /// The steps that a question for them is about, with what announces them, however plain the rest of the passage puts it.
    fn announced_steps(&self, best: f32, longest: usize) -> Units {
        let announces = |index: &usize| {
            self.passage.units[*index].leads_in && self.passage.announces_steps(*index)
        };
        let lead = (0..self.scores.len())
            .filter(|_| self.wants.steps)
            .filter(announces)
            .max_by(|a, b| self.scores[*a].total_cmp(&self.scores[*b]));
        lead.filter(|lead| self.scores[*lead] >= ANNOUNCED_CLOSE * best)
            .map(|lead| self.group(lead, Reason::Announces))
            .filter(|group| self.count(group) <= longest)
            .unwrap_or_default()
    }

    /// A unit with what it says little without.
    fn group(&self, index: usize, reason: Reason) -> Units {
        let mut group = Units::from([(index, reason)]);
        let mut add = |indices: Range<usize>, reason: Reason| {
            for index in indices {
                group.entry(index).or_insert(reason);
            }
        };
        if !self.wants.fact
            && let Some(steps) = self.passage.steps(index)
        {
            add(steps, Reason::Step);
        }
        if self.passage.units[index].leads_in {
            add(self.passage.led_by(index), Reason::Announced);
        }
        let mut announced = self.passage.lead_in(index);
        while let Some(lead) = announced {
            add(lead..lead + 1, Reason::Announces);
            if self.passage.announces_steps(lead) {
                add(self.passage.led_by(lead), Reason::Step);
            }
            announced = self.passage.lead_in(lead);
        }
        group.retain(|index, _| !self.left_out.contains(index));
        group
    }

    fn fill_gaps(&self, mut chosen: Units) -> Units {
        let is_gap = |gap: &usize| {
            !chosen.contains_key(gap)
                && chosen.contains_key(&(gap + 1))
                && !self.left_out.contains(gap)
        };
        let gaps: Vec<(usize, Reason)> = chosen
            .keys()
            .map(|index| index + 1)
            .filter(is_gap)
            .filter(|gap| self.words[*gap] <= GAP)
            .map(|gap| (gap, Reason::Gap))
            .collect();
        chosen.extend(gaps);
        chosen
    }
}
