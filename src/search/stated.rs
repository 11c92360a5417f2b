//! What a document says about its own time: a period, that it is old, or that it is a draft.
//!
//! Only its title and its first sentences are read, and of these only what speaks of the document: "your card has expired" does not.

mod period;
mod said;
mod standing;
mod times;

use jiff::civil::Date;
use serde::Serialize;

use crate::language::{self, Language};
use period::{period, years};
pub(crate) use times::{Time, times};

/// Sentences of the beginning that are read.
const SENTENCES: usize = 4;
/// A sentence of so few words speaks of the document without naming it: "Superseded."
const SHORT: usize = 5;

/// What a document says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Stated {
    pub standing: Standing,
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// It says nothing else.
    #[default]
    Current,
    /// That it is old, replaced or withdrawn.
    Outdated,
    Draft,
}

impl Standing {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Outdated => "outdated",
            Self::Draft => "draft",
        }
    }
}

impl std::str::FromStr for Standing {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Current, Self::Outdated, Self::Draft]
            .into_iter()
            .find(|standing| standing.name() == text)
            .ok_or(())
    }
}

/// How a document stands on a day, by what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Force {
    /// In force.
    Now,
    /// Its period is over, or it says that it is old.
    Over,
    /// Its period is to come, or it is a draft.
    NotYet,
}

impl Force {
    /// For programs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Over => "over",
            Self::NotYet => "not_yet",
        }
    }
}

