//! The rows of documents that disagree, and of what was compared.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::find::Pair;
use super::{Disagreement, MOST, Said, Side, State};
use crate::clock::Moment;
use crate::db::{self, Reader, Tx, column};
use crate::id::{DisagreementId, DocumentId};
use crate::search::{in_force_sql, stated_in_force_sql};

/// A document that is another than the one that was compared.
pub(super) struct Due {
    pub document: DocumentId,
    pub in_force: bool,
    last_passage: i64,
}

pub(super) fn due(c: &Reader<'_>, now: Moment, most: usize) -> Result<Vec<Due>, db::Error> {
    let sql = format!(
        "SELECT id, last_passage, in_force FROM (
             SELECT d.id, coalesce((SELECT max(p.id) FROM passage p WHERE p.document_id = d.id), 0) AS last_passage,
                    ({} AND {}) AS in_force
             FROM document d) d
         WHERE NOT EXISTS (SELECT 1 FROM compared c
             WHERE c.document_id = d.id AND c.last_passage = d.last_passage AND c.in_force = d.in_force)
         ORDER BY id LIMIT :most",
        in_force_sql("d."),
        stated_in_force_sql("d.")
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map(
        named_params! {
            ":now": now.wall.as_millisecond(), ":expiry": now.expiry.as_millisecond(),
            ":today": now.day().to_string(), ":most": most,
        },
        |row| {
            Ok(Due {
                document: column::parsed(row, "id")?,
                in_force: row.get("in_force")?,
                last_passage: row.get("last_passage")?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps what a document disagrees with, in place of what was known. What is as it was keeps its day and whether it was dismissed.
pub(super) fn put(tx: &Tx<'_>, due: &Due, pairs: &[Pair], at: Timestamp) -> Result<(), db::Error> {
    let exists = "SELECT EXISTS (SELECT 1 FROM document WHERE id = ?1)";
    if !tx.query_row(exists, [due.document.as_str()], |row| row.get(0))? {
        return Ok(());
    }
    let mut known = known(tx, &due.document)?;
    for pair in pairs {
        let other = if pair.one == due.document {
            &pair.two
        } else {
            &pair.one
        };
        // Either may have gone while they were compared.
        if !tx.query_row(exists, [other.as_str()], |row| row.get(0))? {
            continue;
        }
        match known.remove(other.as_str()) {
            Some((id, texts)) if pair.is_among(&texts) => {
                tx.execute(
                    "DELETE FROM disagreement_place WHERE disagreement_id = ?1",
                    [&id],
                )?;
                tx.execute(
                    "UPDATE disagreement SET more = ?2, likeness = ?3 WHERE id = ?1",
                    (&id, pair.more, f64::from(pair.likeness)),
                )?;
                put_places(tx, &id, pair)?;
            }
            before => {
                if let Some((id, _)) = before {
                    tx.execute("DELETE FROM disagreement WHERE id = ?1", [&id])?;
                }
                insert(tx, pair, at)?;
            }
        }
    }
    // From this side it is not found. Where the sentences are still known, neither document was read again since it was from the other:
    // it stays. A document that is not in force for a while comes back with what was said of it.
    let gone = if due.in_force {
        "DELETE FROM disagreement WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM disagreement_place p WHERE p.disagreement_id = ?1)"
    } else {
        "DELETE FROM disagreement_place WHERE disagreement_id = ?1"
    };
    for (id, _) in known.into_values() {
        tx.execute(gone, [&id])?;
    }
    tx.execute(
        "DELETE FROM disagreement WHERE dismissed_ms IS NULL AND id NOT IN
             (SELECT id FROM disagreement WHERE dismissed_ms IS NULL ORDER BY likeness DESC, id LIMIT ?1)",
        [MOST],
    )?;
    tx.execute(
        "INSERT INTO compared (document_id, last_passage, in_force) VALUES (?1, ?2, ?3)
         ON CONFLICT (document_id) DO UPDATE SET last_passage = excluded.last_passage, in_force = excluded.in_force",
        (due.document.as_str(), due.last_passage, due.in_force),
    )?;
    Ok(())
}

type Known = HashMap<String, (String, Vec<u8>)>;

/// Those of a document, by the other one.
fn known(tx: &Tx<'_>, document: &DocumentId) -> Result<Known, db::Error> {
    let mut statement = tx.prepare_cached(
        "SELECT id, texts, CASE WHEN one_id = ?1 THEN two_id ELSE one_id END AS other FROM disagreement WHERE ?1 IN (one_id, two_id)",
    )?;
    let rows = statement.query_map([document.as_str()], |row| {
        Ok((row.get("other")?, (row.get("id")?, row.get("texts")?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn insert(tx: &Tx<'_>, pair: &Pair, at: Timestamp) -> Result<(), db::Error> {
    let id = DisagreementId::random();
    tx.execute(
        "INSERT INTO disagreement (id, one_id, two_id, texts, more, likeness, found_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            id.as_str(),
            pair.one.as_str(),
            pair.two.as_str(),
            pair.texts.as_flattened(),
            pair.more,
            f64::from(pair.likeness),
            at.as_millisecond(),
        ),
    )?;
    put_places(tx, id.as_str(), pair)
}

fn put_places(tx: &Tx<'_>, id: &str, pair: &Pair) -> Result<(), db::Error> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO disagreement_place
             (disagreement_id, ordinal, one_heading, one_text, one_start, one_end, two_heading, two_text, two_start, two_end)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let number = |characters: u64| i64::try_from(characters).unwrap_or(i64::MAX);
    for (ordinal, (one, two)) in pair.places.iter().enumerate() {
        statement.execute((
            id,
            ordinal,
            &one.heading,
            &one.text,
            number(one.start),
            number(one.end),
            &two.heading,
            &two.text,
            number(two.start),
            number(two.end),
        ))?;
    }
    Ok(())
}

/// Those of which the sentences are known: of one whose document was just read again they are not.
const LISTED: &str = "(x.dismissed_ms IS NOT NULL) = ?1
     AND EXISTS (SELECT 1 FROM disagreement_place p WHERE p.disagreement_id = x.id)";

pub(super) fn list(
    c: &Reader<'_>,
    state: State,
    offset: usize,
    limit: usize,
) -> Result<(Vec<Disagreement>, usize), db::Error> {
    let total = count(c, state)?;
    let mut statement = c.prepare_cached(&format!(
        "SELECT x.id, x.more, x.found_ms, x.dismissed_ms, one.id AS one_id, one.title AS one_title, one.path AS one_path,
                two.id AS two_id, two.title AS two_title, two.path AS two_path
         FROM disagreement x JOIN document one ON one.id = x.one_id JOIN document two ON two.id = x.two_id
         WHERE {LISTED} ORDER BY x.found_ms DESC, x.likeness DESC, x.id LIMIT ?2 OFFSET ?3"
    ))?;
    let rows = statement.query_map((state == State::Dismissed, limit, offset), disagreement)?;
    let mut found: Vec<Disagreement> = rows.collect::<Result<_, _>>()?;
    for one in &mut found {
        one.places = places(c, &one.id)?;
    }
    Ok((found, total))
}

pub(super) fn count(c: &Reader<'_>, state: State) -> Result<usize, db::Error> {
    Ok(c.prepare_cached(&format!(
        "SELECT count(*) FROM disagreement x WHERE {LISTED}"
    ))?
    .query_row([state == State::Dismissed], |row| row.get(0))?)
}

fn places(c: &Reader<'_>, id: &DisagreementId) -> Result<Vec<(Said, Said)>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT one_heading, one_text, one_start, one_end, two_heading, two_text, two_start, two_end
         FROM disagreement_place WHERE disagreement_id = ?1 ORDER BY ordinal",
    )?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok((said(row, "one")?, said(row, "two")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn said(row: &Row<'_>, side: &str) -> rusqlite::Result<Said> {
    Ok(Said {
        heading: row.get(&*format!("{side}_heading"))?,
        text: row.get(&*format!("{side}_text"))?,
        start: column::count(row, &format!("{side}_start"))?,
        end: column::count(row, &format!("{side}_end"))?,
    })
}

fn side(row: &Row<'_>, side: &str) -> rusqlite::Result<Side> {
    Ok(Side {
        document: column::parsed(row, &format!("{side}_id"))?,
        title: row.get(&*format!("{side}_title"))?,
        path: column::parsed(row, &format!("{side}_path"))?,
    })
}

fn disagreement(row: &Row<'_>) -> rusqlite::Result<Disagreement> {
    Ok(Disagreement {
        id: column::parsed(row, "id")?,
        one: side(row, "one")?,
        two: side(row, "two")?,
        places: Vec::new(),
        more: column::count(row, "more")?,
        found: column::time(row, "found_ms")?,
        dismissed: column::optional_time(row, "dismissed_ms")?,
    })
}

/// Its state, and the paths of its two documents.
pub(super) fn find(
    c: &Connection,
    id: &DisagreementId,
) -> Result<Option<(State, [String; 2])>, db::Error> {
    let sql = "SELECT x.dismissed_ms IS NOT NULL AS dismissed, one.path AS one_path, two.path AS two_path
               FROM disagreement x JOIN document one ON one.id = x.one_id JOIN document two ON two.id = x.two_id WHERE x.id = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([id.as_str()], |row| {
            let state = if row.get("dismissed")? {
                State::Dismissed
            } else {
                State::Open
            };
            Ok((state, [row.get("one_path")?, row.get("two_path")?]))
        })
        .optional()?)
}

pub(super) fn set_dismissed(
    tx: &Tx<'_>,
    id: &DisagreementId,
    at: Option<Timestamp>,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE disagreement SET dismissed_ms = ?2 WHERE id = ?1",
        (id.as_str(), at.map(Timestamp::as_millisecond)),
    )?;
    Ok(())
}
