//! Whether a title or a sentence says of its document that it is old or a draft.
//!
//! The words are common: drafts are saved, cards expire, banknotes are withdrawn. So they count only where they stand for the document: in
//! brackets, before a colon, at the beginning, or in a sentence that begins by naming the document.

use super::Standing;
use crate::language::{self, Language, Phrases};

/// Words of a sentence among which it names its document.
const NAMED_WITHIN: usize = 3;
/// Words before a phrase in which "not" turns it round.
const NEGATED_WITHIN: usize = 3;

pub(super) fn of(text: &str, words: &[String], is_title: bool) -> Standing {
    let says = |standing: &Standing| {
        if is_title {
            title_says(text, words, *standing)
        } else {
            sentence_says(words, *standing)
        }
    };
    let found = [Standing::Outdated, Standing::Draft].into_iter().find(says);
    found.unwrap_or_default()
}

/// What a language says for it.
fn phrases(language: &Language, standing: Standing) -> &Phrases {
    match standing {
        Standing::Draft => &language.standing.draft,
        Standing::Outdated | Standing::Current => &language.standing.outdated,
    }
}

fn title_says(title: &str, words: &[String], standing: Standing) -> bool {
    let is_how_to = language::all()
        .iter()
        .any(|language| language.asks.steps.begin(words));
    if is_how_to {
        return false;
    }
    // "Guide (old)", "DRAFT: Guide", "Guide – superseded"
    let is_mark = |piece: &str| {
        let piece = language::words(piece);
        let is = |language: &Language| {
            phrases(language, standing).are(&piece)
                || piece.len() > 1
                    && phrases(language, standing).begin(&piece)
                    && goes_on(&piece, standing)
        };
        !piece.is_empty() && language::all().iter().any(is)
    };
    let pieces: Vec<&str> = title
        .split(['(', ')', '[', ']', ':', '–', '—', '|'])
        .flat_map(|piece| piece.split(" - "))
        .collect();
    let is_old = |piece: &&str| {
        let piece = language::words(piece);
        let is = |language: &Language| language.standing.old_marks.are(&piece);
        standing == Standing::Outdated && language::all().iter().any(is)
    };
    let is_divided = pieces.len() > 1;
    is_divided && (pieces.iter().any(|piece| is_mark(piece)) || pieces[1..].iter().any(is_old))
        || list_begins(words, standing)
}

fn sentence_says(words: &[String], standing: Standing) -> bool {
    let is_of_reader = words
        .iter()
        .any(|word| language::any(word, |language| &language.standing.reader_words));
    if is_of_reader {
        return false;
    }
    let names_document = words
        .iter()
        .take(NAMED_WITHIN)
        .any(|word| is_document(word));
    list_begins(words, standing)
        || names_document
            && (1..words.len()).any(|at| {
                let before = &words[at.saturating_sub(NEGATED_WITHIN)..at];
                let is_negated = before
                    .iter()
                    .any(|word| language::any(word, |language| &language.negations));
                !is_negated && list_begins(&words[at..], standing)
            })
}

/// One of the phrases stands first, and what follows it does not make it the quality of something else: "draft beer".
fn list_begins(words: &[String], standing: Standing) -> bool {
    language::all()
        .iter()
        .any(|language| phrases(language, standing).begin(words))
        && goes_on(words, standing)
}

fn goes_on(words: &[String], standing: Standing) -> bool {
    let longest = language::all()
        .iter()
        .filter_map(|language| phrases(language, standing).longest(words))
        .max()
        .unwrap_or_default();
    // "Archived – replaced by …"
    let begins = |language: &Language| phrases(language, standing).begin(&words[longest..]);
    if longest > 0 && language::all().iter().any(begins) {
        return true;
    }
    words.get(longest).is_none_or(|next| {
        language::any(next, |language| &language.stop_words)
            || is_document(next)
            || language::any(next, |language| &language.identify.labels)
            || next.chars().any(|c| c.is_ascii_digit())
            || language::all()
                .iter()
                .any(|language| language.months.find(next).is_some())
    })
}

fn is_document(word: &str) -> bool {
    language::any(word, |language| &language.standing.document_words)
}
