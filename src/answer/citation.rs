//! From chosen units to what is shown: parts in reading order, each with the number of its citation.

use serde::Serialize;

use super::section;
use super::selection::{Chosen, Omission};
use crate::id::DocumentId;
use crate::search::{Filter, Hit, UnitKind};

/// What stands behind a part of an answer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Citation {
    /// From 1.
    pub number: usize,
    /// Verbatim from the document's text; empty when an approved answer refers to a whole document.
    pub quote: String,
    /// `None`: the document may be quoted, but neither named nor linked.
    pub source: Option<Source>,
}

/// Where a quote stands.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Source {
    pub document: DocumentId,
    pub path: String,
    pub title: String,
    pub heading_path: Vec<String>,
    /// Characters of the document's text before the quote, and before its end.
    pub start: u64,
    pub end: u64,
}

impl Source {
    /// A whole passage.
    pub(super) fn of(hit: &Hit) -> Self {
        Self {
            document: hit.document.clone(),
            path: hit.path.clone(),
            title: hit.title.clone(),
            heading_path: hit.heading_path.clone(),
            start: hit.start_char,
            end: hit.start_char + hit.body.chars().count() as u64,
        }
    }
}

/// How a part is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Layout {
    Sentences,
    Item,
    Row,
    Code,
}

impl Layout {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sentences => "sentences",
            Self::Item => "item",
            Self::Row => "row",
            Self::Code => "code",
        }
    }
}

/// The sentences of a paragraph, a list item, a table row or a block of code.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Part {
    pub layout: Layout,
    pub text: String,
    /// Of the table that a row is of, when the row is the first of it that is shown.
    pub table_header: Option<String>,
    /// The number of its citation; an approved answer may have none.
    pub citation: Option<usize>,
    /// More than is read at once: shown when asked for.
    pub folded: bool,
    /// What is left out of the list, the table or the problems that end here.
    pub omitted: Option<Omission>,
}

impl Part {
    /// With the header above it.
    pub(crate) fn words(&self) -> usize {
        section::words(self.table_header.as_deref().unwrap_or_default())
            + section::words(&self.text)
    }
}

/// Numbers the citations and puts the text into parts. A citation is a run of neighbouring units.
pub(super) fn cite(chosen: &[Chosen<'_>], filter: &Filter) -> (Vec<Part>, Vec<Citation>) {
    let mut parts: Vec<Part> = Vec::new();
    let mut citations: Vec<Citation> = Vec::new();
    let mut shown_header = None;
    for run in chosen.chunk_by(Chosen::is_followed_by) {
        let number = citations.len() + 1;
        citations.push(citation(run, number, filter));
        let mut before = None;
        for unit in run {
            let goes_on = before.is_some_and(|before| is_same_paragraph(before, unit));
            add_part(&mut parts, &mut shown_header, unit, (number, goes_on));
            before = Some(unit);
        }
    }
    (parts, citations)
}

/// Whether no empty line stands between two neighbours.
fn is_same_paragraph(before: &Chosen<'_>, unit: &Chosen<'_>) -> bool {
    let between = unit.hit.body.get(before.range().end..unit.range().start);
    between.is_some_and(|between| !between.contains("\n\n"))
}

fn citation(run: &[Chosen<'_>], number: usize, filter: &Filter) -> Citation {
    let (first, last) = (&run[0], &run[run.len() - 1]);
    let hit = first.hit;
    let quote = &hit.body[first.range().start..last.range().end];
    let start = hit.start_char + hit.body[..first.range().start].chars().count() as u64;
    let source = filter.names(&hit.visibility).then(|| Source {
        document: hit.document.clone(),
        path: hit.path.clone(),
        title: hit.title.clone(),
        heading_path: hit.heading_path.clone(),
        start,
        end: start + quote.chars().count() as u64,
    });
    Citation {
        number,
        quote: quote.to_owned(),
        source,
    }
}

fn add_part(
    parts: &mut Vec<Part>,
    shown_header: &mut Option<String>,
    unit: &Chosen<'_>,
    (citation, goes_on): (usize, bool),
) {
    let layout = match unit.unit.kind {
        UnitKind::Sentence | UnitKind::Definition => Layout::Sentences,
        UnitKind::Item { .. } => Layout::Item,
        UnitKind::Row | UnitKind::Header => Layout::Row,
        UnitKind::Code => Layout::Code,
    };
    let text = unit.text();
    match parts.last_mut() {
        Some(last)
            if goes_on
                && last.citation == Some(citation)
                && last.layout == Layout::Sentences
                && last.folded == unit.folded
                && layout == Layout::Sentences =>
        {
            last.text.push(' ');
            last.text.push_str(text);
            last.omitted = unit.omitted;
        }
        last => {
            let header = unit.table_header();
            // A header is shown once above its rows, also when rows between them are left out.
            let is_shown = last.is_some_and(|last| last.layout == Layout::Row)
                && shown_header.as_deref() == header;
            let table_header = header.filter(|_| !is_shown).map(ToOwned::to_owned);
            *shown_header = header.map(ToOwned::to_owned);
            parts.push(Part {
                layout,
                text: text.to_owned(),
                table_header,
                citation: Some(citation),
                folded: unit.folded,
                omitted: unit.omitted,
            });
        }
    }
}
