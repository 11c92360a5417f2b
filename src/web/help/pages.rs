//! What the templates are given.

use askama::Template;

use crate::answer::{Answer, Citation, Class, Layout};

#[derive(Template)]
#[template(path = "help/ask.html", config = "assets/askama.toml")]
pub(super) struct Ask {
    pub workspace: String,
    pub question: String,
    pub outcome: Option<Outcome>,
}

pub(super) enum Outcome {
    Answer(AnswerView),
    Problem(String),
}

#[derive(Template)]
#[template(path = "help/document.html", config = "assets/askama.toml")]
pub(super) struct Document {
    pub workspace: String,
    pub title: String,
    pub path: String,
    /// HTML, escaped by `render`.
    pub body: String,
}

#[derive(Template)]
#[template(path = "help/failure.html", config = "assets/askama.toml")]
pub(super) struct Failure<'a> {
    pub status: u16,
    pub message: &'a str,
}

pub(super) struct AnswerView {
    pub class: Class,
    pub groups: Vec<Group>,
    pub citations: Vec<CitationView>,
    /// Words of the question that stand nowhere in the knowledge.
    pub unknown: Vec<String>,
}

/// Parts of one layout that stand together.
pub(super) enum Group {
    Sentences {
        text: String,
        citation: CitationMark,
    },
    Items {
        items: Vec<String>,
        citation: CitationMark,
    },
    Table {
        header: Vec<String>,
        rows: Vec<Vec<String>>,
        citation: CitationMark,
    },
    Code {
        text: String,
        citation: CitationMark,
    },
}

pub(super) struct CitationMark {
    pub number: usize,
    pub link: String,
}

pub(super) struct CitationView {
    pub number: usize,
    pub link: String,
    pub title: String,
    /// Headings, outermost first, in one line.
    pub place: String,
    pub quote: String,
}

impl AnswerView {
    pub(super) fn new(answer: &Answer, workspace: &str) -> Self {
        let link = |citation: &Citation| {
            format!(
                "/help/{workspace}/documents/{}?from={}&to={}#quote",
                citation.document, citation.start, citation.end
            )
        };
        let mark = |number: usize| CitationMark {
            number,
            link: link(&answer.citations[number - 1]),
        };
        let mut groups: Vec<Group> = Vec::new();
        for part in &answer.parts {
            match (part.layout, groups.last_mut()) {
                (Layout::Item, Some(Group::Items { items, citation }))
                    if citation.number == part.citation =>
                {
                    items.push(item(&part.text));
                }
                (Layout::Row, Some(Group::Table { rows, citation, .. }))
                    if citation.number == part.citation =>
                {
                    rows.push(cells(&part.text));
                }
                (Layout::Sentences, _) => groups.push(Group::Sentences {
                    text: part.text.clone(),
                    citation: mark(part.citation),
                }),
                (Layout::Item, _) => groups.push(Group::Items {
                    items: vec![item(&part.text)],
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
        let citations = answer
            .citations
            .iter()
            .map(|citation| CitationView {
                number: citation.number,
                link: link(citation),
                title: citation.title.clone(),
                place: citation.heading_path.join(" › "),
                quote: citation.quote.clone(),
            })
            .collect();
        Self {
            class: answer.class,
            groups,
            citations,
            unknown: answer.unknown.clone(),
        }
    }

    pub(super) fn is_partly(&self) -> bool {
        self.class == Class::Partly
    }

    pub(super) fn is_not_found(&self) -> bool {
        self.class == Class::NotFound
    }
}

/// A list item with its own marker, which is kept as text: a step keeps its number even when others are left out.
fn item(text: &str) -> String {
    text.trim_start_matches("• ").to_owned()
}

/// The cells of a row as it stands in a document's text. An empty cell at an end leaves its bar there.
pub(super) fn cells(row: &str) -> Vec<String> {
    let row = format!(" {} ", row.trim());
    row.split(" | ")
        .map(|cell| cell.trim().to_owned())
        .collect()
}
