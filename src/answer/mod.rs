//! Answers a question with sentences of the approved knowledge, verbatim, each with its citation, or says that there is no answer.
//!
//! Search finds passages, [`evidence`] says what speaks for and against them, [`calibration`] turns that into a probability, and
//! [`selection`] chooses the sentences, list items and table rows that are shown. Nothing is generated: every character of an answer
//! stands in a document, or was fixed by staff ([`approved`]).

pub(crate) mod approved;
pub(crate) mod calibration;
mod citation;
pub(crate) mod evidence;
mod judge;
mod passage;
mod question;
pub(crate) mod rerank;
mod selection;
mod table;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use serde::Serialize;

pub(crate) use citation::{Citation, Layout, Part, Source};
pub(crate) use judge::{Evidence, Judge};
pub(crate) use question::{BadQuestion, Question};
pub(crate) use selection::Reason;

use crate::id::ApprovedId;
use crate::inference::{self, Pool};
use crate::knowledge;
use crate::knowledge::approved::{Approved, CitedDocument, Phrasings};
use crate::search::analysis::{self, Word};
use crate::search::{self, Filter, Found, Hit, Index, Query, UnitKind};
use approved::Nearest;
use rerank::Asked;

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
    #[error(transparent)]
    Knowledge(#[from] knowledge::Error),
}

/// How far the knowledge holds what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Answered,
    Partly,
    NotFound,
}

impl Verdict {
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
    /// The closer look at the best passages.
    pub check: Duration,
    /// Judging and choosing.
    pub select: Duration,
}

impl Timings {
    /// What comes after the search.
    pub(crate) fn answer(&self) -> Duration {
        self.check + self.select
    }

    pub(crate) fn total(&self) -> Duration {
        self.embed + self.search + self.answer()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub class: Verdict,
    /// That the knowledge holds the answer; calibrated on labelled questions.
    pub probability: f64,
    /// What is shown, in the order in which it reads. Empty when nothing was found.
    pub parts: Vec<Part>,
    pub citations: Vec<Citation>,
    /// Words of the question that stand nowhere in the knowledge.
    pub unknown: Vec<String>,
    /// The approved answer that this is.
    pub approved: Option<ApprovedId>,
    /// What the model made of the question.
    pub vector: Vec<f32>,
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
            let is_last = self
                .parts
                .get(index + 1)
                .is_none_or(|next| next.citation != part.citation);
            if let Some(number) = part.citation.filter(|_| is_last) {
                text.extend([" [", &number.to_string(), "]"]);
            }
        }
        text
    }
}

/// What an answer is made with.
#[derive(Clone, Copy)]
pub(crate) struct Engine<'a> {
    pub index: &'a Index,
    /// `None`: no answer is fixed here.
    pub phrasings: Option<&'a Phrasings>,
    pub pool: &'a Pool,
    pub judge: &'a Judge,
}

/// An answer with everything that led to it, for measuring, fitting and explaining.
pub(crate) struct Examined {
    pub answer: Answer,
    pub found: Found,
    pub features: evidence::Features,
    pub check: Option<rerank::LateInteraction>,
    /// The class that the probability alone stands for.
    pub by_probability: Verdict,
    /// What is shown, by passage and unit, and why.
    pub shown: Vec<Shown>,
    /// The phrasing of an approved answer that is nearest to the question.
    pub nearest: Option<Nearest>,
}

/// A unit that is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub passage: i64,
    /// Its place among the units of its passage.
    pub unit: usize,
    pub reason: Reason,
}

impl From<&selection::Chosen<'_>> for Shown {
    fn from(chosen: &selection::Chosen<'_>) -> Self {
        Self {
            passage: chosen.hit.passage,
            unit: chosen.index,
            reason: chosen.reason,
        }
    }
}

/// A unit of a passage, as it is compared with the question.
pub(crate) struct UnitView {
    pub text: String,
    /// Cosine with the question.
    pub score: f32,
    /// A table's header is quoted with a row, not alone.
    pub is_header: bool,
}

/// The units of a passage that was found.
pub(crate) fn units(hit: &Hit) -> Vec<UnitView> {
    let passage = passage::Passage::new(hit);
    (0..passage.units.len())
        .map(|index| UnitView {
            text: passage.text(index).to_owned(),
            score: hit.unit_scores.get(index).copied().unwrap_or_default(),
            is_header: passage.units[index].kind == UnitKind::Header,
        })
        .collect()
}

/// Answers a question with what `filter` lets be found.
pub(crate) fn ask(
    engine: Engine<'_>,
    question: &Question,
    filter: &Filter,
) -> Result<Answer, Error> {
    Ok(examine(engine, question, filter)?.answer)
}

