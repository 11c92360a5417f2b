//! Questions and answers: whatever a list of them is written with, each question becomes a heading, as `## How …?` is one.
//!
//! A reader has said which blocks there are and what of them is bold. Here it is seen which of them ask and which answer:
//! a bold question, `Q:` and `A:`, a term that asks, an item with its answer below it, a short block that is a question and
//! one that is not. Bold or marked as such, one pair is enough. Bare questions are rhetorical as long as the document has
//! only one of them. No text is lost but the marks `Q:` and `A:`, and nothing that has no answer is changed.

mod shape;

use super::builder::{Builder, Marks, Slice, Tail};
use super::label::{Label, label};
use super::question::{fits, is_question};
use super::{BlockKind, Error, SectionEnd};
pub(super) use shape::is_bare_question;
use shape::{Shape, body, segments};

/// The level of a question above which there is no heading: the first level would make it the title.
const TOP_LEVEL: u8 = 2;

/// Bare questions of one form that make a list.
const MIN_BARE: usize = 2;

/// More questions in a row, without an answer between, are a table of contents; two are asked together.
const MAX_TOGETHER: usize = 2;

/// Bytes that are looked at for the price of one step.
const BYTES_PER_STEP: usize = 4;

/// Makes headings of the questions.
pub(super) fn divide(builder: &mut Builder) -> Result<(), Error> {
    let mut shapes = Vec::new();
    for number in 0..builder.len() {
        let slice = builder.slice(number);
        let steps = slice.text.len() / BYTES_PER_STEP + 1;
        shapes.push(Shape::of(slice));
        builder.work.spend(steps)?;
    }
    let fates = Fates::new(builder, &shapes).decide();
    if fates.iter().all(|fate| *fate == Fate::Stays) {
        return Ok(());
    }
    let tail = builder.take();
    let mut divider = Divider {
        builder,
        tail: &tail,
        heading: 0,
        open: None,
        awaits_answer: false,
    };
    for (number, (shape, fate)) in shapes.iter().zip(fates).enumerate() {
        divider.add(number, *shape, fate)?;
    }
    Ok(())
}

/// What becomes of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    /// It becomes a heading, with its answer below it if it holds that too.
    Asks,
    /// It is asked together with the question before it.
    AsksToo,
    /// Question and answer stay one block, and are quoted together.
    Defines,
}

struct Fates<'a> {
    builder: &'a Builder,
    shapes: &'a [Shape],
}

impl<'a> Fates<'a> {
    fn new(builder: &'a Builder, shapes: &'a [Shape]) -> Self {
        Self { builder, shapes }
    }

    fn decide(&self) -> Vec<Fate> {
        let count = |is_wanted: &dyn Fn(usize, Shape) -> bool| {
            let shapes = self.shapes.iter().copied().enumerate();
            shapes.filter(|(at, shape)| is_wanted(*at, *shape)).count()
        };
        let bold = count(&|at, shape| match shape {
            Shape::Both { is_bold, .. } => is_bold,
            Shape::Question { is_bold, .. } => is_bold && self.is_answered(at),
            _ => false,
        });
        let bare = |wanted: Shape| {
            count(&|at, shape| {
                shape.is_like(wanted)
                    && (matches!(shape, Shape::Both { .. }) || self.is_answered(at))
            }) >= MIN_BARE
        };
        let mut fates = vec![Fate::Stays; self.shapes.len()];
        let forms = [false, true].map(|is_item| {
            let is_bold = false;
            [
                bare(Shape::Question { is_bold, is_item }),
                bare(Shape::Both {
                    is_bold,
                    is_item,
                    at: 0,
                }),
            ]
        });
        for (at, shape) in self.shapes.iter().copied().enumerate() {
            let is_pair = match shape {
                Shape::Question { is_bold, is_item } => {
                    (is_bold || forms[usize::from(is_item)][0]) && self.is_answered(at)
                }
                Shape::Both {
                    is_bold, is_item, ..
                } => is_bold || forms[usize::from(is_item)][1],
                Shape::Term { at: end } => end > 0 && self.has_meaning(at, end),
                Shape::Labelled => self.is_labelled_pair(at),
                Shape::Answer | Shape::Heading | Shape::Other => false,
            };
            if is_pair {
                fates[at] = self.fate(at, shape, bold);
            }
        }
        self.join(&mut fates);
        fates
    }

