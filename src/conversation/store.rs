//! The questions' rows.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Asked, Outcome, Question};
use crate::db::{self, Reader, Tx};
use crate::id::{GapId, QuestionId};

const COLUMNS: &str = "at_ms, text, outcome, probability, thumb, answer_hash, gap_id";

pub(super) fn insert(tx: &Tx<'_>, asked: &Asked) -> Result<(), db::Error> {
    tx.prepare_cached(
        "INSERT INTO question (id, at_ms, text, outcome, probability, surface, thumb, answer_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
    )?
    .execute((
        asked.id.as_str(),
        asked.at.as_millisecond(),
        &asked.text,
        asked.outcome.name(),
        asked.probability,
        asked.surface.name(),
        &asked.answer_hash,
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
        Ok((row.get(0)?, db::text_column(row, 1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn find(c: &Connection, id: &QuestionId) -> Result<Option<Question>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM question WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], question)
        .optional()?)
}

pub(super) fn set_thumb(tx: &Tx<'_>, id: &QuestionId, thumb: i8) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE question SET thumb = ?2 WHERE id = ?1",
        (id.as_str(), thumb),
    )?;
    Ok(())
}

pub(crate) fn set_gap(tx: &Tx<'_>, id: &QuestionId, gap: &GapId) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE question SET gap_id = ?2 WHERE id = ?1",
        (id.as_str(), gap.as_str()),
    )?;
    Ok(())
}

/// Questions of a gap, the last asked first.
pub(crate) fn of_gap(
    c: &Connection,
    gap: &GapId,
    limit: usize,
) -> Result<Vec<Question>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM question WHERE gap_id = ?1 ORDER BY at_ms DESC, seq DESC LIMIT ?2"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map((gap.as_str(), limit), question)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn delete_before(tx: &Tx<'_>, before: Timestamp) -> Result<usize, db::Error> {
    Ok(tx.execute(
        "DELETE FROM question WHERE at_ms < ?1",
        [before.as_millisecond()],
    )?)
}

fn question(row: &Row<'_>) -> rusqlite::Result<Question> {
    let gap: Option<String> = row.get(6)?;
    Ok(Question {
        at: db::time_column(row, 0)?.unwrap_or_default(),
        text: row.get(1)?,
        outcome: db::text_column(row, 2)?,
        probability: row.get(3)?,
        helped: match row.get::<_, i64>(4)? {
            0 => None,
            thumb => Some(thumb > 0),
        },
        answer_hash: row.get(5)?,
        gap: gap.and_then(|gap| gap.parse().ok()),
    })
}
