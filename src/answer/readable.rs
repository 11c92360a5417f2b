//! Whether the model can read a question at all.
//!
//! It was made for English. What is in another script, or nothing but signs, would be answered by chance; another language in Latin letters is
//! searched by its words, and answered only where a passage has them.

use serde::Serialize;
use whatlang::{Detector, Lang};

use crate::language;

/// Why a question cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unreadable {
    /// No letters and no digits.
    Signs,
    /// By the English name of the language, or of the script: "Japanese", "Cyrillic".
    Language(String),
}

/// Words from which a language can be told.
const FEWEST_WORDS: usize = 3;
/// Share of the words that the model knows whole, or that are English in any case, from which a question is English.
const ENGLISH: usize = 2;

/// Of a question in another language that is written in Latin letters.
pub(super) enum Reading {
    Well,
    /// In a language of which only the words are compared.
    ByWords(String),
    Not(Unreadable),
}

/// `is_word` says of a word, folded, that the model knows it whole.
pub(super) fn read(text: &str, is_word: impl Fn(&str) -> bool) -> Reading {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0 {
        return if text.chars().any(|c| c.is_ascii_digit()) {
            Reading::Well
        } else {
            Reading::Not(Unreadable::Signs)
        };
    }
    let is_latin = |c: &char| c.is_alphabetic() && is_latin(*c);
    if text.chars().filter(is_latin).count() * 2 < letters {
        // Of languages that share a script, a short text seldom tells which it is.
        let sure = whatlang::detect(text).filter(whatlang::Info::is_reliable);
        let name = match (sure, whatlang::detect_script(text)) {
            (Some(info), _) => info.lang().eng_name().to_owned(),
            (None, Some(script)) => script.name().to_owned(),
            (None, None) => "another script".to_owned(),
        };
        return Reading::Not(Unreadable::Language(name));
    }
    let words = language::words(text);
    let english = words
        .iter()
        .filter(|word| {
            let is_foreign = language::any(word, |language| &language.stop_words);
            language::english().stop_words.contains(word) || !is_foreign && is_word(word)
        })
        .count();
    if words.len() < FEWEST_WORDS || english * 3 >= words.len() * ENGLISH {
        return Reading::Well;
    }
    let is_foreign = |word: &&String| {
        let is_stop = language::any(word, |language| &language.stop_words);
        is_stop && !language::english().stop_words.contains(word)
    };
    let is_certain = words.iter().filter(is_foreign).count() >= FOREIGN_WORDS;
    match Detector::new().detect(text) {
        Some(info) if info.lang() != Lang::Eng && (is_certain || info.confidence() > CONFIDENT) => {
            Reading::ByWords(info.lang().eng_name().to_owned())
        }
        _ => Reading::Well,
    }
}

/// So sure must the detector be, or so many words must be such that only another language has.
const CONFIDENT: f64 = 0.5;
const FOREIGN_WORDS: usize = 2;

/// Letters of the Latin script, with their diacritics.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || ('\u{c0}'..='\u{24f}').contains(&c)
        || ('\u{1e00}'..='\u{1eff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> String {
        let common = [
            "where", "parking", "open", "card", "cards", "lost", "fee", "payment", "closing",
            "account",
        ];
        match read(text, |word| common.contains(&word)) {
            Reading::Well => "well".to_owned(),
            Reading::ByWords(language) => format!("by words: {language}"),
            Reading::Not(Unreadable::Signs) => "signs".to_owned(),
            Reading::Not(Unreadable::Language(language)) => language,
        }
    }

    #[test]
    fn another_script_and_signs_are_not_read() {
        for (text, expected) in [
            ("駐車場の料金はいくらですか？", "Japanese"),
            ("متى تفتحون؟", "Arabic"),
            ("Когда вы открыты по субботам?", "Cyrillic"),
            ("👍", "signs"),
            ("???", "signs"),
            ("How much is the fee for a payment?", "well"),
            ("E-101", "well"),
            ("117", "well"),
            (
                "Wann hat die Filiale am Samstag geöffnet?",
                "by words: German",
            ),
            (
                "¿Cuánto cuesta una tarjeta nueva para mi cuenta?",
                "by words: Spanish",
            ),
        ] {
            assert_eq!(reading(text), expected, "{text}");
        }
    }
}
