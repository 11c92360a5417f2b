//! A second, closer look at the best passages: word piece against word piece.
//!
//! One vector for a whole passage blurs what it is about. For the best passages the model reads title, heading and the best unit
//! once more, and every word piece of the question looks for its likest piece there (late interaction, as in Khattab and Zaharia 2020, with
//! the states that the model has anyway). That reorders them, and says how much of the question has a counterpart.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Error;
use super::section::Section;
use crate::inference::{Pool, States, WIDTH, dot};
use crate::search::analysis::{self, Word};
use crate::search::{Found, Hit, Index};

/// Passages that are looked at again. On six public sets eight are no better than five, and three lose .002 of nDCG@10.
const CHECKED: usize = 5;
/// Weights of what the look says, against the fused score. Flat: half or twice of any changes the mean nDCG@10 by less than .004.
const PLAIN: f32 = 0.2;
const BODY_MET: f32 = 0.2;
const WEAKEST: f32 = 0.05;
const HEADING_MET: f32 = 0.05;
/// The best so many say how like the question anything is.
const WHOLE_OF: usize = 3;
/// Bytes of a unit that are read, about what a sentence of a careful writer needs.
const MAX_UNIT_BYTES: usize = 600;
/// Bytes of what announces a unit.
const MAX_LEAD_BYTES: usize = 300;

/// The question as the model read it.
pub(super) struct Asked<'a> {
    pub states: &'a States,
    words: Vec<Word>,
    idf: HashMap<String, f32>,
}

/// What the closer look at a passage says.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct LateInteraction {
    /// Cosine of the question and what was read; the highest among the passages that were checked.
    pub whole: f32,
    /// Mean of the question's pieces' best cosines.
    plain: f32,
    /// The same, weighted by how rare their words are.
    pub weighted: f32,
    /// How well the heading's words are met by the question.
    pub heading_met: f32,
    /// The least met of the question's words that are no stop words.
    pub weakest_word: f32,
    /// The same, where a word that the passage has anywhere is met in full.
    pub weakest_in_passage: f32,
    /// How well the question's words are met below title and heading, rare ones counting more.
    pub body_met: f32,
    /// The same of those that are no words of title and headings: what is asked *about* the thing.
    pub rest_met: f32,
}

impl LateInteraction {
    fn agreement(&self) -> f32 {
        PLAIN * self.plain
            + BODY_MET * self.body_met
            + WEAKEST * self.weakest_in_passage
            + HEADING_MET * self.heading_met
    }
}

impl<'a> Asked<'a> {
    pub(super) fn new(text: &'a str, states: &'a States, found: &Found) -> Self {
        let idf = found
            .terms
            .iter()
            .map(|weight| (weight.term.clone(), weight.idf))
            .collect();
        Self {
            states,
            words: analysis::words(text),
            idf,
        }
    }
}

/// Reads the best passages again, reorders them, and returns what it says about the first, with the highest `whole` of [`WHOLE_OF`].
pub(super) fn rerank(
    index: &Index,
    pool: &Pool,
    asked: &Asked<'_>,
    found: &mut Found,
) -> Result<Option<LateInteraction>, Error> {
    let count = found.hits.len().min(CHECKED);
    let (headings, texts): (Vec<String>, Vec<String>) =
        found.hits[..count].iter().map(text_to_read).unzip();
    let mut checked = Vec::with_capacity(count);
    for ((hit, heading), states) in found
        .hits
        .drain(..count)
        .zip(headings)
        .zip(pool.states_all_now(&texts)?)
    {
        let weights = index.weigh(&analysis::query_terms(&heading))?;
        let idf = weights
            .into_iter()
            .map(|weight| (weight.term, weight.idf))
            .collect();
        let check = compare(asked, &hit, &heading, &idf, &states);
        checked.push((hit, check));
    }
    let whole = checked
        .iter()
        .take(WHOLE_OF)
        .map(|(_, check)| check.whole)
        .fold(f32::MIN, f32::max);
    checked.sort_by(|(a, x), (b, y)| {
        let score = |hit: &Hit, check: &LateInteraction| hit.scores.fused + check.agreement();
        score(b, y).total_cmp(&score(a, x))
    });
    let first = checked
        .first()
        .map(|(_, check)| LateInteraction { whole, ..*check });
    found
        .hits
        .splice(0..0, checked.into_iter().map(|(hit, _)| hit));
    Ok(first)
}

