//! Whether two sentences speak of one thing. A gold card and a silver card cost different things, and nobody is misled.

use std::collections::HashSet;

use super::Hit;
use super::identifier::{self, Forms, Kind};
use crate::language;

/// What a document is about, for a comparison with many sentences.
pub(crate) struct Subject {
    title: Vec<String>,
    heading: Vec<String>,
    /// Codes and versions that the title names, and everything that the passage says.
    codes: Vec<identifier::Identifier>,
    forms: Forms,
}

impl Subject {
    pub(crate) fn of(hit: &Hit) -> Self {
        let codes = identifier::asked(&hit.title).into_iter();
        let is_code =
            |code: &identifier::Identifier| matches!(code.kind, Kind::Code | Kind::Version);
        Self {
            title: content(&hit.title),
            heading: content(hit.heading_path.last().map_or("", String::as_str)),
            codes: codes.filter(is_code).collect(),
            forms: hit.forms(),
        }
    }

    /// Whether what stands in the two may be about one thing.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        let names_another = |one: &Self, two: &Self| {
            let mut codes = one.codes.iter();
            codes.any(|code| !code.is_in(&two.forms))
        };
        !self.is_sibling_of(other) && !names_another(self, other) && !names_another(other, self)
    }

    /// "Trade permit" and "Resident permit"
    pub(crate) fn is_sibling_of(&self, other: &Self) -> bool {
        are_siblings(&self.title, &other.title) || are_siblings(&self.heading, &other.heading)
    }
}

/// Words that say what a title is about; "policy" and "guide" do not.
fn content(title: &str) -> Vec<String> {
    let says_nothing = |word: &String| {
        language::any(word, |language| &language.stop_words)
            || language::any(word, |language| &language.general)
            || language::any(word, |language| &language.standing.document_words)
    };
    let words = language::words(title).into_iter();
    words.filter(|word| !says_nothing(word)).collect()
}

/// "Trade permit" and "Resident permit": they begin or end alike, half of them is the same, and each has a word of its own.
fn are_siblings(one: &[String], two: &[String]) -> bool {
    let (first, second): (HashSet<_>, HashSet<_>) = (one.iter().collect(), two.iter().collect());
    let shared = first.intersection(&second).count();
    let is_number = |word: &&String| word.starts_with(|c: char| c.is_ascii_digit());
    let word = |words: &[String], last: bool| {
        let mut names = words.iter().filter(|word| !is_number(word));
        let name = if last {
            names.next_back()
        } else {
            names.next()
        };
        name.cloned()
    };
    let same = |last: bool| word(one, last).is_some() && word(one, last) == word(two, last);
    shared < first.len()
        && shared < second.len()
        && shared * 2 >= first.len().min(second.len())
        && (same(false) || same(true))
}

/// Not when each sentence names something that the other does not.
pub(crate) fn name_the_same(one: &str, two: &str) -> bool {
    let (one, two) = (names(one), names(two));
    one.is_subset(&two) || two.is_subset(&one)
}

/// Words with a capital behind the first word; of a row, also its first cell.
fn names(text: &str) -> HashSet<String> {
    let (key, rest) = match text.split_once('|') {
        Some((key, rest)) => (key, rest),
        None => (
            "",
            text.split_once(char::is_whitespace).unwrap_or_default().1,
        ),
    };
    let capitals = rest.split(|c: char| !c.is_alphanumeric());
    let capitals = capitals.filter(|word| word.starts_with(char::is_uppercase));
    key.split_whitespace()
        .chain(capitals)
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_one_kind_are_told_by_their_titles() {
        for (one, two, expected) in [
            ("Trade permit", "Resident permit", true),
            ("Wrenholt Premier Account", "Wrenholt Plus Account", true),
            ("Two year bond, issue 40", "Two year bond, issue 42", true),
            ("Returns", "Returns policy", false),
            ("Returns policy", "Shipping policy", false),
            ("Returns guide", "Returns: frequent questions", false),
            ("Agency counters", "Agency questions", false),
            ("Fees", "Money abroad", false),
            ("Opening hours", "Opening hours", false),
            ("", "Opening hours", false),
        ] {
            assert_eq!(
                are_siblings(&content(one), &content(two)),
                expected,
                "{one} {two}"
            );
        }
    }

    #[test]
    fn a_sentence_that_names_something_else_is_about_something_else() {
        for (one, two, expected) in [
            (
                "The Gold card costs £20.",
                "The Silver card costs £10.",
                false,
            ),
            ("The Gold card costs £20.", "The card costs £10.", true),
            (
                "Arrives within | Six days",
                "Arrives within | Four days",
                false,
            ),
            ("Arrives within | 6 days", "Arrives within | 4 days", true),
            ("Gold | £20", "Silver | £10", false),
        ] {
            assert_eq!(name_the_same(one, two), expected, "{one} {two}");
        }
    }
}
