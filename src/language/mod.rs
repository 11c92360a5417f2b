//! What the program knows of each language: words, phrases and abbreviations, as data.
//!
//! Rules are code and lie where they are used; what they look for is in `assets/language/NAME.toml`, which is part of the
//! program. A text does not say its language, so a rule asks all of them: `language::all().iter().any(…)`.
//!
//! **To add a language**: copy `english.toml`, translate every list (an empty list is allowed where the language has no such
//! thing), and add a row to [`SOURCES`]. The tests read every file: a missing or an unknown list, a word twice, a word that is
//! not in lower case fail. A word that means something else in another language ("do", "so", "am") belongs to the narrowest
//! list that serves. Nothing here is about a customer's subject, and a stop word, a greeting or a label is never shown.

mod phrase;
#[cfg(test)]
mod tests;
mod tongue;
mod unread;

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

pub(crate) use phrase::{Phrases, Words, fold, words};
pub(crate) use tongue::{Tongue, is_in_latin_letters};
pub(crate) use unread::unread;

const SOURCES: [&str; 2] = [
    include_str!("../../assets/language/english.toml"),
    include_str!("../../assets/language/german.toml"),
];

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let read = |source| toml::from_str(source).expect("the built-in languages are tested");
    SOURCES.into_iter().map(read).collect()
});

/// Every language, English first.
pub(crate) fn all() -> &'static [Language] {
    &LANGUAGES
}

pub(crate) fn english() -> &'static Language {
    &LANGUAGES[0]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Language {
    /// As ISO 639-3 writes it.
    pub(crate) code: String,
    /// Say nothing about what a text is about.
    pub(crate) stop_words: Words,
    /// Turn a statement into its contrary.
    pub(crate) negations: Words,
    /// Say that something went wrong or is over.
    pub(crate) troubles: Words,
    /// One in the question and the other in the text: they speak of different things.
    pub(crate) opposites: Opposites,
    /// Name nothing by themselves.
    pub(crate) general: Words,
    /// Ask for a price, one as good as another.
    pub(crate) prices: Words,
    /// How people write in a hurry, and what they mean; folded.
    pub(crate) shorthand: Vec<(String, String)>,
    /// Today, weekend: days without a date.
    pub(crate) relative_days: Words,
    pub(crate) months: Calendar<12>,
    /// From Monday on.
    pub(crate) weekdays: Calendar<7>,
    /// A sentence that begins with one points back to the one before it.
    pub(crate) pointers: Words,
    pub(crate) restrictions: Restrictions,
    pub(crate) standing: Standing,
    pub(crate) relative: Relative,
    pub(crate) talk: Talk,
    pub(crate) asks: Asks,
    pub(crate) labels: Labels,
    pub(crate) sentence: Sentence,
    pub(crate) identify: Identify,
}

/// How numbers, days and ranges are named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identify {
    /// A number behind one of these numbers a thing.
    pub(crate) labels: Words,
    /// Those of the labels that name a version.
    pub(crate) versions: Words,
    /// A number before one of these counts or measures.
    pub(crate) units: Words,
    /// Behind digits: "3rd".
    pub(crate) ordinals: Words,
    pub(crate) every_day: Words,
    pub(crate) weekdays: Words,
    pub(crate) weekend: Words,
    /// Between the ends of a range.
    pub(crate) to: Words,
    pub(crate) and: Words,
    /// From nought on.
    pub(crate) numbers: Vec<String>,
}

/// Whether a list of any language has a folded word.
pub(crate) fn any(word: &str, list: impl Fn(&Language) -> &Words) -> bool {
    all().iter().any(|language| list(language).contains(word))
}

/// What restricts, excepts or dates something that was said before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Restrictions {
    /// At the beginning of a sentence.
    pub(crate) opening: Phrases,
    /// Anywhere in it.
    pub(crate) within: Phrases,
    /// Whole headings of such sections.
    pub(crate) headings: Phrases,
}

/// What a document says about its own standing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standing {
    /// Words for the document itself: of a sentence that speaks of its standing.
    pub(crate) document_words: Words,
    /// Of a sentence that speaks of its reader, or of a case.
    pub(crate) reader_words: Words,
    /// Before a date: from then on.
    pub(crate) from: Phrases,
    pub(crate) until: Phrases,
    pub(crate) outdated: Phrases,
    /// The same in brackets behind a title.
    pub(crate) old_marks: Phrases,
    pub(crate) draft: Phrases,
    /// What stands beside a date from or until which something holds.
    pub(crate) validity: Phrases,
}

