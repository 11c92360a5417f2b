//! Sentences that restrict, except or date what stands beside them: without these a quotation says more than its page does.

use super::section::Section;
use crate::language::{self, Language};

/// What a unit does to what was said before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearing {
    /// "Only …", "Except …", "This does not …": it restricts the sentence before, and says nothing without it.
    Opens,
    /// "… unless you told us": it restricts something.
    Within,
    None,
}

pub(super) fn bearing(text: &str) -> Bearing {
    let words = language::words(text);
    let any = |is: &dyn Fn(&Language) -> bool| language::all().iter().any(is);
    if any(&|language| language.restrictions.opening.begin(&words)) {
        Bearing::Opens
    } else if any(&|language| {
        language.restrictions.within.are_in(&words)
            || words.iter().any(|word| language.negations.contains(word))
    }) {
        Bearing::Within
    } else {
        Bearing::None
    }
}

/// "Exceptions", "What is not covered".
pub(super) fn is_restricting_heading(heading: &str) -> bool {
    let words = language::words(heading);
    language::all()
        .iter()
        .any(|language| language.restrictions.headings.are(&words) || is_negated(language, &words))
}

/// "What your cover does not include"
fn is_negated(language: &Language, words: &[String]) -> bool {
    words.len() > 1 && words.iter().any(|word| language.negations.contains(word))
}

/// Whether a unit says little without the one before it: it begins by pointing back.
pub(super) fn points_back(text: &str) -> bool {
    let words = language::words(text);
    let Some(first) = words.first() else {
        return false;
    };
    bearing(text) == Bearing::Opens
        || language::all()
            .iter()
            .any(|language| language.pointers.contains(first))
}

/// The unit before which `index` belongs, when it points back to it.
pub(super) fn pointed_to(section: &Section<'_>, index: usize) -> Option<usize> {
    let before = index.checked_sub(1)?;
    let is_prose =
        |at: usize| !section.is_row(at) && !section.is_header(at) && !section.is_item(at);
    (is_prose(index) && is_prose(before) && points_back(section.text(index))).then_some(before)
}
