//! Dates in a text, and the period that they give.

use jiff::civil::{Date, date};

use crate::language::{self, Language, Phrases};

/// Words after a month in which its year may follow: "from 1 April of this year to the last day of March 2026".
const YEAR_WITHIN: usize = 16;

/// A date in a text, as its words.
pub(super) struct Mention {
    /// Of its first word, and after its last.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) first: Date,
    pub(super) last: Date,
}

pub(super) fn period(text: &str, words: &[String], is_title: bool) -> (Option<Date>, Option<Date>) {
    if is_title && let Some(years) = years(text) {
        return years;
    }
    let is_said = is_title
        || language::all()
            .iter()
            .any(|language| language.standing.validity.are_in(words));
    if !is_said {
        return (None, None);
    }
    let mentions = mentions(words);
    for pair in mentions.windows(2) {
        let between = &words[pair[0].end..pair[1].start];
        let joins = between.len() <= 1
            && between
                .iter()
                .all(|word| language::any(word, |language| &language.identify.to));
        if joins {
            return (Some(pair[0].first), Some(pair[1].last));
        }
    }
    let before = |mention: &Mention, list: fn(&Language) -> &Phrases| {
        let near = &words[mention.start.saturating_sub(3)..mention.start];
        language::all()
            .iter()
            .any(|language| list(language).are_in(near))
    };
    for mention in &mentions {
        if before(mention, |language| &language.standing.until) {
            return (None, Some(mention.last));
        }
        if before(mention, |language| &language.standing.from) {
            return (Some(mention.first), None);
        }
    }
    (None, None)
}

/// A title's "2025/26" or "2025-2026": from the first day of the one year to the autumn of the other, when whatever follows it has begun.
pub(super) fn years(title: &str) -> Option<(Option<Date>, Option<Date>)> {
    let pieces: Vec<&str> = title
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '-' | '–'))
        .collect();
    pieces.iter().enumerate().find_map(|(place, piece)| {
        // "Room 2024/25" is a room.
        let before = place
            .checked_sub(1)
            .map(|before| language::fold(pieces[before]));
        let is_numbered = before.is_some_and(|before| {
            language::any(&before, |language| &language.identify.labels)
                && !language::any(&before, |language| &language.standing.document_words)
        });
        if is_numbered {
            return None;
        }
        let (first, second) = piece.split_once(['/', '-', '–'])?;
        let first: i16 = first
            .parse()
            .ok()
            .filter(|year| (1990..2100).contains(year))?;
        let second: i16 = match second.len() {
            2 => second.parse::<i16>().ok()? + first / 100 * 100,
            4 => second.parse().ok()?,
            _ => return None,
        };
        (second == first + 1).then(|| (Some(date(first, 1, 1)), Some(date(second, 9, 30))))
    })
}

pub(super) fn mentions(words: &[String]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let number = |at: usize| {
        words.get(at).and_then(|word| {
            word.trim_end_matches(|c: char| c.is_alphabetic())
                .parse::<i16>()
                .ok()
        })
    };
    let day_at = |at: usize| number(at).filter(|day| (1..=31).contains(day));
    let year_at =
        |at: usize| number(at).filter(|year| (1990..2100).contains(year) && words[at].len() == 4);
    for (at, word) in words.iter().enumerate() {
        if let Some(day) = numeric(words, at) {
            found.push(Mention {
                start: at,
                end: at + 3,
                first: day,
                last: day,
            });
        }
        let month = language::all()
            .iter()
            .find_map(|language| language.months.find(word));
        let Some(month) = month.and_then(|month| i8::try_from(month + 1).ok()) else {
            continue;
        };
        let before = at.checked_sub(1).and_then(day_at);
        let after = before.is_none().then(|| day_at(at + 1)).flatten();
        let mut end = at + 1 + usize::from(after.is_some());
        let year = year_at(end);
        end += usize::from(year.is_some());
        let day = before.or(after);
        // "1 April to 31 March 2026": the first takes the year of what follows, below.
        let Some(year) = year.or_else(|| (at..words.len().min(at + YEAR_WITHIN)).find_map(year_at))
        else {
            continue;
        };
        let first = Date::new(year, month, i8::try_from(day.unwrap_or(1)).unwrap_or(1)).ok();
        let last = match day {
            Some(_) => first,
            None => first.map(Date::last_of_month),
        };
        if let (Some(first), Some(last)) = (first, last) {
            found.push(Mention {
                start: at - usize::from(before.is_some()),
                end,
                first,
                last,
            });
        }
    }
    found
}

/// "31.12.2020", "31/12/2020", "12/31/2020", "2020-12-31"; where it may be either, the day stands first.
fn numeric(words: &[String], at: usize) -> Option<Date> {
    let number = |place: usize, digits: std::ops::RangeInclusive<usize>| {
        let word = words
            .get(place)
            .filter(|word| digits.contains(&word.len()))?;
        word.parse::<i16>().ok()
    };
    let of = |year: i16, month: i16, day: i16| {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::new(year, month, day).ok()
    };
    let is_year = |year: &i16| (1990..2100).contains(year);
    if let Some(year) = number(at, 4..=4).filter(is_year) {
        return of(year, number(at + 1, 2..=2)?, number(at + 2, 2..=2)?);
    }
    let (one, two) = (number(at, 1..=2)?, number(at + 1, 1..=2)?);
    let year = number(at + 2, 4..=4).filter(is_year)?;
    of(year, two, one).or_else(|| of(year, one, two))
}
