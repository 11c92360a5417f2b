//! The rows of working copies. Nobody reaches one of somebody else's.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::subject::Kind;
use super::{Listed, Subject, Typed, WorkingCopy};
use crate::db::{self, Reader, Tx, column};
use crate::id::{StaffId, WorkingCopyId};

/// Writes one. `false`: it is somebody else's.
pub(super) fn put(
    tx: &Tx<'_>,
    writer: &StaffId,
    copy: &WorkingCopy,
    revision: u32,
    at: Timestamp,
) -> Result<bool, db::Error> {
    let typed = &copy.typed;
    let rows = tx.execute(
        "INSERT INTO working_copy (id, writer, kind, course_id, title, seen, revision, kept_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET title = ?5, seen = ?6, revision = ?7, kept_ms = ?8 WHERE writer = ?2",
        (
            copy.id.as_str(),
            writer.as_str(),
            copy.of.kind().name(),
            copy.of.id(),
            &typed.title,
            typed.seen,
            revision,
            at.as_millisecond(),
        ),
    )?;
    if rows == 0 {
        return Ok(false);
    }
    let sql = "DELETE FROM working_copy_field WHERE copy_id = ?1";
    tx.execute(sql, [copy.id.as_str()])?;
    let sql = "INSERT INTO working_copy_field (copy_id, name, value) VALUES (?1, ?2, ?3)";
    let mut statement = tx.prepare_cached(sql)?;
    for (name, value) in &typed.fields {
        statement.execute((copy.id.as_str(), name, value))?;
    }
    Ok(true)
}

pub(super) fn find(
    c: &Connection,
    writer: &StaffId,
    id: &WorkingCopyId,
) -> Result<Option<WorkingCopy>, db::Error> {
    let sql = "SELECT id, kind, course_id, title, seen, revision, kept_ms FROM working_copy WHERE id = ?1 AND writer = ?2";
    let found = c
        .prepare_cached(sql)?
        .query_row([id.as_str(), writer.as_str()], without_fields)
        .optional()?;
    let Some(mut copy) = found else {
        return Ok(None);
    };
    copy.typed.fields = fields(c, id)?;
    Ok(Some(copy))
}

fn fields(c: &Connection, id: &WorkingCopyId) -> Result<BTreeMap<String, String>, db::Error> {
    let sql = "SELECT name, value FROM working_copy_field WHERE copy_id = ?1";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok((row.get("name")?, row.get("value")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn list(
    c: &Reader<'_>,
    writer: &StaffId,
    of: &Subject,
) -> Result<Vec<Listed>, db::Error> {
    let sql = "SELECT id, title, kept_ms FROM working_copy WHERE writer = ?1 AND kind = ?2 AND course_id IS ?3 ORDER BY kept_ms DESC, id";
    let mut statement = c.prepare_cached(sql)?;
    let wanted = (writer.as_str(), of.kind().name(), of.id());
    let rows = statement.query_map(wanted, |row| {
        Ok(Listed {
            id: column::parsed(row, "id")?,
            title: row.get("title")?,
            kept: column::time(row, "kept_ms")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn count(tx: &Tx<'_>, writer: &StaffId) -> Result<usize, db::Error> {
    let sql = "SELECT count(*) AS copies FROM working_copy WHERE writer = ?1";
    Ok(tx.query_row(sql, [writer.as_str()], |row| column::count(row, "copies"))?)
}

pub(super) fn delete(tx: &Tx<'_>, writer: &StaffId, id: &WorkingCopyId) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM working_copy WHERE id = ?1 AND writer = ?2",
        [id.as_str(), writer.as_str()],
    )?;
    Ok(())
}

/// Deletes those that were last kept before `before`, whoever wrote them.
pub(super) fn forget(tx: &Tx<'_>, before: Timestamp) -> Result<usize, db::Error> {
    let sql = "DELETE FROM working_copy WHERE kept_ms < ?1";
    Ok(tx.execute(sql, [before.as_millisecond()])?)
}

fn without_fields(row: &Row<'_>) -> rusqlite::Result<WorkingCopy> {
    Ok(WorkingCopy {
        id: column::parsed(row, "id")?,
        of: match column::parsed(row, "kind")? {
            Kind::Article => Subject::Article(column::optional(row, "course_id")?),
            Kind::Approved => Subject::Approved(column::optional(row, "course_id")?),
        },
        typed: Typed {
            title: row.get("title")?,
            fields: BTreeMap::new(),
            seen: row.get("seen")?,
        },
        revision: row.get("revision")?,
        kept: column::time(row, "kept_ms")?,
    })
}
