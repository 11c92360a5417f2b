//! A section of a document as the units that it is made of, and what belongs to what among them.
//!
//! A section is what stands under one heading, however many passages it was cut into: a list or a table that goes on in the next passage
//! is one list and one table here.

use std::ops::Range;

use crate::search::{Hit, Unit, UnitKind};

/// Units that may stand between two steps: a note, a small table.
const INTERRUPTION: usize = 8;

pub(super) struct Section<'a> {
    /// In the document's order.
    hits: Vec<&'a Hit>,
    /// Each the place of its passage among `hits`, and its own in it.
    units: Vec<(usize, usize)>,
}

impl<'a> Section<'a> {
    /// Of one passage alone.
    pub(super) fn of(hit: &'a Hit) -> Self {
        Self::new(vec![hit])
    }

    fn new(hits: Vec<&'a Hit>) -> Self {
        let units = hits
            .iter()
            .enumerate()
            .flat_map(|(place, hit)| (0..hit.units.len()).map(move |unit| (place, unit)))
            .collect();
        Self { hits, units }
    }

    /// The section that `hit` is of, among passages of its document in their order.
    pub(super) fn around(hit: &'a Hit, passages: &'a [Hit]) -> Self {
        let Some(own) = passages
            .iter()
            .position(|other| other.passage == hit.passage)
        else {
            return Self::of(hit);
        };
        let is_same = |other: &&Hit| other.heading_path == hit.heading_path;
        let before = passages[..own].iter().rev().take_while(is_same).count();
        let after = passages[own..].iter().take_while(is_same).count();
        Self::new(passages[own - before..own + after].iter().collect())
    }

    /// The sections of a document, in order.
    pub(super) fn all(passages: &'a [Hit]) -> Vec<Self> {
        passages
            .chunk_by(|a, b| a.heading_path == b.heading_path)
            .map(|section| Self::new(section.iter().collect()))
            .collect()
    }

    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    pub(super) fn passages(&self) -> &[&'a Hit] {
        &self.hits
    }

