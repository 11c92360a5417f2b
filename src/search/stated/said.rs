//! How what a document says about its own time is told to people.

use std::fmt;

use jiff::civil::Date;

use super::{Force, Standing, Stated};

impl Stated {
    /// What is said when the document is read, if it says anything that makes it give way to others, now or later.
    pub(crate) fn note(&self, today: Date) -> Option<String> {
        let said = match (self.standing, self.until) {
            (Standing::Outdated, _) => "it is out of date".to_owned(),
            (_, Some(until)) if until < today => format!("it was valid {}", self.period()),
            (Standing::Draft, _) => "it is a draft".to_owned(),
            (Standing::Current, _) => format!("it is valid {}", self.period()),
        };
        let then = match self.force(today) {
            Force::Over => "it answers",
            Force::NotYet if self.standing == Standing::Draft => "it answers",
            Force::NotYet => "until then it answers",
            Force::Now if self.until.is_some() => "after that it answers",
            Force::Now => return None,
        };
        Some(format!("says that {said}: {then} after pages in force"))
    }

    fn period(&self) -> Period {
        Period(self.from, self.until)
    }

    /// The same in a few words for lists; empty where it is in force.
    pub(crate) fn badge(&self, today: Date) -> &'static str {
        match self.force(today) {
            Force::Now => "",
            Force::Over => "no longer in force",
            Force::NotYet if self.standing == Standing::Draft => "calls itself a draft",
            Force::NotYet => "not yet in force",
        }
    }
}

/// "from 1 April 2025 to 31 March 2026", "a draft", "out of date"
impl fmt::Display for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standing = match self.standing {
            Standing::Current => "",
            Standing::Outdated => "out of date",
            Standing::Draft => "a draft",
        };
        let period = self.period().to_string();
        let parts = [standing, &period];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        f.write_str(&parts.join(", "))
    }
}

/// First day and last.
struct Period(Option<Date>, Option<Date>);

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |day: Date| day.strftime("%-d %B %Y").to_string();
        match (self.0, self.1) {
            (Some(from), Some(until)) => write!(f, "from {} to {}", day(from), day(until)),
            (Some(from), None) => write!(f, "from {}", day(from)),
            (None, Some(until)) => write!(f, "until {}", day(until)),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn staff_is_told_what_makes_a_document_give_way() {
        let today = date(2026, 11, 27);
        for (title, note, badge) in [
            ("Fees", None, ""),
            ("Fees from 1 May 2026", None, ""),
            (
                "Fees from 1 May 2025 to 30 April 2026",
                Some(
                    "says that it was valid from 1 May 2025 to 30 April 2026: it answers after pages in force",
                ),
                "no longer in force",
            ),
            (
                "Fees until 30 April 2027",
                Some(
                    "says that it is valid until 30 April 2027: after that it answers after pages in force",
                ),
                "",
            ),
            (
                "Fees from 1 January 2027",
                Some(
                    "says that it is valid from 1 January 2027: until then it answers after pages in force",
                ),
                "not yet in force",
            ),
            (
                "Draft rule 9",
                Some("says that it is a draft: it answers after pages in force"),
                "calls itself a draft",
            ),
            (
                "Rules (superseded)",
                Some("says that it is out of date: it answers after pages in force"),
                "no longer in force",
            ),
        ] {
            let stated = Stated::read(title, std::iter::empty());
            assert_eq!(stated.note(today).as_deref(), note, "{title}");
            assert_eq!(stated.badge(today), badge, "{title}");
        }
    }
}
