//! The documents' rows.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::document::{Document, NewDocument, Origin, Summary};
use super::{Error, Removal, SourcePath};
use crate::clock::Moment;
use crate::crypto;
use crate::db::{self, Reader, Tx, column, stored};
use crate::id::DocumentId;
use crate::language::Tongue;
use crate::parser::MediaType;
use crate::search::{Label, Visibility, in_force_sql, stated_of, visibility_of};

const COLUMNS: &str = "d.id, d.path, d.title, d.media_type, d.bytes, d.ingested_ms, (SELECT count(*) FROM passage p WHERE p.document_id = d.id) AS passages,
     d.label, d.effective_ms, d.expires_ms, d.origin, d.stated_standing, d.stated_from, d.stated_until, nullif(d.language, '') AS language";

/// Of the stored form of a document's blocks. Another shape of `Block` or `BlockKind` is another version.
const BLOCKS: u8 = 1;

/// Writes a document, in place of what it was before. Who refers to it by its id goes on doing so; its passages have to be written anew.
pub(super) fn put(tx: &Tx<'_>, id: &DocumentId, document: &NewDocument<'_>) -> Result<(), Error> {
    for sql in [
        "DELETE FROM passage WHERE document_id = ?1",
        "DELETE FROM document_content WHERE document_id = ?1",
        // Nothing of the old text stays; that the two were dismissed does.
        "DELETE FROM disagreement_place WHERE disagreement_id IN (SELECT id FROM disagreement WHERE ?1 IN (one_id, two_id))",
    ] {
        tx.prepare_cached(sql)
            .and_then(|mut statement| statement.execute([id.as_str()]))
            .map_err(db::Error::from)?;
    }
    let blocks = stored::encode(BLOCKS, &document.content.blocks);
    let notes = serde_json::json!(document.content.notes).to_string();
    tx.prepare_cached(
        "INSERT INTO document (id, path, title, media_type, sha256, bytes, ingested_ms, label, effective_ms, expires_ms, origin,
             stated_standing, stated_from, stated_until, language)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         ON CONFLICT (id) DO UPDATE SET path = excluded.path, title = excluded.title, media_type = excluded.media_type,
             sha256 = excluded.sha256, bytes = excluded.bytes, ingested_ms = excluded.ingested_ms, label = excluded.label,
             effective_ms = excluded.effective_ms, expires_ms = excluded.expires_ms, origin = excluded.origin,
             stated_standing = excluded.stated_standing, stated_from = excluded.stated_from, stated_until = excluded.stated_until,
             language = excluded.language",
    )
    .map_err(db::Error::from)?
    .execute((
        id.as_str(),
        document.path.as_str(),
        &document.content.title,
        document.media.name(),
        &document.sha256,
        i64::try_from(document.bytes).unwrap_or(i64::MAX),
        document.ingested.as_millisecond(),
        document.visibility.label.name(),
        document.visibility.during.effective_ms(),
        document.visibility.during.expires_ms(),
        document.origin.name(),
        document.stated.standing.name(),
        document.stated.from.map(|day| day.to_string()),
        document.stated.until.map(|day| day.to_string()),
        document.language.map_or("", Tongue::code),
    ))
    .map_err(db::Error::from)?;
    tx.prepare_cached(
        "INSERT INTO document_content (document_id, text, blocks, notes) VALUES (?1, ?2, ?3, ?4)",
    )
    .map_err(db::Error::from)?
    .execute((id.as_str(), &document.content.text, blocks, notes))
    .map_err(db::Error::from)?;
    Ok(())
}

pub(super) fn find_id(c: &Connection, path: &SourcePath) -> Result<Option<DocumentId>, db::Error> {
    let sql = "SELECT id FROM document WHERE path = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([path.as_str()], |row| column::parsed(row, "id"))
        .optional()?)
}

/// The hash of the source and the label of the document that a path holds now.
pub(super) fn find_hash(
    c: &Connection,
    path: &SourcePath,
) -> Result<Option<([u8; 32], Label)>, db::Error> {
    let sql = "SELECT sha256, label FROM document WHERE path = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([path.as_str()], |row| {
            Ok((row.get("sha256")?, column::parsed(row, "label")?))
        })
        .optional()?)
}

/// What a document was made of. The same bytes, read as another format, are another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Content {
    pub sha256: [u8; 32],
    pub media: MediaType,
}

/// What visitors see of a document: its text, and how far and when it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AsShown {
    pub content: Content,
    pub visibility: Visibility,
}

impl AsShown {
    /// Another one for everything that is shown otherwise.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        let Self {
            content,
            visibility,
        } = self;
        let all = (content.sha256, content.media.name(), visibility);
        crypto::sha256(serde_json::json!(all).to_string().as_bytes())
    }
}

