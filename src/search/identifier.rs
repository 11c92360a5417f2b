//! What identifies: numbers, codes, versions, dates and days, in forms that can be compared.
//!
//! A word piece model hardly tells 2024 from 2025 or E-101 from E-102, so what a question names exactly must stand in what answers it.
//! [`asked`] reads a question and says what that is; [`Forms`] reads a text and holds every form in which it says something of the kind:
//! `E-101`, `E101` and `e 101` are one code, `10,000` and `10.000` one number, and `Monday to Friday` holds Wednesday.

mod calendar;
mod forms;
mod token;

use std::collections::HashSet;
use std::ops::Range;

use super::stem::stem;
use crate::language::{self, Language, Words};
use calendar::{Calendar, date_numbers, day_form, month_form};
pub(crate) use forms::Forms;
use forms::{counted_form, joined_with_neighbours, label_of, labelled, letter_form};
use token::{Token, date_form, tokens};

/// How a question names something, from what identifies for certain to what may be a mere quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// `E-101`, `AX1200`.
    Code,
    /// `2.10.0`, `v3`, `version 3`.
    Version,
    /// `room 205`, `Rule 4.2`: a number behind what it numbers.
    Label,
    /// `2024`, `2025/26`.
    Period,
    /// `24 December`.
    Date,
    /// `Sunday`, `May`.
    Day,
    /// `£300`, `10 years`, `5 %`.
    Quantity,
    /// `four people`: only a text that counts such things can lack it.
    Count,
}

/// Something that a question names exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identifier {
    pub kind: Kind,
    /// Bytes of the question.
    pub range: Range<usize>,
    /// Each a way to say it: forms that must all be there.
    ways: Vec<Vec<String>>,
    /// The word before a number, which tells `room 205` from `extension 205`.
    label: Option<String>,
    /// The number and the word behind it: "4 people".
    counted: Option<(u32, String)>,
}

impl Identifier {
    /// Whether a text says it.
    pub(crate) fn is_in(&self, forms: &Forms) -> bool {
        if let Some(label) = &self.label
            && forms.labels.contains(label)
        {
            // The text numbers such things: the number must be of one.
            return self
                .ways
                .iter()
                .flatten()
                .any(|form| forms.all.contains(&labelled(label, form)));
        }
        if let Some((number, counted)) = &self.counted
            && forms.counted.contains(counted)
        {
            // The text counts such things: so many of them it must say.
            return forms
                .all
                .contains(&counted_form(counted, &number.to_string()));
        }
        self.ways
            .iter()
            .any(|way| way.iter().all(|form| forms.all.contains(form)))
    }

    /// Whether a text says something of the kind, and not this: only then does its silence on a day or a date speak against it.
    pub(crate) fn is_contradicted_by(&self, forms: &Forms) -> bool {
        !self.is_in(forms)
            && match self.kind {
                Kind::Day | Kind::Date => forms.has_days,
                _ => true,
            }
    }

    /// Whether a text counts such things, and never so many.
    pub(crate) fn has_other_count_in(&self, forms: &Forms) -> bool {
        let is_counted = |(_, counted): &(u32, String)| forms.counted.contains(counted);
        !self.is_in(forms) && self.counted.as_ref().is_some_and(is_counted)
    }

    /// Whether a text numbers such things, and this is none of them.
    pub(crate) fn has_neighbour_in(&self, forms: &Forms) -> bool {
        let is_numbered = |label: &String| forms.labels.contains(label);
        !self.is_in(forms) && self.label.as_ref().is_some_and(is_numbered)
    }

    /// The forms in which it may be said.
    pub(crate) fn forms(&self) -> impl Iterator<Item = &str> {
        self.ways.iter().flatten().map(String::as_str)
    }

    /// Rather the name of a thing than a quantity.
    pub(crate) fn names_a_thing(&self) -> bool {
        matches!(
            self.kind,
            Kind::Code | Kind::Version | Kind::Label | Kind::Period
        )
    }

    /// A code, or a version with its points: nothing else is written so.
    pub(crate) fn is_unmistakable(&self) -> bool {
        self.kind == Kind::Code || self.kind == Kind::Version && self.label.is_none()
    }

    /// Whether a word of the question, by its bytes, is a part of it.
    pub(crate) fn covers(&self, word: &Range<usize>) -> bool {
        self.range.start < word.end && word.start < self.range.end
    }

    /// As it stands in the question.
    pub(crate) fn text<'a>(&self, question: &'a str) -> &'a str {
        &question[self.range.clone()]
    }
}

