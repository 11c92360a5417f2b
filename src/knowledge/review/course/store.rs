//! The rows of what takes the course, and of its steps.

use rusqlite::{Connection, Row};

use super::{Course, State, Step, Taken};
use crate::audit::Change;
use crate::db::{self, Tx, column};

/// Puts something at its beginning: its first version is a draft. What it is stands in a table of its own.
pub(in crate::knowledge) fn begin(tx: &Tx<'_>, id: &str, change: &Change) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO course (id, state, head, live, begun_ms, changed_ms) VALUES (?1, ?2, 1, NULL, ?3, ?3)",
        (
            id,
            State::Draft.name(),
            change.at.wall.as_millisecond(),
        ),
    )?;
    Ok(())
}

/// A newer version is a draft.
pub(in crate::knowledge) fn set_head(
    tx: &Tx<'_>,
    id: &str,
    head: u32,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE course SET state = ?2, head = ?3, changed_ms = ?4 WHERE id = ?1",
        (
            id,
            State::Draft.name(),
            head,
            change.at.wall.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(super) fn set(
    tx: &Tx<'_>,
    id: &str,
    state: State,
    live: Option<u32>,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE course SET state = ?2, live = ?3, changed_ms = ?4 WHERE id = ?1",
        (id, state.name(), live, change.at.wall.as_millisecond()),
    )?;
    Ok(())
}

pub(super) fn insert_step(
    tx: &Tx<'_>,
    id: &str,
    version: u32,
    step: Step,
    remark: &str,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO course_step (course_id, seq, version, step, actor, at_ms, remark)
         VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM course_step WHERE course_id = ?1), ?2, ?3, ?4, ?5, ?6)",
        (
            id,
            version,
            step.name(),
            change.by.to_string(),
            change.at.wall.as_millisecond(),
            remark,
        ),
    )?;
    Ok(())
}

/// Deletes it, with what it is, its versions and its steps.
pub(in crate::knowledge) fn delete(tx: &Tx<'_>, id: &str) -> Result<(), db::Error> {
    tx.execute("DELETE FROM course WHERE id = ?1", [id])?;
    Ok(())
}

/// The newest first.
pub(in crate::knowledge) fn steps(c: &Connection, id: &str) -> Result<Vec<Taken>, db::Error> {
    let sql = "SELECT version, step, actor, at_ms, remark FROM course_step WHERE course_id = ?1 ORDER BY seq DESC";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([id], |row| {
        Ok(Taken {
            version: row.get("version")?,
            step: column::parsed(row, "step")?,
            actor: column::parsed(row, "actor")?,
            at: column::time(row, "at_ms")?,
            remark: row.get("remark")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// From a row with the columns of that table.
pub(in crate::knowledge) fn course(row: &Row<'_>) -> rusqlite::Result<Course> {
    Ok(Course {
        state: column::parsed(row, "state")?,
        head: row.get("head")?,
        live: row.get("live")?,
        begun: column::time(row, "begun_ms")?,
        changed: column::time(row, "changed_ms")?,
    })
}
