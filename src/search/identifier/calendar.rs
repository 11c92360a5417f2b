//! Days, weekdays and months, and the ranges between them.

use super::token::Token;
use crate::language::{self, Language, Words};

/// From one place of a circle to another, both included.
pub(super) fn circle(from: usize, to: usize, length: usize) -> impl Iterator<Item = usize> {
    let count = (to + length - from) % length + 1;
    (0..count).map(move |step| (from + step) % length)
}

/// What joins the ends of a range: "to", "until", a dash, and numbers of days beside months.
pub(super) fn is_range(between: &[Token]) -> bool {
    between.len() <= 5
        && between
            .iter()
            .any(|token| token.dash_before || language::any(&token.word, |l| &l.identify.to))
        || between.is_empty()
}

pub(super) fn day_form(day: usize) -> String {
    format!("day{day}")
}

pub(super) fn month_form(month: usize) -> String {
    format!("month{month}")
}

/// Numbers beside a month that may be its days: "24 December", "1. May", "May 1st", "24 and 25 December".
pub(super) fn date_numbers(tokens: &[Token], month: usize) -> Vec<u32> {
    let day = |token: &Token| {
        token
            .number
            .filter(|number| (1..=31).contains(number) && token.is_plain)
    };
    let after = tokens.get(month + 1).and_then(day);
    let before = tokens[..month]
        .iter()
        .rev()
        .take(3)
        .take_while(|token| day(token).is_some() || language::any(&token.word, |l| &l.identify.and))
        .filter_map(day);
    before.chain(after).collect()
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Calendar {
    Day(usize),
    Weekdays,
    Weekend,
    Month(usize),
}

impl Calendar {
    pub(super) fn of(token: &Token) -> Option<Self> {
        if token.has_digit {
            return None;
        }
        let word = token.word.as_str();
        let singular = word.strip_suffix('s').unwrap_or(word);
        let is = |list: fn(&Language) -> &Words| {
            language::any(word, list) || language::any(singular, list)
        };
        if is(|l| &l.identify.weekend) {
            return Some(Self::Weekend);
        }
        if is(|l| &l.identify.weekdays) {
            return Some(Self::Weekdays);
        }
        // "Do" and "So" are days in German, and begin half of the questions in English.
        let may_be_short = token.is_capital && !language::any(word, |l| &l.stop_words);
        let find = |language: &Language| {
            let day = language
                .weekdays
                .find_name(word)
                .or_else(|| language.weekdays.find_short(word).filter(|_| may_be_short));
            let month = || {
                language
                    .months
                    .find_name(word)
                    .or_else(|| language.months.find_short(word).filter(|_| may_be_short))
            };
            day.map(Self::Day).or_else(|| month().map(Self::Month))
        };
        // "may", "march" and "mar" are mostly no months.
        language::all().iter().find_map(find).filter(|_| {
            token.is_capital && !token.is_capital_by_place || !matches!(word, "may" | "march")
        })
    }
}
