//! Plain text: paragraphs by blank lines, headings and lists where the signs are safe.

mod line;

use super::builder::Builder;
use super::note::NoteKind;
use super::pair::is_bare_question;
use super::{BlockKind, Error, MAX_DEPTH};
use line::{Marker, heading_level, is_preformatted, joins, marker, questions, underline_level};

/// Lines in a row that are looked at together. More are no paragraph; where the lines are short, the list of them takes
/// more memory than they do.
const MAX_RUN_LINES: usize = 10_000;

pub(super) fn read(source: &str, builder: Builder) -> Result<Builder, Error> {
    let mut runs = Runs(source.lines());
    let mut reader = Reader {
        builder,
        indents: Vec::new(),
    };
    let mut previous: Option<Vec<&str>> = None;
    let mut current = runs.next();
    while let Some(run) = current {
        current = runs.next();
        if run.len() == MAX_RUN_LINES {
            reader.builder.notes.add(NoteKind::LongBlockSplit);
        }
        reader.builder.work.spend(run.len())?;
        reader.run(&run, previous.as_deref(), current.as_deref())?;
        previous = Some(run);
    }
    Ok(reader.builder)
}

/// Lines that no blank line separates, up to [`MAX_RUN_LINES`].
struct Runs<'a>(std::str::Lines<'a>);

impl<'a> Iterator for Runs<'a> {
    type Item = Vec<&'a str>;

    fn next(&mut self) -> Option<Vec<&'a str>> {
        let is_blank = |line: &&str| line.trim().is_empty();
        let first = self.0.by_ref().find(|line| !is_blank(line))?;
        let mut run = vec![first.trim_end()];
        run.extend(
            self.0
                .by_ref()
                .take(MAX_RUN_LINES - 1)
                .take_while(|line| !is_blank(line))
                .map(str::trim_end),
        );
        Some(run)
    }
}

struct Reader {
    builder: Builder,
    /// Indentation of the open lists, outermost first.
    indents: Vec<usize>,
}

impl Reader {
    /// Lines between two blank ones.
    fn run(
        &mut self,
        run: &[&str],
        previous: Option<&[&str]>,
        next: Option<&[&str]>,
    ) -> Result<(), Error> {
        if let [line] = run
            && let Some(level) = heading_level(line, previous, next)
        {
            self.indents.clear();
            self.builder.push(BlockKind::Heading { level }, *line)?;
            return Ok(());
        }
        let mut rest = run;
        while let [title, under, after @ ..] = rest {
            let Some(level) = underline_level(title, under) else {
                break;
            };
            self.indents.clear();
            self.builder.push(BlockKind::Heading { level }, *title)?;
            rest = after;
        }
        // A row of dashes only draws a line.
        while let [rule, after @ ..] = rest
            && rule
                .chars()
                .all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '#' | '+' | '.' | ' '))
        {
            rest = after;
        }
        if rest.is_empty() {
            return Ok(());
        }
        if is_preformatted(rest) {
            self.indents.clear();
            self.builder.push(BlockKind::Code, &rest.join("\n"))?;
            return Ok(());
        }
        self.paragraphs(rest)
    }

    /// A paragraph, list items, or a paragraph that leads in to a list.
    fn paragraphs(&mut self, lines: &[&str]) -> Result<(), Error> {
        let width = lines
            .iter()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or_default();
        let questions = questions(lines);
        let mut start = 0;
        let mut in_list = marker(lines[0]).is_some();
        for i in 1..lines.len() {
            let begins_item = match marker(lines[i]) {
                // "… until the end of\n12. May" is no item: inside a paragraph a list begins at 1, or with a bullet.
                Some(Marker {
                    ordinal: Some(ordinal),
                    ..
                }) => in_list || ordinal == 1,
                Some(_) => true,
                None => false,
            };
            if begins_item || questions.binary_search(&i).is_ok() {
                self.block(&lines[start..i], width)?;
                start = i;
                in_list |= begins_item;
            }
        }
        self.block(&lines[start..], width)
    }

    fn block(&mut self, lines: &[&str], width: usize) -> Result<(), Error> {
        let Some(marker) = marker(lines[0]) else {
            // A note that is indented stands between two items, and the list goes on.
            let indent = lines[0].len() - lines[0].trim_start().len();
            if self.indents.last().is_none_or(|&open| indent <= open) {
                self.indents.clear();
            }
            self.builder
                .push(BlockKind::Paragraph, &joined(lines[0], &lines[1..], width))?;
            return Ok(());
        };
        while self
            .indents
            .last()
            .is_some_and(|&open| open > marker.indent)
        {
            self.indents.pop();
        }
        if self.indents.last().is_none_or(|&open| open < marker.indent)
            && self.indents.len() < MAX_DEPTH
        {
            self.indents.push(marker.indent);
        }
        let depth = u8::try_from(self.indents.len()).unwrap_or(u8::MAX);
        let kind = BlockKind::ListItem {
            depth,
            ordinal: marker.ordinal,
        };
        self.builder
            .push(kind, &joined(marker.text, &lines[1..], width))?;
        Ok(())
    }
}

/// Hard-wrapped lines become one; lines that were ended on purpose (an address, a verse) stay.
fn joined(first: &str, rest: &[&str], width: usize) -> String {
    let mut text = first.trim().to_owned();
    let mut above = first;
    for line in rest {
        let line = line.trim();
        // A question on the first line, and its answer below it.
        let asks = text.len() == first.trim().len() && is_bare_question(first);
        if asks || !joins(above, line, width) {
            text.push('\n');
        } else if !(text.ends_with('-') && line.starts_with(char::is_lowercase)) {
            text.push(' ');
        }
        text.push_str(line);
        above = line;
    }
    text
}
