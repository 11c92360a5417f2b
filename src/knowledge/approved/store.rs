//! The rows of approved answers.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Approved, Cited, During, Phrasing, State, Step, Wording};
use crate::audit::Change;
use crate::db::{self, Reader, Tx, column};
use crate::id::{ApprovedId, DocumentId};
use crate::inference::{WIDTH, from_halves, to_halves};

const REVISION: &str = "approved answers revision";

/// Of an answer `a` in its version `v`.
const COLUMNS: &str = "a.id, a.state, a.head, a.live, a.changed_ms, v.number, v.text, v.effective_ms, v.expires_ms, v.author";
const VERSION: &str = "approved_answer a JOIN approved_version v ON v.answer_id = a.id";

/// Changes with every change of what is published.
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

/// Adds a version as a draft; the first makes the answer.
pub(super) fn put(
    tx: &Tx<'_>,
    id: &ApprovedId,
    number: u32,
    wording: &Wording,
    vectors: &[&[f32]],
    change: &Change,
) -> Result<(), db::Error> {
    let now = change.at.wall.as_millisecond();
    tx.execute(
        "INSERT INTO approved_answer (id, state, head, live, created_ms, changed_ms) VALUES (?1, 'draft', ?2, NULL, ?3, ?3)
         ON CONFLICT (id) DO UPDATE SET state = 'draft', head = ?2, changed_ms = ?3",
        (id.as_str(), number, now),
    )?;
    tx.execute(
        "INSERT INTO approved_version (answer_id, number, text, effective_ms, expires_ms, author, saved_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            id.as_str(),
            number,
            &wording.text,
            wording.during.effective.map(Timestamp::as_millisecond),
            wording.during.expires.map(Timestamp::as_millisecond),
            change.by.to_string(),
            now,
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

pub(super) fn set_state(
    tx: &Tx<'_>,
    id: &ApprovedId,
    state: State,
    live: Option<u32>,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE approved_answer SET state = ?2, live = ?3, changed_ms = ?4 WHERE id = ?1",
        (
            id.as_str(),
            state.name(),
            live,
            change.at.wall.as_millisecond(),
        ),
    )?;
    raise_revision(tx)
}

pub(super) fn insert_step(
    tx: &Tx<'_>,
    of: &Approved,
    step: &str,
    remark: &str,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO approved_step (answer_id, seq, version, step, actor, at_ms, remark)
         VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM approved_step WHERE answer_id = ?1), ?2, ?3, ?4, ?5, ?6)",
        (
            of.id.as_str(),
            of.head,
            step,
            change.by.to_string(),
            change.at.wall.as_millisecond(),
            remark,
        ),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, id: &ApprovedId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM approved_answer WHERE id = ?1", [id.as_str()])?;
    raise_revision(tx)
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
    found.map(|found| complete(c, found)).transpose()
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
    rows.map(|row| complete(c, row?)).collect()
}

pub(super) fn steps(c: &Reader<'_>, id: &ApprovedId) -> Result<Vec<Step>, db::Error> {
    let sql = "SELECT version, step, actor, at_ms, remark FROM approved_step WHERE answer_id = ?1 ORDER BY seq DESC";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok(Step {
            version: row.get("version")?,
            what: row.get("step")?,
            actor: column::parsed(row, "actor")?,
            at: column::time(row, "at_ms")?,
            remark: row.get("remark")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether another answer is given to the same question, or is to be.
pub(super) fn has_other(
    c: &Connection,
    phrasing: &str,
    but: &ApprovedId,
) -> Result<bool, db::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM approved_phrasing p JOIN approved_answer a ON a.id = p.answer_id AND p.version IN (a.head, a.live)
                   WHERE fold(p.text) = fold(?1) AND p.answer_id <> ?2)";
    Ok(c.prepare_cached(sql)?
        .query_row((phrasing, but.as_str()), |row| row.get(0))?)
}

pub(super) fn citing(c: &Reader<'_>, document: &DocumentId) -> Result<usize, db::Error> {
    let sql = "SELECT count(DISTINCT c.answer_id) FROM approved_citation c JOIN approved_answer a ON a.id = c.answer_id AND c.version IN (a.head, a.live)
               WHERE c.document_id = ?1";
    Ok(c.query_row(sql, [document.as_str()], |row| row.get(0))?)
}

/// Of what is published.
pub(super) fn phrasings(c: &Reader<'_>) -> Result<Vec<Phrasing>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT p.answer_id, p.text, p.vector, v.effective_ms, v.expires_ms
         FROM approved_answer a
         JOIN approved_version v ON v.answer_id = a.id AND v.number = a.live
         JOIN approved_phrasing p ON p.answer_id = a.id AND p.version = a.live
         ORDER BY p.answer_id, p.ordinal",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Phrasing {
            answer: column::parsed(row, "answer_id")?,
            text: row.get("text")?,
            vector: column::blob(row, "vector", |bytes| from_halves(bytes, WIDTH))?,
            during: during(row)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn during(row: &Row<'_>) -> rusqlite::Result<During> {
    Ok(During {
        effective: column::optional_time(row, "effective_ms")?,
        expires: column::optional_time(row, "expires_ms")?,
    })
}

/// With the number of the version that was read, by which [`complete`] finds the rest.
fn approved(row: &Row<'_>) -> rusqlite::Result<(Approved, u32)> {
    let approved = Approved {
        id: column::parsed(row, "id")?,
        state: column::parsed(row, "state")?,
        head: row.get("head")?,
        live: row.get("live")?,
        wording: Wording {
            phrasings: Vec::new(),
            text: row.get("text")?,
            citations: Vec::new(),
            during: during(row)?,
        },
        author: column::parsed(row, "author")?,
        changed: column::time(row, "changed_ms")?,
    };
    Ok((approved, row.get("number")?))
}

fn complete(
    c: &Connection,
    (mut approved, number): (Approved, u32),
) -> Result<Approved, db::Error> {
    let sql =
        "SELECT text FROM approved_phrasing WHERE answer_id = ?1 AND version = ?2 ORDER BY ordinal";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map((approved.id.as_str(), number), |row| row.get("text"))?;
    approved.wording.phrasings = rows.collect::<Result<_, _>>()?;
    let sql = "SELECT document_id, quote FROM approved_citation WHERE answer_id = ?1 AND version = ?2 ORDER BY ordinal";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map((approved.id.as_str(), number), |row| {
        Ok(Cited {
            document: column::parsed(row, "document_id")?,
            quote: row.get("quote")?,
        })
    })?;
    approved.wording.citations = rows.collect::<Result<_, _>>()?;
    Ok(approved)
}
