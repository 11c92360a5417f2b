//! The sessions' rows, and those of sign-ins that wait for their code.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Browser, Session, SignedIn};
use crate::db::{self, Reader, Tx, column};
use crate::id::{SessionId, StaffId};
use crate::staff::account::store as account;

const COLUMNS: &str = "id, staff_id, address, browser, created_ms, seen_ms, expires_ms";

pub(super) fn insert(tx: &Tx<'_>, session: &Session, hash: &[u8; 32]) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO session (id, token_hash, staff_id, address, browser, created_ms, seen_ms, expires_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            session.id.as_str(),
            hash,
            session.staff.as_str(),
            &session.address,
            session.browser.as_str(),
            session.created.as_millisecond(),
            session.seen.as_millisecond(),
            session.expires.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(super) fn find_signed_in(
    c: &Reader<'_>,
    hash: &[u8; 32],
) -> Result<Option<SignedIn>, db::Error> {
    let sql = format!("SELECT {COLUMNS}, stepped_up_ms FROM session WHERE token_hash = ?1");
    let found = c
        .prepare_cached(&sql)?
        .query_row([hash], |row| {
            Ok((session(row)?, column::optional_time(row, "stepped_up_ms")?))
        })
        .optional()?;
    let Some((session, fresh_until)) = found else {
        return Ok(None);
    };
    let Some(person) = account::find(c, &session.staff)? else {
        return Ok(None);
    };
    let memberships = account::memberships(c, &person.id)?;
    Ok(Some(SignedIn {
        session,
        person,
        memberships,
        fresh_until,
    }))
}

pub(super) fn find(c: &Connection, id: &SessionId) -> Result<Option<Session>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM session WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], session)
        .optional()?)
}

pub(super) fn set_seen(tx: &Tx<'_>, id: &SessionId, at: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE session SET seen_ms = ?2 WHERE id = ?1",
        (id.as_str(), at.as_millisecond()),
    )?;
    Ok(())
}

pub(super) fn freshen(
    tx: &Tx<'_>,
    id: &SessionId,
    hash: &[u8; 32],
    until: Timestamp,
) -> Result<bool, db::Error> {
    let sql = "UPDATE session SET token_hash = ?2, stepped_up_ms = ?3 WHERE id = ?1";
    Ok(tx.execute(sql, (id.as_str(), hash, until.as_millisecond()))? == 1)
}

pub(super) fn set_token(tx: &Tx<'_>, id: &SessionId, hash: &[u8; 32]) -> Result<bool, db::Error> {
    let sql = "UPDATE session SET token_hash = ?2 WHERE id = ?1";
    Ok(tx.execute(sql, (id.as_str(), hash))? == 1)
}

pub(super) fn list(c: &Reader<'_>, staff: Option<&StaffId>) -> Result<Vec<Session>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM session WHERE ?1 IS NULL OR staff_id = ?1 ORDER BY seen_ms DESC, id"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([staff.map(StaffId::as_str)], session)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::staff) fn delete(
    tx: &Tx<'_>,
    staff: &StaffId,
    id: &SessionId,
) -> Result<bool, db::Error> {
    let sql = "DELETE FROM session WHERE staff_id = ?1 AND id = ?2";
    Ok(tx.execute(sql, (staff.as_str(), id.as_str()))? == 1)
}

pub(super) fn delete_all(
    tx: &Tx<'_>,
    staff: &StaffId,
    but: Option<&SessionId>,
) -> Result<usize, db::Error> {
    tx.execute(
        "DELETE FROM pending_sign_in WHERE staff_id = ?1",
        [staff.as_str()],
    )?;
    let sql = "DELETE FROM session WHERE staff_id = ?1 AND id IS NOT ?2";
    Ok(tx.execute(sql, (staff.as_str(), but.map(SessionId::as_str)))?)
}

pub(super) fn purge(tx: &Tx<'_>, now: Timestamp, idle: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM session WHERE expires_ms <= ?1 OR seen_ms <= ?2",
        (now.as_millisecond(), idle.as_millisecond()),
    )?;
    tx.execute(
        "DELETE FROM pending_sign_in WHERE expires_ms <= ?1",
        [now.as_millisecond()],
    )?;
    Ok(())
}

/// A sign-in whose password was right.
pub(in crate::staff) struct Pending {
    pub staff: StaffId,
    pub expires: Timestamp,
}

pub(in crate::staff) fn insert_pending(
    tx: &Tx<'_>,
    hash: &[u8; 32],
    pending: &Pending,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO pending_sign_in (token_hash, staff_id, expires_ms, wrong) VALUES (?1, ?2, ?3, 0)",
        (
            hash,
            pending.staff.as_str(),
            pending.expires.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(in crate::staff) fn find_pending(
    c: &Connection,
    hash: &[u8; 32],
) -> Result<Option<Pending>, db::Error> {
    let sql = "SELECT staff_id, expires_ms FROM pending_sign_in WHERE token_hash = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([hash], |row| {
            Ok(Pending {
                staff: column::parsed(row, "staff_id")?,
                expires: column::time(row, "expires_ms")?,
            })
        })
        .optional()?)
}

/// Ends it. False when it was ended before.
pub(in crate::staff) fn delete_pending(tx: &Tx<'_>, hash: &[u8; 32]) -> Result<bool, db::Error> {
    let sql = "DELETE FROM pending_sign_in WHERE token_hash = ?1";
    Ok(tx.execute(sql, [hash])? == 1)
}

/// Counts a wrong code, and ends the sign-in at the last that is let pass.
pub(in crate::staff) fn count_wrong_code(
    tx: &Tx<'_>,
    hash: &[u8; 32],
    most: u32,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE pending_sign_in SET wrong = wrong + 1 WHERE token_hash = ?1",
        [hash],
    )?;
    tx.execute(
        "DELETE FROM pending_sign_in WHERE token_hash = ?1 AND wrong >= ?2",
        (hash, most),
    )?;
    Ok(())
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: column::parsed(row, "id")?,
        staff: column::parsed(row, "staff_id")?,
        address: row.get("address")?,
        browser: Browser(row.get("browser")?),
        created: column::time(row, "created_ms")?,
        seen: column::time(row, "seen_ms")?,
        expires: column::time(row, "expires_ms")?,
    })
}