/// Title with heading, and the same with the best unit and what announces it.
fn text_to_read(hit: &Hit) -> (String, String) {
    let mut text = hit.title.clone();
    if let Some(heading) = hit.heading_path.last() {
        text.push('\n');
        text.push_str(heading);
    }
    let heading = text.clone();
    let passage = Section::of(hit);
    let best = (0..passage.len().min(hit.unit_scores.len()))
        .max_by(|a, b| hit.unit_scores[*a].total_cmp(&hit.unit_scores[*b]));
    let announced = best.and_then(|best| {
        passage
            .header(best)
            .or_else(|| passage.lead_in(best).map(|lead| passage.text(lead)))
    });
    for (part, bytes) in [
        (announced, MAX_LEAD_BYTES),
        (
            best.map(|best| passage.text(best)).or(Some(&hit.body)),
            MAX_UNIT_BYTES,
        ),
    ] {
        if let Some(part) = part {
            text.push('\n');
            text.push_str(&part[..part.floor_char_boundary(bytes)]);
        }
    }
    (heading, text)
}

fn compare(
    asked: &Asked<'_>,
    hit: &Hit,
    heading: &str,
    heading_idf: &HashMap<String, f32>,
    states: &States,
) -> LateInteraction {
    let rows: Vec<&[f32]> = states.tokens.chunks_exact(WIDTH).collect();
    let question: Vec<&[f32]> = asked.states.tokens.chunks_exact(WIDTH).collect();
    let pieces = |states: &States| -> Vec<usize> {
        (0..states.places.len())
            .filter(|piece| !states.places[*piece].is_empty())
            .collect()
    };
    let (own, theirs) = (pieces(asked.states), pieces(states));
    let best = |row: &[f32], among: &mut dyn Iterator<Item = &[f32]>| {
        among.map(|other| dot(row, other)).fold(-1.0, f32::max)
    };

    // How well each piece is met by what begins at a byte of the text or behind it.
    let met_from = |start: usize| -> Vec<f32> {
        let among = |other: &&usize| states.places[**other].start >= start;
        own.iter()
            .map(|piece| {
                best(
                    question[*piece],
                    &mut theirs.iter().filter(among).map(|other| rows[*other]),
                )
            })
            .collect()
    };
    let met = met_from(0);
    let places: Vec<&Range<usize>> = own
        .iter()
        .map(|piece| &asked.states.places[*piece])
        .collect();
    let weights = weights(&asked.words, &asked.idf, &places);

    let in_heading: Vec<usize> = theirs
        .iter()
        .copied()
        .filter(|piece| states.places[*piece].end <= heading.len())
        .collect();
    let heading_places: Vec<&Range<usize>> = in_heading
        .iter()
        .map(|piece| &states.places[*piece])
        .collect();
    let heading_weights = self::weights(&analysis::words(heading), heading_idf, &heading_places);
    let heading_met = in_heading
        .iter()
        .zip(heading_weights)
        .map(|(piece, weight)| weight * best(rows[*piece], &mut question.iter().copied()));

    let (body_met, rest_met) = below_heading(asked, hit, &places, &met_from(heading.len()));

    LateInteraction {
        whole: dot(&states.whole, &asked.states.whole),
        plain: mean(met.iter().copied()).unwrap_or(0.0),
        weighted: met
            .iter()
            .zip(weights)
            .map(|(met, weight)| met * weight)
            .sum(),
        heading_met: heading_met.sum(),
        weakest_word: weakest_word(&asked.words, &places, &met),
        weakest_in_passage: weakest_in_passage(asked, hit, &places, &met),
        body_met,
        rest_met,
    }
}