    fn fate(&self, at: usize, shape: Shape, bold: usize) -> Fate {
        match shape {
            // One alone, and nobody knows where its answer ends.
            Shape::Both {
                is_bold: true,
                is_item: false,
                ..
            } if bold < MIN_BARE && !self.is_last(at) => Fate::Defines,
            _ => Fate::Asks,
        }
    }

    /// Two questions that are asked together become one heading.
    fn join(&self, fates: &mut [Fate]) {
        for at in 1..fates.len() {
            let (before, shape) = (self.shapes[at - 1], self.shapes[at]);
            let is_paragraph = matches!(shape, Shape::Question { is_item: false, .. });
            if fates[at] != Fate::Asks || !is_paragraph || !before.is_like(shape) {
                continue;
            }
            let is_run_of_two = at < MAX_TOGETHER || !self.shapes[at - MAX_TOGETHER].is_like(shape);
            if is_run_of_two {
                (fates[at - 1], fates[at]) = (Fate::Asks, Fate::AsksToo);
            }
        }
    }

    /// What follows the question is no question and no heading.
    fn is_answered(&self, at: usize) -> bool {
        let is_other = matches!(self.shapes.get(at + 1), Some(Shape::Other | Shape::Answer));
        let is_item = |at: usize| matches!(self.builder.slice(at).kind, BlockKind::ListItem { .. });
        let Shape::Question {
            is_item: true,
            is_bold,
        } = self.shapes[at]
        else {
            return is_other;
        };
        // Of a list of questions, a table of contents, the last one has no answer either.
        let is_listed = at > 0 && is_item(at - 1) && self.shapes[at - 1].is_like(self.shapes[at]);
        let is_nested = || matches!(self.builder.slice(at + 1).kind, BlockKind::ListItem { depth, .. } if depth > 1);
        is_other && !is_listed && (!is_item(at + 1) || (is_bold && is_nested()))
    }

    /// The term says what it means, or what follows does.
    fn has_meaning(&self, at: usize, end: u32) -> bool {
        let slice = self.builder.slice(at);
        slice.text.len() > end as usize || (!slice.marks.closes && self.is_answered(at))
    }

    /// An answer is marked, or the question is one and something follows.
    fn is_labelled_pair(&self, at: usize) -> bool {
        let slice = self.builder.slice(at);
        let text = body(slice);
        let parts = segments(text);
        let mut questions = parts.iter().filter(|(label, _)| *label == Label::Question);
        if !questions.clone().all(|(_, part)| fits(part)) {
            return false;
        }
        let is_answered = parts.len() > questions.clone().count()
            || self.shapes.get(at + 1) == Some(&Shape::Answer);
        // "F. Scott" and "A. Miller" are people.
        let is_colon = label(text).is_some_and(|(_, end)| text[..end].ends_with([':', '：']));
        let asks = questions.all(|(_, part)| is_question(part));
        let is_heading = matches!(slice.kind, BlockKind::Heading { .. });
        (is_colon || asks) && is_answered || (asks && !is_heading && self.is_answered(at))
    }

    fn is_last(&self, at: usize) -> bool {
        matches!(self.shapes.get(at + 1), None | Some(Shape::Heading))
    }
}

/// The question whose answer is being read.
#[derive(Debug, Clone, Copy)]
struct Open {
    level: u8,
    until: Until,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The next heading, or the end of the list of terms or of what is folded away.
    Closed,
    /// The first block that is not below the item.
    ItemEnds,
}

struct Divider<'a> {
    builder: &'a mut Builder,
    tail: &'a Tail,
    /// The level of the author's last heading; 0 before the first.
    heading: u8,
    open: Option<Open>,
    /// The last block was a question with a mark, and its answer may have one too.
    awaits_answer: bool,
}

impl<'a> Divider<'a> {
    fn add(&mut self, number: usize, shape: Shape, fate: Fate) -> Result<(), Error> {
        let Some(slice) = self.tail.slices(number..number + 1).next() else {
            return Ok(());
        };
        self.end_item(slice.kind);
        let awaits_answer = std::mem::take(&mut self.awaits_answer);
        match (fate, shape) {
            (Fate::Asks, Shape::Labelled) => self.labelled(slice)?,
            (Fate::Asks, _) => self.question(number, slice, shape)?,
            (Fate::AsksToo, _) => {}
            (Fate::Defines, Shape::Both { at, .. }) => self.definition(slice, at as usize)?,
            (_, Shape::Answer) if awaits_answer => self.answer(slice)?,
            _ => {
                if let BlockKind::Heading { level } = slice.kind {
                    (self.heading, self.open) = (level, None);
                }
                self.builder.push_clean(slice)?;
            }
        }
        if slice.marks.closes && self.open.is_some_and(|open| open.until == Until::Closed) {
            self.end();
        }
        Ok(())
    }

