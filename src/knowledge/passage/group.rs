//! What is not divided between two passages: the steps of a procedure, the rows of a small table.
//!
//! Half a procedure is worse than none, and a row without those above it hides that there are others. Such a group may be
//! longer than a passage should be; what the model does not see of it in one pass, it reads unit by unit.

use std::collections::BTreeMap;
use std::ops::Range;

use super::UnitKind;
use super::atom::{Atom, Cut};

/// A procedure or a table of more words is divided like anything else.
pub(super) const MAX_GROUP_WORDS: usize = 400;

/// A table of more rows is divided too.
const MAX_ROWS: usize = 12;

/// Behind so many units that are no step, another list begins.
const MAX_BETWEEN: usize = 20;

/// So few words in front of a group make no passage of their own.
const MIN_WORDS_BEFORE: usize = 30;

/// Marks those of one section.
pub(super) fn mark(text: &str, atoms: &mut [Atom]) {
    // By depth: the last number of a list that is too long, whose later items begin no list of their own.
    let mut too_long: BTreeMap<u8, u32> = BTreeMap::new();
    let mut at = 0;
    while at < atoms.len() {
        let number = numbered(text, &atoms[at]);
        let goes_on = number.is_some_and(|(depth, number)| {
            let last = too_long.get(&depth);
            last.is_some_and(|last| follows(number, *last))
        });
        let whole = if goes_on {
            None
        } else {
            steps(text, atoms, at).or_else(|| table(atoms, at))
        };
        if let Some(range) = whole {
            at = range.end;
            hold_together(atoms, range);
            continue;
        }
        if let Some((depth, number)) = number {
            too_long.insert(depth, number);
        }
        at += 1;
    }
}

/// Joins the atoms with what announces them, unless all of it is too long.
fn hold_together(atoms: &mut [Atom], range: Range<usize>) {
    let words = |range: Range<usize>| atoms[range].iter().map(|atom| atom.words).sum::<usize>();
    let start = with_lead_in(atoms, range.start);
    let is_near = start < MIN_WORDS_BEFORE && words(0..start) < MIN_WORDS_BEFORE;
    let is_alone = is_near && words(0..range.end) <= MAX_GROUP_WORDS;
    let first = if is_alone { 0 } else { start };
    if words(start..range.end) > MAX_GROUP_WORDS {
        return;
    }
    for atom in &mut atoms[first + 1..range.end] {
        atom.cut = Cut::Together;
    }
}

/// Where the group begins that begins with `at` or with what announces that.
fn with_lead_in(atoms: &[Atom], at: usize) -> usize {
    let mut start = at;
    while start > 0 && atoms[start].cut == Cut::AfterLeadIn {
        start -= 1;
    }
    start
}

/// A numbered list, with what is nested in its items and what stands between them.
fn steps(text: &str, atoms: &[Atom], at: usize) -> Option<Range<usize>> {
    let (own, mut last) = numbered(text, &atoms[at])?;
    let (mut end, mut words, mut is_between) = (at + 1, atoms[at].words, false);
    for (index, atom) in atoms.iter().enumerate().skip(at + 1) {
        words += atom.words;
        if words > MAX_GROUP_WORDS {
            // Too long already, or what follows does not count.
            break;
        }
        match (atom.kind, numbered(text, atom)) {
            (_, Some((depth, number))) if depth == own && follows(number, last) => {
                (last, end, is_between) = (number, index + 1, false);
            }
            (UnitKind::Item { depth }, _) if depth > own && !is_between => end = index + 1,
            (UnitKind::Item { depth }, _) if depth < own => break,
            (_, Some((depth, _))) if depth == own => break,
            _ if atom.cut == Cut::AfterLeadIn && !is_between => end = index + 1,
            // A note, a table, code, or an item that is indented too little, is between two steps only if there is another.
            _ => is_between = true,
        }
    }
    // One that goes on behind the limit is too long.
    let mut near = atoms[end..].iter().take(MAX_BETWEEN);
    let next = near.find_map(|atom| numbered(text, atom));
    let goes_on = next.is_some_and(|(depth, number)| depth == own && follows(number, last));
    (!goes_on && end > at + 1).then_some(at..end)
}

fn follows(number: u32, last: u32) -> bool {
    last.checked_add(1) == Some(number)
}

/// The depth and the number of a numbered item.
fn numbered(text: &str, atom: &Atom) -> Option<(u8, u32)> {
    let UnitKind::Item { depth } = atom.kind else {
        return None;
    };
    let text = &text[atom.range.clone()];
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..digits].parse().ok()?;
    text[digits..].starts_with('.').then_some((depth, number))
}

/// A header and its rows, or rows without one.
fn table(atoms: &[Atom], at: usize) -> Option<Range<usize>> {
    let is_row = |atom: &Atom| atom.kind == UnitKind::Row;
    let first = match atoms[at].kind {
        UnitKind::Header => at + 1,
        UnitKind::Row => at,
        _ => return None,
    };
    let rows = atoms[first..]
        .iter()
        .take_while(|atom| is_row(atom))
        .take(MAX_ROWS + 1)
        .count();
    let is_second = at > 0
        && matches!(atoms[at - 1].kind, UnitKind::Header | UnitKind::Row)
        && is_row(&atoms[at]);
    (rows > 0 && rows <= MAX_ROWS && !is_second).then_some(at..first + rows)
}
