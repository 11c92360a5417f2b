//! The rows of what waits.

use rusqlite::{Connection, OptionalExtension, Row};

use super::waiting::{Returned, Version, Waiting, What};
use crate::audit::Change;
use crate::db::{self, Reader, Tx, column};
use crate::id::{DocumentId, ReviewId};
use crate::knowledge::SourcePath;
use crate::search::visibility_of;

/// Without the bytes of a version: they are read by [`find_source`].
const COLUMNS: &str = "id, kind, path, title, base, media_type, origin, label, effective_ms, expires_ms, author, at_ms, returned_by, returned_ms, remark,
     (SELECT d.id FROM document d WHERE d.path = review.path) AS document_id";

/// Puts something in place of what the same person had handed in of the same kind for the same path. What others handed in stays.
pub(super) fn put(tx: &Tx<'_>, waiting: &Waiting, source: Option<&[u8]>) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM review WHERE path = ?1 AND kind = ?2 AND author = ?3",
        (
            waiting.path.as_str(),
            waiting.what.kind(),
            waiting.author.to_string(),
        ),
    )?;
    let version = waiting.what.version();
    tx.execute(
        "INSERT INTO review (id, kind, path, title, base, media_type, source, origin, label, effective_ms, expires_ms, author, at_ms, remark)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, '')",
        (
            waiting.id.as_str(),
            waiting.what.kind(),
            waiting.path.as_str(),
            &waiting.title,
            waiting.base,
            version.map(|version| version.media.name()),
            source,
            waiting.origin.name(),
            waiting.visibility.label.name(),
            waiting.visibility.during.effective_ms(),
            waiting.visibility.during.expires_ms(),
            waiting.author.to_string(),
            waiting.at.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(super) fn find(c: &Connection, id: &ReviewId) -> Result<Option<Waiting>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM review WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], waiting)
        .optional()?)
}

pub(super) fn find_source(c: &Connection, id: &ReviewId) -> Result<Option<Vec<u8>>, db::Error> {
    let sql = "SELECT source FROM review WHERE id = ?1";
    let found: Option<Option<Vec<u8>>> = c
        .prepare_cached(sql)?
        .query_row([id.as_str()], |row| row.get("source"))
        .optional()?;
    Ok(found.flatten())
}

/// The last handed in first.
pub(super) fn list(c: &Reader<'_>) -> Result<Vec<Waiting>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM review ORDER BY at_ms DESC, id");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([], waiting)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn of_document(c: &Reader<'_>, id: &DocumentId) -> Result<Vec<Waiting>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM review WHERE path = (SELECT path FROM document WHERE id = ?1) ORDER BY at_ms DESC, id"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([id.as_str()], waiting)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn of_path(c: &Reader<'_>, path: &SourcePath) -> Result<Vec<Waiting>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM review WHERE path = ?1");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([path.as_str()], waiting)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn set_returned(
    tx: &Tx<'_>,
    id: &ReviewId,
    remark: &str,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE review SET returned_by = ?2, returned_ms = ?3, remark = ?4 WHERE id = ?1",
        (
            id.as_str(),
            change.by.to_string(),
            change.at.wall.as_millisecond(),
            remark,
        ),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, id: &ReviewId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM review WHERE id = ?1", [id.as_str()])?;
    Ok(())
}

/// Deletes what waits for a path, whoever handed it in: its document is removed.
pub(in crate::knowledge) fn delete_of_path(
    tx: &Tx<'_>,
    path: &SourcePath,
) -> Result<(), db::Error> {
    tx.execute("DELETE FROM review WHERE path = ?1", [path.as_str()])?;
    Ok(())
}

/// What waits, of all kinds; what was sent back waits for its author, not for a reviewer.
pub(super) fn count(c: &Reader<'_>) -> Result<usize, db::Error> {
    let sql = "SELECT (SELECT count(*) FROM review WHERE returned_by IS NULL)
                    + (SELECT count(*) FROM course WHERE state = 'in-review')";
    Ok(c.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    let what = match column::optional(row, "media_type")? {
        Some(media) => What::Version(Version { media }),
        None => What::Visibility,
    };
    let returned = match column::optional(row, "returned_by")? {
        Some(by) => Some(Returned {
            by,
            at: column::time(row, "returned_ms")?,
            remark: row.get("remark")?,
        }),
        None => None,
    };
    Ok(Waiting {
        id: column::parsed(row, "id")?,
        what,
        path: column::parsed(row, "path")?,
        title: row.get("title")?,
        base: row.get("base")?,
        visibility: visibility_of(row)?,
        origin: column::parsed(row, "origin")?,
        author: column::parsed(row, "author")?,
        at: column::time(row, "at_ms")?,
        returned,
        document: column::optional(row, "document_id")?,
    })
}
