//! The rows of working copies. Nobody reaches one of somebody else's.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{ArticleId, Typed, WorkingCopy};
use crate::db::{self, Reader, Tx, column};
use crate::id::{StaffId, WorkingCopyId};

const COLUMNS: &str =
    "id, article_id, title, markdown, label, effective, expires, seen, revision, kept_ms";

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
        "INSERT INTO article_working_copy (id, writer, article_id, title, markdown, label, effective, expires, seen, revision, kept_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (id) DO UPDATE SET title = ?4, markdown = ?5, label = ?6, effective = ?7, expires = ?8, seen = ?9, revision = ?10, kept_ms = ?11
         WHERE writer = ?2",
        (
            copy.id.as_str(),
            writer.as_str(),
            copy.article.as_ref().map(ArticleId::as_str),
            &typed.title,
            &typed.markdown,
            &typed.label,
            &typed.effective,
            &typed.expires,
            typed.seen,
            revision,
            at.as_millisecond(),
        ),
    )?;
    Ok(rows > 0)
}

pub(super) fn find(
    c: &Connection,
    writer: &StaffId,
    id: &WorkingCopyId,
) -> Result<Option<WorkingCopy>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM article_working_copy WHERE id = ?1 AND writer = ?2");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str(), writer.as_str()], read)
        .optional()?)
}

pub(super) fn list(
    c: &Reader<'_>,
    writer: &StaffId,
    article: Option<&ArticleId>,
) -> Result<Vec<WorkingCopy>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM article_working_copy WHERE writer = ?1 AND article_id IS ?2 ORDER BY kept_ms DESC, id"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map((writer.as_str(), article.map(ArticleId::as_str)), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn count(tx: &Tx<'_>, writer: &StaffId) -> Result<usize, db::Error> {
    let sql = "SELECT count(*) AS copies FROM article_working_copy WHERE writer = ?1";
    Ok(tx.query_row(sql, [writer.as_str()], |row| column::count(row, "copies"))?)
}

pub(super) fn delete(tx: &Tx<'_>, writer: &StaffId, id: &WorkingCopyId) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM article_working_copy WHERE id = ?1 AND writer = ?2",
        [id.as_str(), writer.as_str()],
    )?;
    Ok(())
}

/// Deletes those that were last kept before `before`, whoever wrote them.
pub(super) fn forget(tx: &Tx<'_>, before: Timestamp) -> Result<usize, db::Error> {
    let sql = "DELETE FROM article_working_copy WHERE kept_ms < ?1";
    Ok(tx.execute(sql, [before.as_millisecond()])?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<WorkingCopy> {
    Ok(WorkingCopy {
        id: column::parsed(row, "id")?,
        article: column::optional(row, "article_id")?,
        typed: Typed {
            title: row.get("title")?,
            markdown: row.get("markdown")?,
            label: row.get("label")?,
            effective: row.get("effective")?,
            expires: row.get("expires")?,
            seen: row.get("seen")?,
        },
        revision: row.get("revision")?,
        kept: column::time(row, "kept_ms")?,
    })
}
