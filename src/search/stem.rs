//! The stem of a word: Snowball's for English, which leaves words of other languages mostly alone.

use rust_stemmers::{Algorithm, Stemmer};

/// `word` is folded.
pub(super) fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}