/// The document that a path holds now, as visitors see it.
pub(super) fn find_shown(c: &Connection, path: &SourcePath) -> Result<Option<AsShown>, db::Error> {
    let sql =
        "SELECT sha256, media_type, label, effective_ms, expires_ms FROM document WHERE path = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([path.as_str()], |row| {
            let content = Content {
                sha256: row.get("sha256")?,
                media: column::parsed(row, "media_type")?,
            };
            Ok(AsShown {
                content,
                visibility: visibility_of(row)?,
            })
        })
        .optional()?)
}

pub(super) fn find(c: &Reader<'_>, id: &DocumentId) -> Result<Option<Document>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS}, c.text, c.blocks, c.notes FROM document d JOIN document_content c ON c.document_id = d.id WHERE d.id = ?1"
    );
    let found = c
        .prepare_cached(&sql)?
        .query_row([id.as_str()], |row| {
            Ok(Document {
                summary: summary(row)?,
                text: row.get("text")?,
                blocks: column::stored(row, "blocks", BLOCKS)?,
                notes: column::json(row, "notes")?,
            })
        })
        .optional()?;
    Ok(found)
}

/// The last entry of the log of what came, went and changed.
pub(super) fn last_change(c: &Connection) -> Result<i64, db::Error> {
    let sql = "SELECT coalesce(max(seq), 0) FROM passage_change";
    Ok(c.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

pub(super) fn find_text(c: &Connection, id: &DocumentId) -> Result<Option<String>, db::Error> {
    let sql = "SELECT text FROM document_content WHERE document_id = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?)
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

/// The same, of those that everybody may open at a moment.
pub(super) fn list_open(
    c: &Reader<'_>,
    prefix: &str,
    after: &str,
    limit: usize,
    now: Moment,
) -> Result<Vec<Summary>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM document d WHERE d.path > :after AND substr(d.path, 1, length(:prefix)) = :prefix AND d.label = 'public'
             AND {}
         ORDER BY d.path LIMIT :limit",
        in_force_sql("d.")
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map(
        named_params! {
            ":after": after, ":prefix": prefix, ":limit": limit,
            ":now": now.wall.as_millisecond(), ":expiry": now.expiry.as_millisecond(),
        },
        summary,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The document or the article, published or not, that has a path.
pub(super) fn find_owner(
    c: &Connection,
    path: &SourcePath,
) -> Result<Option<DocumentId>, db::Error> {
    let sql =
        "SELECT id FROM document WHERE path = ?1 UNION SELECT id FROM article WHERE path = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([path.as_str()], |row| column::parsed(row, "id"))
        .optional()?)
}

/// The path of a document or an article, published or not.
pub(super) fn find_path(c: &Connection, id: &DocumentId) -> Result<Option<String>, db::Error> {
    let sql =
        "SELECT path FROM document WHERE id = ?1 UNION SELECT path FROM article WHERE id = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?)
}

pub(super) fn is_article(c: &Connection, path: &SourcePath) -> Result<bool, db::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM article WHERE path = ?1)";
    Ok(c.prepare_cached(sql)?
        .query_row([path.as_str()], |row| row.get(0))?)
}

/// The last moment, of those that have passed, at which a document or an approved answer took effect.
pub(super) fn last_effect(c: &Connection, now: Moment) -> Result<i64, db::Error> {
    let sql = "SELECT max(
                   (SELECT coalesce(max(effective_ms), 0) FROM document WHERE effective_ms <= ?1),
                   (SELECT coalesce(max(v.effective_ms), 0) FROM course a
                    JOIN approved_version v ON v.answer_id = a.id AND v.number = a.live WHERE v.effective_ms <= ?1))";
    Ok(c.prepare_cached(sql)?
        .query_row([now.wall.as_millisecond()], |row| row.get(0))?)
}

/// Deletes what approved answers say of a document. It stays while an article is only withdrawn: then it may come back.
pub(super) fn delete_citations(tx: &Tx<'_>, id: &DocumentId) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM approved_citation WHERE document_id = ?1",
        [id.as_str()],
    )?;
    Ok(())
}

/// How the document at a path came in.
pub(super) fn find_origin(c: &Connection, path: &SourcePath) -> Result<Option<Origin>, db::Error> {
    let sql = "SELECT origin FROM document WHERE path = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([path.as_str()], |row| column::parsed(row, "origin"))
        .optional()?)
}

