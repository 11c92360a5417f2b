//! The gaps' rows.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Gap, State};
use crate::db::{self, Reader, Tx, column};
use crate::id::GapId;
use crate::inference::WIDTH;
use crate::knowledge::Revision;

/// The title of a gap of whose questions none is kept.
const FORGOTTEN: &str = "(no question of it is kept any more)";
const COLUMNS: &str = "id, title, state, reason, count, first_ms, last_ms, closed_ms";

pub(super) fn insert(
    tx: &Tx<'_>,
    id: &GapId,
    title: &str,
    sum: &[f32],
    at: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO gap (id, title, sum, state, reason, count, first_ms, last_ms, round)
         VALUES (?1, ?2, ?3, 'open', '', 1, ?4, ?4, coalesce((SELECT round FROM gap_revision), 0))",
        (id.as_str(), title, bytes(sum), at.as_millisecond()),
    )?;
    Ok(())
}

/// Adds a question. A gap whose questions are all forgotten is called by it.
pub(super) fn join(
    tx: &Tx<'_>,
    id: &GapId,
    text: &str,
    sum: &[f32],
    state: State,
    at: Timestamp,
) -> Result<(), db::Error> {
    tx.prepare_cached(
        "UPDATE gap SET sum = ?2, state = ?3, count = count + 1, first_ms = min(first_ms, ?4), last_ms = max(last_ms, ?4),
             closed_ms = CASE WHEN ?3 = 'open' THEN NULL ELSE closed_ms END,
             title = CASE title WHEN ?6 THEN ?5 ELSE title END
         WHERE id = ?1",
    )?
    .execute((
        id.as_str(),
        bytes(sum),
        state.name(),
        at.as_millisecond(),
        text,
        FORGOTTEN,
    ))?;
    Ok(())
}

pub(super) fn for_each_sum(
    c: &Connection,
    mut visit: impl FnMut(GapId, State, Vec<f32>),
) -> Result<(), db::Error> {
    let mut statement = c.prepare_cached("SELECT id, state, sum FROM gap")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let sum = column::blob(row, "sum", vector)?;
        visit(
            column::parsed(row, "id")?,
            column::parsed(row, "state")?,
            sum,
        );
    }
    Ok(())
}

pub(super) fn list(
    c: &Reader<'_>,
    state: State,
    text: &str,
    offset: usize,
    limit: usize,
) -> Result<(Vec<Gap>, usize), db::Error> {
    let text = db::fold(text.trim());
    let total = c
        .prepare_cached(
            "SELECT count(*) FROM gap WHERE state = ?1 AND (?2 = '' OR instr(fold(title), ?2) > 0)",
        )?
        .query_row((state.name(), &text), |row| row.get(0))?;
    let mut statement = c.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM gap WHERE state = ?1 AND (?2 = '' OR instr(fold(title), ?2) > 0)
         ORDER BY count DESC, last_ms DESC LIMIT ?3 OFFSET ?4"
    ))?;
    let rows = statement.query_map((state.name(), &text, limit, offset), gap)?;
    Ok((rows.collect::<Result<_, _>>()?, total))
}

pub(super) fn count(c: &Reader<'_>, state: State) -> Result<usize, db::Error> {
    Ok(
        c.prepare_cached("SELECT count(*) FROM gap WHERE state = ?1")?
            .query_row([state.name()], |row| row.get(0))?,
    )
}

pub(super) fn find(c: &Connection, id: &GapId) -> Result<Option<Gap>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM gap WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], gap)
        .optional()?)
}

pub(super) fn set_state(
    tx: &Tx<'_>,
    id: &GapId,
    state: State,
    reason: &str,
    at: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE gap SET state = ?2, reason = ?3, closed_ms = CASE WHEN ?2 = 'open' THEN NULL ELSE ?4 END WHERE id = ?1",
        (id.as_str(), state.name(), reason, at.as_millisecond()),
    )?;
    Ok(())
}

/// Passages and approved answers as they were when the last round of asking open gaps again began.
pub(super) fn asked_revision(c: &Reader<'_>) -> Result<Option<Revision>, db::Error> {
    let found = c
        .prepare_cached("SELECT passages, approved, effect_ms FROM gap_revision")?
        .query_row([], |row| {
            Ok(Revision {
                passages: row.get("passages")?,
                approved: row.get("approved")?,
                effect_ms: row.get("effect_ms")?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Begins a round.
pub(super) fn set_asked_revision(tx: &Tx<'_>, revision: Revision) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO gap_revision (id, passages, approved, effect_ms, round) VALUES (1, ?1, ?2, ?3, 1)
         ON CONFLICT (id) DO UPDATE SET passages = ?1, approved = ?2, effect_ms = ?3, round = round + 1",
        (revision.passages, revision.approved, revision.effect_ms),
    )?;
    Ok(())
}

/// Open gaps that were not asked in this round yet, those asked most first.
pub(super) fn list_to_ask(c: &Reader<'_>, most: usize) -> Result<Vec<GapId>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT id FROM gap WHERE state = 'open' AND round < (SELECT round FROM gap_revision) ORDER BY count DESC, last_ms DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([most], |row| column::parsed(row, "id"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn set_asked(tx: &Tx<'_>, id: &GapId) -> Result<(), db::Error> {
    tx.prepare_cached("UPDATE gap SET round = (SELECT round FROM gap_revision) WHERE id = ?1")?
        .execute([id.as_str()])?;
    Ok(())
}

/// Takes those away that have no question left, and calls the others by the first one that they have. What was dismissed stays dismissed, without
/// a question of its own.
pub(super) fn follow_questions(tx: &Tx<'_>) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM gap WHERE state <> 'dismissed' AND NOT EXISTS (SELECT 1 FROM question q WHERE q.gap_id = gap.id)",
        [],
    )?;
    let first = "coalesce((SELECT q.text FROM question q WHERE q.gap_id = gap.id ORDER BY q.at_ms, q.seq LIMIT 1), ?1)";
    tx.execute(
        &format!("UPDATE gap SET title = {first} WHERE title IS NOT {first}"),
        [FORGOTTEN],
    )?;
    Ok(())
}

fn bytes(vector: &[f32]) -> Vec<u8> {
    vector
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// A vector of the model's width.
fn vector(bytes: &[u8]) -> Option<Vec<f32>> {
    let (values, []) = bytes.as_chunks() else {
        return None;
    };
    (values.len() == WIDTH).then(|| {
        values
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect()
    })
}

fn gap(row: &Row<'_>) -> rusqlite::Result<Gap> {
    Ok(Gap {
        id: column::parsed(row, "id")?,
        title: row.get("title")?,
        state: column::parsed(row, "state")?,
        reason: row.get("reason")?,
        count: column::count(row, "count")?,
        first: column::time(row, "first_ms")?,
        last: column::time(row, "last_ms")?,
        closed: column::optional_time(row, "closed_ms")?,
    })
}
