//! Text to terms: what the lexical half of the search compares.
//!
//! A term is a run of letters and digits, lower-case, without diacritics, reduced to its stem (Snowball's English stemmer, which leaves
//! words of other languages mostly alone). `don't` is one word, `don t`; apostrophes are dropped, and other marks separate.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::identifier;
use super::stem::stem;
use crate::language::{self, fold};

/// Longer runs are data, not words.
const MAX_TERM_CHARS: usize = 40;
/// A question may be long; its rarest terms decide, and more than this many are noise.
const MAX_QUERY_TERMS: usize = 64;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Bytes of the text.
    pub range: Range<usize>,
    pub term: String,
    /// Says nothing about what a text is about.
    pub is_stop: bool,
}

/// All terms of a text, in order, repeated as they are.
pub(crate) fn terms(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.term).collect()
}

/// The terms under which a text is indexed: its words, and what hyphens, points and separators cut (`E-101` is `e101` too).
pub(crate) fn index_terms(text: &str) -> Vec<String> {
    let mut terms = terms(text);
    terms.extend(identifier::compounds(text));
    terms
}

/// The distinct terms of a question, without stop words, unless it has no others.
pub(crate) fn query_terms(text: &str) -> Vec<String> {
    let words = words(text);
    let only_stop_words = words.iter().all(|word| word.is_stop);
    let mut distinct: Vec<String> = Vec::new();
    for word in words {
        if (only_stop_words || !word.is_stop) && !distinct.contains(&word.term) {
            distinct.push(word.term);
        }
    }
    for compound in identifier::compounds(text) {
        if !distinct.contains(&compound) {
            distinct.push(compound);
        }
    }
    distinct.truncate(MAX_QUERY_TERMS);
    distinct
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let stop_words = &language::english().stop_words;
    let within = |c: char| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\'' | '’');
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find(within).map(|at| rest + at) {
        let end = text[start..]
            .find(|c| !within(c))
            .map_or(text.len(), |at| start + at);
        let folded = fold(&text[start..end]);
        if !folded.is_empty() && folded.chars().count() <= MAX_TERM_CHARS {
            let is_stop = stop_words.contains(&folded);
            words.push(Word {
                range: start..end,
                term: stem(&folded),
                is_stop,
            });
        }
        rest = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_their_place() {
        let found = words("Don’t—the Fee");
        let places: Vec<_> = found
            .iter()
            .map(|word| (word.range.clone(), word.term.as_str(), word.is_stop))
            .collect();
        assert_eq!(
            places,
            [
                (0..7, "dont", true),
                (10..13, "the", true),
                (14..17, "fee", false)
            ]
        );
    }

    #[test]
    fn words_are_folded_and_stemmed() {
        assert_eq!(
            terms("The Café’s fees, FEES & charging—v1.2!"),
            ["the", "cafe", "fee", "fee", "charg", "v1", "2"]
        );
    }

    #[test]
    fn a_question_keeps_what_it_is_about() {
        assert_eq!(
            query_terms("What is the fee for a CHAPS payment, and what fee for BACS?"),
            ["fee", "chap", "payment", "bac"]
        );
    }

    #[test]
    fn a_question_of_stop_words_alone_keeps_them() {
        assert_eq!(query_terms("who are you"), ["who", "are", "you"]);
    }

    #[test]
    fn operators_and_control_characters_are_not_terms() {
        assert_eq!(
            query_terms("\"fee\" AND NEAR(* OR fee:^\u{0}\u{7}"),
            ["fee", "near"]
        );
    }
}
