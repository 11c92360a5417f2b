//! Which sentences, items and rows are shown.
//!
//! From the first passage: all of it when it is short or when the question is its heading, else the units that fit best. What belongs
//! together stays together: a list brings the sentence that announces it, steps come complete, a short gap between two chosen
//! sentences is filled. A second passage joins when it is almost as good and says something new.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use crate::knowledge::passage::{Unit, UnitKind};
use crate::search::{Found, Hit, analysis};

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

/// Passages among which a second one is looked for, and what it must offer.
const SECOND_FROM: usize = 3;
const SECOND_BEHIND: f32 = 0.05;
const SECOND_NEWS: f32 = 0.15;
const SECOND_ALIKE: f32 = 0.9;

/// A unit that is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'a> {
    pub hit: &'a Hit,
    pub unit: Unit,
    /// Its place among the units of its passage.
    index: usize,
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
pub(super) fn choose(found: &Found) -> Vec<Chosen<'_>> {
    let Some(first) = found.hits.first() else { return Vec::new() };
    let mut chosen = Passage::new(first, found).choose(BUDGET);
    if let Some(second) = second(found, first, &chosen) {
        chosen.extend(Passage::new(second, found).choose(SECOND_BUDGET));
    }
    chosen
}

/// A passage that is almost as good as the first and has terms of the question that are not shown yet.
fn second<'a>(found: &'a Found, first: &Hit, shown: &[Chosen<'_>]) -> Option<&'a Hit> {
    let near = &found.hits[..found.hits.len().min(SECOND_FROM)];
    let best = near.iter().map(|hit| hit.scores.fused).fold(f32::MIN, f32::max);
    let mut text: String = shown.iter().map(|unit| unit.text()).collect::<Vec<_>>().join(" ");
    text = format!("{} {} {text}", first.title, first.heading_path.join(" "));
    let known: HashSet<String> = analysis::terms(&text).into_iter().collect();
    near[1..].iter().find(|hit| {
        let new: HashSet<String> = analysis::terms(&hit.body).into_iter().filter(|term| !known.contains(term)).collect();
        let alike: f32 = hit.vector.iter().zip(&first.vector).map(|(a, b)| a * b).sum();
        hit.scores.fused >= best - SECOND_BEHIND && share_of_terms(found, &new) >= SECOND_NEWS && alike <= SECOND_ALIKE
    })
}

/// How much of the question, by how rare its terms are, is among `terms`.
fn share_of_terms(found: &Found, terms: &HashSet<String>) -> f32 {
    let all: f32 = found.terms.iter().map(|weight| weight.idf).sum();
    let held: f32 = found.terms.iter().filter(|weight| terms.contains(&weight.term)).map(|weight| weight.idf).sum();
    if all > 0.0 { held / all } else { 0.0 }
}

struct Passage<'a> {
    hit: &'a Hit,
    units: Vec<Unit>,
    words: Vec<usize>,
    /// How well each unit fits the question.
    scores: Vec<f32>,
}

impl<'a> Passage<'a> {
    fn new(hit: &'a Hit, found: &Found) -> Self {
        let units: Vec<Unit> = postcard::from_bytes(&hit.units).unwrap_or_default();
        let text = |unit: &Unit| &hit.body[unit.start as usize..unit.end as usize];
        let words = units.iter().map(|unit| text(unit).split_whitespace().count()).collect();
        let score = |(unit, cosine): (&Unit, &f32)| {
            let terms: HashSet<String> = analysis::terms(text(unit)).into_iter().collect();
            cosine + TERMS_WEIGHT * share_of_terms(found, &terms)
        };
        let scores = units.iter().zip(&hit.unit_scores).map(score).collect();
        Self { hit, units, words, scores }
    }

