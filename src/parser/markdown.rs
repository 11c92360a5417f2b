//! GitHub-flavoured Markdown, parsed by comrak and walked without recursion.

mod dialect;
mod line;
mod tree;

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use comrak::nodes::{ListType, Node, NodeValue};
use comrak::options::{BrokenLinkCallback, BrokenLinkReference};
use comrak::{Arena, Options, ResolvedReference, arena_tree::NodeEdge};

use super::builder::Builder;
use super::inline;
use super::note::NoteKind;
use super::{BlockKind, Error, MAX_DEPTH, front_matter, html, segment};
use line::Inline;
pub(crate) use tree::tree;

/// Comrak reads list markers below this depth as text.
const COMRAK_MAX_LIST_DEPTH: usize = 100;

/// A longer line is no term.
const MAX_TERM_CHARS: usize = 100;

pub(super) fn read(source: &str, mut builder: Builder) -> Result<Builder, Error> {
    let (about, body) = front_matter::split(source);
    builder.given.strong = about.title;
    let body = segment::limit_blank_lines(body);
    let body = match about.description {
        Some(description) => front_matter::put_first(&description, body),
        None => body,
    };
    let body = dialect::translate(&body, &mut builder.notes);
    let parts = segment::split(&body, &mut builder.notes);
    let options = options(if parts.len() > 1 {
        Some(Labels::of(&body))
    } else {
        None
    });
    let mut walker = Walker::new(builder);
    for part in &parts {
        let arena = Arena::new();
        let root = tree(&arena, part, &options, &mut walker.builder.work)?;
        walker.walk(root)?;
    }
    Ok(walker.builder)
}

fn options(labels: Option<Labels>) -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    // A single tilde is told from two in this way; nothing is lowered.
    options.extension.subscript = true;
    options.extension.tasklist = true;
    options.extension.description_lists = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    // A bare URL reads the same with and without: `autolink` stays off, `<https://…>` needs no option.
    options.parse.relaxed_tasklist_matching = true;
    options.parse.leave_footnote_definitions = true;
    options.parse.escaped_char_spans = true;
    options.parse.broken_link_callback =
        labels.map(|labels| Arc::new(labels) as Arc<dyn BrokenLinkCallback>);
    options
}

/// The link labels that a document defines anywhere, so that a part knows those of the other parts. Their hashes do:
/// what a label leads to is not kept, and there may be millions.
struct Labels {
    state: RandomState,
    known: HashSet<u64>,
}

impl Labels {
    fn of(text: &str) -> Self {
        let state = RandomState::new();
        let label = |line: &str| {
            let (label, _) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
            (label.len() < 1000 && !label.starts_with('^'))
                .then(|| state.hash_one(normalize(label)))
        };
        let known = text.lines().filter_map(label).collect();
        Self { state, known }
    }
}

impl BrokenLinkCallback for Labels {
    fn resolve(&self, link: BrokenLinkReference<'_>) -> Option<ResolvedReference> {
        self.known
            .contains(&self.state.hash_one(normalize(link.original)))
            .then(|| ResolvedReference {
                url: String::new(),
                title: String::new(),
            })
    }
}