/// Paths of documents that were ingested: others are not a folder's to prune.
pub(super) fn ingested_paths(c: &Connection, prefix: &str) -> Result<Vec<String>, db::Error> {
    let mut statement = c.prepare(
        "SELECT path FROM document WHERE substr(path, 1, length(?1)) = ?1 AND origin = 'ingested' ORDER BY path",
    )?;
    let rows = statement.query_map([prefix], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes a document; its passages, vectors and terms go with it.
pub(super) fn delete(tx: &Tx<'_>, id: &DocumentId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM document WHERE id = ?1", [id.as_str()])?;
    Ok(())
}

pub(super) fn passage_ids(c: &Connection, id: &DocumentId) -> Result<Vec<i64>, db::Error> {
    let mut statement = c.prepare_cached("SELECT id FROM passage WHERE document_id = ?1")?;
    let rows = statement.query_map([id.as_str()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Rows of the full-text table for these passages.
pub(super) fn count_terms(c: &Connection, passages: &[i64]) -> Result<usize, db::Error> {
    let mut statement =
        c.prepare_cached("SELECT EXISTS (SELECT 1 FROM passage_terms WHERE rowid = ?1)")?;
    let mut count = 0;
    for passage in passages {
        count += usize::from(statement.query_row([passage], |row| row.get::<_, bool>(0))?);
    }
    Ok(count)
}

/// What there is of a document; of one that is not there, nothing.
pub(super) fn count_of(c: &Connection, id: &DocumentId) -> Result<Removal, db::Error> {
    let sql = "SELECT path, title, lower(hex(sha256)) AS sha256, bytes,
                   (SELECT count(*) FROM passage WHERE document_id = d.id) AS passages,
                   (SELECT coalesce(sum(2 + length(unit_vectors) / 388), 0) FROM passage WHERE document_id = d.id) AS vectors
               FROM document d WHERE id = ?1";
    let found = c
        .query_row(sql, [id.as_str()], |row| {
            Ok(Removal {
                path: row.get("path")?,
                title: row.get("title")?,
                sha256: row.get("sha256")?,
                bytes: column::count(row, "bytes")?,
                passages: column::count(row, "passages")?,
                vectors: column::count(row, "vectors")?,
                ..Removal::default()
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// References of approved answers to a document.
pub(super) fn count_citations(c: &Connection, id: &DocumentId) -> Result<usize, db::Error> {
    let sql = "SELECT count(*) FROM approved_citation WHERE document_id = ?1";
    Ok(c.query_row(sql, [id.as_str()], |row| row.get(0))?)
}

/// Rows that name a document or an article.
pub(super) fn count_naming(c: &Connection, id: &DocumentId) -> Result<usize, db::Error> {
    let sql = "SELECT (SELECT count(*) FROM document WHERE id = ?1)
                    + (SELECT count(*) FROM document_content WHERE document_id = ?1)
                    + (SELECT count(*) FROM passage WHERE document_id = ?1)
                    + (SELECT count(*) FROM approved_citation WHERE document_id = ?1)
                    + (SELECT count(*) FROM article WHERE id = ?1)
                    + (SELECT count(*) FROM article_version WHERE article_id = ?1)
                    + (SELECT count(*) FROM course WHERE id = ?1)
                    + (SELECT count(*) FROM course_step WHERE course_id = ?1)
                    + (SELECT count(*) FROM disagreement WHERE ?1 IN (one_id, two_id))
                    + (SELECT count(*) FROM compared WHERE document_id = ?1)";
    Ok(c.query_row(sql, [id.as_str()], |row| row.get(0))?)
}

pub(super) fn find_summary(c: &Connection, id: &DocumentId) -> Result<Option<Summary>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM document d WHERE d.id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], summary)
        .optional()?)
}

pub(super) fn set_visibility(
    tx: &Tx<'_>,
    id: &DocumentId,
    visibility: &Visibility,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE document SET label = ?2, effective_ms = ?3, expires_ms = ?4 WHERE id = ?1",
        (
            id.as_str(),
            visibility.label.name(),
            visibility.during.effective_ms(),
            visibility.during.expires_ms(),
        ),
    )?;
    Ok(())
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let media: MediaType = column::parsed(row, "media_type")?;
    Ok(Summary {
        id: column::parsed(row, "id")?,
        path: column::parsed(row, "path")?,
        title: row.get("title")?,
        media_type: media.name(),
        bytes: column::count(row, "bytes")?,
        ingested: column::time(row, "ingested_ms")?,
        passages: column::count(row, "passages")?,
        visibility: visibility_of(row)?,
        origin: column::parsed(row, "origin")?,
        stated: stated_of(row)?,
        language: column::optional(row, "language")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::{Block, BlockKind};

    /// What is stored is read by every program to come: other bytes are another version of [`BLOCKS`].
    #[test]
    fn the_stored_form_of_blocks_is_what_it_was() {
        let kinds = [
            BlockKind::Heading { level: 3 },
            BlockKind::Paragraph,
            BlockKind::ListItem {
                depth: 2,
                ordinal: Some(7),
            },
            BlockKind::TableHeader,
            BlockKind::TableRow { headed: true },
            BlockKind::Code,
            BlockKind::Quote,
            BlockKind::Definition,
        ];
        let blocks = kinds.map(|kind| Block {
            kind,
            range: 1..300,
        });
        let expected = [
            1, 8, 0, 3, 1, 172, 2, 1, 1, 172, 2, 2, 2, 1, 7, 1, 172, 2, 3, 1, 172, 2, 4, 1, 1, 172,
            2, 5, 1, 172, 2, 6, 1, 172, 2, 7, 1, 172, 2,
        ];
        assert_eq!(stored::encode(BLOCKS, &blocks.to_vec()), expected);
    }
}
