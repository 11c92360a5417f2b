//! What a message asks for: one request, several, or two things beside each other.

use super::{Answer, Caveat, Citation, Examined, Part, Verdict};
use crate::knowledge::passage::sentence::sentences;
use crate::language::{self, Language};

/// Requests of one message that are answered by themselves.
const MOST: usize = 5;
/// How much surer an answer is that stands where the first request's does.
const SAME_DOCUMENT: f64 = 0.15;
/// Words of a request of its own.
const SHORTEST: usize = 3;

/// One of several things that a message asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub text: String,
    /// The same with the first one, which may say what this one is about: "…, and do I have to book?"
    pub in_context: Option<String>,
    /// It points back to the first and says little without it.
    pub points_back: bool,
}

/// The requests of a message that asks for several things. Empty: it asks for one.
pub(super) fn requests(text: &str) -> Vec<Request> {
    let mut found: Vec<String> = Vec::new();
    for range in sentences(text) {
        for clause in clauses(&text[range]) {
            found.push(clause);
        }
    }
    found.retain(|clause| words(clause) >= SHORTEST);
    let asks = found.iter().filter(|clause| opens(clause)).count();
    if asks < 2 || found.len() > MOST {
        return Vec::new();
    }
    found.retain(|clause| opens(clause));
    let first = found[0].clone();
    found
        .into_iter()
        .enumerate()
        .map(|(place, text)| Request {
            in_context: (place > 0).then(|| format!("{text} – {first}")),
            points_back: place > 0 && points_back(&text),
            text,
        })
        .collect()
}

/// The two things that a message wants beside each other, each asked for by itself. `None`: it names no two.
pub(super) fn compared(text: &str) -> Option<Vec<Request>> {
    let pieces: Vec<&str> = text
        .trim_end_matches(['?', '.', '!', ' '])
        .split_whitespace()
        .collect();
    let folded: Vec<String> = pieces.iter().map(|piece| language::fold(piece)).collect();
    let any = |is: &dyn Fn(&Language) -> bool| language::all().iter().any(is);
    if !any(&|language| language.asks.comparisons.are_in(&folded)) {
        return None;
    }
    let request = |words: Vec<&str>| Request {
        text: words.join(" "),
        in_context: None,
        points_back: false,
    };
    // "… between A and B", "… from A to B"
    let pair = (0..folded.len()).rev().find_map(|at| {
        let joins = language::all().iter().find_map(|language| {
            let mut pairs = language.asks.between.iter();
            pairs.find(|(opening, _)| *opening == folded[at])
        })?;
        let middle =
            (at + 2..folded.len().saturating_sub(1)).find(|place| folded[*place] == joins.1)?;
        Some((at, middle))
    });
    if let Some((opening, middle)) = pair {
        let before = &pieces[..opening];
        let one = [before, &pieces[opening + 1..middle]].concat();
        let other = [before, &pieces[middle + 1..]].concat();
        return Some(vec![request(one), request(other)]);
    }
    // "… A instead of B": what stands in the place of B's words is A.
    let (start, end) = (1..folded.len()).find_map(|start| {
        let instead = |language: &Language| language.asks.instead.ends(&folded[start..]);
        let words = language::all().iter().find_map(instead)?;
        Some((start, start + words)).filter(|(_, end)| *end < folded.len())
    })?;
    let other = &pieces[end..];
    let kept = start.checked_sub(other.len()).filter(|kept| *kept > 0)?;
    let swapped = [&pieces[..kept], other].concat();
    Some(vec![request(pieces[..start].to_vec()), request(swapped)])
}

