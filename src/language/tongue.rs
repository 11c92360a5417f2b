//! Which language a text is in.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use whatlang::Lang;

use super::{all, any, english, words};

/// Characters of a document's beginning from which its language is told.
const BEGINNING: usize = 4_000;
/// Words from which that can be done.
const FEWEST_WORDS: usize = 12;
/// Words of a question from which it can be told.
const FEWEST_ASKED: usize = 3;
/// Thirds of the words that the model knows whole, or that are English in any case, from which a question is English.
const ENGLISH: usize = 2;
/// So sure must the detector be of a question, or so many words must be such that only another language has.
const CONFIDENT: f64 = 0.5;
const FOREIGN_WORDS: usize = 2;

/// A language that people write. Displays as its English name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Tongue(Lang);

impl Tongue {
    /// Of a document, if it can be told.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let beginning = match text.char_indices().nth(BEGINNING) {
            Some((end, _)) => &text[..end],
            None => text,
        };
        // A script without spaces has few words.
        let is_long =
            words(beginning).len() >= FEWEST_WORDS || beginning.chars().count() >= 5 * FEWEST_WORDS;
        let sure = whatlang::detect(beginning).filter(|info| is_long && info.is_reliable());
        sure.map(|info| Self(info.lang()))
    }

    /// Of a question, if it is another than English. `is_word` says of a word, folded, that the model knows it whole.
    pub(crate) fn of_foreign_question(text: &str, is_word: impl Fn(&str) -> bool) -> Option<Self> {
        if !is_in_latin_letters(text) {
            // Of languages that share a script, a short text seldom tells which it is.
            let sure = whatlang::detect(text).filter(whatlang::Info::is_reliable);
            return sure.map(|info| Self(info.lang()));
        }
        let words = words(text);
        let is_english = |word: &&String| english().stop_words.contains(word);
        let is_foreign =
            |word: &&String| !is_english(word) && any(word, |language| &language.stop_words);
        let known = |word: &&String| is_english(word) || !is_foreign(word) && is_word(word);
        let count = words.iter().filter(known).count();
        if words.len() < FEWEST_ASKED || count * 3 >= words.len() * ENGLISH {
            return None;
        }
        // Of the languages whose words are known here, their words tell better than the letters of a short text do.
        let by_words = all().iter().find(|language| {
            let is_theirs = |word: &&String| is_foreign(word) && language.stop_words.contains(word);
            words.iter().filter(is_theirs).count() >= FOREIGN_WORDS
        });
        if let Some(language) = by_words {
            return Lang::from_code(&language.code).map(Self);
        }
        let info = whatlang::detect(text)?;
        let is_told = info.confidence() > CONFIDENT;
        (info.lang() != Lang::Eng && is_told).then(|| Self(info.lang()))
    }

    /// As ISO 639-3 writes it.
    pub(crate) fn code(self) -> &'static str {
        self.0.code()
    }
}

impl fmt::Display for Tongue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.eng_name())
    }
}

/// Whether half of a text's letters are of the Latin script.
pub(crate) fn is_in_latin_letters(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let latin = letters.clone().filter(|c| is_latin(*c)).count();
    latin * 2 >= letters.count()
}

/// Letters of the Latin script, with their diacritics.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || ('\u{c0}'..='\u{24f}').contains(&c)
        || ('\u{1e00}'..='\u{1eff}').contains(&c)
}

#[derive(Debug, thiserror::Error)]
#[error("not a language that is known")]
pub(crate) struct Unknown;

/// As its code.
impl Serialize for Tongue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// From its code.
impl FromStr for Tongue {
    type Err = Unknown;
    fn from_str(code: &str) -> Result<Self, Unknown> {
        Lang::from_code(code).map(Self).ok_or(Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_a_document_is_told_from_its_words() {
        let german = "Unsere Filialen sind am Samstag von neun bis zwölf Uhr geöffnet. Am Sonntag bleiben alle Filialen geschlossen.";
        let english = "Our branches are open on Saturdays from nine to twelve. On Sundays all of our branches stay closed to the public.";
        let name = |text: &str| Tongue::of_text(text).map(|tongue| tongue.to_string());
        assert_eq!(name(german).as_deref(), Some("German"));
        assert_eq!(name(english).as_deref(), Some("English"));
        assert_eq!(name("E-101 | 4 bar"), None);
        assert_eq!(name(&german.repeat(1_000)).as_deref(), Some("German"));
        let tongue = Tongue::of_text(german).unwrap();
        assert_eq!(tongue.code().parse::<Tongue>().unwrap(), tongue);
        assert!("xyz".parse::<Tongue>().is_err());
    }

    #[test]
    fn a_question_is_foreign_only_beyond_doubt() {
        let common = ["lost", "card", "transfer", "limits", "fee", "payment"];
        for (text, expected) in [
            ("Wann hat die Filiale am Samstag geöffnet?", Some("German")),
            (
                "Was kostet eine neue Karte bei Verlust im Ausland bitte?",
                Some("German"),
            ),
            (
                "¿Cuánto cuesta una tarjeta nueva para mi cuenta?",
                Some("Spanish"),
            ),
            ("駐車場の料金はいくらですか？", Some("Japanese")),
            ("lost card", None),
            ("How much is the fee for a payment?", None),
            ("ISA transfer limits", None),
            ("117", None),
        ] {
            let found = Tongue::of_foreign_question(text, |word| common.contains(&word));
            let found = found.map(|tongue| tongue.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
