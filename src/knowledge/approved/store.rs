//! The rows of approved answers.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Approved, Cited, Phrasing, Version, Wording};
use crate::audit::Change;
use crate::db::{self, Reader, Tx, column};
use crate::id::{ApprovedId, DocumentId};
use crate::inference::{WIDTH, from_halves, to_halves};
use crate::knowledge::review::course;
use crate::search::during_of;

const REVISION: &str = "approved answers revision";

/// Of an answer `a` in its version `v`.
const COLUMNS: &str = "a.id, a.state, a.head, a.live, a.begun_ms, a.changed_ms, v.number, v.text, v.effective_ms, v.expires_ms, v.author";
const VERSION: &str = "course a JOIN approved_version v ON v.answer_id = a.id";

/// Changes with every change of what is published.
pub(in crate::knowledge) fn revision(c: &Connection) -> Result<i64, db::Error> {
    match db::find_value(c, REVISION)? {
        Some(bytes) => <[u8; 8]>::try_from(&bytes[..])
            .map(i64::from_le_bytes)
            .map_err(|_| db::Error::DamagedValue(REVISION)),
        None => Ok(0),
    }
}

pub(super) fn raise_revision(tx: &Tx<'_>) -> Result<(), db::Error> {
    db::set_value(tx, REVISION, &(revision(tx)? + 1).to_le_bytes())
}

pub(super) fn insert(tx: &Tx<'_>, id: &ApprovedId) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO approved_answer (id) VALUES (?1)",
        [id.as_str()],
    )?;
    Ok(())
}

pub(super) fn insert_version(
    tx: &Tx<'_>,
    id: &ApprovedId,
    number: u32,
    wording: &Wording,
    vectors: &[&[f32]],
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO approved_version (answer_id, number, text, effective_ms, expires_ms, author, saved_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            id.as_str(),
            number,
            &wording.text,
            wording.during.effective_ms(),
            wording.during.expires_ms(),
            change.by.to_string(),
            change.at.wall.as_millisecond(),
        ),
    )?;
    for (ordinal, (text, vector)) in wording.phrasings.iter().zip(vectors).enumerate() {
        tx.execute(
            "INSERT INTO approved_phrasing (answer_id, version, ordinal, text, vector) VALUES (?1, ?2, ?3, ?4, ?5)",
            (id.as_str(), number, ordinal, text, to_halves(vector)),
        )?;
    }
    for (ordinal, cited) in wording.citations.iter().enumerate() {
        tx.execute(
            "INSERT INTO approved_citation (answer_id, version, ordinal, document_id, quote) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                id.as_str(),
                number,
                ordinal,
                cited.document.as_str(),
                &cited.quote,
            ),
        )?;
    }
    Ok(())
}

/// The newest version.
pub(super) fn find(c: &Connection, id: &ApprovedId) -> Result<Option<Approved>, db::Error> {
    find_version(c, id, "a.head")
}

/// The version that is given.
pub(super) fn find_live(c: &Connection, id: &ApprovedId) -> Result<Option<Approved>, db::Error> {
    find_version(c, id, "a.live")
}

fn find_version(
    c: &Connection,
    id: &ApprovedId,
    number: &str,
) -> Result<Option<Approved>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM {VERSION} AND v.number = {number} WHERE a.id = ?1");
    let found = c
        .prepare_cached(&sql)?
        .query_row([id.as_str()], approved)
        .optional()?;
    found.map(|found| whole(c, found)).transpose()
}

pub(super) fn list(c: &Reader<'_>, text: &str) -> Result<Vec<Approved>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {VERSION} AND v.number = a.head
         WHERE ?1 = '' OR instr(fold(v.text), ?1) > 0
            OR EXISTS (SELECT 1 FROM approved_phrasing p WHERE p.answer_id = a.id AND p.version = a.head AND instr(fold(p.text), ?1) > 0)
         ORDER BY a.changed_ms DESC, a.id"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([db::fold(text.trim())], approved)?;
    rows.map(|row| whole(c, row?)).collect()
}

