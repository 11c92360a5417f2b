//! What came of one question, for a closer look than the figures of a whole set.

use std::collections::BTreeMap;

use serde::Serialize;

use super::trust::{self, Judgement};
use super::{Asked, Set};
use crate::answer::evidence::Features;
use crate::answer::rerank::LateInteraction;
use crate::answer::{Caveat, Verdict};
use crate::search::Scores;

const HITS: usize = 15;

#[derive(Serialize)]
pub(crate) struct Outcome<'a> {
    set: &'a str,
    id: &'a str,
    question: &'a str,
    answerable: bool,
    class: Verdict,
    probability: f64,
    features: BTreeMap<&'static str, f64>,
    check: Option<LateInteraction>,
    density: f32,
    answer: String,
    relevant: Vec<&'a str>,
    hits: Vec<HitOutcome<'a>>,
    unknown_words: &'a [String],
    missing: &'a [String],
    caveats: &'a [Caveat],
    choices: Vec<&'a str>,
    /// Of the cited documents, in the order of the citations.
    cited: &'a [String],
    /// Words that are shown at once.
    words: usize,
    /// Of a trust set.
    judgement: Option<Judgement>,
}

#[derive(Serialize)]
struct HitOutcome<'a> {
    document: &'a str,
    title: &'a str,
    heading_path: &'a [String],
    text: &'a str,
    scores: &'a Scores,
}

impl<'a> Outcome<'a> {
    pub(crate) fn new(set: &'a Set, asked: &'a Asked) -> Self {
        let question = &set.questions[asked.question];
        let examined = &asked.examined;
        let hit = |(hit, document): (&'a crate::search::Hit, &'a String)| HitOutcome {
            document,
            title: &hit.title,
            heading_path: &hit.heading_path,
            text: &hit.body,
            scores: &hit.scores,
        };
        Self {
            set: &set.name,
            id: &question.id,
            question: &question.text,
            answerable: set.is_answerable(question),
            class: examined.answer.class,
            probability: examined.answer.probability,
            features: Features::NAMES
                .into_iter()
                .zip(examined.features.0)
                .collect(),
            check: examined.check,
            density: examined.found.density,
            answer: examined.answer.to_text(),
            relevant: set.relevant(question).keys().map(String::as_str).collect(),
            hits: examined
                .found
                .hits
                .iter()
                .zip(&asked.documents)
                .take(HITS)
                .map(hit)
                .collect(),
            unknown_words: &examined.answer.unknown,
            missing: &examined.answer.missing,
            caveats: &examined.answer.caveats,
            choices: examined
                .answer
                .choices
                .iter()
                .map(|choice| choice.name.as_str())
                .collect(),
            cited: &asked.cited,
            words: trust::words(&examined.answer),
            judgement: question
                .expected
                .as_ref()
                .map(|expected| Judgement::new(expected, &examined.answer)),
        }
    }
}
