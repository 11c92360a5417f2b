//! Words and phrases, and whether a text has them.

use std::collections::HashSet;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that a gap in a phrase may stand for.
const MAX_GAP: usize = 5;

/// Stands for some words in a phrase.
const GAP: &str = "…";

/// A word as it is compared: lower case, without diacritics, apostrophes and other marks. `Don’t` is `dont`, `Straße` is `strasse`.
pub(crate) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for letter in word
        .nfkd()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
    {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ŧ' => folded.push('t'),
            letter => folded.push(letter),
        }
    }
    folded
}

/// The words of a text, folded, in order.
pub(crate) fn words(text: &str) -> Vec<String> {
    let between =
        |c: char| !(c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\'' | '’'));
    text.split(between)
        .map(fold)
        .filter(|word| !word.is_empty())
        .collect()
}

/// Single words, folded.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub(crate) struct Words(HashSet<String>);

impl From<Vec<String>> for Words {
    fn from(words: Vec<String>) -> Self {
        Self(words.iter().map(|word| fold(word)).collect())
    }
}

impl Words {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// `word` is folded.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

/// Phrases of one word or more, folded, in the order of their file.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub(crate) struct Phrases(Vec<Vec<Piece>>);

#[derive(Debug)]
enum Piece {
    Word(String),
    Gap,
}

impl From<Vec<String>> for Phrases {
    fn from(phrases: Vec<String>) -> Self {
        let piece = |word: &str| match word {
            GAP => Piece::Gap,
            word => Piece::Word(fold(word)),
        };
        Self(
            phrases
                .iter()
                .map(|phrase| phrase.split(' ').map(piece).collect())
                .collect(),
        )
    }
}

/// Each asks of a text's [`words`].
impl Phrases {
    /// One of them is the whole text.
    pub(crate) fn are(&self, words: &[String]) -> bool {
        self.0
            .iter()
            .any(|phrase| ends(phrase, words).contains(&words.len()))
    }

    /// The text begins with one.
    pub(crate) fn begin(&self, words: &[String]) -> bool {
        self.0.iter().any(|phrase| !ends(phrase, words).is_empty())
    }

    /// A word of one of them.
    pub(crate) fn mention(&self, word: &str) -> bool {
        let is = |piece: &Piece| matches!(piece, Piece::Word(own) if own == word);
        self.0.iter().flatten().any(is)
    }

    /// After how many words one ends that the text begins with.
    pub(crate) fn ends(&self, words: &[String]) -> Option<usize> {
        let mut found = self.0.iter().filter_map(|phrase| ends(phrase, words).pop());
        found.next()
    }

    /// How many words the longest has that the text begins with.
    pub(crate) fn longest(&self, words: &[String]) -> Option<usize> {
        let ends = self.0.iter().flat_map(|phrase| ends(phrase, words));
        ends.max()
    }

    /// One stands somewhere in the text.
    pub(crate) fn are_in(&self, words: &[String]) -> bool {
        (0..words.len()).any(|start| self.begin(&words[start..]))
    }
}

/// After how many words the phrase may end that begins with the first.
fn ends(phrase: &[Piece], words: &[String]) -> Vec<usize> {
    match phrase.split_first() {
        None => vec![0],
        Some((Piece::Word(word), rest)) => match words.split_first() {
            Some((first, after)) if first == word => {
                ends(rest, after).into_iter().map(|end| end + 1).collect()
            }
            _ => Vec::new(),
        },
        Some((Piece::Gap, rest)) => (1..=MAX_GAP.min(words.len()))
            .flat_map(|gap| {
                ends(rest, &words[gap..])
                    .into_iter()
                    .map(move |end| end + gap)
            })
            .collect(),
    }
}
