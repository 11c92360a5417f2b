//! One section: which of its units are shown, and what goes along with them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::super::condition::{self, Bearing};
use super::super::section::Section;
use super::super::table::{
    Row, items_beside_the_point, problems, problems_beside_the_point, rows_beside_the_point,
};
use super::super::wanted::Wanted;
use super::{
    CONDITIONS, Chosen, Omission, OmissionKind, Reason, Selection, chosen, is_introduction,
    share_of_terms,
};
use crate::parser::is_question;
use crate::parser::label::{self, Label};
use crate::search::identifier::Forms;
use crate::search::{Found, Hit, analysis};

/// A section of so few words is shown whole; of one with more than is read at once the rest is folded.
const WHOLE: usize = 160;
/// A paragraph of so few words comes whole with a sentence of it; what is more than is read at once is folded.
const PARAGRAPH: usize = 120;
/// So much of it is read at once when the question is its heading.
const WHOLE_UNDER_ITS_HEADING: usize = 120;
/// Words that are read at once; the rest is folded.
const SHORT: usize = 60;
/// A list or table of so many words is shown whole, when the question does not tell its rows apart.
const WHOLE_GROUP: usize = 200;
/// The question is a passage's heading when that fits better than any unit, by this much.
const HEADING_LEAD: f32 = 0.1;
/// Share of the best unit's score from which another is chosen.
const CLOSE: f32 = 0.8;
const CLOSE_ENOUGH_UNDER_ITS_HEADING: f32 = 0.4;
/// Weight of the question's terms against its meaning in a unit's score.
const TERMS_WEIGHT: f32 = 0.3;
/// What a unit gains that holds what the question names exactly.
const EXACT_BONUS: f32 = 0.5;
/// Words of a unit between two chosen ones that is filled in.
const GAP: usize = 25;
/// A group may be this much longer than the budget.
const GROUP_FACTOR: usize = 3;
const REACH: usize = 3;
/// Share of the best unit's score from which a sentence that announces steps brings them, when the question asks what to do.
const ANNOUNCED_CLOSE: f32 = 0.6;
/// What a numbered item gains when the question asks what to do.
const STEP_BONUS: f32 = 0.1;

/// Units by their place in the section.
type Units = BTreeMap<usize, Reason>;

/// A section with what decides which of its units are shown.
pub(super) struct Candidate<'a, 'w> {
    section: Section<'a>,
    first: &'a Hit,
    words: Vec<usize>,
    /// How well each unit fits the question.
    scores: Vec<f32>,
    /// Headers, rows of a table in which others fit better, and what is no answer of itself.
    left_out: HashSet<usize>,
    wanted: &'w Wanted<'w>,
}

impl<'a, 'w> Candidate<'a, 'w> {
    pub(super) fn new(
        section: Section<'a>,
        first: &'a Hit,
        found: &Found,
        wanted: &'w Wanted<'w>,
    ) -> Self {
        let units = 0..section.len();
        let terms: Vec<HashSet<String>> = units
            .clone()
            .map(|index| {
                analysis::index_terms(section.text(index))
                    .into_iter()
                    .collect()
            })
            .collect();
        let words = units.clone().map(|index| section.words(index)).collect();
        let score = |index: usize| {
            let is_step = wanted.steps && section.steps(index).is_some();
            let step = if is_step { STEP_BONUS } else { 0.0 };
            let names = || wanted.names_something_in(&Forms::of(section.text(index)));
            let exact = if !wanted.identifiers.is_empty() && names() {
                EXACT_BONUS
            } else {
                0.0
            };
            section.score(index)
                + TERMS_WEIGHT * share_of_terms(found, &terms[index])
                + step
                + exact
        };
        let scores = units.clone().map(score).collect();
        let is_no_answer = |index: &usize| {
            section.is_header(*index)
                || is_question(section.text(*index)) && index + 1 < section.len()
        };
        let mut left_out: HashSet<usize> = units.filter(is_no_answer).collect();
        for table in section.tables() {
            let above = terms_above(&section, first, table.start);
            let rows: Vec<Row<'_>> = table
                .map(|index| Row::new(&section, index, &terms[index]))
                .collect();
            left_out.extend(rows_beside_the_point(found, &rows, &above));
        }
        left_out.extend(items_beside_the_point(&section, wanted));
        left_out.extend(problems_beside_the_point(found, &section, &terms));
        if left_out.len() == section.len() {
            left_out.clear();
        }
        Self {
            section,
            first,
            words,
            scores,
            left_out,
            wanted,
        }
    }

