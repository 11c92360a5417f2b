//! The parts of an answer in the order in which they are read: neighbouring items in one list, neighbouring rows in one table, and what is folded
//! away under a line that says how much it is.

use super::{CitationMark, Html, cells, mark, place_of};
use crate::answer::{Answer, Layout, OmissionKind, Part};
use crate::web::view::markdown;

/// Columns up to which the two halves of a table are set with columns of one width.
const FEW_COLUMNS: usize = 3;

/// What is read at once, or what is folded away in one place.
pub(in crate::web) struct Stretch {
    /// The line under which it is folded away. `None`: it is read at once.
    pub fold: Option<String>,
    pub groups: Vec<Group>,
}

/// Parts of one layout that stand together.
pub(in crate::web) enum Group {
    /// An approved answer, as its author set it. Its mark stands before the `end`, which are tags that close it.
    Approved {
        body: Html,
        end: Html,
        mark: Option<CitationMark>,
    },
    Sentences {
        text: String,
        mark: Option<CitationMark>,
    },
    Items {
        items: Vec<Item>,
        /// Steps, whose numbers are part of their text.
        is_numbered: bool,
        goes_on: bool,
    },
    Table(Table),
    Code {
        text: String,
        mark: Option<CitationMark>,
    },
    /// Of the list or table above, something is left out.
    Omitted {
        text: String,
        /// `None`: its document may not be opened.
        link: Option<String>,
        whole: &'static str,
    },
}

pub(in crate::web) struct Item {
    pub text: String,
    pub mark: Option<CitationMark>,
}

pub(in crate::web) struct Table {
    /// Empty: it has none.
    pub header: Vec<String>,
    pub rows: Vec<Row>,
    /// It goes on what stands above.
    pub goes_on: bool,
    /// Its header was read above.
    pub is_header_known: bool,
    /// Its other half, above or below, has columns of the same width.
    pub is_even: bool,
}

pub(in crate::web) struct Row {
    pub cells: Vec<String>,
    pub mark: Option<CitationMark>,
}

struct Flow<'a> {
    answer: &'a Answer,
    base: &'a str,
    stretches: Vec<Stretch>,
    /// What is left out of what is folded away, to be said below the fold.
    omitted: Vec<Group>,
    /// The page that the last fold is from, when nothing of it is read at once.
    from: Option<String>,
}

pub(super) fn stretches(answer: &Answer, base: &str) -> Vec<Stretch> {
    if answer.approved.is_some() {
        return vec![Stretch {
            fold: None,
            groups: vec![approved(answer, base)],
        }];
    }
    let mut flow = Flow {
        answer,
        base,
        stretches: Vec::new(),
        omitted: Vec::new(),
        from: None,
    };
    let marked = marked(&answer.parts);
    for (index, part) in answer.parts.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &answer.parts[before]);
        let goes_on = before.is_some_and(|before| flow.goes_on(before, part));
        flow.enter(
            part.folded,
            part.folded.then(|| other_page(answer, part)).flatten(),
        );
        let mark = marked
            .contains(&index)
            .then(|| mark(answer, base, part.citation))
            .flatten();
        flow.add(part, goes_on, mark);
        flow.note_omission(part);
    }
    flow.leave_fold();
    flow.stretches
}

/// The text of an approved answer is Markdown.
fn approved(answer: &Answer, base: &str) -> Group {
    let parts: Vec<&str> = answer.parts.iter().map(|part| part.text.as_str()).collect();
    let last = answer.parts.last();
    let html = markdown::html(&parts.join("\n\n")).0;
    let mut end = html.trim_end();
    while let Some(before) = ["</p>", "</li>", "</ul>", "</ol>"]
        .iter()
        .find_map(|tag| end.strip_suffix(tag))
    {
        end = before.trim_end();
    }
    let (body, end) = html.split_at(end.len());
    Group::Approved {
        body: Html(body.to_owned()),
        end: Html(end.to_owned()),
        mark: mark(answer, base, last.and_then(|part| part.citation)),
    }
}

/// The parts behind which a mark stands: of neighbours with one citation, the last that is read at once.
fn marked(parts: &[Part]) -> Vec<usize> {
    let mut marked = Vec::new();
    let mut start = 0;
    for run in parts.chunk_by(|one, next| one.citation == next.citation) {
        let last = run.iter().rposition(|part| !part.folded);
        marked.push(start + last.unwrap_or(run.len() - 1));
        start += run.len();
    }
    marked
}

