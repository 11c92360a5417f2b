//! The counters' rows.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use crate::db::{self, Tx};

pub(super) fn blocked_until(tx: &Tx<'_>, key: &[u8; 32]) -> Result<Option<Timestamp>, db::Error> {
    let found = tx
        .prepare_cached("SELECT blocked_ms FROM attempt WHERE key = ?1")?
        .query_row([key], |row| db::time_column(row, 0))
        .optional()?;
    Ok(found.flatten())
}

/// Counts one more and returns how many there are, starting anew when the last was before `forgotten`.
pub(super) fn add(
    tx: &Tx<'_>,
    key: &[u8; 32],
    now: Timestamp,
    forgotten: Timestamp,
) -> Result<u32, db::Error> {
    let sql = "INSERT INTO attempt (key, count, last_ms, blocked_ms) VALUES (?1, 1, ?2, 0)
               ON CONFLICT (key) DO UPDATE SET count = CASE WHEN last_ms < ?3 THEN 1 ELSE count + 1 END, last_ms = ?2
               RETURNING count";
    let count: u32 = tx.prepare_cached(sql)?.query_row(
        (key, now.as_millisecond(), forgotten.as_millisecond()),
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

pub(super) fn subtract(tx: &Tx<'_>, key: &[u8; 32], count: u32) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE attempt SET count = max(count - ?2, 0) WHERE key = ?1",
        (key, count),
    )?;
    Ok(())
}

pub(super) fn purge(tx: &Tx<'_>, forgotten: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM attempt WHERE last_ms < ?1",
        [forgotten.as_millisecond()],
    )?;
    Ok(())
}