/// As [`ask`], with the evidence.
pub(crate) fn examine(
    engine: Engine<'_>,
    question: &Question,
    filter: &Filter,
) -> Result<Examined, Error> {
    let (index, phrasings, pool) = (engine.index, engine.phrasings, engine.pool);
    let started = Instant::now();
    let states = pool.states_now(question.as_str())?;
    let embedded = Instant::now();
    let nearest = nearest(question, &states.whole, phrasings, filter)?;
    let query = Query::new(question.as_str(), states.whole.clone());
    let mut found = index.search(&query, filter, HITS)?;
    let searched = Instant::now();

    let asked = Asked::new(question.as_str(), &states, &found);
    let check = rerank::rerank(index, pool, &asked, &mut found)?;
    let checked = Instant::now();
    let features = evidence::features(&found, check);
    let probability = engine.judge.probability(&features);
    let unknown = unknown_words(question.as_str(), &found);
    let by_probability = engine.judge.class(probability);
    let class = check.map_or(Verdict::NotFound, |check| {
        class(by_probability, &check, &found, &unknown)
    });
    let chosen = match class {
        Verdict::NotFound => Vec::new(),
        Verdict::Answered | Verdict::Partly => selection::choose(question.as_str(), &found),
    };
    let (parts, citations) = citation::cite(&chosen, filter);
    let mut answer = Answer {
        class,
        probability,
        parts,
        citations,
        unknown,
        approved: None,
        vector: Vec::new(),
        timings: Timings::default(),
    };
    if let (Some(near), Some(phrasings)) = (&nearest, phrasings)
        && near.difference.is_none()
        && let Some((approved, cited)) = phrasings.answer(&near.answer)?
    {
        answer = fixed(&approved, &cited, near.cosine, filter);
    }
    let shown = match answer.approved {
        Some(_) => Vec::new(),
        None => chosen.iter().map(Shown::from).collect(),
    };
    answer.vector.clone_from(&states.whole);
    answer.timings = Timings {
        embed: embedded - started,
        search: searched - embedded,
        check: checked - searched,
        select: checked.elapsed(),
    };
    Ok(Examined {
        answer,
        found,
        features,
        check,
        by_probability,
        shown,
        nearest,
    })
}

/// The phrasing, of the approved answers in force, that is most like a question.
fn nearest(
    question: &Question,
    vector: &[f32],
    phrasings: Option<&Phrasings>,
    filter: &Filter,
) -> Result<Option<Nearest>, Error> {
    let Some(phrasings) = phrasings else {
        return Ok(None);
    };
    let all = phrasings.all()?;
    let in_force = all
        .iter()
        .filter(|phrasing| phrasing.during.is_in_force(filter.at()));
    Ok(approved::nearest(question.as_str(), vector, in_force))
}

/// An approved answer, word for word, with those of its sources that may be named.
fn fixed(approved: &Approved, cited: &[CitedDocument], cosine: f32, filter: &Filter) -> Answer {
    let citations: Vec<Citation> = cited
        .iter()
        .filter(|cited| {
            let visibility = &cited.summary.visibility;
            filter.names(visibility) && visibility.is_in_force(filter.at())
        })
        .enumerate()
        .map(|(index, cited)| {
            let (start, end) = cited.place.unwrap_or_default();
            Citation {
                number: index + 1,
                quote: cited.quote.clone(),
                source: Some(Source {
                    document: cited.summary.id.clone(),
                    path: cited.summary.path.to_string(),
                    title: cited.summary.title.clone(),
                    heading_path: Vec::new(),
                    start,
                    end,
                }),
            }
        })
        .collect();
    let paragraphs: Vec<&str> = approved
        .wording
        .text
        .split("\n\n")
        .filter(|text| !text.trim().is_empty())
        .collect();
    let parts = paragraphs.iter().enumerate().map(|(index, text)| Part {
        layout: Layout::Sentences,
        text: (*text).to_owned(),
        table_header: None,
        // It is not known which sentence rests on which source: the first stands for all at the end.
        citation: (index + 1 == paragraphs.len() && !citations.is_empty()).then_some(1),
    });
    Answer {
        class: Verdict::Answered,
        probability: f64::from(cosine).min(1.0),
        parts: parts.collect(),
        citations,
        unknown: Vec::new(),
        approved: Some(approved.id.clone()),
        vector: Vec::new(),
        timings: Timings::default(),
    }
}

/// What the probability says, unless a word of the question has no counterpart in the passage.
fn class(
    by_probability: Verdict,
    check: &rerank::LateInteraction,
    found: &Found,
    unknown: &[String],
) -> Verdict {
    let is_short = found.terms.len() <= SHORT_QUESTION;
    match by_probability {
        // The knowledge answers a question, but perhaps not one about this.
        Verdict::Answered if !unknown.is_empty() && check.weakest_word < FOREIGN_WORD => {
            Verdict::Partly
        }
        // "Personal loan" is no kind of mortgage. In a long question, one such word may not matter.
        Verdict::Partly if is_short && check.weakest_in_passage < MISSED_WORD => Verdict::NotFound,
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