    fn end(&mut self) {
        if let Some(open) = self.open.take() {
            let block = self.builder.len();
            self.builder.ends.push(SectionEnd {
                block,
                level: open.level,
            });
        }
    }

    fn end_item(&mut self, next: BlockKind) {
        let is_below = match next {
            BlockKind::ListItem { depth, .. } => depth > 1,
            BlockKind::Code | BlockKind::TableHeader | BlockKind::TableRow { .. } => true,
            _ => false,
        };
        if !is_below && self.open.is_some_and(|open| open.until == Until::ItemEnds) {
            self.end();
        }
    }

    fn level(&self) -> u8 {
        if self.heading == 0 {
            TOP_LEVEL
        } else {
            (self.heading + 1).min(6)
        }
    }

    fn ask(&mut self, text: &str, until: Until) -> Result<(), Error> {
        let level = self.level();
        self.builder.push(BlockKind::Heading { level }, text)?;
        self.open = Some(Open { level, until });
        Ok(())
    }

    fn question(&mut self, number: usize, slice: Slice<'a>, shape: Shape) -> Result<(), Error> {
        let start = match slice.kind {
            // The number is part of how people speak of a question, the bullet is not.
            BlockKind::ListItem {
                ordinal: Some(_), ..
            } => 0,
            _ => slice.text.len() - body(slice).len(),
        };
        let (end, until) = match shape {
            Shape::Both { at, is_item, .. } => {
                let end = slice.text.len() - body(slice).len() + at as usize;
                (
                    end,
                    if is_item {
                        Until::ItemEnds
                    } else {
                        Until::Closed
                    },
                )
            }
            Shape::Term { at } => (at as usize, Until::Closed),
            _ => (slice.text.len(), Until::Closed),
        };
        let mut text = slice.text[start..end].to_owned();
        if let Some(next) = self.asked_too(number, shape) {
            text.push(' ');
            text.push_str(next.text);
        }
        self.ask(&text, until)?;
        self.paragraph(&slice.text[end..])
    }

    /// The question after this one, if the two are asked together.
    fn asked_too(&self, number: usize, shape: Shape) -> Option<Slice<'a>> {
        let next = self.tail.slices(number + 1..number + 2).next()?;
        let is_paragraph = |shape| matches!(shape, Shape::Question { is_item: false, .. });
        (is_paragraph(shape) && Shape::of(next).is_like(shape)).then_some(next)
    }

    fn definition(&mut self, slice: Slice<'_>, at: usize) -> Result<(), Error> {
        let (question, answer) = slice.text.split_at(at);
        let text = format!("{}\n{}", question.trim(), shape::answer(answer));
        self.builder.push(BlockKind::Definition, &text)?;
        Ok(())
    }

    fn labelled(&mut self, slice: Slice<'_>) -> Result<(), Error> {
        if let BlockKind::Heading { level } = slice.kind {
            (self.heading, self.open) = (level, None);
            let text = segments(slice.text)
                .first()
                .map_or(slice.text, |(_, part)| part);
            self.builder.push(slice.kind, text)?;
            self.awaits_answer = true;
            return Ok(());
        }
        let parts = segments(body(slice));
        for (at, (label, part)) in parts.iter().enumerate() {
            let is_followed = parts
                .get(at + 1)
                .is_none_or(|(next, _)| *next == Label::Answer);
            if *label == Label::Question && is_followed {
                self.ask(part, Until::Closed)?;
                self.awaits_answer = true;
            } else {
                self.paragraph(part)?;
                self.awaits_answer = false;
            }
        }
        Ok(())
    }

    fn answer(&mut self, slice: Slice<'_>) -> Result<(), Error> {
        let text = body(slice);
        let start = label(text).map_or(0, |(_, end)| end);
        self.paragraph(&text[start..])
    }

    fn paragraph(&mut self, text: &str) -> Result<(), Error> {
        let text = shape::answer(text);
        if text.is_empty() {
            return Ok(());
        }
        self.builder.push_clean(Slice {
            kind: BlockKind::Paragraph,
            text: &text,
            marks: Marks::default(),
        })
    }
}
