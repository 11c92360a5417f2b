//! Answers a question with sentences of the approved knowledge, verbatim, each with its citation, or says that there is no answer.
//!
//! Search finds passages, [`evidence`] says what speaks for and against them, [`calibration`] turns that into a probability, and
//! [`selection`] chooses the sentences, list items and table rows that are shown. Nothing is generated: every character of an answer
//! stands in a document.

pub(crate) mod calibration;
mod citation;
pub(crate) mod evidence;
mod judge;
mod question;
mod selection;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use serde::Serialize;

pub(crate) use citation::{Citation, Layout, Part};
pub(crate) use judge::Judge;
pub(crate) use question::{BadQuestion, Question};

use crate::inference::{self, Pool};
use crate::search::{self, Filter, Found, Index, Query};

/// Passages that are looked at: all candidates, for how far the others fall behind is evidence too.
const HITS: usize = 100;

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
            if self.parts.get(index + 1).is_none_or(|next| next.citation != part.citation) {
                text.push_str(&format!(" [{}]", part.citation));
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
}

/// Answers a question from a workspace.
pub(crate) fn ask(index: &Index, pool: &Pool, judge: &Judge, question: &Question) -> Result<Answer, Error> {
    Ok(examine(index, pool, judge, question)?.answer)
}

/// As [`ask`], with the evidence.
pub(crate) fn examine(index: &Index, pool: &Pool, judge: &Judge, question: &Question) -> Result<Examined, Error> {
    let started = Instant::now();
    let vector = pool.embed_now(&[question.as_str()])?;
    let embedded = Instant::now();
    let query = Query::new(question.as_str(), vector);
    let found = index.search(&query, &Filter::Everything, HITS)?;
    let searched = Instant::now();

    let features = evidence::features(&query, &found);
    let probability = judge.probability(&features);
    let class = if found.hits.is_empty() { Class::NotFound } else { judge.class(probability) };
    let (parts, citations) = match class {
        Class::NotFound => (Vec::new(), Vec::new()),
        Class::Answered | Class::Partly => citation::cite(&selection::choose(&query, &found)),
    };
    let timings = Timings { embed: embedded - started, search: searched - embedded, answer: searched.elapsed() };
    Ok(Examined { answer: Answer { class, probability, parts, citations, timings }, found, features })
}