/// How well the question's words are met below the heading, and those of them that are no words of title and headings.
fn below_heading(
    asked: &Asked<'_>,
    hit: &Hit,
    places: &[&Range<usize>],
    met: &[f32],
) -> (f32, f32) {
    let heading: HashSet<String> = analysis::terms(&hit.names()).into_iter().collect();
    let only_stop_words = asked.words.iter().all(|word| word.is_stop);
    let mean_of = |is: &dyn Fn(&Word) -> bool| {
        let words = asked
            .words
            .iter()
            .filter(|word| (only_stop_words || !word.is_stop) && is(word));
        let (sum, weight) = words
            .filter_map(|word| {
                let idf = asked.idf.get(&word.term).copied().unwrap_or_default();
                Some((met_of(word, places, met)?.max(0.0), idf))
            })
            .fold((0.0, 0.0), |(sum, weight), (met, idf)| {
                (sum + idf * met, weight + idf)
            });
        (weight > 0.0).then(|| sum / weight)
    };
    let all = mean_of(&|_| true).unwrap_or_default();
    (
        all,
        mean_of(&|word| !heading.contains(&word.term)).unwrap_or(all),
    )
}

/// The weight of each piece: the rarity of its word, shared among the word's pieces, all together 1. Stop words weigh nothing, unless
/// there is nothing else.
fn weights(words: &[Word], idf: &HashMap<String, f32>, places: &[&Range<usize>]) -> Vec<f32> {
    let word_of = |place: &Range<usize>| {
        words
            .iter()
            .find(|word| word.range.start < place.end && place.start < word.range.end)
    };
    let raw: Vec<f32> = places
        .iter()
        .map(|place| {
            let Some(word) = word_of(place).filter(|word| !word.is_stop) else {
                return 0.0;
            };
            let shared = places
                .iter()
                .filter(|other| word.range.start < other.end && other.start < word.range.end)
                .count();
            #[expect(clippy::cast_precision_loss, reason = "pieces of a word")]
            let share = 1.0 / shared.max(1) as f32;
            idf.get(&word.term).copied().unwrap_or_default() * share
        })
        .collect();
    let sum: f32 = raw.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "pieces of a question")]
    let uniform = 1.0 / raw.len().max(1) as f32;
    raw.into_iter()
        .map(|weight| if sum > 0.0 { weight / sum } else { uniform })
        .collect()
}

fn weakest_word(words: &[Word], places: &[&Range<usize>], met: &[f32]) -> f32 {
    words
        .iter()
        .filter(|word| !word.is_stop)
        .filter_map(|word| met_of(word, places, met))
        .fold(1.0, f32::min)
}

fn weakest_in_passage(asked: &Asked<'_>, hit: &Hit, places: &[&Range<usize>], met: &[f32]) -> f32 {
    let held: HashSet<String> = analysis::terms(&hit.whole_text()).into_iter().collect();
    let met_of = |word: &Word| {
        if held.contains(&word.term) {
            Some(1.0)
        } else {
            met_of(word, places, met)
        }
    };
    asked
        .words
        .iter()
        .filter(|word| asked.idf.contains_key(&word.term))
        .filter_map(met_of)
        .fold(1.0, f32::min)
}

/// How well a word's pieces are met.
fn met_of(word: &Word, places: &[&Range<usize>], met: &[f32]) -> Option<f32> {
    let pieces = places
        .iter()
        .zip(met)
        .filter(|(place, _)| word.range.start < place.end && place.start < word.range.end);
    mean(pieces.map(|(_, met)| *met))
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, count) = values.fold((0.0_f32, 0.0_f32), |(sum, count), value| {
        (sum + value, count + 1.0)
    });
    (count > 0.0).then(|| sum / count)
}