/// What a request is answered with: by itself, or with what the first one says, when that brings something of its own.
pub(super) fn better(alone: Examined, in_context: Examined, first: Option<&Examined>) -> Examined {
    let Some(first) = first else {
        return alone;
    };
    let document = |examined: &Examined| {
        let hit = examined.found.hits.first();
        hit.map(|hit| hit.document.clone())
    };
    let same = if document(&in_context) == document(first) {
        SAME_DOCUMENT
    } else {
        0.0
    };
    let is_better = alone.answer.parts.is_empty()
        || in_context.answer.probability + same > alone.answer.probability;
    if is_better && brings_its_own(&in_context, first) {
        in_context
    } else {
        alone
    }
}

/// What it shows first is not what was shown already.
fn brings_its_own(examined: &Examined, first: &Examined) -> bool {
    let known = |text: &str| first.answer.parts.iter().any(|part| part.text == text);
    let part = examined.answer.parts.iter().find(|part| !part.folded);
    part.is_some_and(|part| !known(&part.text))
}

/// Answers to the requests of one message become one. `whole` keeps what was found for all of it.
pub(super) fn join(whole: &mut Examined, answers: Vec<(String, Examined)>) {
    let shows = |examined: &Examined| !examined.answer.parts.is_empty();
    if answers.len() < 2 || !answers.iter().any(|(_, one)| shows(one)) {
        return;
    }
    let mut joined = Answer::new(Verdict::Answered, 1.0);
    whole.shown.clear();
    for (request, one) in answers {
        let answer = one.answer;
        joined.probability = joined.probability.min(answer.probability);
        joined.missing.extend(answer.missing);
        joined.unknown.extend(answer.unknown);
        if answer.parts.is_empty() {
            joined.class = Verdict::Partly;
            joined.unanswered.push(request);
            joined.caveats.push(Caveat::Part);
            continue;
        }
        if answer.class == Verdict::Partly {
            joined.class = Verdict::Partly;
        }
        joined.caveats.extend(answer.caveats);
        whole.shown.extend(one.shown);
        let before = joined.citations.len();
        let known: Vec<String> = joined
            .citations
            .iter()
            .map(|known| known.quote.clone())
            .collect();
        for part in answer.parts {
            let citation = part.citation.map(|number| number + before);
            joined.parts.push(Part { citation, ..part });
        }
        for citation in answer.citations {
            joined.citations.push(Citation {
                number: citation.number + before,
                ..citation
            });
        }
        drop_known(&mut joined, &known, before);
    }
    each_once(&mut joined.caveats);
    each_once(&mut joined.missing);
    each_once(&mut joined.unknown);
    joined.timings = whole.answer.timings;
    joined.vector = std::mem::take(&mut whole.answer.vector);
    whole.answer = joined;
}

