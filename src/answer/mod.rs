//! Answers a question with sentences of the approved knowledge, verbatim, each with its citation, or says that there is no answer.
//!
//! Search finds passages, [`evidence`] says what speaks for and against them, [`calibration`] turns that into a probability, and
//! [`selection`] chooses the sentences, list items and table rows that are shown. Nothing is generated: every character of an answer
//! stands in a document.

pub(crate) mod calibration;
pub(crate) mod check;
mod citation;
pub(crate) mod evidence;
mod judge;
mod passage;
mod question;
mod selection;
mod table;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use serde::Serialize;

pub(crate) use citation::{Citation, Layout, Part};
pub(crate) use judge::Judge;
pub(crate) use question::{BadQuestion, Question};

use crate::inference::{self, Pool};
use crate::search::analysis::{self, Word};
use crate::search::{self, Filter, Found, Index, Query};
use check::Asked;

/// Passages that are looked at: all candidates, for how far the others fall behind is evidence too.
const HITS: usize = 100;

/// A word of the question that stands nowhere in the knowledge and that nothing in the best passage is like, by this cosine, makes the
/// answer a partial one.
const FOREIGN_WORD: f32 = 0.25;

/// A word of a short question that neither stands in the best passage nor has a counterpart there, by this cosine, leaves no answer where
/// there would be a partial one.
const MISSED_WORD: f32 = 0.2;
/// Terms of a short question.
const SHORT_QUESTION: usize = 5;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Inference(#[from] inference::Error),
    #[error(transparent)]
    Search(#[from] search::Error),
}

/// How far the knowledge holds what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    Answered,
    Partly,
    NotFound,
}

impl Class {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Partly => "partly",
            Self::NotFound => "not_found",
        }
    }
}

/// How long each step took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Timings {
    pub embed: Duration,
    pub search: Duration,
    pub answer: Duration,
}

impl Timings {
    pub(crate) fn total(&self) -> Duration {
        self.embed + self.search + self.answer
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub class: Class,
    /// That the knowledge holds the answer; calibrated on labelled questions.
    pub probability: f64,
    /// What is shown, in the order in which it reads. Empty when nothing was found.
    pub parts: Vec<Part>,
    pub citations: Vec<Citation>,
    /// Words of the question that stand nowhere in the knowledge.
    pub unknown: Vec<String>,
    pub timings: Timings,
}

impl Answer {
    /// As plain text with citation marks; empty when nothing was found.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            if let Some(header) = &part.table_header {
                text.push_str(header);
                text.push('\n');
            }
            text.push_str(&part.text);
            if self
                .parts
                .get(index + 1)
                .is_none_or(|next| next.citation != part.citation)
            {
                text.extend([" [", &part.citation.to_string(), "]"]);
            }
        }
        text
    }
}

/// An answer with everything that led to it, for measuring and fitting.
pub(crate) struct Examined {
    pub answer: Answer,
    pub found: Found,
    pub features: evidence::Features,
    pub check: Option<check::Check>,
}

/// Answers a question from a workspace.
pub(crate) fn ask(
    index: &Index,
    pool: &Pool,
    judge: &Judge,
    question: &Question,
) -> Result<Answer, Error> {
    Ok(examine(index, pool, judge, question)?.answer)
}

/// As [`ask`], with the evidence.
pub(crate) fn examine(
    index: &Index,
    pool: &Pool,
    judge: &Judge,
    question: &Question,
) -> Result<Examined, Error> {
    let started = Instant::now();
    let states = pool.states_now(question.as_str())?;
    let embedded = Instant::now();
    let query = Query::new(question.as_str(), states.whole.clone());
    let mut found = index.search(&query, &Filter::Everything, HITS)?;
    let searched = Instant::now();

    let asked = Asked::new(question.as_str(), &states, &found);
    let check = check::check(index, pool, &asked, &mut found)?;
    let features = evidence::features(&found, check);
    let probability = judge.probability(&features);
    let unknown = unknown_words(question.as_str(), &found);
    let class = check.map_or(Class::NotFound, |check| {
        class(judge.class(probability), &check, &found, &unknown)
    });
    let (parts, citations) = match class {
        Class::NotFound => (Vec::new(), Vec::new()),
        Class::Answered | Class::Partly => {
            citation::cite(&selection::choose(question.as_str(), &found))
        }
    };
    let timings = Timings {
        embed: embedded - started,
        search: searched - embedded,
        answer: searched.elapsed(),
    };
    Ok(Examined {
        answer: Answer {
            class,
            probability,
            parts,
            citations,
            unknown,
            timings,
        },
        found,
        features,
        check,
    })
}

/// What the probability says, unless a word of the question has no counterpart in the passage.
fn class(by_probability: Class, check: &check::Check, found: &Found, unknown: &[String]) -> Class {
    let is_short = found.terms.len() <= SHORT_QUESTION;
    match by_probability {
        // The knowledge answers a question, but perhaps not one about this.
        Class::Answered if !unknown.is_empty() && check.weakest_word < FOREIGN_WORD => {
            Class::Partly
        }
        // "Personal loan" is no kind of mortgage. In a long question, one such word may not matter.
        Class::Partly if is_short && check.weakest_in_passage < MISSED_WORD => Class::NotFound,
        class => class,
    }
}

/// The question's words that stand nowhere in the knowledge, as they were typed.
fn unknown_words(question: &str, found: &Found) -> Vec<String> {
    let is_unknown = |word: &Word| {
        found
            .terms
            .iter()
            .any(|weight| weight.passages == 0 && weight.term == word.term)
    };
    let mut unknown: Vec<String> = Vec::new();
    for word in analysis::words(question)
        .iter()
        .filter(|word| is_unknown(word))
    {
        let text = question[word.range.clone()].to_owned();
        if !unknown.contains(&text) {
            unknown.push(text);
        }
    }
    unknown
}