    pub(super) fn hit(&self, index: usize) -> &'a Hit {
        self.hits[self.units[index].0]
    }

    pub(super) fn unit(&self, index: usize) -> &'a Unit {
        &self.hit(index).units[self.place(index)]
    }

    /// Where a unit stands in its passage.
    pub(super) fn place(&self, index: usize) -> usize {
        self.units[index].1
    }

    pub(super) fn text(&self, index: usize) -> &'a str {
        self.unit(index).text(&self.hit(index).body)
    }

    /// Cosine with the question.
    pub(super) fn score(&self, index: usize) -> f32 {
        let scores = &self.hit(index).unit_scores;
        scores.get(self.place(index)).copied().unwrap_or_default()
    }

    pub(super) fn words(&self, index: usize) -> usize {
        words(self.text(index))
    }

    fn kind(&self, index: usize) -> UnitKind {
        self.unit(index).kind
    }

    pub(super) fn leads_in(&self, index: usize) -> bool {
        self.unit(index).leads_in
    }

    /// The unit that announces the list, table or code that `index` is of.
    pub(super) fn lead_in(&self, index: usize) -> Option<usize> {
        let own = self.depth(index)?;
        (0..index)
            .rev()
            .find_map(|before| match self.depth(before) {
                Some(outer) if outer >= own => None,
                // An outer item or a sentence ends the search, whether it announces anything or not.
                _ => Some(self.leads_in(before).then_some(before)),
            })?
    }

    /// The items, rows or code that `lead` announces, or the one unit after it that says what it only names.
    pub(super) fn led_by(&self, lead: usize) -> Range<usize> {
        let own = self.depth(lead);
        let within = |index: &usize| {
            self.depth(*index)
                .is_some_and(|depth| own.is_none_or(|own| depth > own))
        };
        let count = (lead + 1..self.len()).take_while(within).count();
        let count = if count == 0 && own.is_none() && lead + 1 < self.len() {
            1
        } else {
            count
        };
        lead + 1..lead + 1 + count
    }

    /// The list that `index` is an item of, with what is nested in it.
    pub(super) fn list(&self, index: usize) -> Option<Range<usize>> {
        if !self.is_item(index) {
            return None;
        }
        let own = self.depth(index)?;
        let within = |other: &usize| self.is_in_list(*other) && self.depth(*other) >= Some(own);
        let start = (0..index).rev().take_while(within).last().unwrap_or(index);
        let end = (index..self.len())
            .take_while(within)
            .last()
            .unwrap_or(index)
            + 1;
        Some(self.with_interrupted(start..end))
    }

    /// A numbered list that a note or a table interrupts goes on where its numbers do.
    fn with_interrupted(&self, whole: Range<usize>) -> Range<usize> {
        let Range { mut start, mut end } = whole;
        let depth = self.depth(start);
        let number = |index: usize| {
            number(self.text(index)).filter(|_| self.is_item(index) && self.depth(index) == depth)
        };
        while let Some(first) = number(start).filter(|first| *first > 1) {
            let before = (start.saturating_sub(INTERRUPTION + 1)..start).rev();
            let Some(last) = before.into_iter().find(|index| number(*index).is_some()) else {
                break;
            };
            if number(last) != Some(first - 1) {
                break;
            }
            let within = |other: &usize| self.is_in_list(*other) && self.depth(*other) >= depth;
            start = (0..=last).rev().take_while(within).last().unwrap_or(last);
        }
        loop {
            let last = (start..end).rev().find_map(number);
            let next =
                (end..self.len().min(end + INTERRUPTION + 1)).find(|index| self.is_item(*index));
            let (Some(last), Some(next)) = (last, next) else {
                break;
            };
            if number(next) != Some(last + 1) {
                break;
            }
            let within = |other: &usize| self.is_in_list(*other) && self.depth(*other) >= depth;
            end = (next..self.len()).take_while(within).last().unwrap_or(next) + 1;
        }
        start..end
    }

    /// The same when it is numbered: steps, of which none can be left out.
    pub(super) fn steps(&self, index: usize) -> Option<Range<usize>> {
        let list = self.list(index)?;
        is_numbered(self.text(list.start)).then_some(list)
    }

    /// The section has steps, and `hit` is a passage of it.
    pub(super) fn has_steps_of(&self, hit: &Hit) -> bool {
        self.hits.iter().any(|own| own.passage == hit.passage) && self.has_steps()
    }

    pub(super) fn has_steps(&self) -> bool {
        (0..self.len()).any(|index| self.steps(index).is_some())
    }

    /// "To do this:" is followed by steps too, whatever their marks.
    pub(super) fn announces_steps(&self, lead: usize) -> bool {
        let is_purpose = self
            .text(lead)
            .strip_prefix("To ")
            .is_some_and(|rest| rest.starts_with(char::is_lowercase));
        is_purpose && !self.led_by(lead).is_empty()
            || lead + 1 < self.len() && is_numbered(self.text(lead + 1))
    }

    /// The tables, each as its rows.
    pub(super) fn tables(&self) -> Vec<Range<usize>> {
        let mut tables: Vec<Range<usize>> = Vec::new();
        for row in (0..self.len()).filter(|index| self.is_row(*index)) {
            match tables.last_mut() {
                Some(table) if table.end == row => table.end += 1,
                _ => tables.push(row..row + 1),
            }
        }
        tables
    }

    /// The sentences of the paragraph that `index` is one of.
    pub(super) fn paragraph(&self, index: usize) -> Range<usize> {
        let is_sentence =
            |index: usize| matches!(self.kind(index), UnitKind::Sentence | UnitKind::Definition);
        let goes_on = |index: usize| {
            let (hit, next) = (self.hit(index), self.hit(index + 1));
            let between = self.unit(index).end as usize..self.unit(index + 1).start as usize;
            hit.passage == next.passage
                && is_sentence(index)
                && is_sentence(index + 1)
                && !hit.body.get(between).is_none_or(|gap| gap.contains("\n\n"))
        };
        let start = (0..index)
            .rev()
            .take_while(|before| goes_on(*before))
            .last();
        let end = (index..self.len().saturating_sub(1))
            .take_while(|at| goes_on(*at))
            .last()
            .map_or(index, |last| last + 1);
        start.unwrap_or(index)..end + 1
    }

    /// The header of the table that `index` is a row of.
    pub(super) fn header(&self, index: usize) -> Option<&'a str> {
        if !self.is_row(index) {
            return None;
        }
        match (0..index).rev().find(|before| !self.is_row(*before)) {
            Some(before) if self.kind(before) == UnitKind::Header => Some(self.text(before)),
            Some(_) => None,
            None => Some(self.hits[0].table_header.as_str()).filter(|header| !header.is_empty()),
        }
    }

    pub(super) fn is_header(&self, index: usize) -> bool {
        self.kind(index) == UnitKind::Header
    }

    pub(super) fn is_row(&self, index: usize) -> bool {
        self.kind(index) == UnitKind::Row
    }

    pub(super) fn is_item(&self, index: usize) -> bool {
        matches!(self.kind(index), UnitKind::Item { .. })
    }

    /// An item, or code between items, which belongs to the step before it.
    fn is_in_list(&self, index: usize) -> bool {
        self.is_item(index) || self.kind(index) == UnitKind::Code
    }

    pub(super) fn is_top_item_of(&self, list: &Range<usize>, index: usize) -> bool {
        self.is_item(index) && self.depth(index) == self.depth(list.start)
    }

    /// How deep an item, a row or a block of code is in what announces it; a sentence is in nothing.
    fn depth(&self, index: usize) -> Option<u8> {
        match self.kind(index) {
            UnitKind::Item { depth } => Some(depth),
            UnitKind::Header | UnitKind::Row | UnitKind::Code => Some(u8::MAX),
            UnitKind::Sentence | UnitKind::Definition => None,
        }
    }
}

/// "1. Open the app", "2) Choose it"
fn is_numbered(text: &str) -> bool {
    number(text).is_some()
}

fn number(text: &str) -> Option<u32> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &text[..text.len() - rest.len()];
    digits.parse().ok().filter(|_| rest.starts_with(['.', ')']))
}

/// Words as a reader counts them: the bars between a row's cells are none.
pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| *word != "|").count()
}
