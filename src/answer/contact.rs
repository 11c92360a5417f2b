//! Questions for a way to reach somebody, and texts that have one.

use crate::language::{self, Language};
use crate::search::Hit;

/// Digits of a telephone number.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// How much of a question asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing.
    No,
    /// It asks for one among other things: "who do I ring when I am ill abroad".
    Asked,
    /// It asks for nothing else: "what's your number".
    Alone,
}

impl Reach {
    pub(super) fn of(words: &[String]) -> Self {
        let is_asked = |language: &Language| language.asks.contact.are_in(words);
        let is_mere = |word: &String| {
            language::any(word, |language| &language.stop_words)
                || language::all()
                    .iter()
                    .any(|language| language.asks.contact.mention(word))
        };
        if !language::all().iter().any(is_asked) {
            Self::No
        } else if words.iter().all(is_mere) {
            Self::Alone
        } else {
            Self::Asked
        }
    }
}

/// Whether a text has a telephone number or an e-mail address.
pub(super) fn reaches(text: &str) -> bool {
    has_telephone_number(text) || text.split_whitespace().any(is_address)
}

/// It says how somebody can be reached, and is there for that.
pub(super) fn answers(hit: &Hit) -> bool {
    is_about(hit) && reaches(&hit.body)
}

/// "Contact us", "Telephone numbers"
pub(super) fn is_about(hit: &Hit) -> bool {
    language::words(&hit.names())
        .iter()
        .any(|word| language::any(word, |language| &language.asks.contact_words))
}

/// Groups of digits beside each other that begin with a nought or a plus: `0808 157 0100`, `+47 555 01 340`.
fn has_telephone_number(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '\u{a0}');
    text.match_indices(['0', '+']).any(|(start, first)| {
        let before = text[..start].chars().next_back();
        if before.is_some_and(char::is_alphanumeric) {
            return false;
        }
        let rest = &text[start + first.len()..];
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let own = usize::from(first == "0");
        let digits = rest[..end].chars().filter(char::is_ascii_digit).count() + own;
        DIGITS.contains(&digits)
    })
}

fn is_address(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.trim_end_matches('.').contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_told_from_other_numbers() {
        for text in [
            "Call 0808 157 0100.",
            "(+47 555 01 340)",
            "write to help@bank.example",
        ] {
            assert!(reaches(text), "{text}");
        }
        for text in [
            "on 1 January 2026",
            "on 01/02/2026",
            "£10,000 or more",
            "0.5 %",
            "E-0800",
            "an @ sign",
        ] {
            assert!(!reaches(text), "{text}");
        }
    }

    #[test]
    fn who_asks_for_a_number_is_understood() {
        let reach = |text: &str| Reach::of(&language::words(text));
        assert_eq!(reach("what's your number"), Reach::Alone);
        assert_eq!(reach("who do I ring when the roof leaks"), Reach::Asked);
        assert_eq!(reach("What number of guests may come?"), Reach::No);
    }
}