/// What a question names exactly, each once.
pub(crate) fn asked(question: &str) -> Vec<Identifier> {
    let tokens = tokens(question);
    let mut found: Vec<Identifier> = Vec::new();
    let mut used = HashSet::new();
    for (place, token) in tokens.iter().enumerate() {
        if let Some(Calendar::Month(month)) = Calendar::of(token) {
            let numbers = date_numbers(&tokens, place);
            let (kind, ways) = match numbers.as_slice() {
                [] => (Kind::Day, vec![vec![month_form(month)]]),
                days => {
                    let forms = days.iter().map(|day| date_form(*day, month)).collect();
                    (Kind::Date, vec![forms])
                }
            };
            let near = place.saturating_sub(3)..(place + 2).min(tokens.len());
            used.extend(near.filter(|at| tokens[*at].number.is_some_and(|n| numbers.contains(&n))));
            found.push(Identifier {
                kind,
                range: token.range.clone(),
                ways,
                label: None,
                counted: None,
            });
        } else if let Some(Calendar::Day(day)) = Calendar::of(token) {
            let ways = vec![vec![day_form(day)]];
            found.push(Identifier {
                kind: Kind::Day,
                range: token.range.clone(),
                ways,
                label: None,
                counted: None,
            });
        }
    }
    for (place, token) in tokens.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| &tokens[before]);
        found.extend(before.and_then(|before| of_letter(token, before)));
        if token.has_digit && !used.contains(&place) {
            let after = tokens.get(place + 1);
            found.extend(of_number(token, before, after));
        }
    }
    for (place, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| !token.has_digit)
    {
        if let (Some(number), Some(next)) = (token.count(), tokens.get(place + 1)) {
            let counted = Some((number, label_of(&next.word)));
            found.push(Identifier {
                kind: Kind::Count,
                range: token.range.start..next.range.end,
                ways: vec![vec![]],
                label: None,
                counted,
            });
        }
    }
    found.sort_by_key(|identifier| identifier.range.start);
    found.dedup_by(|a, b| a.ways == b.ways && a.label == b.label && a.counted == b.counted);
    found
}

/// "Band E", "Zone C"
fn of_letter(token: &Token, before: &Token) -> Option<Identifier> {
    let is_lettered = token.is_letter && is_label(&before.word, |l| &l.identify.labels);
    is_lettered.then(|| Identifier {
        kind: Kind::Label,
        range: before.range.start..token.range.end,
        ways: vec![vec![letter_form(&token.word)]],
        label: None,
        counted: None,
    })
}

fn of_number(token: &Token, before: Option<&Token>, after: Option<&Token>) -> Option<Identifier> {
    let new = |kind, range: Range<usize>, ways, label| {
        let counted = token
            .count()
            .zip(after.map(|after| label_of(&after.word)))
            .filter(|(_, word)| !word.is_empty());
        Some(Identifier {
            kind,
            range,
            ways,
            label,
            counted: counted.filter(|_| kind == Kind::Quantity),
        })
    };
    let whole = token.range.clone();
    if let Some(version) = &token.version {
        return new(Kind::Version, whole, vec![vec![version.clone()]], None);
    }
    if let Some(period) = &token.period {
        let years = token.years.iter().map(u32::to_string).collect();
        return new(Kind::Period, whole, vec![vec![period.clone()], years], None);
    }
    let prefix = before.filter(|before| {
        before.is_short_prefix() && token.is_plain && (before.is_capital || before.word.len() <= 2)
    });
    if token.is_code || prefix.is_some() && !token.has_unit {
        let suffix = after.filter(|after| after.is_suffix);
        let start = prefix.map_or(whole.start, |prefix| prefix.range.start);
        let end = suffix.map_or(whole.end, |suffix| suffix.range.end);
        let joined = [
            prefix.map_or("", |prefix| prefix.word.as_str()),
            &token.joined,
            suffix.map_or("", |suffix| suffix.word.as_str()),
        ];
        return new(Kind::Code, start..end, vec![vec![joined.concat()]], None);
    }
    let ways: Vec<Vec<String>> = token.forms.iter().map(|form| vec![form.clone()]).collect();
    let is_quantity = token.has_unit
        || after.is_some_and(|after| language::any(&after.word, |l| &l.identify.units))
        || token.is_ordinal;
    if token.is_year() && !is_quantity {
        return new(Kind::Period, whole, ways, None);
    }
    let label = before.filter(|before| {
        !is_quantity && !before.has_digit && is_label(&before.word, |l| &l.identify.labels)
    });
    match label {
        Some(before) => {
            let label = label_of(&before.word);
            let kind = if is_label(&before.word, |l| &l.identify.versions) {
                Kind::Version
            } else {
                Kind::Label
            };
            new(kind, before.range.start..whole.end, ways, Some(label))
        }
        None => new(Kind::Quantity, whole, ways, None),
    }
}

/// Of a list, in the singular or the plural.
fn is_label(word: &str, list: fn(&Language) -> &Words) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    language::any(word, list) || language::any(singular, list)
}

/// Terms for the index beside a text's words: what hyphens, points and separators cut.
pub(super) fn compounds(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut terms: Vec<String> = Vec::new();
    for (place, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.has_digit)
    {
        if !token.is_plain {
            terms.extend(token.forms.iter().cloned());
        }
        let before = place.checked_sub(1).map(|before| &tokens[before]);
        terms.extend(joined_with_neighbours(before, token, tokens.get(place + 1)));
    }
    terms.extend(hyphenated(text));
    terms
}

/// "wi-fi" as "wifi".
fn hyphenated(text: &str) -> impl Iterator<Item = String> {
    let is_compound = |word: &&str| {
        let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
        inner.contains(['-', '‑'])
            && inner.len() <= MAX_HYPHENATED
            && !inner.contains(|c: char| c.is_ascii_digit())
    };
    text.split_whitespace()
        .filter(is_compound)
        .map(|word| stem(&language::fold(word)))
}

const MAX_HYPHENATED: usize = 24;