fn normalize(label: &str) -> String {
    label
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

enum Container {
    List {
        next: Option<u32>,
    },
    /// `block` is the item's own block, once it has one.
    Item {
        ordinal: Option<u32>,
        mark: &'static str,
        block: Option<usize>,
    },
    /// A list of terms: the block of the current one, and whether the term itself is being read.
    Definitions {
        block: Option<usize>,
        in_term: bool,
    },
    Quote,
    /// A note, warning or footnote; its label goes before the first paragraph.
    Labelled {
        label: String,
    },
}

struct Walker {
    builder: Builder,
    containers: Vec<Container>,
    list_depth: usize,
    line: Inline,
    cells: Vec<String>,
    table_has_header: bool,
}

impl Walker {
    fn new(builder: Builder) -> Self {
        Self {
            builder,
            containers: Vec::new(),
            list_depth: 0,
            line: Inline::default(),
            cells: Vec::new(),
            table_has_header: false,
        }
    }

    fn walk(&mut self, root: Node<'_>) -> Result<(), Error> {
        for edge in root.traverse() {
            self.builder.work.spend(1)?;
            match edge {
                NodeEdge::Start(node) => self.enter(node)?,
                NodeEdge::End(node) => self.leave(node)?,
            }
        }
        Ok(())
    }

    fn enter(&mut self, node: Node<'_>) -> Result<(), Error> {
        match &node.data().value {
            NodeValue::List(list) => {
                let ordered = list.list_type == ListType::Ordered;
                self.enter_list(ordered.then(|| u32::try_from(list.start).unwrap_or(1)));
            }
            NodeValue::Item(_) => self.enter_item(""),
            NodeValue::TaskItem(task) => self.enter_item(if task.symbol.is_some() {
                "☑ "
            } else {
                "☐ "
            }),
            // Inside an item a term is a part of it.
            NodeValue::DescriptionList if self.containers.is_empty() => {
                self.containers.push(Container::Definitions {
                    block: None,
                    in_term: false,
                });
            }
            NodeValue::DescriptionTerm => self.begin_term(true),
            NodeValue::DescriptionDetails => self.begin_term(false),
            NodeValue::BlockQuote => self.containers.push(Container::Quote),
            NodeValue::Alert(alert) => {
                let label = alert
                    .title
                    .clone()
                    .unwrap_or_else(|| alert.alert_type.default_title().to_owned());
                self.containers.push(Container::Labelled {
                    label: format!("{label}: "),
                });
            }
            NodeValue::FootnoteDefinition(footnote) => self.containers.push(Container::Labelled {
                label: format!("[{}] ", footnote.name),
            }),
            NodeValue::CodeBlock(code) => {
                self.builder.push(BlockKind::Code, &code.literal)?;
            }
            NodeValue::HtmlBlock(block) => {
                html::read_fragment(&block.literal, &mut self.builder)?;
            }
            NodeValue::Table(_) => self.table_has_header = false,
            NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::TableCell => {
                self.line.begin(node);
            }
            value => self.line.enter(node, value, &mut self.builder.notes),
        }
        Ok(())
    }

    fn leave(&mut self, node: Node<'_>) -> Result<(), Error> {
        match &node.data().value {
            NodeValue::List(_) => {
                self.containers.pop();
                self.list_depth -= 1;
            }
            NodeValue::DescriptionList => {
                if let [Container::Definitions { .. }] = self.containers[..] {
                    self.containers.clear();
                    self.builder.close_definitions();
                }
            }
            NodeValue::Item(_)
            | NodeValue::TaskItem(_)
            | NodeValue::BlockQuote
            | NodeValue::Alert(_)
            | NodeValue::FootnoteDefinition(_) => {
                self.containers.pop();
            }
            NodeValue::Paragraph => self.paragraph()?,
            NodeValue::Heading(heading) => self.heading(heading.level)?,
            NodeValue::TableCell => {
                let cell = self.line.take().text.replace('\n', " ");
                self.cells.push(cell.trim().to_owned());
            }
            NodeValue::TableRow(header) => self.row(*header)?,
            value => self.line.leave(value, &mut self.builder.notes),
        }
        Ok(())
    }

    fn begin_term(&mut self, is_term: bool) {
        if let Some(Container::Definitions { in_term, .. }) = self.containers.last_mut() {
            *in_term = is_term;
        }
    }

    /// A paragraph of a list of terms. What is too long for a term is the paragraph before a line that begins with a colon.
    fn defined(&mut self, line: &Inline) -> Result<(), Error> {
        let Some(Container::Definitions { block, in_term }) = self.containers.last_mut() else {
            return Ok(());
        };
        let builder = &mut self.builder;
        match (*block, *in_term) {
            (_, true) if line.text.chars().nth(MAX_TERM_CHARS).is_none() => {
                *block = builder.push(BlockKind::Definition, line.content())?;
            }
            (Some(term), false) if term + 1 == builder.len() => builder.extend(&line.text)?,
            _ => {
                *block = None;
                builder.push(BlockKind::Paragraph, line.content())?;
            }
        }
        Ok(())
    }

    fn enter_list(&mut self, next: Option<u32>) {
        self.containers.push(Container::List { next });
        self.list_depth += 1;
        if self.list_depth == COMRAK_MAX_LIST_DEPTH {
            self.builder.notes.add(NoteKind::NestingFlattened);
        }
    }

    fn enter_item(&mut self, mark: &'static str) {
        let ordinal = match self.containers.last_mut() {
            Some(Container::List { next: Some(next) }) => {
                let ordinal = *next;
                *next = next.saturating_add(1);
                Some(ordinal)
            }
            _ => None,
        };
        self.containers.push(Container::Item {
            ordinal,
            mark,
            block: None,
        });
    }

    fn heading(&mut self, level: u8) -> Result<(), Error> {
        // A heading inside an item or a quote is a part of that, not of the document's outline.
        if !self.containers.is_empty() {
            return self.paragraph();
        }
        let line = self.line.take();
        self.builder
            .push(BlockKind::Heading { level }, &line.text)?;
        Ok(())
    }

    fn paragraph(&mut self) -> Result<(), Error> {
        let line = self.line.take();
        if line.text.trim().is_empty() {
            // All of it was struck out, or is an image without words: no mark and no label stands for it.
            return Ok(());
        }
        let depth = u8::try_from(self.list_depth.min(MAX_DEPTH)).unwrap_or(u8::MAX);
        match self.containers.last_mut() {
            Some(Container::Item {
                block: Some(block), ..
            }) if *block + 1 == self.builder.len() => self.builder.extend(&line.text)?,
            Some(Container::Item { block: Some(_), .. }) => {
                self.builder.push(BlockKind::Paragraph, line.content())?;
            }
            Some(Container::Item {
                ordinal,
                mark,
                block,
            }) => {
                let kind = BlockKind::ListItem {
                    depth,
                    ordinal: *ordinal,
                };
                let text = format!("{mark}{}", line.text);
                *block = self.builder.push(kind, line.content().after(mark, &text))?;
            }
            Some(Container::Labelled { label }) => {
                let label = std::mem::take(label);
                self.builder
                    .push(BlockKind::Paragraph, &format!("{label}{}", line.text))?;
            }
            Some(Container::Definitions { .. }) => self.defined(&line)?,
            Some(Container::Quote) => {
                self.builder.push(BlockKind::Quote, &line.text)?;
            }
            Some(Container::List { .. }) | None => {
                let kind = if line.is_definition {
                    BlockKind::Definition
                } else {
                    BlockKind::Paragraph
                };
                self.builder.push(kind, line.content())?;
            }
        }
        Ok(())
    }

    fn row(&mut self, header: bool) -> Result<(), Error> {
        let cells = std::mem::take(&mut self.cells);
        if cells.iter().all(String::is_empty) {
            return Ok(());
        }
        self.table_has_header |= header;
        let kind = if header {
            BlockKind::TableHeader
        } else {
            BlockKind::TableRow {
                headed: self.table_has_header,
            }
        };
        self.builder.push(kind, &inline::row(&cells))?;
        Ok(())
    }
}
