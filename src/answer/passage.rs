//! A found passage as the units that it is made of, and what belongs to what among them.

use std::ops::Range;

use crate::search::{Hit, Unit, UnitKind};

pub(super) struct Passage<'a> {
    pub hit: &'a Hit,
    pub units: &'a [Unit],
}

impl<'a> Passage<'a> {
    pub(super) fn new(hit: &'a Hit) -> Self {
        Self {
            hit,
            units: &hit.units,
        }
    }

    pub(super) fn text(&self, index: usize) -> &'a str {
        self.units[index].text(&self.hit.body)
    }

    /// The unit that announces the list, table or code that `index` is of.
    pub(super) fn lead_in(&self, index: usize) -> Option<usize> {
        let own = depth(&self.units[index])?;
        (0..index)
            .rev()
            .find_map(|before| match depth(&self.units[before]) {
                Some(outer) if outer >= own => None,
                // An outer item or a sentence ends the search, whether it announces anything or not.
                _ => Some(self.units[before].leads_in.then_some(before)),
            })?
    }

    /// The items, rows or code that `lead` announces.
    pub(super) fn led_by(&self, lead: usize) -> Range<usize> {
        let own = depth(&self.units[lead]);
        let within =
            |unit: &Unit| depth(unit).is_some_and(|depth| own.is_none_or(|own| depth > own));
        let count = self.units[lead + 1..]
            .iter()
            .take_while(|unit| within(unit))
            .count();
        lead + 1..lead + 1 + count
    }

    /// The numbered list that `index` is an item of, with what is nested in it: steps, of which none can be left out.
    pub(super) fn steps(&self, index: usize) -> Option<Range<usize>> {
        let own = depth(&self.units[index])?;
        if !self.is_item(index) {
            return None;
        }
        let within =
            |other: &usize| self.is_item(*other) && depth(&self.units[*other]) >= Some(own);
        let start = (0..index).rev().take_while(within).last().unwrap_or(index);
        let end = (index..self.units.len())
            .take_while(within)
            .last()
            .unwrap_or(index)
            + 1;
        is_numbered(self.text(start)).then_some(start..end)
    }

    pub(super) fn has_steps(&self) -> bool {
        (0..self.units.len()).any(|index| self.steps(index).is_some())
    }

    /// "To do this:" is followed by steps too, whatever their marks.
    pub(super) fn announces_steps(&self, lead: usize) -> bool {
        let is_purpose = self
            .text(lead)
            .strip_prefix("To ")
            .is_some_and(|rest| rest.starts_with(char::is_lowercase));
        is_purpose || self.units.get(lead + 1).is_some() && is_numbered(self.text(lead + 1))
    }

    /// The tables, each as its rows.
    pub(super) fn tables(&self) -> Vec<Range<usize>> {
        let mut tables: Vec<Range<usize>> = Vec::new();
        for row in (0..self.units.len()).filter(|index| self.units[*index].kind == UnitKind::Row) {
            match tables.last_mut() {
                Some(table) if table.end == row => table.end += 1,
                _ => tables.push(row..row + 1),
            }
        }
        tables
    }

    /// The header of the table that `index` is a row of.
    pub(super) fn header(&self, index: usize) -> Option<&'a str> {
        if self.units[index].kind != UnitKind::Row {
            return None;
        }
        match (0..index)
            .rev()
            .find(|before| self.units[*before].kind != UnitKind::Row)
        {
            Some(before) if self.units[before].kind == UnitKind::Header => Some(self.text(before)),
            Some(_) => None,
            None => Some(self.hit.table_header.as_str()).filter(|header| !header.is_empty()),
        }
    }

    fn is_item(&self, index: usize) -> bool {
        matches!(self.units[index].kind, UnitKind::Item { .. })
    }
}

/// "1. Open the app", "2) Choose it"
fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && rest.starts_with(['.', ')'])
}

/// How deep an item, a row or a block of code is in what announces it; a sentence is in nothing.
fn depth(unit: &Unit) -> Option<u8> {
    match unit.kind {
        UnitKind::Item { depth } => Some(depth),
        UnitKind::Header | UnitKind::Row | UnitKind::Code => Some(u8::MAX),
        UnitKind::Sentence | UnitKind::Definition => None,
    }
}