impl Stated {
    /// Reads a title and the first sentences of a text.
    pub(crate) fn read<'t>(title: &str, sentences: impl Iterator<Item = &'t str>) -> Self {
        let mut reading = Reading::default();
        reading.take(title, true);
        for sentence in sentences.take(SENTENCES) {
            reading.take(sentence, false);
        }
        reading.stated
    }

    pub(crate) fn force(&self, day: Date) -> Force {
        if self.standing == Standing::Outdated || self.until.is_some_and(|until| until < day) {
            Force::Over
        } else if self.standing == Standing::Draft || self.from.is_some_and(|from| from > day) {
            Force::NotYet
        } else {
            Force::Now
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a time lies at least in part in its period.
    pub(crate) fn covers(&self, time: Time) -> bool {
        (self.from.is_some() || self.until.is_some())
            && self.from.is_none_or(|from| from <= time.last)
            && self.until.is_none_or(|until| until >= time.first)
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    stated: Stated,
    /// The period is that of a title such as "2026/27", of which the days are not known.
    is_rough: bool,
}

impl Reading {
    fn take(&mut self, text: &str, is_title: bool) {
        let words = language::words(text);
        let has = |list: fn(&Language) -> &language::Words| {
            words.iter().any(|word| language::any(word, list))
        };
        if self.stated.standing == Standing::Current {
            self.stated.standing = standing::of(text, &words, is_title);
        }
        let speaks_of_itself = is_title
            || !has(|language| &language.standing.reader_words)
                && (words.len() <= SHORT || has(|language| &language.standing.document_words));
        if !speaks_of_itself {
            return;
        }
        // A title's "2026/27" is known only roughly; a sentence with days says it better.
        if self.stated.from.is_none() && self.stated.until.is_none() || self.is_rough {
            let (from, until) = period(text, &words, is_title);
            if from.is_some() || until.is_some() {
                (self.stated.from, self.stated.until) = (from, until);
                self.is_rough = is_title && years(text).is_some();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(title: &str, text: &str) -> Stated {
        Stated::read(title, text.split_inclusive(". "))
    }

    fn today() -> Date {
        date(2026, 11, 27)
    }

    #[test]
    fn a_document_says_from_when_to_when_it_holds() {
        for (title, text, from, until) in [
            (
                "Prices from 1 May 2025 to 30 April 2026",
                "",
                Some(date(2025, 5, 1)),
                Some(date(2026, 4, 30)),
            ),
            (
                "Prices",
                "These prices are valid from 1 May 2025 until 30 April 2026. More.",
                Some(date(2025, 5, 1)),
                Some(date(2026, 4, 30)),
            ),
            (
                "Ferry times 2025/26",
                "",
                Some(date(2025, 1, 1)),
                Some(date(2026, 9, 30)),
            ),
            (
                "Ferry times 2026/27",
                "These times apply from 1 May 2026 to 30 April 2027.",
                Some(date(2026, 5, 1)),
                Some(date(2027, 4, 30)),
            ),
            (
                "Rules of the house",
                "In force since 3 March 2020.",
                Some(date(2020, 3, 3)),
                None,
            ),
            (
                "Offer",
                "This offer is valid until March 2026.",
                None,
                Some(date(2026, 3, 31)),
            ),
            ("Room 2024/25", "It has a sofa.", None, None),
            (
                "Works",
                "The road is closed from 1 May 2025 to 30 April 2026.",
                None,
                None,
            ),
            (
                "Cards",
                "Your card is valid until 31 March 2026 if you do nothing.",
                None,
                None,
            ),
            (
                "Gebühren",
                "Diese Gebühren sind gültig ab 1 Januar 2027.",
                Some(date(2027, 1, 1)),
                None,
            ),
        ] {
            let stated = read(title, text);
            assert_eq!((stated.from, stated.until), (from, until), "{title} {text}");
        }
    }

    #[test]
    fn days_may_be_written_in_digits() {
        for (title, text, from, until) in [
            (
                "Prices",
                "Valid until 31.12.2020.",
                None,
                Some(date(2020, 12, 31)),
            ),
            (
                "Prices",
                "These prices are valid from 2024-05-01 to 2025-04-30.",
                Some(date(2024, 5, 1)),
                Some(date(2025, 4, 30)),
            ),
            (
                "Soap",
                "This offer ended on 30/06/2024.",
                None,
                Some(date(2024, 6, 30)),
            ),
        ] {
            let stated = read(title, text);
            assert_eq!((stated.from, stated.until), (from, until), "{title} {text}");
        }
    }

    #[test]
    fn the_end_may_be_said_in_many_ways() {
        for text in [
            "These rules applied until 31 March 2026.",
            "Valid: 01/01/2024 - 31/12/2025",
            "This offer closed in September 2026.",
            "**Archived – replaced by the staff handbook.**",
            "**Status:** archived",
            "Status: superseded",
        ] {
            assert_eq!(read("Parking", text).force(today()), Force::Over, "{text}");
        }
        assert_eq!(read("Parking", "Status: draft").standing, Standing::Draft);
        assert_eq!(
            read("Parking", "The car park is closed in September 2026.").force(today()),
            Force::Now
        );
    }

    #[test]
    fn a_document_says_that_it_is_old_or_a_draft() {
        for (title, text, expected) in [
            (
                "Guide",
                "This is an old version. Read on.",
                Standing::Outdated,
            ),
            (
                "Guide",
                "Superseded by the edition of May.",
                Standing::Outdated,
            ),
            (
                "Rule 4",
                "Revoked. This rule was revoked in May.",
                Standing::Outdated,
            ),
            ("Draft rule 9", "It says nothing else.", Standing::Draft),
            ("Rule 9", "Draft for consultation.", Standing::Draft),
            (
                "Cards",
                "If your card has expired, ask for another.",
                Standing::Current,
            ),
            (
                "Provisional licence",
                "It is valid for a year.",
                Standing::Current,
            ),
            ("Withdrawn banknotes", "We take them.", Standing::Current),
            ("Expired cards", "Send them back.", Standing::Current),
            ("How to save a draft", "Choose Save.", Standing::Current),
            ("Bar", "The bar sells draft beer.", Standing::Current),
            ("Rule 11", "This is not a draft.", Standing::Current),
            (
                "Ferry guide (old)",
                "Boats leave at noon.",
                Standing::Outdated,
            ),
            (
                "DRAFT: Ferry guide",
                "Boats leave at noon.",
                Standing::Draft,
            ),
            ("Entwurf der Hausordnung", "Ruhe ab zehn.", Standing::Draft),
            (
                "Money withdrawn abroad",
                "You can take out money in most countries.",
                Standing::Current,
            ),
            ("Rule 10", "This rule replaces rule 9.", Standing::Current),
        ] {
            assert_eq!(read(title, text).standing, expected, "{title} {text}");
        }
    }

    #[test]
    fn what_is_over_is_not_in_force() {
        assert_eq!(read("Fees 2025/26", "").force(today()), Force::Over);
        assert_eq!(read("Fees 2026/27", "").force(today()), Force::Now);
        assert_eq!(
            read("Fees from 1 January 2027", "").force(today()),
            Force::NotYet
        );
        let named = |text: &str| times(text, today())[0];
        let fees = read("Fees from 1 April 2025 to 31 March 2026", "");
        for (text, expected) in [
            ("in 2025", true),
            ("in January 2026", true),
            ("in June 2026", false),
            ("in 2025/26", true),
            ("in 2026/27?", false),
        ] {
            assert_eq!(fees.covers(named(text)), expected, "{text}");
        }
    }
}