impl Flow<'_> {
    /// Whether a part is of the same list or table as the one before.
    fn goes_on(&self, before: &Part, part: &Part) -> bool {
        let document = |part: &Part| place_of(self.answer, part.citation);
        let is_together = before.citation == part.citation || document(before) == document(part);
        let is_alike = match part.layout {
            Layout::Row => part.table_header.is_none(),
            Layout::Item => is_step(&before.text) == is_step(&part.text),
            Layout::Sentences | Layout::Code => false,
        };
        before.layout == part.layout && is_alike && is_together
    }

    /// What comes next is folded away, or is not.
    fn enter(&mut self, folded: bool, from: Option<String>) {
        let is_fold = |stretch: &Stretch| stretch.fold.is_some();
        let is_same_page = self.from == from;
        match self.stretches.last() {
            Some(stretch) if is_fold(stretch) == folded && (!folded || is_same_page) => return,
            Some(stretch) if is_fold(stretch) => self.leave_fold(),
            _ => {}
        }
        self.from = from;
        if self.stretches.last().is_none_or(is_fold) || folded {
            self.stretches.push(Stretch {
                fold: folded.then(String::new),
                groups: Vec::new(),
            });
        }
    }

    /// Says what is in the fold that ends here, and below it what is left out.
    fn leave_fold(&mut self) {
        let omitted = std::mem::take(&mut self.omitted);
        if let Some(Stretch {
            fold: Some(line),
            groups,
        }) = self.stretches.last_mut()
        {
            *line = match self.from.take() {
                Some(page) => format!("Show what “{page}” says"),
                None => fold_line(groups, !omitted.is_empty()),
            };
        }
        if !omitted.is_empty() {
            self.stretches.push(Stretch {
                fold: None,
                groups: omitted,
            });
        }
    }

    fn add(&mut self, part: &Part, goes_on: bool, mark: Option<CitationMark>) {
        let header = part.table_header.as_deref().map(cells);
        let header = header.unwrap_or_else(|| match self.last_table() {
            Some(table) if goes_on => table.header.clone(),
            _ => Vec::new(),
        });
        let is_header_known = goes_on && self.shows_header();
        let Some(stretch) = self.stretches.last_mut() else {
            return;
        };
        match (part.layout, stretch.groups.last_mut()) {
            (Layout::Item, Some(Group::Items { items, .. })) if goes_on => {
                items.push(item(part, mark));
            }
            (Layout::Row, Some(Group::Table(table))) if goes_on => table.rows.push(row(part, mark)),
            (Layout::Item, _) => stretch.groups.push(Group::Items {
                items: vec![item(part, mark)],
                is_numbered: is_step(&part.text),
                goes_on,
            }),
            (Layout::Row, _) => {
                let row = row(part, mark);
                let is_even = goes_on && row.cells.len() <= FEW_COLUMNS;
                if let Some(above) = self.last_table().filter(|_| is_even) {
                    above.is_even = true;
                }
                self.push(Group::Table(Table {
                    header,
                    rows: vec![row],
                    goes_on,
                    is_header_known,
                    is_even,
                }));
            }
            (Layout::Sentences, _) => stretch.groups.push(Group::Sentences {
                text: part.text.clone(),
                mark,
            }),
            (Layout::Code, _) => stretch.groups.push(Group::Code {
                text: part.text.clone(),
                mark,
            }),
        }
    }

    fn push(&mut self, group: Group) {
        if let Some(stretch) = self.stretches.last_mut() {
            stretch.groups.push(group);
        }
    }

    fn last_table(&mut self) -> Option<&mut Table> {
        let groups = self
            .stretches
            .iter_mut()
            .flat_map(|stretch| &mut stretch.groups);
        groups
            .filter_map(|group| match group {
                Group::Table(table) => Some(table),
                _ => None,
            })
            .last()
    }

    /// Whether the header of the last table is read at once, and not only in a fold.
    fn shows_header(&self) -> bool {
        let groups = self.stretches.iter().rev().flat_map(|stretch| {
            let is_fold = stretch.fold.is_some();
            let groups = stretch.groups.iter().rev();
            groups.map(move |group| (is_fold, group))
        });
        let mut tables = groups.map_while(|(is_fold, group)| match group {
            Group::Table(table) => Some((is_fold, table)),
            _ => None,
        });
        tables.any(|(is_fold, table)| table.is_header_known || !is_fold)
    }

    fn note_omission(&mut self, part: &Part) {
        let Some(omitted) = part.omitted else {
            return;
        };
        let group = Group::Omitted {
            text: format!("{omitted} shown"),
            link: mark(self.answer, self.base, part.citation).and_then(|mark| mark.link),
            whole: match omitted.kind {
                OmissionKind::Rows => "See the whole table",
                OmissionKind::Items | OmissionKind::Problems => "See the whole list",
            },
        };
        if part.folded {
            self.omitted.push(group);
        } else {
            self.push(group);
        }
    }
}

/// The title of the page that a part is from, when nothing of that page is read at once.
fn other_page(answer: &Answer, part: &Part) -> Option<String> {
    let source = |part: &Part| {
        let number = part.citation?;
        let mut citations = answer.citations.iter();
        citations
            .find(|citation| citation.number == number)?
            .source
            .as_ref()
    };
    let own = source(part)?;
    let mut read = answer.parts.iter().filter(|part| !part.folded);
    let is_read =
        read.any(|part| source(part).is_some_and(|source| source.document == own.document));
    (!is_read).then(|| own.title.clone())
}

/// "Show the rest (5 more rows)"
fn fold_line(groups: &[Group], leaves_out: bool) -> String {
    let (count, goes_on, name) = match groups {
        [Group::Table(table)] => (table.rows.len(), table.goes_on, "row"),
        [
            Group::Items {
                items,
                is_numbered,
                goes_on,
            },
        ] => (
            items.len(),
            *goes_on,
            if *is_numbered { "step" } else { "point" },
        ),
        _ => return "Show more".to_owned(),
    };
    let s = if count == 1 { "" } else { "s" };
    match (goes_on, leaves_out) {
        (true, false) => format!("Show the rest ({count} more {name}{s})"),
        (true, true) => format!("Show {count} more {name}{s}"),
        (false, _) => format!("Show {count} {name}{s}"),
    }
}

/// A list item with its own marker, which is kept as text: a step keeps its number even when others are left out.
fn item(part: &Part, mark: Option<CitationMark>) -> Item {
    Item {
        text: part.text.trim_start_matches("• ").to_owned(),
        mark,
    }
}

fn row(part: &Part, mark: Option<CitationMark>) -> Row {
    Row {
        cells: cells(&part.text),
        mark,
    }
}

fn is_step(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}