/// The newest first.
pub(super) fn versions(c: &Reader<'_>, id: &ApprovedId) -> Result<Vec<Version>, db::Error> {
    let sql = "SELECT number, text, effective_ms, expires_ms, author, saved_ms FROM approved_version WHERE answer_id = ?1 ORDER BY number DESC";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok(Version {
            number: row.get("number")?,
            wording: wording(row)?,
            author: column::parsed(row, "author")?,
            saved: column::time(row, "saved_ms")?,
        })
    })?;
    let mut versions: Vec<Version> = rows.collect::<Result<_, _>>()?;
    for version in &mut versions {
        complete(c, id, version.number, &mut version.wording)?;
    }
    Ok(versions)
}

/// Whether another answer is given to the same question, or is to be.
pub(super) fn has_other(
    c: &Connection,
    phrasing: &str,
    but: &ApprovedId,
) -> Result<bool, db::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM approved_phrasing p JOIN course a ON a.id = p.answer_id AND p.version IN (a.head, a.live)
                   WHERE fold(p.text) = fold(?1) AND p.answer_id <> ?2)";
    Ok(c.prepare_cached(sql)?
        .query_row((phrasing, but.as_str()), |row| row.get(0))?)
}

pub(super) fn citing(c: &Reader<'_>, document: &DocumentId) -> Result<usize, db::Error> {
    let sql = "SELECT count(DISTINCT c.answer_id) FROM approved_citation c JOIN course a ON a.id = c.answer_id AND c.version IN (a.head, a.live)
               WHERE c.document_id = ?1";
    Ok(c.query_row(sql, [document.as_str()], |row| row.get(0))?)
}

/// Of what is published.
pub(super) fn phrasings(c: &Reader<'_>) -> Result<Vec<Phrasing>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT p.answer_id, p.text, p.vector, v.effective_ms, v.expires_ms
         FROM course a
         JOIN approved_version v ON v.answer_id = a.id AND v.number = a.live
         JOIN approved_phrasing p ON p.answer_id = a.id AND p.version = a.live
         ORDER BY p.answer_id, p.ordinal",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Phrasing {
            answer: column::parsed(row, "answer_id")?,
            text: row.get("text")?,
            vector: column::blob(row, "vector", |bytes| from_halves(bytes, WIDTH))?,
            during: during_of(row)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// With the number of the version that was read, by which [`complete`] finds the rest.
fn approved(row: &Row<'_>) -> rusqlite::Result<(Approved, u32)> {
    let approved = Approved {
        id: column::parsed(row, "id")?,
        course: course::course(row)?,
        wording: wording(row)?,
        author: column::parsed(row, "author")?,
    };
    Ok((approved, row.get("number")?))
}

/// Without what stands in rows of its own.
fn wording(row: &Row<'_>) -> rusqlite::Result<Wording> {
    Ok(Wording {
        phrasings: Vec::new(),
        text: row.get("text")?,
        citations: Vec::new(),
        during: during_of(row)?,
    })
}

fn whole(c: &Connection, (mut approved, number): (Approved, u32)) -> Result<Approved, db::Error> {
    complete(c, &approved.id, number, &mut approved.wording)?;
    Ok(approved)
}

fn complete(
    c: &Connection,
    id: &ApprovedId,
    number: u32,
    wording: &mut Wording,
) -> Result<(), db::Error> {
    let sql =
        "SELECT text FROM approved_phrasing WHERE answer_id = ?1 AND version = ?2 ORDER BY ordinal";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map((id.as_str(), number), |row| row.get("text"))?;
    wording.phrasings = rows.collect::<Result<_, _>>()?;
    let sql = "SELECT document_id, quote FROM approved_citation WHERE answer_id = ?1 AND version = ?2 ORDER BY ordinal";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map((id.as_str(), number), |row| {
        Ok(Cited {
            document: column::parsed(row, "document_id")?,
            quote: row.get("quote")?,
        })
    })?;
    wording.citations = rows.collect::<Result<_, _>>()?;
    Ok(())
}
