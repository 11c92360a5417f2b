//! An answer as it is given: what it shows, what it lacks, and how sure it is.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::choice::Choice;
use super::citation::{Citation, Layout, Part};
use super::nearest_page::NearestPage;
use super::readable::Unreadable;
use super::rules::Caveat;
use super::talk::Talk;
use super::verdict::Verdict;
use crate::id::ApprovedId;
use crate::search::Mended;

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
    /// From the beginning, and the ends of the first three steps; the last ends now.
    pub(super) fn between([started, embedded, searched, checked]: [Instant; 4]) -> Self {
        Self {
            embed: embedded - started,
            search: searched - embedded,
            check: checked - searched,
            select: checked.elapsed(),
        }
    }

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
    /// What the question names, as it names it, and what is shown does not mention: numbers, codes, versions, dates, names.
    pub missing: Vec<String>,
    /// Why it is less than a full answer.
    pub caveats: Vec<Caveat>,
    /// What to choose among, when several things could be meant.
    pub choices: Vec<Choice>,
    /// Parts of the question that have no answer.
    pub unanswered: Vec<String>,
    /// The question as it was answered, when its spelling was mended.
    pub mended: Option<Mended>,
    /// It was no question: what is shown is a fixed reply.
    pub talk: Option<Talk>,
    /// Why the question cannot be read.
    pub unreadable: Option<Unreadable>,
    /// Where a refused question may be looked for.
    pub nearest: Vec<NearestPage>,
    /// The approved answer that this is.
    pub approved: Option<ApprovedId>,
    /// What the model made of the question.
    pub vector: Vec<f32>,
    pub timings: Timings,
}

impl Answer {
    /// With nothing to show yet.
    pub(crate) fn new(class: Verdict, probability: f64) -> Self {
        Self {
            class,
            probability,
            parts: Vec::new(),
            citations: Vec::new(),
            unknown: Vec::new(),
            missing: Vec::new(),
            caveats: Vec::new(),
            choices: Vec::new(),
            unanswered: Vec::new(),
            mended: None,
            talk: None,
            unreadable: None,
            nearest: Vec::new(),
            approved: None,
            vector: Vec::new(),
            timings: Timings::default(),
        }
    }

    pub(super) fn of_talk(talk: Talk) -> Self {
        let part = Part {
            layout: Layout::Sentences,
            text: talk.usual_reply().to_owned(),
            table_header: None,
            citation: None,
            folded: false,
            omitted: None,
        };
        Self {
            parts: vec![part],
            talk: Some(talk),
            ..Self::new(Verdict::Answered, 1.0)
        }
    }

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
            if let Some(omitted) = part.omitted {
                let _ = write!(text, "\n({omitted})");
            }
        }
        text
    }
}
