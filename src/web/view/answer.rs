//! An answer as pages show it: parts that stand together, with the marks of their sources.

mod flow;
#[cfg(test)]
mod tests;

use super::Html;
use crate::answer::{Answer, Citation, Source, Verdict};
use crate::ask::note::{self, Note};
use crate::id::DocumentId;
pub(in crate::web) use flow::{Group, Stretch};

pub(in crate::web) struct AnswerView {
    pub class: Verdict,
    pub stretches: Vec<Stretch>,
    pub citations: Vec<CitationView>,
    /// Where a question without an answer may be looked for.
    pub nearest: Vec<NearestView>,
    /// What to choose among, when several things could be meant.
    pub choices: Vec<ChoiceView>,
    /// Why it is less than a full answer.
    pub notes: Vec<Note>,
    /// The question as it was answered, when its spelling was mended.
    pub mended: Option<String>,
    /// It was no question: what is shown is a fixed reply.
    pub is_talk: bool,
    /// Words of the question that stand nowhere in the knowledge.
    pub unknown: Vec<String>,
}

pub(in crate::web) struct CitationMark {
    pub number: usize,
    /// `None`: the document may not be opened.
    pub link: Option<String>,
}

pub(in crate::web) struct CitationView {
    pub number: usize,
    /// `None`: the document may be quoted, but neither named nor linked.
    pub link: Option<String>,
    pub title: String,
    /// Headings, outermost first, in one line.
    pub place: String,
    pub quote: String,
}

/// A page near what was asked.
pub(in crate::web) struct NearestView {
    pub title: String,
    pub link: String,
    /// The line of it that is nearest.
    pub line: String,
}

/// One of the things that could be meant.
pub(in crate::web) struct ChoiceView {
    pub name: String,
    /// The question that means it.
    pub question: String,
    /// Headings, outermost first, in one line; empty when its document may not be named.
    pub place: String,
}

impl CitationView {
    fn new(citation: &Citation, base: &str) -> Self {
        let source = citation.source.as_ref();
        Self {
            number: citation.number,
            link: link(citation, base),
            title: source.map_or_else(String::new, |source| source.title.clone()),
            place: source.map(place).unwrap_or_default(),
            quote: citation.quote.clone(),
        }
    }
}

/// The headings above a text. A page's own title is not among them.
fn place(source: &Source) -> String {
    let headings = &source.heading_path;
    let skipped = usize::from(headings.first() == Some(&source.title));
    headings[skipped..].join(" › ")
}

fn link(citation: &Citation, base: &str) -> Option<String> {
    let source = citation.source.as_ref()?;
    Some(link_to(source, base))
}

fn link_to(source: &Source, base: &str) -> String {
    if source.end > source.start {
        format!(
            "{base}/{}?from={}&to={}#quote",
            source.document, source.start, source.end
        )
    } else {
        format!("{base}/{}", source.document)
    }
}

/// The mark of the citation with a number.
fn mark(answer: &Answer, base: &str, number: Option<usize>) -> Option<CitationMark> {
    let number = number?;
    let citation = answer.citations.get(number.checked_sub(1)?)?;
    Some(CitationMark {
        number,
        link: link(citation, base),
    })
}

/// The document and the headings of the citation with a number. `None`: they may not be named.
fn place_of(answer: &Answer, number: Option<usize>) -> Option<(&DocumentId, &[String])> {
    let citation = answer.citations.get(number?.checked_sub(1)?)?;
    let source = citation.source.as_ref()?;
    Some((&source.document, &source.heading_path))
}

impl AnswerView {
    /// `base`: the address below which documents are shown, such as `/help/main/documents`.
    pub(in crate::web) fn new(answer: &Answer, base: &str) -> Self {
        let citations = answer
            .citations
            .iter()
            .map(|citation| CitationView::new(citation, base))
            .collect();
        let choices = answer.choices.iter().map(|choice| {
            let place = choice.source.as_ref().map(place);
            ChoiceView {
                name: choice.name.clone(),
                question: choice.question.clone(),
                place: place.unwrap_or_default(),
            }
        });
        Self {
            nearest: answer
                .nearest
                .iter()
                .map(|page| NearestView {
                    title: page.source.title.clone(),
                    link: link_to(&page.source, base),
                    line: page.line.clone(),
                })
                .collect(),
            choices: choices.collect(),
            class: answer.class,
            stretches: flow::stretches(answer, base),
            citations,
            notes: note::notes(answer),
            mended: answer.mended.as_ref().map(|mended| mended.text.clone()),
            is_talk: answer.talk.is_some(),
            unknown: answer.unknown.clone(),
        }
    }

    pub(in crate::web) fn is_partly(&self) -> bool {
        self.class == Verdict::Partly
    }

    pub(in crate::web) fn is_choice(&self) -> bool {
        self.class == Verdict::Choose
    }

    pub(in crate::web) fn is_not_found(&self) -> bool {
        self.class == Verdict::NotFound
    }
}

/// The cells of a row as it stands in a document's text. An empty cell at an end leaves its bar there.
pub(in crate::web) fn cells(row: &str) -> Vec<String> {
    let row = format!(" {} ", row.trim());
    row.split(" | ")
        .map(|cell| cell.trim().to_owned())
        .collect()
}
