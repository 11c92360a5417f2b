//! HTML tables to rows, or to plain blocks where the table is only layout.

use std::ops::Range;

use crate::parser::builder::{Builder, Mark, Tail};
use crate::parser::note::NoteKind;
use crate::parser::{BlockKind, Error, inline};

/// More columns than this are cut off: nobody reads them, and `colspan` may claim any number.
const MAX_COLUMNS: usize = 256;

/// A cell that spans rows is repeated in each, so that a row can be quoted alone; a long one only stands once.
const MAX_REPEATED_BYTES: usize = 300;

/// A first row of cells longer than this is no header.
const MAX_HEADER_BYTES: usize = 80;

/// A single row of cells longer than this is a layout.
const MAX_LONE_ROW_BYTES: usize = 200;

#[derive(Debug)]
pub(super) struct Table {
    mark: Mark,
    rows: Vec<Row>,
    is_presentation: bool,
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<Cell>,
    head: bool,
}

#[derive(Debug)]
struct Cell {
    blocks: Range<usize>,
    header: bool,
    columns: u32,
    rows: u32,
}

impl Table {
    pub(super) fn new(mark: Mark, is_presentation: bool) -> Self {
        Self {
            mark,
            rows: Vec::new(),
            is_presentation,
        }
    }

    pub(super) fn begin_row(&mut self, head: bool) {
        // A row that shows nothing is forgotten: there may be millions.
        if self.rows.last().is_some_and(|row| {
            row.cells
                .iter()
                .all(|cell| cell.blocks.is_empty() && cell.rows == 1)
        }) {
            self.rows.pop();
        }
        self.rows.push(Row {
            cells: Vec::new(),
            head,
        });
    }

    pub(super) fn begin_cell(&mut self, first_block: usize, header: bool, columns: u32, rows: u32) {
        if self.rows.is_empty() {
            self.begin_row(false);
        }
        if let Some(row) = self.rows.last_mut()
            && row.cells.len() < MAX_COLUMNS
        {
            row.cells.push(Cell {
                blocks: first_block..first_block,
                header,
                columns: columns.max(1),
                rows: rows.max(1),
            });
        }
    }

    pub(super) fn end_cell(&mut self, end_block: usize) {
        if let Some(cell) = self.rows.last_mut().and_then(|row| row.cells.last_mut()) {
            cell.blocks.end = end_block;
        }
    }

    /// Replaces the cells' blocks by rows, unless the table is a layout: then they stay as they are.
    pub(super) fn finish(mut self, builder: &mut Builder, budget: &mut usize) -> Result<(), Error> {
        self.rows.retain(|row| !row.cells.is_empty());
        let tail = builder.split_off(self.mark);
        if self.is_layout(&tail) {
            return push_all(builder, &tail, tail.first..usize::MAX);
        }
        // What stands between the cells (a caption, stray text) comes first.
        let mut from = tail.first;
        for cell in self.rows.iter().flat_map(|row| &row.cells) {
            push_all(builder, &tail, from..cell.blocks.start)?;
            from = from.max(cell.blocks.end);
        }
        self.push_rows(&tail, budget, builder)?;
        push_all(builder, &tail, from..usize::MAX)
    }

    /// One row at a time: the cells of all would be many times the table.
    fn push_rows(
        &self,
        tail: &Tail,
        budget: &mut usize,
        builder: &mut Builder,
    ) -> Result<(), Error> {
        let header_rows = self.header_rows(tail);
        let mut columns = Columns {
            hanging: Vec::new(),
            budget,
        };
        let mut headers = Vec::with_capacity(header_rows);
        for row in &self.rows[..header_rows] {
            headers.push(columns.expand(row, tail, true, builder));
        }
        let header = merge_header(&headers);
        if !header.is_empty() {
            builder.push(BlockKind::TableHeader, &header)?;
        }
        let kind = BlockKind::TableRow {
            headed: !header.is_empty(),
        };
        for row in &self.rows[header_rows..] {
            let line = columns.expand(row, tail, false, builder);
            builder.push(kind, &inline::row(&line))?;
        }
        Ok(())
    }

    fn is_layout(&self, tail: &Tail) -> bool {
        let columns = self
            .rows
            .iter()
            .map(|row| row.cells.len())
            .max()
            .unwrap_or_default();
        if self.is_presentation || columns < 2 {
            return true;
        }
        let mut blocks = self
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .flat_map(|cell| tail.slices(cell.blocks.clone()));
        let has_structure = blocks.any(|slice| {
            matches!(
                slice.kind,
                BlockKind::Heading { .. }
                    | BlockKind::Code
                    | BlockKind::TableHeader
                    | BlockKind::TableRow { .. }
            )
        });
        let is_lone_row = self.rows.len() == 1
            && self.rows[0].cells.iter().any(|cell| {
                tail.slices(cell.blocks.clone())
                    .map(|slice| slice.text.len())
                    .sum::<usize>()
                    > MAX_LONE_ROW_BYTES
            });
        has_structure || is_lone_row
    }

