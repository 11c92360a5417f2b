//! Everything that a text says of the kind that identifies, in the forms in which it is compared.

use std::collections::{HashMap, HashSet};

use super::calendar::{Calendar, circle, date_numbers, day_form, is_range, month_form};
use super::token::{Token, date_form, tokens};
use crate::language;
use crate::search::stem::stem;

/// What a text says that identifies.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    pub(super) all: HashSet<String>,
    /// Words that stand before numbers.
    pub(super) labels: HashSet<String>,
    /// Words that stand behind numbers.
    pub(super) counted: HashSet<String>,
    /// Numbers by what they count or measure.
    pub(super) numbers: HashMap<String, HashSet<String>>,
    pub(super) has_days: bool,
    pub(super) has_years: bool,
}

impl Forms {
    /// Whether both count or measure something of one kind, and have no number of it in common.
    pub(crate) fn disagrees_with(&self, other: &Self) -> bool {
        self.numbers.iter().any(|(counted, mine)| {
            let theirs = other.numbers.get(counted);
            theirs.is_some_and(|theirs| mine.is_disjoint(theirs))
        })
    }

    /// Whether it counts or measures anything.
    pub(crate) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    pub(crate) fn has_years(&self) -> bool {
        self.has_years
    }

    pub(crate) fn of(text: &str) -> Self {
        let mut forms = Self::default();
        forms.read(text);
        forms
    }

    /// Reads another text too.
    pub(crate) fn read(&mut self, text: &str) {
        let tokens = tokens(text);
        for (place, token) in tokens.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| &tokens[before]);
            self.all.extend(token.forms.iter().cloned());
            if token.is_letter && is_lettered(text, &tokens, place) {
                self.all.insert(letter_form(&token.word));
            }
            self.has_years |= token.is_year() || token.period.is_some();
            self.all
                .extend(token.count().map(|number| number.to_string()));
            if let (true, Some(label)) = (token.has_digit, before.filter(|b| !b.has_digit)) {
                let label = label_of(&label.word);
                for form in &token.forms {
                    self.all.insert(labelled(&label, form));
                }
                self.labels.insert(label);
            }
            self.all
                .extend(joined_with_neighbours(before, token, tokens.get(place + 1)));
            if let (Some(number), Some(next)) = (token.count(), tokens.get(place + 1)) {
                let counted = label_of(&next.word);
                self.all.insert(counted_form(&counted, &number.to_string()));
                self.numbers
                    .entry(counted.clone())
                    .or_default()
                    .insert(number.to_string());
                self.counted.insert(counted);
            }
            // "10,000 crowns", "2.50 crowns"
            if token.has_digit
                && !token.is_plain
                && !token.is_code
                && token.version.is_none()
                && token.period.is_none()
                && let Some(next) = tokens.get(place + 1).filter(|next| !next.has_digit)
            {
                let numbers = self.numbers.entry(label_of(&next.word)).or_default();
                numbers.extend(token.forms.iter().cloned());
            }
            if let Some(sign) = token.sign {
                for form in &token.forms {
                    self.numbers
                        .entry(sign.to_string())
                        .or_default()
                        .insert(form.clone());
                }
            }
        }
        self.read_days(&tokens);
    }

    fn read_days(&mut self, tokens: &[Token]) {
        let mut last: Option<(usize, Calendar)> = None;
        for (place, token) in tokens.iter().enumerate() {
            if language::any(&token.word, |l| &l.identify.every_day) {
                self.add_days(0, 6);
                self.has_days = true;
            }
            let Some(found) = Calendar::of(token) else {
                continue;
            };
            self.has_days = true;
            match found {
                Calendar::Day(day) => self.add_days(day, day),
                Calendar::Weekend => self.add_days(5, 6),
                Calendar::Weekdays => self.add_days(0, 4),
                Calendar::Month(month) => {
                    self.all.insert(month_form(month));
                    for number in date_numbers(tokens, place) {
                        self.all.insert(date_form(number, month));
                    }
                }
            }
            if let Some((before, first)) = last
                && is_range(&tokens[before + 1..place])
            {
                match (first, found) {
                    (Calendar::Day(from), Calendar::Day(to)) => self.add_days(from, to),
                    (Calendar::Month(from), Calendar::Month(to)) => {
                        self.all.extend(circle(from, to, 12).map(month_form));
                    }
                    _ => {}
                }
            }
            last = Some((place, found));
        }
    }

    fn add_days(&mut self, from: usize, to: usize) {
        self.all.extend(circle(from, to, 7).map(day_form));
    }
}

/// A letter that names something: behind "Band" or "Bands", or alone in a cell. "A boat" is none.
fn is_lettered(text: &str, tokens: &[Token], place: usize) -> bool {
    let is_label = |token: &Token| {
        let singular = token.word.strip_suffix('s').unwrap_or(&token.word);
        language::any(&token.word, |l| &l.identify.labels)
            || language::any(singular, |l| &l.identify.labels)
    };
    let is_edge = |c: Option<char>| c.is_none_or(|c| matches!(c, '|' | '\n'));
    let range = &tokens[place].range;
    let blank = |c: char| c == ' ' || c == '\t';
    let before = text[..range.start]
        .trim_end_matches(blank)
        .chars()
        .next_back();
    let after = text[range.end..].trim_start_matches(blank).chars().next();
    tokens[place.saturating_sub(LABEL_WITHIN)..place]
        .iter()
        .any(is_label)
        || is_edge(before) && is_edge(after)
}

/// "Bands A and B"
const LABEL_WITHIN: usize = 3;

/// "E 101" is "E101", and "HP-360 L" another than "HP-360".
pub(super) fn joined_with_neighbours(
    before: Option<&Token>,
    token: &Token,
    after: Option<&Token>,
) -> Vec<String> {
    if !token.has_digit {
        return Vec::new();
    }
    let prefix = before
        .filter(|before| before.is_short_prefix() && (token.is_plain || token.is_code))
        .map(|before| before.word.as_str());
    let suffix = after
        .filter(|after| after.is_suffix && (token.is_code || prefix.is_some()))
        .map(|after| after.word.as_str());
    let mut joined = Vec::new();
    for (prefix, suffix) in [(prefix, None), (None, suffix), (prefix, suffix)] {
        if prefix.is_some() || suffix.is_some() {
            joined.push(
                [
                    prefix.unwrap_or_default(),
                    &token.joined,
                    suffix.unwrap_or_default(),
                ]
                .concat(),
            );
        }
    }
    joined.dedup();
    joined
}

pub(super) fn counted_form(counted: &str, number: &str) -> String {
    format!("{number}>{counted}")
}

pub(super) fn labelled(label: &str, form: &str) -> String {
    format!("{label}#{form}")
}

pub(super) fn letter_form(letter: &str) -> String {
    format!("letter {letter}")
}

pub(super) fn label_of(word: &str) -> String {
    stem(word)
}
