//! The counters' rows.

use jiff::{SignedDuration, Timestamp};
use rusqlite::OptionalExtension;

use crate::db::{self, Reader, Tx, column};

pub(super) fn blocked_until(tx: &Tx<'_>, key: &[u8; 32]) -> Result<Option<Timestamp>, db::Error> {
    let found = tx
        .prepare_cached("SELECT blocked_ms FROM attempt WHERE key = ?1")?
        .query_row([key], |row| column::time(row, "blocked_ms"))
        .optional()?;
    Ok(found)
}

/// Counts one more and returns how many there are, at most `most`. One is forgotten in every `one_in` that has passed.
pub(super) fn add(
    tx: &Tx<'_>,
    key: &[u8; 32],
    now: Timestamp,
    one_in: SignedDuration,
    most: u32,
) -> Result<u32, db::Error> {
    // `last_ms` goes on in whole steps, so that what is left of a step counts the next time.
    let sql = "INSERT INTO attempt (key, count, last_ms, blocked_ms) VALUES (?1, 1, ?2, 0)
               ON CONFLICT (key) DO UPDATE SET
                   count = min(max(count - max(?2 - last_ms, 0) / ?3, 0) + 1, ?4),
                   last_ms = CASE WHEN count > max(?2 - last_ms, 0) / ?3 THEN last_ms + max(?2 - last_ms, 0) / ?3 * ?3 ELSE ?2 END
               RETURNING count";
    let count: u32 = tx.prepare_cached(sql)?.query_row(
        (
            key,
            now.as_millisecond(),
            i64::try_from(one_in.as_millis()).unwrap_or(i64::MAX),
            most,
        ),
        |row| row.get(0),
    )?;
    Ok(count)
}

pub(super) fn block(tx: &Tx<'_>, key: &[u8; 32], until: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE attempt SET blocked_ms = ?2 WHERE key = ?1",
        (key, until.as_millisecond()),
    )?;
    Ok(())
}

pub(super) fn remove(tx: &Tx<'_>, key: &[u8; 32]) -> Result<(), db::Error> {
    tx.execute("DELETE FROM attempt WHERE key = ?1", [key])?;
    Ok(())
}

/// Takes the last attempt back, and the wait that it began.
pub(super) fn take_back(tx: &Tx<'_>, key: &[u8; 32]) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE attempt SET count = max(count - 1, 0), blocked_ms = 0 WHERE key = ?1",
        [key],
    )?;
    Ok(())
}

pub(super) fn is_known(c: &Reader<'_>, key: &[u8; 32]) -> Result<bool, db::Error> {
    Ok(
        c.prepare_cached("SELECT EXISTS (SELECT 1 FROM known_network WHERE key = ?1)")?
            .query_row([key], |row| row.get(0))?,
    )
}

pub(super) fn set_known(tx: &Tx<'_>, key: &[u8; 32], now: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO known_network (key, last_ms) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET last_ms = excluded.last_ms",
        (key, now.as_millisecond()),
    )?;
    Ok(())
}

/// No counter is of a time after `now`, and none waits for longer than until `longest`.
pub(super) fn settle(tx: &Tx<'_>, now: Timestamp, longest: Timestamp) -> Result<(), db::Error> {
    let (now, longest) = (now.as_millisecond(), longest.as_millisecond());
    tx.execute(
        "UPDATE attempt SET last_ms = min(last_ms, ?1), blocked_ms = min(blocked_ms, ?2)",
        [now, longest],
    )?;
    tx.execute("UPDATE known_network SET last_ms = min(last_ms, ?1)", [now])?;
    Ok(())
}

pub(super) fn purge(tx: &Tx<'_>, forgotten: Timestamp, known: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM attempt WHERE last_ms < ?1",
        [forgotten.as_millisecond()],
    )?;
    tx.execute(
        "DELETE FROM known_network WHERE last_ms < ?1",
        [known.as_millisecond()],
    )?;
    Ok(())
}
