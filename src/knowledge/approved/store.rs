//! The rows of approved answers.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Approved, Cited, Phrasing, Wording};
use crate::audit::Change;
use crate::db::{self, Reader, Tx, column};
use crate::id::{ApprovedId, DocumentId};
use crate::inference::{WIDTH, from_halves, to_halves};

const REVISION: &str = "approved answers revision";

/// Changes with every change of the phrasings.
pub(in crate::knowledge) fn revision(c: &Connection) -> Result<i64, db::Error> {
    match db::find_value(c, REVISION)? {
        Some(bytes) => <[u8; 8]>::try_from(&bytes[..])
            .map(i64::from_le_bytes)
            .map_err(|_| db::Error::DamagedValue(REVISION)),
        None => Ok(0),
    }
}

fn raise_revision(tx: &Tx<'_>) -> Result<(), db::Error> {
    db::set_value(tx, REVISION, &(revision(tx)? + 1).to_le_bytes())
}

pub(super) fn put(
    tx: &Tx<'_>,
    id: &ApprovedId,
    wording: &Wording,
    vectors: &[&[f32]],
    created: jiff::Timestamp,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute("DELETE FROM approved_answer WHERE id = ?1", [id.as_str()])?;
    tx.execute(
        "INSERT INTO approved_answer (id, text, author, created_ms, changed_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            id.as_str(),
            &wording.text,
            change.by.to_string(),
            created.as_millisecond(),
            change.at.wall.as_millisecond(),
        ),
    )?;
    for (ordinal, (text, vector)) in wording.phrasings.iter().zip(vectors).enumerate() {
        tx.execute(
            "INSERT INTO approved_phrasing (answer_id, ordinal, text, vector) VALUES (?1, ?2, ?3, ?4)",
            (id.as_str(), ordinal, text, to_halves(vector)),
        )?;
    }
    for (ordinal, cited) in wording.citations.iter().enumerate() {
        tx.execute(
            "INSERT INTO approved_citation (answer_id, ordinal, document_id, quote) VALUES (?1, ?2, ?3, ?4)",
            (id.as_str(), ordinal, cited.document.as_str(), &cited.quote),
        )?;
    }
    raise_revision(tx)
}

pub(super) fn delete(tx: &Tx<'_>, id: &ApprovedId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM approved_answer WHERE id = ?1", [id.as_str()])?;
    raise_revision(tx)
}

pub(super) fn find(c: &Connection, id: &ApprovedId) -> Result<Option<Approved>, db::Error> {
    let sql = "SELECT id, text, author, created_ms, changed_ms FROM approved_answer WHERE id = ?1";
    let found = c
        .prepare_cached(sql)?
        .query_row([id.as_str()], approved)
        .optional()?;
    found.map(|found| complete(c, found)).transpose()
}

pub(super) fn list(c: &Reader<'_>, text: &str) -> Result<Vec<Approved>, db::Error> {
    let sql = "SELECT id, text, author, created_ms, changed_ms FROM approved_answer a
               WHERE ?1 = '' OR instr(fold(a.text), ?1) > 0
                  OR EXISTS (SELECT 1 FROM approved_phrasing p WHERE p.answer_id = a.id AND instr(fold(p.text), ?1) > 0)
               ORDER BY changed_ms DESC, id";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([db::fold(text.trim())], approved)?;
    rows.map(|row| complete(c, row?)).collect()
}

/// Whether another answer is given to the same question.
pub(super) fn has_other(
    c: &Connection,
    phrasing: &str,
    but: &ApprovedId,
) -> Result<bool, db::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM approved_phrasing WHERE fold(text) = fold(?1) AND answer_id <> ?2)";
    Ok(c.prepare_cached(sql)?
        .query_row((phrasing, but.as_str()), |row| row.get(0))?)
}

pub(super) fn citing(c: &Reader<'_>, document: &DocumentId) -> Result<usize, db::Error> {
    let sql = "SELECT count(DISTINCT answer_id) FROM approved_citation WHERE document_id = ?1";
    Ok(c.query_row(sql, [document.as_str()], |row| row.get(0))?)
}

pub(super) fn phrasings(c: &Reader<'_>) -> Result<Vec<Phrasing>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT answer_id, text, vector FROM approved_phrasing ORDER BY answer_id, ordinal",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Phrasing {
            answer: column::parsed(row, "answer_id")?,
            text: row.get("text")?,
            vector: column::blob(row, "vector", |bytes| from_halves(bytes, WIDTH))?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn approved(row: &Row<'_>) -> rusqlite::Result<Approved> {
    Ok(Approved {
        id: column::parsed(row, "id")?,
        phrasings: Vec::new(),
        text: row.get("text")?,
        citations: Vec::new(),
        author: row.get("author")?,
        created: column::time(row, "created_ms")?,
        changed: column::time(row, "changed_ms")?,
    })
}

fn complete(c: &Connection, mut approved: Approved) -> Result<Approved, db::Error> {
    let sql = "SELECT text FROM approved_phrasing WHERE answer_id = ?1 ORDER BY ordinal";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([approved.id.as_str()], |row| row.get(0))?;
    approved.phrasings = rows.collect::<Result<_, _>>()?;
    let sql =
        "SELECT document_id, quote FROM approved_citation WHERE answer_id = ?1 ORDER BY ordinal";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([approved.id.as_str()], |row| {
        Ok(Cited {
            document: column::parsed(row, "document_id")?,
            quote: row.get("quote")?,
        })
    })?;
    approved.citations = rows.collect::<Result<_, _>>()?;
    Ok(approved)
}
