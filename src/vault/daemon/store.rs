//! The rows of the vault's own database.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::db::{self, Reader, Tx, column};
use crate::vault::{Database, Standing};

const CREATING: &str = "creating";
const EXISTS: &str = "exists";

pub(super) fn find_standing(
    c: &Connection,
    database: &Database,
) -> Result<Option<Standing>, db::Error> {
    let sql = "SELECT state = ?2 AS exists_ FROM known_database WHERE name = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row((database.to_string(), EXISTS), |row| {
            Ok(standing(row.get("exists_")?))
        })
        .optional()?)
}

fn standing(exists: bool) -> Standing {
    if exists {
        Standing::Exists
    } else {
        Standing::Creating
    }
}

/// Those whose name comes after one, in order.
pub(super) fn list(
    c: &Reader<'_>,
    after: &str,
    most: usize,
) -> Result<Vec<(String, Standing)>, db::Error> {
    let sql = "SELECT name, state = ?2 AS exists_ FROM known_database WHERE name > ?1 ORDER BY name LIMIT ?3";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map((after, EXISTS, most), |row| {
        Ok((row.get("name")?, standing(row.get("exists_")?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn insert(tx: &Tx<'_>, database: &Database, at: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO known_database (name, state, created_ms) VALUES (?1, ?2, ?3)",
        (database.to_string(), CREATING, at.as_millisecond()),
    )?;
    Ok(())
}

/// False when it is not known.
pub(super) fn set_exists(tx: &Tx<'_>, database: &Database) -> Result<bool, db::Error> {
    let sql = "UPDATE known_database SET state = ?2 WHERE name = ?1";
    Ok(tx.execute(sql, (database.to_string(), EXISTS))? == 1)
}

/// False when it is not known.
pub(super) fn delete(tx: &Tx<'_>, database: &Database) -> Result<bool, db::Error> {
    let sql = "DELETE FROM known_database WHERE name = ?1";
    Ok(tx.execute(sql, [database.to_string()])? == 1)
}

/// Wrong codes of an account, and until when no other is looked at.
pub(super) struct Attempts {
    pub count: u32,
    pub last: Timestamp,
    pub blocked: Timestamp,
}

pub(super) fn find_attempts(c: &Connection, account: &str) -> Result<Option<Attempts>, db::Error> {
    let sql = "SELECT count, last_ms, blocked_ms FROM totp_attempt WHERE account = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([account], |row| {
            Ok(Attempts {
                count: row.get("count")?,
                last: column::time(row, "last_ms")?,
                blocked: column::time(row, "blocked_ms")?,
            })
        })
        .optional()?)
}

pub(super) fn set_attempts(
    tx: &Tx<'_>,
    account: &str,
    attempts: &Attempts,
) -> Result<(), db::Error> {
    let sql = "INSERT INTO totp_attempt (account, count, last_ms, blocked_ms) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (account) DO UPDATE SET count = excluded.count, last_ms = excluded.last_ms, blocked_ms = excluded.blocked_ms";
    tx.prepare_cached(sql)?.execute((
        account,
        attempts.count,
        attempts.last.as_millisecond(),
        attempts.blocked.as_millisecond(),
    ))?;
    Ok(())
}

pub(super) fn delete_attempts(tx: &Tx<'_>, account: &str) -> Result<(), db::Error> {
    tx.execute("DELETE FROM totp_attempt WHERE account = ?1", [account])?;
    Ok(())
}

/// Of all accounts, those that are older than `before`.
pub(super) fn purge_attempts(tx: &Tx<'_>, before: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM totp_attempt WHERE last_ms < ?1",
        [before.as_millisecond()],
    )?;
    Ok(())
}

/// Nothing that was counted is of a time after `now`, and no account waits for longer than until `longest`.
pub(super) fn settle(tx: &Tx<'_>, now: Timestamp, longest: Timestamp) -> Result<(), db::Error> {
    let (now, longest) = (now.as_millisecond(), longest.as_millisecond());
    tx.execute(
        "UPDATE totp_attempt SET last_ms = min(last_ms, ?1), blocked_ms = min(blocked_ms, ?2)",
        [now, longest],
    )?;
    tx.execute("UPDATE letter_sent SET at_ms = min(at_ms, ?1)", [now])?;
    Ok(())
}

pub(super) fn count_attempts(c: &Connection) -> Result<usize, db::Error> {
    Ok(c.query_row("SELECT count(*) FROM totp_attempt", [], |row| row.get(0))?)
}

/// When letters were sent after a moment, the earliest first.
pub(super) fn letters_since(c: &Connection, since: Timestamp) -> Result<Vec<Timestamp>, db::Error> {
    let sql = "SELECT at_ms FROM letter_sent WHERE at_ms > ?1 ORDER BY at_ms";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([since.as_millisecond()], |row| column::time(row, "at_ms"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes note of a letter, and forgets those that were sent until `until`.
pub(super) fn insert_letter(tx: &Tx<'_>, at: Timestamp, until: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM letter_sent WHERE at_ms <= ?1",
        [until.as_millisecond()],
    )?;
    tx.execute(
        "INSERT INTO letter_sent (at_ms) VALUES (?1)",
        [at.as_millisecond()],
    )?;
    Ok(())
}