    fn header_rows(&self, tail: &Tail) -> usize {
        let is_header = |row: &Row| {
            let mut filled = row
                .cells
                .iter()
                .filter(|cell| !cell.blocks.is_empty())
                .peekable();
            row.head || (filled.peek().is_some() && filled.all(|cell| cell.header))
        };
        let marked = self.rows.iter().take_while(|row| is_header(row)).count();
        if marked == self.rows.len() {
            // Nothing but headers: then they are the content.
            return 0;
        }
        let unmarked = marked == 0
            && self.rows.len() > 1
            && self
                .rows
                .iter()
                .flat_map(|row| &row.cells)
                .all(|cell| !cell.header);
        let looks_like_one = |cell: &Cell| {
            let text = cell_text(tail, cell);
            !text.is_empty()
                && text.len() <= MAX_HEADER_BYTES
                && text.contains(char::is_alphabetic)
                && !text.starts_with(|c: char| c.is_ascii_digit())
        };
        if unmarked && self.rows[0].cells.iter().all(looks_like_one) {
            1
        } else {
            marked
        }
    }
}

/// What rows leave to the rows below them.
struct Columns<'a> {
    /// By column: the text that still hangs down from above, and for how many rows.
    hanging: Vec<(u32, String)>,
    budget: &'a mut usize,
}

impl Columns<'_> {
    /// The texts of one row by column, spans expanded.
    fn expand(
        &mut self,
        row: &Row,
        tail: &Tail,
        is_header: bool,
        builder: &mut Builder,
    ) -> Vec<String> {
        let mut line = Vec::with_capacity(row.cells.len());
        for cell in &row.cells {
            self.take_hanging(&mut line);
            let text = cell_text(tail, cell);
            for column in 0..cell.columns {
                if line.len() >= MAX_COLUMNS {
                    break;
                }
                // A header that spans columns belongs to each of them; a value stands in the first.
                let repeats = column == 0 || (is_header && spend(self.budget, text.len() + 3));
                if column > 0 && !repeats && !spend(self.budget, 3) {
                    builder.notes.add(NoteKind::SpanNotRepeated);
                    break;
                }
                if cell.rows > 1 && text.len() <= MAX_REPEATED_BYTES {
                    self.hang(
                        line.len(),
                        cell.rows - 1,
                        if column == 0 { &text } else { "" },
                    );
                }
                line.push(if repeats { text.clone() } else { String::new() });
            }
        }
        self.take_hanging(&mut line);
        line
    }

    fn hang(&mut self, column: usize, rows: u32, text: &str) {
        let columns = self.hanging.len().max(column + 1);
        self.hanging.resize_with(columns, Default::default);
        self.hanging[column] = (rows, text.to_owned());
    }

    /// Fills the columns from the row above until one is free.
    fn take_hanging(&mut self, line: &mut Vec<String>) {
        while let Some((rows, text)) = self.hanging.get_mut(line.len())
            && *rows > 0
        {
            if !spend(self.budget, text.len() + 3) {
                *rows = 0;
                return;
            }
            *rows -= 1;
            line.push(text.clone());
        }
    }
}

fn spend(budget: &mut usize, bytes: usize) -> bool {
    let affordable = *budget >= bytes;
    *budget = budget.saturating_sub(bytes);
    affordable
}

fn cell_text(tail: &Tail, cell: &Cell) -> String {
    let mut text = String::new();
    for slice in tail.slices(cell.blocks.clone()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&slice.text.replace('\n', " "));
    }
    text
}

/// Two header rows, "Fee" over "Online" and "Branch", become "Fee / Online | Fee / Branch".
fn merge_header(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let merged: Vec<String> = (0..columns)
        .map(|column| {
            let mut names: Vec<&str> = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(String::as_str)
                .filter(|name| !name.is_empty())
                .collect();
            names.dedup();
            names.join(" / ")
        })
        .collect();
    inline::row(&merged)
}

fn push_all(builder: &mut Builder, tail: &Tail, numbers: Range<usize>) -> Result<(), Error> {
    for slice in tail.slices(numbers) {
        builder.push_clean(slice)?;
    }
    Ok(())
}