    fn choose(&self, budget: usize) -> Vec<Chosen<'a>> {
        let all: usize = self.words.iter().sum();
        let best_unit = self.hit.unit_scores.iter().copied().fold(f32::MIN, f32::max);
        let indices = if self.hit.is_whole_document {
            if all <= WHOLE_SINGLE_PASSAGE {
                self.whole()
            } else {
                self.best_units(CLOSE_ENOUGH_UNDER_ITS_HEADING, budget.max(SINGLE_PASSAGE_BUDGET))
            }
        } else if self.hit.scores.heading >= best_unit + HEADING_LEAD {
            if all <= WHOLE_PASSAGE { self.whole() } else { self.best_units(CLOSE_ENOUGH_UNDER_ITS_HEADING, budget) }
        } else {
            self.best_units(CLOSE, budget)
        };
        let shown = indices.into_iter().filter(|index| self.units[*index].kind != UnitKind::Header);
        shown.map(|index| Chosen { hit: self.hit, unit: self.units[index], index, header: self.header(index) }).collect()
    }

    fn whole(&self) -> BTreeSet<usize> {
        (0..self.units.len()).collect()
    }

    /// The best units, each with what belongs to it, until one does not fit any more.
    fn best_units(&self, close: f32, budget: usize) -> BTreeSet<usize> {
        let mut order: Vec<usize> = (0..self.scores.len()).filter(|index| self.units[*index].kind != UnitKind::Header).collect();
        order.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]));
        let Some(best) = order.first().map(|first| self.scores[*first]) else { return BTreeSet::new() };
        let words = |indices: &BTreeSet<usize>| indices.iter().map(|index| self.words[*index]).sum::<usize>();
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of words")]
        let longest_group = (budget as f32 * GROUP_FACTOR) as usize;
        let mut chosen = BTreeSet::new();
        for index in order.into_iter().take_while(|index| self.scores[*index] >= close * best) {
            if chosen.contains(&index) {
                continue;
            }
            let mut with_group: BTreeSet<usize> = chosen.union(&self.group(index)).copied().collect();
            if chosen.is_empty() {
                if words(&with_group) > longest_group {
                    with_group = BTreeSet::from([index]);
                }
            } else if words(&with_group) > budget {
                break;
            }
            chosen = with_group;
        }
        self.fill_gaps(chosen)
    }

    /// A unit with what it says little without.
    fn group(&self, index: usize) -> BTreeSet<usize> {
        let mut group = BTreeSet::from([index]);
        if self.units[index].leads_in {
            group.extend(self.led_by(index));
        }
        let mut announced = self.lead_in(index);
        while let Some(lead) = announced {
            group.insert(lead);
            if self.announces_steps(lead) {
                group.extend(self.led_by(lead));
            }
            announced = self.lead_in(lead);
        }
        group
    }

    /// The unit that announces the list, table or code that `index` is of.
    fn lead_in(&self, index: usize) -> Option<usize> {
        let own = depth(&self.units[index])?;
        (0..index).rev().find_map(|before| match depth(&self.units[before]) {
            Some(outer) if outer >= own => None,
            // An outer item or a sentence ends the search, whether it announces anything or not.
            _ => Some(self.units[before].leads_in.then_some(before)),
        })?
    }

    /// The items, rows or code that `lead` announces.
    fn led_by(&self, lead: usize) -> impl Iterator<Item = usize> {
        let own = depth(&self.units[lead]);
        let within = move |unit: &Unit| depth(unit).is_some_and(|depth| own.is_none_or(|own| depth > own));
        let count = self.units[lead + 1..].iter().take_while(|unit| within(unit)).count();
        lead + 1..lead + 1 + count
    }

    /// "To do this:" is followed by steps, of which none can be left out.
    fn announces_steps(&self, lead: usize) -> bool {
        let unit = &self.units[lead];
        let text = &self.hit.body[unit.start as usize..unit.end as usize];
        let numbered = self.units.get(lead + 1).is_some_and(|next| {
            let next = &self.hit.body[next.start as usize..next.end as usize];
            next.starts_with("1. ")
        });
        numbered || text.strip_prefix("To ").is_some_and(|rest| rest.starts_with(char::is_lowercase))
    }

    fn fill_gaps(&self, mut chosen: BTreeSet<usize>) -> BTreeSet<usize> {
        let gaps: Vec<usize> = chosen
            .iter()
            .map(|index| index + 1)
            .filter(|gap| !chosen.contains(gap) && chosen.contains(&(gap + 1)) && self.words[*gap] <= GAP)
            .collect();
        chosen.extend(gaps);
        chosen
    }

    fn header(&self, index: usize) -> Option<&'a str> {
        if self.units[index].kind != UnitKind::Row {
            return None;
        }
        match self.units[..index].iter().rev().find(|unit| unit.kind != UnitKind::Row) {
            Some(unit) if unit.kind == UnitKind::Header => Some(&self.hit.body[unit.start as usize..unit.end as usize]),
            Some(_) => None,
            None => Some(self.hit.table_header.as_str()).filter(|header| !header.is_empty()),
        }
    }
}

/// How deep an item, a row or a block of code is in what announces it; a sentence is in nothing.
fn depth(unit: &Unit) -> Option<u8> {
    match unit.kind {
        UnitKind::Item { depth } => Some(depth),
        UnitKind::Header | UnitKind::Row | UnitKind::Code => Some(u8::MAX),
        UnitKind::Sentence | UnitKind::Definition => None,
    }
}
