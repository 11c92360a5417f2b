//! Mends the spelling of a question against the workspace's own words.
//!
//! Only a word that stands nowhere in the knowledge is mended, to one that does and differs by one slip or, when it is long, by two. What
//! holds a digit is never touched, nor is a word that the language model knows whole: it is spelt right, whatever the knowledge holds.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use parking_lot::Mutex;

use super::analysis::{self, Word};
use super::stem::stem;
use super::store;
use crate::db::{self, Reader};
use crate::language::{self, fold};

/// Letters from which a word is mended, and from which two slips are.
const FROM: usize = 4;
const TWO_SLIPS_FROM: usize = 8;
/// More words are not looked through: a question must not wait for them.
const MAX_TERMS: usize = 300_000;

static STOP_TERMS: LazyLock<HashSet<String>> =
    LazyLock::new(|| language::english().stop_words.iter().map(stem).collect());

/// Terms that are tried: those that only others may read come to nothing.
const CANDIDATES: usize = 8;

/// How English words end that are made of others, and letters of what is before that.
const ENDINGS: [&str; 13] = [
    "s", "d", "ed", "er", "es", "ly", "able", "ers", "ful", "ing", "less", "ment", "ness",
];
const ROOT: usize = 3;

/// A question whose spelling was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mended {
    pub text: String,
    /// What was replaced, and by what.
    pub words: Vec<(String, String)>,
}

/// The terms of a workspace with the number of passages that hold them, as of a change.
#[derive(Default)]
pub(super) struct Vocabulary {
    known: Mutex<Option<Known>>,
}

struct Known {
    change: i64,
    terms: Vec<(String, usize)>,
}

impl Vocabulary {
    /// The terms that `word` may have been to be, the likeliest first.
    fn near(&self, c: &Reader<'_>, word: &str, term: &str) -> Result<Vec<String>, db::Error> {
        let change = store::last_change(c)?;
        let mut known = self.known.lock();
        if known.as_ref().is_none_or(|known| known.change != change) {
            let terms = store::terms(c, MAX_TERMS)?;
            *known = Some(Known { change, terms });
        }
        let terms = known.as_ref().map_or(&[][..], |known| &known.terms);
        let near = nearest(terms, word, term);
        Ok(near
            .into_iter()
            .take(CANDIDATES)
            .map(ToOwned::to_owned)
            .collect())
    }
}

/// The nearest terms, those in more passages first.
fn nearest<'t>(terms: &'t [(String, usize)], word: &str, term: &str) -> Vec<&'t str> {
    let letters = word.chars().count();
    let limit = if letters >= TWO_SLIPS_FROM { 2 } else { 1 };
    let other = digraphs(term);
    let mut near: Vec<(usize, usize, &String)> = terms
        .iter()
        .filter(|(known, _)| {
            known.chars().count() >= FROM - 1
                && known.chars().all(char::is_alphabetic)
                && !STOP_TERMS.contains(known)
        })
        .filter_map(|(known, passages)| {
            if *known == other && other != term {
                return Some((0, *passages, known));
            }
            let slips = slips(term, known, limit)?;
            // Who slips, hardly ever does so at the first letter.
            (known.chars().next() == term.chars().next()).then_some((slips, *passages, known))
        })
        .collect();
    // A letter left out or doubled is likelier than another in its place.
    let is_replaced = |known: &str| known.chars().count() == term.chars().count();
    near.sort_by(|a, b| {
        let by_slips = a.0.cmp(&b.0);
        let by_kind = is_replaced(a.2).cmp(&is_replaced(b.2));
        let by_passages = b.1.cmp(&a.1);
        by_slips.then(by_kind).then(by_passages).then(a.2.cmp(b.2))
    });
    if let Some(first) = near.first()
        && is_nearer_to_a_stop_word(word, (first.0, is_replaced(first.2)))
    {
        return Vec::new();
    }
    near.into_iter()
        .map(|(_, _, known)| known.as_str())
        .collect()
}

/// "mutch" is "much" rather than "match": `best` is how many slips the nearest term is away, and whether a letter was replaced.
fn is_nearer_to_a_stop_word(word: &str, best: (usize, bool)) -> bool {
    let stop_words = &language::english().stop_words;
    stop_words.iter().any(|known| {
        let is_replaced = known.chars().count() == word.chars().count();
        known.chars().next() == word.chars().next()
            && slips(word, known, 1).is_some_and(|slips| (slips, is_replaced) < best)
    })
}

/// "nicked", "deliverable": a word that the model knows, with an ending.
fn is_inflected(word: &str, is_word: impl Fn(&str) -> bool) -> bool {
    ENDINGS.iter().any(|ending| {
        let root = word.strip_suffix(ending).filter(|root| root.len() >= ROOT);
        root.is_some_and(|root| {
            let last = root.chars().next_back();
            let undoubled = root.strip_suffix(|c| Some(c) == last).unwrap_or(root);
            let is_doubled = undoubled.ends_with(|c| Some(c) == last);
            is_word(root) || is_word(&format!("{root}e")) || is_doubled && is_word(undoubled)
        })
    })
}

/// "mueller" as "muller": how umlauts are typed without their keys.
fn digraphs(term: &str) -> String {
    term.replace("ae", "a")
        .replace("oe", "o")
        .replace("ue", "u")
}

