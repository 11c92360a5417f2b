//! Times that a question names, by their dates or by today.

use jiff::civil::{Date, date};

use super::period::{Mention, mentions, years};
use crate::language::{self, Language};
use crate::search::identifier::{self, Identifier, Kind};

/// Words of "prior to".
const BEFORE: usize = 2;

/// From one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time {
    pub first: Date,
    pub last: Date,
}

/// The times that a text names: days and months with their year, years, "2025/26", "last year".
pub(crate) fn times(text: &str, today: Date) -> Vec<Time> {
    if let Some((Some(first), Some(last))) = years(text) {
        // Its first day is known only roughly, and so the middle stands for all of it.
        let first = first.saturating_add(jiff::Span::new().months(9));
        let last = last.saturating_sub(jiff::Span::new().months(9));
        return vec![Time {
            first: first.min(last),
            last: first.max(last),
        }];
    }
    let words = language::words(text);
    let named = mentions(&words);
    if !named.is_empty() {
        let time = |mention: &Mention| {
            if is_before(&words, mention.start) {
                let eve = mention.first.saturating_sub(jiff::Span::new().days(1));
                return Time {
                    first: eve,
                    last: eve,
                };
            }
            Time {
                first: mention.first,
                last: mention.last,
            }
        };
        return named.iter().map(time).collect();
    }
    let by_today = relative(&words, today);
    if !by_today.is_empty() {
        return by_today;
    }
    // "£2000" and "2000 pounds" are no years.
    let year = |name: &Identifier| {
        let year: i16 = name.text(text).parse().ok()?;
        let is_year = name.kind == Kind::Period && (1990..2100).contains(&year);
        is_year.then(|| Time {
            first: date(year, 1, 1),
            last: date(year, 12, 31),
        })
    };
    identifier::asked(text).iter().filter_map(year).collect()
}

/// "before April 2026" is no time in April.
fn is_before(words: &[String], start: usize) -> bool {
    (1..=BEFORE.min(start)).any(|count| {
        let phrase = &words[start - count..start];
        let is = |language: &Language| language.relative.before.are(phrase);
        language::all().iter().any(is)
    })
}

/// "last year", "next April"
fn relative(words: &[String], today: Date) -> Vec<Time> {
    let says = |word: &str, list: fn(&Language) -> &language::Words| language::any(word, list);
    let pairs = words.windows(2).filter_map(|pair| {
        let ahead = if says(&pair[0], |language| &language.relative.next) {
            1
        } else if says(&pair[0], |language| &language.relative.last) {
            -1
        } else {
            return None;
        };
        if says(&pair[1], |language| &language.relative.year) {
            let year = today.year() + ahead;
            return Some(Time {
                first: Date::new(year, 1, 1).ok()?,
                last: Date::new(year, 12, 31).ok()?,
            });
        }
        let mut all = language::all().iter();
        let month = all.find_map(|language| language.months.find_name(&pair[1]))?;
        let month = i8::try_from(month + 1).ok()?;
        let is_of_this_year = (month > today.month()) == (ahead > 0) && month != today.month();
        let year = today.year() + if is_of_this_year { 0 } else { ahead };
        let first = Date::new(year, month, 1).ok()?;
        Some(Time {
            first,
            last: first.last_of_month(),
        })
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        date(2026, 11, 27)
    }

    #[test]
    fn numbers_that_are_no_years_name_no_time() {
        for text in [
            "20000",
            "room 9999",
            "£2000",
            "2000 pounds",
            "32767 1",
            "-30000",
            "99999999999",
        ] {
            assert_eq!(times(text, today()), [], "{text}");
        }
        assert_eq!(times("in 2025", today()).len(), 1);
    }

    #[test]
    fn a_time_may_be_told_by_today() {
        for (text, first, last) in [
            ("last year", date(2025, 1, 1), date(2025, 12, 31)),
            ("letztes Jahr", date(2025, 1, 1), date(2025, 12, 31)),
            ("from next year on", date(2027, 1, 1), date(2027, 12, 31)),
            ("next april", date(2027, 4, 1), date(2027, 4, 30)),
            ("next December", date(2026, 12, 1), date(2026, 12, 31)),
            ("last April", date(2026, 4, 1), date(2026, 4, 30)),
            ("last December", date(2025, 12, 1), date(2025, 12, 31)),
            ("before April 2026", date(2026, 3, 31), date(2026, 3, 31)),
        ] {
            assert_eq!(times(text, today()), [Time { first, last }], "{text}");
        }
        assert_eq!(times("my last card", today()), []);
    }
}
