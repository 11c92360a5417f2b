//! HTML tables to rows, or to plain blocks where the table is only layout.

use std::ops::Range;

use crate::parser::builder::{Builder, Mark, Tail};
use crate::parser::note::NoteKind;
use crate::parser::{BlockKind, Error};

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
        let header_rows = self.header_rows(&tail);
        let grid = self.grid(&tail, header_rows, budget, builder);
        let header = merge_header(&grid[..header_rows]);
        if !header.is_empty() {
            builder.push(BlockKind::TableHeader, &header)?;
        }
        for row in &grid[header_rows..] {
            builder.push(
                BlockKind::TableRow {
                    headed: !header.is_empty(),
                },
                &join(row),
            )?;
        }
        push_all(builder, &tail, from..usize::MAX)
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
        let has_structure = blocks.any(|(kind, _)| {
            matches!(
                kind,
                BlockKind::Heading { .. }
                    | BlockKind::Code
                    | BlockKind::TableHeader
                    | BlockKind::TableRow { .. }
            )
        });
        let is_lone_row = self.rows.len() == 1
            && self.rows[0].cells.iter().any(|cell| {
                tail.slices(cell.blocks.clone())
                    .map(|(_, text)| text.len())
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

    /// The cells' texts by row and column, spans expanded.
    fn grid(
        &self,
        tail: &Tail,
        header_rows: usize,
        budget: &mut usize,
        builder: &mut Builder,
    ) -> Vec<Vec<String>> {
        let mut grid: Vec<Vec<String>> = Vec::with_capacity(self.rows.len());
        // By column: the text that still hangs down from above, and for how many rows.
        let mut hanging: Vec<(u32, String)> = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = Vec::with_capacity(row.cells.len());
            for cell in &row.cells {
                take_hanging(&mut hanging, &mut line, budget);
                let text = cell_text(tail, cell);
                for column in 0..cell.columns {
                    if line.len() >= MAX_COLUMNS {
                        break;
                    }
                    // A header that spans columns belongs to each of them; a value stands in the first.
                    let repeats =
                        column == 0 || (number < header_rows && spend(budget, text.len() + 3));
                    if column > 0 && !repeats && !spend(budget, 3) {
                        builder.notes.add(NoteKind::SpanNotRepeated);
                        break;
                    }
                    if cell.rows > 1 && text.len() <= MAX_REPEATED_BYTES {
                        hanging.resize(hanging.len().max(line.len() + 1), (0, String::new()));
                        hanging[line.len()] = (
                            cell.rows - 1,
                            if column == 0 {
                                text.clone()
                            } else {
                                String::new()
                            },
                        );
                    }
                    line.push(if repeats { text.clone() } else { String::new() });
                }
            }
            take_hanging(&mut hanging, &mut line, budget);
            grid.push(line);
        }
        grid
    }
}

/// Fills the columns from the row above until one is free.
fn take_hanging(hanging: &mut [(u32, String)], line: &mut Vec<String>, budget: &mut usize) {
    while let Some((rows, text)) = hanging.get_mut(line.len())
        && *rows > 0
    {
        if !spend(budget, text.len() + 3) {
            *rows = 0;
            return;
        }
        *rows -= 1;
        line.push(text.clone());
    }
}

fn spend(budget: &mut usize, bytes: usize) -> bool {
    let affordable = *budget >= bytes;
    *budget = budget.saturating_sub(bytes);
    affordable
}

fn cell_text(tail: &Tail, cell: &Cell) -> String {
    let mut text = String::new();
    for (_, slice) in tail.slices(cell.blocks.clone()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&slice.replace('\n', " "));
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
    join(&merged)
}

fn join(cells: &[String]) -> String {
    let filled = cells
        .iter()
        .rposition(|cell| !cell.is_empty())
        .map_or(0, |last| last + 1);
    cells[..filled].join(" | ")
}

fn push_all(builder: &mut Builder, tail: &Tail, numbers: Range<usize>) -> Result<(), Error> {
    for (kind, slice) in tail.slices(numbers) {
        builder.push_clean(kind, slice)?;
    }
    Ok(())
}
