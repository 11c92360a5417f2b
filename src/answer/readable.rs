//! Whether the model can read a question at all.
//!
//! It was made for English. What is in another script, or nothing but signs, would be answered by chance; another language in Latin letters is
//! searched by its words, and answered only where a passage has them.

use serde::Serialize;

use crate::language::{Tongue, is_in_latin_letters};

/// Why a question cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unreadable {
    /// No letters and no digits.
    Signs,
    /// By the English name of the language, or of the script: "Japanese", "Cyrillic".
    Language(String),
}

/// Of a question in another language that is written in Latin letters.
pub(super) enum Reading {
    Well,
    /// In a language of which only the words are compared.
    ByWords(String),
    Not(Unreadable),
}

/// `is_word` says of a word, folded, that the model knows it whole.
pub(super) fn read(text: &str, is_word: impl Fn(&str) -> bool) -> Reading {
    if !text.chars().any(char::is_alphabetic) {
        return if text.chars().any(|c| c.is_ascii_digit()) {
            Reading::Well
        } else {
            Reading::Not(Unreadable::Signs)
        };
    }
    if !is_in_latin_letters(text) {
        let tongue = Tongue::of_foreign_question(text, is_word);
        let name = match (tongue, whatlang::detect_script(text)) {
            (Some(tongue), _) => tongue.to_string(),
            (None, Some(script)) => script.name().to_owned(),
            (None, None) => "another script".to_owned(),
        };
        return Reading::Not(Unreadable::Language(name));
    }
    match Tongue::of_foreign_question(text, is_word) {
        Some(tongue) => Reading::ByWords(tongue.to_string()),
        None => Reading::Well,
    }
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
