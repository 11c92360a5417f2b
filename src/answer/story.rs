//! A long message that tells a story: the request in it is what is judged.

use super::{Caveat, Examined, Verdict};
use crate::knowledge::passage::sentence::sentences;
use crate::language;
use crate::search::identifier;

/// Words from which a message of several sentences is a story.
const STORY: usize = 40;

/// The sentences that ask, of a message that tells a story. `None`: it is short, or all of it asks.
pub(super) fn request_of_story(text: &str) -> Option<String> {
    let sentences = sentences(text);
    if words(text) < STORY || sentences.len() < 2 {
        return None;
    }
    let sentence = |place: usize| &text[sentences[place].clone()];
    let mut asking: Vec<usize> = (0..sentences.len())
        .filter(|place| sentence(*place).trim_end().ends_with('?'))
        .collect();
    if asking.is_empty() {
        asking = (0..sentences.len())
            .filter(|place| {
                let words = language::words(sentence(*place));
                language::all()
                    .iter()
                    .any(|language| language.asks.requests.are_in(&words))
            })
            .collect();
    }
    if asking.is_empty() {
        asking.push(sentences.len() - 1);
    }
    let last = asking[asking.len() - 1];
    let first = asking[asking.len().saturating_sub(2)];
    // The sentence before says what a short one is about.
    let first = if words(sentence(first)) < 8 {
        first.saturating_sub(1)
    } else {
        first
    };
    let request: Vec<&str> = (first..=last)
        .filter(|place| asking.contains(place) || *place == first)
        .map(sentence)
        .collect();
    (request.len() < sentences.len()).then(|| request.join(" "))
}

/// A story is found better as a whole, and judged by what it asks.
pub(super) fn of_story(whole: Examined, request: Examined) -> Examined {
    if whole.answer.approved.is_some() {
        return whole;
    }
    let document =
        |examined: &Examined| examined.found.hits.first().map(|hit| hit.document.clone());
    let agree = document(&whole) == document(&request);
    let (mut better, mut other) = if request.answer.probability >= whole.answer.probability {
        (request, whole)
    } else {
        (whole, request)
    };
    if better.answer.class == Verdict::NotFound && other.answer.class != Verdict::NotFound {
        std::mem::swap(&mut better, &mut other);
    }
    // A code is never a mere detail of the story.
    let codes: Vec<String> = identifier::asked(&other.question)
        .iter()
        .filter(|identifier| identifier.is_unmistakable())
        .map(|identifier| identifier.text(&other.question).to_owned())
        .filter(|code| other.answer.missing.contains(code))
        .collect();
    if agree {
        // What only the story names is no part of the request.
        let missing = if other.answer.missing.len() < better.answer.missing.len() {
            other.answer.missing
        } else {
            std::mem::take(&mut better.answer.missing)
        };
        better.answer.missing = missing;
    }
    for code in codes {
        if !better.answer.missing.contains(&code) {
            better.answer.missing.push(code);
            better.answer.caveats.push(Caveat::Missing);
        }
        if better.answer.class == Verdict::Answered {
            better.answer.class = Verdict::Partly;
        }
    }
    better
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_of_a_story_is_what_it_asks() {
        let story = "Good morning. We came back from our holiday on Sunday and the flat was cold, which my mother did not like at all. \
            I looked at the box in the cellar and there was a red lamp that I had never seen before. The neighbour says that his is green. \
            What does a red lamp mean?";
        assert_eq!(
            request_of_story(story).unwrap(),
            "The neighbour says that his is green. What does a red lamp mean?"
        );
        assert_eq!(request_of_story("What does a red lamp mean?"), None);
    }
}
