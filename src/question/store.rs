//! The questions' rows.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Asked, Awaiting, Complaint, Kept, Outcome};
use crate::db::{self, Reader, Tx, column};
use crate::id::{GapId, QuestionId};
use crate::inference::{WIDTH, from_halves, to_halves};

const COLUMNS: &str =
    "at_ms, text, outcome, probability, thumb, complaint, remark, answer_hash, gap_id";

pub(super) fn insert(tx: &Tx<'_>, asked: &Asked) -> Result<(), db::Error> {
    tx.prepare_cached(
        "INSERT INTO question (id, at_ms, text, outcome, probability, surface, thumb, answer_hash, awaits_gap, vector)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?9)",
    )?
    .execute((
        asked.id.as_str(),
        asked.at.as_millisecond(),
        &asked.text,
        asked.outcome.name(),
        asked.probability,
        asked.surface.name(),
        &asked.answer_hash,
        asked.outcome.awaits_gap(),
        asked.vector.as_deref().map(to_halves),
    ))?;
    Ok(())
}

pub(super) fn count(tx: &Tx<'_>, day: &str, outcome: Outcome) -> Result<(), db::Error> {
    tx.prepare_cached(
        "INSERT INTO question_day (day, outcome, count) VALUES (?1, ?2, 1) ON CONFLICT (day, outcome) DO UPDATE SET count = count + 1",
    )?
    .execute((day, outcome.name()))?;
    Ok(())
}

pub(super) fn days(c: &Reader<'_>, first: &str) -> Result<Vec<(String, Outcome, u64)>, db::Error> {
    let mut statement =
        c.prepare_cached("SELECT day, outcome, count FROM question_day WHERE day >= ?1")?;
    let rows = statement.query_map([first], |row| {
        Ok((
            row.get("day")?,
            column::parsed(row, "outcome")?,
            column::count(row, "count")?,
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn find(c: &Connection, id: &QuestionId) -> Result<Option<Kept>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM question WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], kept)
        .optional()?)
}

pub(super) fn set_helped(
    tx: &Tx<'_>,
    id: &QuestionId,
    helped: bool,
    awaits_gap: bool,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE question SET thumb = ?2, awaits_gap = ?3, complaint = iif(?2 > 0, NULL, complaint), remark = iif(?2 > 0, '', remark)
         WHERE id = ?1",
        (id.as_str(), if helped { 1 } else { -1 }, awaits_gap),
    )?;
    Ok(())
}

pub(super) fn set_complaint(
    tx: &Tx<'_>,
    id: &QuestionId,
    complaint: Option<Complaint>,
    remark: &str,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE question SET complaint = ?2, remark = ?3 WHERE id = ?1",
        (id.as_str(), complaint.map(Complaint::name), remark),
    )?;
    Ok(())
}

/// Those that are to be put into gaps, in the order in which they came.
pub(super) fn awaiting_gap(c: &Reader<'_>, most: usize) -> Result<Vec<Awaiting>, db::Error> {
    let sql = "SELECT id, at_ms, text, vector FROM question WHERE awaits_gap ORDER BY seq LIMIT ?1";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([most], |row| {
        let vector: Option<Vec<u8>> = row.get("vector")?;
        Ok(Awaiting {
            id: column::parsed(row, "id")?,
            at: column::time(row, "at_ms")?,
            text: row.get("text")?,
            // One that is damaged is made again from the text.
            vector: vector.and_then(|bytes| from_halves(&bytes, WIDTH)),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts a question into a gap. Its vector is not needed any more.
pub(super) fn set_gap(tx: &Tx<'_>, id: &QuestionId, gap: &GapId) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE question SET gap_id = ?2, awaits_gap = FALSE, vector = NULL WHERE id = ?1",
        (id.as_str(), gap.as_str()),
    )?;
    Ok(())
}

/// Questions of a gap, the last asked first.
pub(super) fn of_gap(c: &Connection, gap: &GapId, limit: usize) -> Result<Vec<Kept>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM question WHERE gap_id = ?1 ORDER BY at_ms DESC, seq DESC LIMIT ?2"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map((gap.as_str(), limit), kept)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn delete_before(tx: &Tx<'_>, before: Timestamp) -> Result<usize, db::Error> {
    Ok(tx.execute(
        "DELETE FROM question WHERE at_ms < ?1",
        [before.as_millisecond()],
    )?)
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        at: column::time(row, "at_ms")?,
        text: row.get("text")?,
        outcome: column::parsed(row, "outcome")?,
        probability: row.get("probability")?,
        helped: match row.get::<_, i64>("thumb")? {
            0 => None,
            thumb => Some(thumb > 0),
        },
        complaint: column::optional(row, "complaint")?,
        remark: row.get("remark")?,
        answer_hash: row.get("answer_hash")?,
        gap: column::optional(row, "gap_id")?,
    })
}