    pub(super) fn choose(&self, budget: usize) -> Selection<'a> {
        let hit = self.first;
        let best_unit = hit.unit_scores.iter().copied().fold(f32::MIN, f32::max);
        let is_heading = !is_introduction(hit) && hit.scores.heading >= best_unit + HEADING_LEAD;
        let (at_once, close) = if hit.is_whole_document || is_heading {
            (WHOLE_UNDER_ITS_HEADING, CLOSE_ENOUGH_UNDER_ITS_HEADING)
        } else {
            (SHORT, CLOSE)
        };
        let all = self.all();
        let words = self.count(&all);
        let mut units = if words <= at_once && !self.wanted.fact {
            all
        } else {
            let mut best = self.best_units(close, budget);
            if words <= WHOLE {
                for index in all.into_keys().filter(|index| !self.section.is_row(*index)) {
                    best.entry(index).or_insert(Reason::Beside);
                }
            }
            self.add_paragraphs(&mut best);
            best
        };
        self.complete(&mut units);
        let has_more_conditions = self.add_conditions(&mut units);
        self.complete(&mut units);
        let mut chosen: Vec<Chosen<'a>> = units
            .iter()
            .map(|(index, reason)| chosen(&self.section, *index, *reason))
            .collect();
        self.note_omissions(&units, &mut chosen);
        Selection {
            chosen,
            has_more_conditions,
            disagrees: false,
        }
    }

    /// What stands in one paragraph with what fits, when that is short; a problem with its remedy however the paragraph goes on.
    fn add_paragraphs(&self, units: &mut Units) {
        let shown: Vec<usize> = units.keys().copied().collect();
        for index in shown {
            let paragraph = self.section.paragraph(index);
            let words: usize = paragraph.clone().map(|index| self.words[index]).sum();
            if words > PARAGRAPH {
                continue;
            }
            let is_problem = label::label(self.section.text(paragraph.start))
                .is_some_and(|(label, _)| label == Label::Problem);
            let reason = if is_problem {
                Reason::Whole
            } else {
                Reason::Beside
            };
            for index in paragraph.filter(|index| !self.left_out.contains(index)) {
                units.entry(index).or_insert(reason);
            }
        }
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
        let longest_group = budget * GROUP_FACTOR;
        let mut chosen = self.announced_steps(best);
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
            let is_steps = with_group.values().any(|reason| *reason == Reason::Step);
            with_group.extend(&chosen);
            if chosen.is_empty() {
                if self.count(&with_group) > longest_group && !is_steps {
                    with_group = Units::from([(index, reason)]);
                }
            } else if self.count(&with_group) > budget {
                break;
            }
            chosen = with_group;
        }
        self.fill_gaps(chosen)
    }

    /// The steps that a question for them is about, with what announces them, however plain the rest of the section puts it.
    fn announced_steps(&self, best: f32) -> Units {
        let announces =
            |index: &usize| self.section.leads_in(*index) && self.section.announces_steps(*index);
        let lead = (0..self.scores.len())
            .filter(|_| self.wanted.steps)
            .filter(announces)
            .max_by(|a, b| self.scores[*a].total_cmp(&self.scores[*b]));
        lead.filter(|lead| self.scores[*lead] >= ANNOUNCED_CLOSE * best)
            .map(|lead| self.group(lead, Reason::Announces))
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
        if let Some(steps) = self.section.steps(index).filter(|_| !self.wanted.fact) {
            add(steps, Reason::Step);
        }
        if self.section.leads_in(index) {
            let steps = self.section.announces_steps(index);
            let reason = if steps {
                Reason::Step
            } else {
                Reason::Announced
            };
            add(self.section.led_by(index), reason);
        }
        let mut announced = self.section.lead_in(index);
        while let Some(lead) = announced {
            add(lead..lead + 1, Reason::Announces);
            if self.section.announces_steps(lead) && !self.wanted.fact {
                add(self.section.led_by(lead), Reason::Step);
            }
            announced = self.section.lead_in(lead);
        }
        let mut pointing = index;
        while let Some(before) = condition::pointed_to(&self.section, pointing) {
            add(before..before + 1, Reason::PointedTo);
            pointing = before;
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

    /// Steps complete, lists and tables too where they are not long; what is announced comes with what announces it.
    fn complete(&self, units: &mut Units) {
        let shown: Vec<usize> = units.keys().copied().collect();
        for index in shown {
            let group = if let Some(steps) = self.section.steps(index) {
                Some((steps, true))
            } else if let Some(list) = self.section.list(index) {
                Some((list, false))
            } else if self.section.leads_in(index) {
                let led = self.section.led_by(index);
                let steps = self.section.announces_steps(index);
                Some((led, steps))
            } else {
                self.section
                    .tables()
                    .into_iter()
                    .find(|table| table.contains(&index))
                    .map(|table| (table, false))
            };
            let Some((group, is_steps)) = group else {
                continue;
            };
            let members: Vec<usize> = group
                .filter(|index| !self.left_out.contains(index))
                .collect();
            let words: usize = members.iter().map(|index| self.words[*index]).sum();
            if is_steps || words <= WHOLE_GROUP {
                let reason = if is_steps && !self.wanted.fact {
                    Reason::Step
                } else {
                    Reason::Completes
                };
                for index in members {
                    units.entry(index).or_insert(reason);
                }
            } else if self.section.leads_in(index)
                && !units.keys().any(|unit| members.contains(unit))
            {
                // Nothing of what it announces would be shown: the best of it is.
                if let Some(best) = members
                    .iter()
                    .max_by(|a, b| self.scores[**a].total_cmp(&self.scores[**b]))
                {
                    units.insert(*best, Reason::Announced);
                }
            }
        }
    }

    /// What restricts a shown unit: right behind it, or anywhere in its section in words that it has. Returns whether some did not fit.
    fn add_conditions(&self, units: &mut Units) -> bool {
        let mut budget = CONDITIONS;
        let mut has_more = false;
        let mut topic: HashSet<String> = HashSet::new();
        for index in units.keys() {
            topic.extend(analysis::query_terms(self.section.text(*index)));
        }
        for index in 0..self.section.len() {
            if units.contains_key(&index)
                || self.left_out.contains(&index)
                || self.section.is_row(index)
            {
                continue;
            }
            let text = self.section.text(index);
            let bearing = condition::bearing(text);
            let near =
                (index.saturating_sub(REACH)..index).any(|before| units.contains_key(&before));
            let is_next = index > 0 && units.contains_key(&(index - 1));
            let shares = || {
                analysis::query_terms(text)
                    .iter()
                    .any(|term| topic.contains(term))
            };
            let restricts = match bearing {
                Bearing::Opens => is_next || near && shares(),
                Bearing::Within => (is_next || near) && shares(),
                Bearing::None => false,
            };
            if !restricts {
                continue;
            }
            if self.words[index] > budget {
                has_more = true;
                continue;
            }
            budget -= self.words[index];
            units.insert(index, Reason::Condition);
            if let Some(lead) = self.section.lead_in(index) {
                units.entry(lead).or_insert(Reason::Announces);
            }
        }
        has_more
    }

    /// Says of every list and table of which something is not shown how much, at the last unit of it that is.
    fn note_omissions(&self, units: &Units, chosen: &mut [Chosen<'a>]) {
        let mut groups: HashMap<usize, (OmissionKind, Range<usize>)> = HashMap::new();
        for index in units.keys() {
            if let Some(list) = self.section.list(*index) {
                groups.insert(list.start, (OmissionKind::Items, list));
            }
        }
        for table in self.section.tables() {
            groups.insert(table.start, (OmissionKind::Rows, table));
        }
        let problems = problems(&self.section);
        if let (Some(first), Some(last)) = (problems.first(), problems.last()) {
            groups.insert(first.start, (OmissionKind::Problems, first.start..last.end));
        }
        let places: Vec<usize> = units.keys().copied().collect();
        for (kind, group) in groups.into_values() {
            let counts = |index: &usize| match kind {
                OmissionKind::Rows => true,
                OmissionKind::Items => self.section.is_top_item_of(&group, *index),
                OmissionKind::Problems => problems.iter().any(|problem| problem.start == *index),
            };
            let of = group.clone().filter(counts).count();
            let shown = group
                .clone()
                .filter(counts)
                .filter(|index| units.contains_key(index))
                .count();
            let last = places.iter().rposition(|place| group.contains(place));
            if let Some(last) = last.filter(|_| shown > 0 && shown < of) {
                chosen[last].omitted = Some(Omission { kind, shown, of });
            }
        }
    }
}

/// Terms of what stands over all rows of a table: its header, its heading, and the page's title.
fn terms_above(section: &Section<'_>, hit: &Hit, row: usize) -> HashSet<String> {
    let header = section.header(row).unwrap_or_default();
    let heading = hit.heading_path.join(" ");
    let terms = analysis::index_terms(&format!("{} {heading} {header}", hit.title));
    terms.into_iter().collect()
}