/// How many letters were left out, added, replaced or swapped with their neighbour, if at most `limit` (Damerau 1964, as optimal alignment).
fn slips(one: &str, two: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().min().is_some_and(|least| *least > limit) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|slips| *slips <= limit)
}

/// Writes out what was written in a hurry: "whats ur number". Nobody needs to be told of that.
pub(crate) fn written_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for word in analysis::words(text) {
        let written = &text[word.range.clone()];
        // Codes and names are written with capitals.
        if written.len() > 1 && written.chars().any(char::is_uppercase) {
            continue;
        }
        let folded = fold(written);
        // German has its own lists, and its short words mean other things in English.
        let list = &language::english().shorthand;
        if let Some((_, long)) = list.iter().find(|(short, _)| *short == folded) {
            out.push_str(&text[at..word.range.start]);
            out.push_str(long);
            at = word.range.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Mends a question. `is_word` says of a word, folded, that the model knows it whole; `may_read` of a passage, and of its own text or its
/// title and headings, that who asks may read it: what stands only elsewhere is no word for them.
pub(super) fn mend(
    c: &Reader<'_>,
    vocabulary: &Vocabulary,
    text: &str,
    is_word: impl Fn(&str) -> bool,
    may_read: impl Fn(i64, bool) -> bool,
) -> Result<Option<Mended>, db::Error> {
    let mut replaced: Vec<(Range<usize>, String)> = Vec::new();
    for Word {
        range,
        term,
        is_stop,
    } in analysis::words(text)
    {
        let written = &text[range.clone()];
        let word = fold(written);
        let may_slip = !is_stop
            && word.chars().count() >= FROM
            && word.chars().all(|c| c.is_ascii_alphabetic());
        if !may_slip || store::find_place_of_term(c, &term, &may_read)?.is_some() {
            continue;
        }
        // A name typed without its umlaut may be a word that the model knows.
        let plain = digraphs(&term);
        let is_umlaut = plain != term && store::find_place_of_term(c, &plain, &may_read)?.is_some();
        if (is_word(&word) || is_inflected(&word, &is_word)) && !is_umlaut {
            continue;
        }
        for known in vocabulary.near(c, &word, &term)? {
            if let Some(place) = store::find_place_of_term(c, &known, &may_read)?
                && let Some(surface) = store::word_of_term(c, &known, place)?
            {
                replaced.push((range, surface));
                break;
            }
        }
    }
    if replaced.is_empty() {
        return Ok(None);
    }
    let mut mended = String::with_capacity(text.len());
    let mut words = Vec::new();
    let mut at = 0;
    for (range, surface) in replaced {
        mended.push_str(&text[at..range.start]);
        mended.push_str(&surface);
        words.push((text[range.clone()].to_owned(), surface));
        at = range.end;
    }
    mended.push_str(&text[at..]);
    Ok(Some(Mended {
        text: mended,
        words,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_a_letter_left_out_added_replaced_or_swapped() {
        for (one, two, expected) in [
            ("morgag", "mortgag", Some(1)),
            ("overdarft", "overdraft", Some(1)),
            ("acount", "account", Some(1)),
            ("stannerbrig", "stannerbridg", Some(1)),
            ("wensday", "wednesday", Some(2)),
            ("card", "card", Some(0)),
            ("card", "loans", None),
        ] {
            assert_eq!(slips(one, two, 2), expected, "{one} {two}");
        }
        assert_eq!(slips("wensday", "wednesday", 1), None);
    }

    #[test]
    fn the_nearest_and_then_the_commonest_word_is_meant() {
        let terms: Vec<(String, usize)> = [
            ("mortgag", 3),
            ("muller", 1),
            ("card", 9),
            ("cart", 1),
            ("limit", 2),
        ]
        .map(|(term, passages)| (term.to_owned(), passages))
        .to_vec();
        let first = |word: &str, term: &str| nearest(&terms, word, term).first().copied();
        let found = |word: &str| first(word, word);
        assert_eq!(found("morgage"), None);
        assert_eq!(first("morgage", "morgag"), Some("mortgag"));
        assert_eq!(found("carx"), Some("card"));
        assert_eq!(found("mueller"), Some("muller"));
        assert_eq!(found("lxmxt"), None);
    }

    #[test]
    fn a_word_that_is_spelt_right_is_left_alone() {
        let is_word = |word: &str| ["nick", "dad", "deliver", "stop", "hope"].contains(&word);
        for word in ["nicked", "dads", "deliverable", "stopping", "hoping"] {
            assert!(is_inflected(word, is_word), "{word}");
        }
        for word in ["acounted", "tranfers", "mutch"] {
            assert!(!is_inflected(word, is_word), "{word}");
        }
        let terms: Vec<(String, usize)> = ["match", "pick", "money", "mani"]
            .map(|term| (term.to_owned(), 1))
            .to_vec();
        assert_eq!(nearest(&terms, "mutch", "mutch"), [""; 0]);
        assert_eq!(nearest(&terms, "nick", "nick"), [""; 0]);
        assert_eq!(nearest(&terms, "moneyy", "moneyy"), ["money"]);
    }
}