/// Of equal ones the first.
fn each_once<T: PartialEq>(all: &mut Vec<T>) {
    let mut once = Vec::with_capacity(all.len());
    for one in all.drain(..) {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    *all = once;
}

/// What an earlier request showed already is not shown again.
fn drop_known(joined: &mut Answer, known: &[String], before: usize) {
    let is_again =
        |citation: &Citation| citation.number > before && known.contains(&citation.quote);
    let again: Vec<usize> = joined
        .citations
        .iter()
        .filter(|citation| is_again(citation))
        .map(|citation| citation.number)
        .collect();
    joined
        .parts
        .retain(|part| part.citation.is_none_or(|number| !again.contains(&number)));
    joined
        .citations
        .retain(|citation| !again.contains(&citation.number));
    // Numbers go up by one again.
    let order: Vec<usize> = joined
        .citations
        .iter()
        .map(|citation| citation.number)
        .collect();
    let place = |number: usize| {
        order
            .iter()
            .position(|known| *known == number)
            .map(|at| at + 1)
    };
    for part in &mut joined.parts {
        part.citation = part.citation.and_then(place);
    }
    for (place, citation) in joined.citations.iter_mut().enumerate() {
        citation.number = place + 1;
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn opens(clause: &str) -> bool {
    let words = language::words(clause);
    words
        .iter()
        .take(2)
        .any(|word| language::any(word, |language| &language.asks.openers))
}

fn points_back(clause: &str) -> bool {
    let words = language::words(clause);
    words
        .iter()
        .any(|word| language::any(word, |language| &language.pointers))
}

/// A sentence cut before every "and" (or a comma, or a semicolon) that a question word follows.
fn clauses(sentence: &str) -> Vec<String> {
    let pieces: Vec<&str> = sentence.split_whitespace().collect();
    let plain = |piece: &str| language::fold(piece);
    let mut clauses: Vec<Vec<&str>> = vec![Vec::new()];
    let mut at = 0;
    while at < pieces.len() {
        let own = plain(pieces[at]);
        let next = pieces
            .get(at + 1)
            .map(|piece| plain(piece))
            .unwrap_or_default();
        let is_joiner = language::any(&own, |language| &language.asks.joiners)
            && language::any(&next, |language| &language.asks.openers);
        let is_cut = at > 0
            && pieces[at - 1].ends_with([',', ';'])
            && language::any(&own, |language| &language.asks.openers);
        let before = clauses.last().map_or(0, Vec::len);
        if is_joiner && before >= SHORTEST {
            clauses.push(Vec::new());
        } else {
            if is_cut && before >= SHORTEST {
                clauses.push(Vec::new());
            }
            if let Some(clause) = clauses.last_mut() {
                clause.push(pieces[at]);
            }
        }
        at += 1;
    }
    let joined = clauses.into_iter().map(|clause| clause.join(" "));
    let joined: Vec<String> = joined
        .map(|clause| clause.trim_end_matches([',', ';']).to_owned())
        .collect();
    if joined.len() > 1 {
        return joined;
    }
    shared_beginning(&pieces).unwrap_or(joined)
}

/// "the fee for a CHAPS payment and for a Faster Payment": what stands before the first "for" is asked of both.
fn shared_beginning(pieces: &[&str]) -> Option<Vec<String>> {
    let folded: Vec<String> = pieces.iter().map(|piece| language::fold(piece)).collect();
    let is_short = |word: &String| {
        (2..=4).contains(&word.len()) && language::any(word, |language| &language.stop_words)
    };
    let and = (2..folded.len().saturating_sub(2)).find(|at| {
        language::any(&folded[*at], |language| &language.identify.and)
            && is_short(&folded[at + 1])
            && folded[..*at].contains(&folded[at + 1])
    })?;
    let first = folded[..and]
        .iter()
        .rposition(|word| *word == folded[and + 1])?;
    if first < 2 || !opens(&pieces.join(" ")) {
        return None;
    }
    let beginning = pieces[..first].join(" ");
    Some(vec![
        format!(
            "{beginning} {}",
            pieces[first..and].join(" ").trim_end_matches(',')
        ),
        format!("{beginning} {}", pieces[and + 1..].join(" ")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_requests_are_told_apart() {
        for (text, expected) in [
            (
                "How long is the lease and what does the boat shed cost?",
                &["How long is the lease", "what does the boat shed cost?"][..],
            ),
            (
                "When do you open? Is there a lift in the building?",
                &["When do you open?", "Is there a lift in the building?"],
            ),
            (
                "What is the charge for a letter and for a parcel?",
                &[
                    "What is the charge for a letter",
                    "What is the charge for a parcel?",
                ],
            ),
            ("Which plants and trees may I cut down?", &[]),
            (
                "Can I pay by card and by cheque?",
                &["Can I pay by card", "Can I pay by cheque?"],
            ),
            ("How do I open and close the gate?", &[]),
        ] {
            let found: Vec<String> = requests(text).into_iter().map(|one| one.text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_a_second_request_points_to_comes_with_it() {
        let found = requests("How do I delete a group, and what happens to its members?");
        assert_eq!(found.len(), 2);
        assert!(found[1].points_back);
        let with_context = found[1].in_context.as_ref().unwrap();
        assert!(with_context.contains("delete a group"), "{found:?}");
    }
}
