//! An answer as pages show it: parts that stand together, with the marks of their sources.

use super::{Html, markdown};
use crate::answer::{Answer, Citation, Layout, Verdict};

pub(in crate::web) struct AnswerView {
    pub class: Verdict,
    pub groups: Vec<Group>,
    pub citations: Vec<CitationView>,
    /// Words of the question that stand nowhere in the knowledge.
    pub unknown: Vec<String>,
}

/// Parts of one layout that stand together.
pub(in crate::web) enum Group {
    /// An approved answer, as its author set it.
    Approved {
        body: Html,
        citation: Option<CitationMark>,
    },
    Sentences {
        text: String,
        citation: Option<CitationMark>,
    },
    Items {
        items: Vec<String>,
        /// Steps, whose numbers are part of their text.
        is_numbered: bool,
        citation: Option<CitationMark>,
    },
    Table {
        header: Vec<String>,
        rows: Vec<Vec<String>>,
        citation: Option<CitationMark>,
    },
    Code {
        text: String,
        citation: Option<CitationMark>,
    },
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

impl CitationView {
    fn new(citation: &Citation, base: &str) -> Self {
        let source = citation.source.as_ref();
        Self {
            number: citation.number,
            link: link(citation, base),
            title: source.map_or_else(String::new, |source| source.title.clone()),
            place: source.map_or_else(String::new, |source| source.heading_path.join(" › ")),
            quote: citation.quote.clone(),
        }
    }
}

fn link(citation: &Citation, base: &str) -> Option<String> {
    let source = citation.source.as_ref()?;
    Some(if source.end > source.start {
        format!(
            "{base}/{}?from={}&to={}#quote",
            source.document, source.start, source.end
        )
    } else {
        format!("{base}/{}", source.document)
    })
}

/// The parts of an answer, with neighbouring items in one list and neighbouring rows in one table.
fn groups(answer: &Answer, base: &str) -> Vec<Group> {
    let mark = |number: Option<usize>| {
        let number = number?;
        let citation = answer.citations.get(number.checked_sub(1)?)?;
        Some(CitationMark {
            number,
            link: link(citation, base),
        })
    };
    let mut groups: Vec<Group> = Vec::new();
    if answer.approved.is_some() {
        let parts: Vec<&str> = answer.parts.iter().map(|part| part.text.as_str()).collect();
        let last = answer.parts.last();
        return vec![Group::Approved {
            body: markdown::html(&parts.join("\n\n")),
            citation: mark(last.and_then(|part| part.citation)),
        }];
    }
    for part in &answer.parts {
        match (part.layout, groups.last_mut()) {
            (
                Layout::Item,
                Some(Group::Items {
                    items, citation, ..
                }),
            ) if citation.as_ref().map(|mark| mark.number) == part.citation => {
                items.push(item(&part.text));
            }
            (Layout::Row, Some(Group::Table { rows, citation, .. }))
                if citation.as_ref().map(|mark| mark.number) == part.citation =>
            {
                rows.push(cells(&part.text));
            }
            (Layout::Sentences, _) => groups.push(Group::Sentences {
                text: part.text.clone(),
                citation: mark(part.citation),
            }),
            (Layout::Item, _) => groups.push(Group::Items {
                items: vec![item(&part.text)],
                is_numbered: part.text.starts_with(|c: char| c.is_ascii_digit()),
                citation: mark(part.citation),
            }),
            (Layout::Row, _) => groups.push(Group::Table {
                header: part.table_header.as_deref().map(cells).unwrap_or_default(),
                rows: vec![cells(&part.text)],
                citation: mark(part.citation),
            }),
            (Layout::Code, _) => groups.push(Group::Code {
                text: part.text.clone(),
                citation: mark(part.citation),
            }),
        }
    }
    groups
}

impl AnswerView {
    /// `base`: the address below which documents are shown, such as `/help/main/documents`.
    pub(in crate::web) fn new(answer: &Answer, base: &str) -> Self {
        let citations = answer
            .citations
            .iter()
            .map(|citation| CitationView::new(citation, base))
            .collect();
        Self {
            class: answer.class,
            groups: groups(answer, base),
            citations,
            unknown: answer.unknown.clone(),
        }
    }

    pub(in crate::web) fn is_partly(&self) -> bool {
        self.class == Verdict::Partly
    }

    pub(in crate::web) fn is_not_found(&self) -> bool {
        self.class == Verdict::NotFound
    }
}

/// A list item with its own marker, which is kept as text: a step keeps its number even when others are left out.
fn item(text: &str) -> String {
    text.trim_start_matches("• ").to_owned()
}

/// The cells of a row as it stands in a document's text. An empty cell at an end leaves its bar there.
pub(in crate::web) fn cells(row: &str) -> Vec<String> {
    let row = format!(" {} ", row.trim());
    row.split(" | ")
        .map(|cell| cell.trim().to_owned())
        .collect()
}
