//! The documents' rows.

use rusqlite::{Connection, OptionalExtension, Row};

use super::document::{Document, NewDocument, Summary};
use super::{Error, SourcePath};
use crate::db::{self, Reader, Tx};
use crate::id::DocumentId;
use crate::parser::MediaType;

const COLUMNS: &str = "d.id, d.path, d.title, d.media_type, d.bytes, d.ingested_ms, (SELECT count(*) FROM passage p WHERE p.document_id = d.id)";

pub(super) fn insert(
    tx: &Tx<'_>,
    id: &DocumentId,
    document: &NewDocument<'_>,
) -> Result<(), Error> {
    let blocks = postcard::to_stdvec(&document.content.blocks)
        .map_err(|_| crate::search::Error::Damaged("blocks"))?;
    let notes = serde_json::to_string(&document.content.notes)
        .map_err(|_| crate::search::Error::Damaged("notes"))?;
    tx.prepare_cached(
        "INSERT INTO document (id, path, title, media_type, sha256, bytes, text, blocks, notes, ingested_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )
    .map_err(db::Error::from)?
    .execute((
        id.as_str(),
        document.path.as_str(),
        &document.content.title,
        document.media.name(),
        &document.sha256,
        i64::try_from(document.bytes).unwrap_or(i64::MAX),
        &document.content.text,
        blocks,
        notes,
        document.ingested.as_millisecond(),
    ))
    .map_err(db::Error::from)?;
    Ok(())
}

pub(super) fn find_id(c: &Connection, path: &SourcePath) -> Result<Option<DocumentId>, db::Error> {
    let sql = "SELECT id FROM document WHERE path = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([path.as_str()], |row| db::text_column(row, 0))
        .optional()?)
}

/// The hash of the source that a path holds now.
pub(super) fn find_hash(c: &Connection, path: &SourcePath) -> Result<Option<[u8; 32]>, db::Error> {
    let sql = "SELECT sha256 FROM document WHERE path = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([path.as_str()], |row| row.get(0))
        .optional()?)
}

pub(super) fn find(c: &Reader<'_>, id: &DocumentId) -> Result<Option<Document>, db::Error> {
    let sql =
        format!("SELECT {COLUMNS}, d.text, d.blocks, d.notes FROM document d WHERE d.id = ?1");
    let found = c
        .prepare_cached(&sql)?
        .query_row([id.as_str()], |row| {
            let (blocks, notes): (Vec<u8>, String) = (row.get(8)?, row.get(9)?);
            Ok(Document {
                summary: summary(row)?,
                text: row.get(7)?,
                blocks: postcard::from_bytes(&blocks).map_err(|error| damaged(8, error))?,
                notes: serde_json::from_str(&notes).map_err(|error| damaged(9, error))?,
            })
        })
        .optional()?;
    Ok(found)
}

pub(super) fn list(
    c: &Reader<'_>,
    prefix: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<Summary>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM document d WHERE d.path > ?1 AND substr(d.path, 1, length(?2)) = ?2 ORDER BY d.path LIMIT ?3"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map((after, prefix, limit), summary)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn paths(c: &Connection, prefix: &str) -> Result<Vec<String>, db::Error> {
    let mut statement = c.prepare(
        "SELECT path FROM document WHERE substr(path, 1, length(?1)) = ?1 ORDER BY path",
    )?;
    let rows = statement.query_map([prefix], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes a document; its passages, vectors and terms go with it. Returns how many passages those were.
pub(super) fn delete(tx: &Tx<'_>, id: &DocumentId) -> Result<usize, db::Error> {
    let passages = tx.query_row(
        "SELECT count(*) FROM passage WHERE document_id = ?1",
        [id.as_str()],
        |row| row.get(0),
    )?;
    tx.execute("DELETE FROM document WHERE id = ?1", [id.as_str()])?;
    Ok(passages)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let media: MediaType = db::text_column(row, 3)?;
    Ok(Summary {
        id: db::text_column(row, 0)?,
        path: db::text_column(row, 1)?,
        title: row.get(2)?,
        media_type: media.name(),
        bytes: row.get::<_, i64>(4)?.unsigned_abs(),
        ingested: db::time_column(row, 5)?.unwrap_or_default(),
        passages: row.get(6)?,
    })
}

fn damaged(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Blob, Box::new(error))
}