/// Times that a question tells by today, and whether it asks for what was or will be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relative {
    pub(crate) year: Words,
    /// Before "year" or a month: the one before this.
    pub(crate) last: Words,
    pub(crate) next: Words,
    /// Before a day or a month: earlier.
    pub(crate) before: Phrases,
    pub(crate) past: Phrases,
    pub(crate) future: Phrases,
}

/// Whole messages that ask nothing of the documents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Talk {
    pub(crate) greetings: Phrases,
    pub(crate) thanks: Phrases,
    /// Go with these and say nothing more.
    pub(crate) fillers: Words,
    pub(crate) who_are_you: Phrases,
}

/// What kind of answer a question wants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asks {
    pub(crate) fact: Phrases,
    /// The same at the beginning.
    pub(crate) fact_openers: Phrases,
    pub(crate) steps: Phrases,
    /// Ask for two things beside each other.
    pub(crate) comparisons: Phrases,
    /// Stand before the first of two such things and between them; folded.
    pub(crate) between: Vec<(String, String)>,
    /// Stand between two such things, one in the place of the other.
    pub(crate) instead: Phrases,
    /// Ask for a way to reach somebody.
    pub(crate) contact: Phrases,
    /// In the name of a page or section that gives one.
    pub(crate) contact_words: Words,
    /// Begin a request of its own.
    pub(crate) openers: Words,
    /// Join two requests.
    pub(crate) joiners: Words,
    /// Of a sentence that asks, in a message that tells a story.
    pub(crate) requests: Phrases,
}

/// Words before a colon that say what follows it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Labels {
    pub(crate) question: Phrases,
    pub(crate) answer: Phrases,
    pub(crate) problem: Phrases,
    pub(crate) cause: Phrases,
    pub(crate) remedy: Phrases,
}

/// Where a full stop ends no sentence. In lower case, with inner stops and without the last one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sentence {
    pub(crate) never: HashSet<String>,
    pub(crate) before_number: HashSet<String>,
    /// The same for words that end so.
    pub(crate) before_number_endings: Vec<String>,
    /// Only before a word that usually begins a sentence, one of `starters`.
    pub(crate) before_starter: HashSet<String>,
    /// Not before a day or a time zone.
    pub(crate) times: HashSet<String>,
    pub(crate) time_zones: HashSet<String>,
    /// After these a number with a stop is one that counts: "the 3. floor".
    pub(crate) before_ordinal: HashSet<String>,
    /// After these a number is a time of the day: "at 5. May I …".
    pub(crate) before_hour: HashSet<String>,
    pub(crate) starters: HashSet<String>,
}

/// Pairs of words that turn one question into another.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<(String, String)>")]
pub(crate) struct Opposites(Vec<(String, String)>);

impl From<Vec<(String, String)>> for Opposites {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let folded = |(one, other): (String, String)| (fold(&one), fold(&other));
        Self(pairs.into_iter().map(folded).collect())
    }
}

impl Opposites {
    /// Folded.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(one, other)| (one.as_str(), other.as_str()))
    }
}

/// The months of a year, the days of a week.
#[derive(Debug, Deserialize)]
#[serde(
    from = "[Entry; N]",
    bound(deserialize = "[Entry; N]: Deserialize<'de>")
)]
pub(crate) struct Calendar<const N: usize>([Entry; N]);

/// Folded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    names: Words,
    short: Words,
}

impl<const N: usize> From<[Entry; N]> for Calendar<N> {
    fn from(entries: [Entry; N]) -> Self {
        Self(entries)
    }
}

impl<const N: usize> Calendar<N> {
    /// The number, from 0, of a month or day by its folded name, short or not.
    pub(crate) fn find(&self, word: &str) -> Option<usize> {
        self.find_name(word).or_else(|| self.find_short(word))
    }

    pub(crate) fn find_name(&self, word: &str) -> Option<usize> {
        self.0.iter().position(|entry| entry.names.contains(word))
    }

    pub(crate) fn find_short(&self, word: &str) -> Option<usize> {
        self.0.iter().position(|entry| entry.short.contains(word))
    }
}
