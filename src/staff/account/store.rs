//! The accounts' rows.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Credentials, Membership, NewAccount, Person};
use crate::db::{self, Reader, Tx, column};
use crate::id::{StaffId, WorkspaceId};
use crate::staff::{EmailAddress, PersonName, Role};
use crate::vault::TotpStep;

const COLUMNS: &str = "s.id, s.email, s.name, s.is_owner, s.created_ms, s.disabled_ms, s.last_sign_in_ms, s.password_hash = '' AS lacks_password, s.totp_sealed IS NULL AS lacks_totp";

pub(in crate::staff) fn count(c: &Connection) -> Result<usize, db::Error> {
    Ok(c.query_row("SELECT count(*) FROM staff", [], |row| row.get(0))?)
}

pub(in crate::staff) fn any(c: &Reader<'_>) -> Result<bool, db::Error> {
    Ok(c.query_row("SELECT EXISTS (SELECT 1 FROM staff)", [], |row| row.get(0))?)
}

pub(in crate::staff) fn find(c: &Connection, id: &StaffId) -> Result<Option<Person>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM staff s WHERE s.id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], person)
        .optional()?)
}

pub(in crate::staff) fn find_credentials(
    c: &Connection,
    email: &EmailAddress,
) -> Result<Option<Credentials>, db::Error> {
    let sql =
        format!("SELECT {COLUMNS}, s.password_hash, s.totp_sealed FROM staff s WHERE s.email = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([email.as_str()], credentials)
        .optional()?)
}

pub(in crate::staff) fn find_credentials_of(
    c: &Connection,
    id: &StaffId,
) -> Result<Option<Credentials>, db::Error> {
    let sql =
        format!("SELECT {COLUMNS}, s.password_hash, s.totp_sealed FROM staff s WHERE s.id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], credentials)
        .optional()?)
}

pub(in crate::staff) fn list(c: &Reader<'_>) -> Result<Vec<Person>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM staff s ORDER BY fold(s.name), s.id");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([], person)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::staff) fn team(
    c: &Reader<'_>,
    workspace: &WorkspaceId,
) -> Result<Vec<(Person, Role)>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS}, CASE WHEN s.is_owner THEN 'owner' ELSE m.role END AS role FROM staff s
         LEFT JOIN membership m ON m.staff_id = s.id AND m.workspace_id = ?1
         WHERE s.is_owner OR m.role IS NOT NULL ORDER BY fold(s.name), s.id"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map([workspace.as_str()], |row| {
        Ok((person(row)?, column::parsed(row, "role")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::staff) fn memberships(
    c: &Connection,
    id: &StaffId,
) -> Result<Vec<Membership>, db::Error> {
    let sql = "SELECT workspace_id, role FROM membership WHERE staff_id = ?1";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok(Membership {
            workspace: column::parsed(row, "workspace_id")?,
            role: column::parsed(row, "role")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::staff) fn insert(
    tx: &Tx<'_>,
    account: &NewAccount,
    at: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO staff (id, email, name, is_owner, password_hash, totp_sealed, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            account.id.as_str(),
            account.email.as_str(),
            account.name.as_str(),
            account.is_owner,
            &account.password_hash,
            &account.totp_sealed,
            at.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(in crate::staff) fn role_in(
    tx: &Tx<'_>,
    id: &StaffId,
    workspace: &WorkspaceId,
) -> Result<Option<Role>, db::Error> {
    let sql = "SELECT role FROM membership WHERE staff_id = ?1 AND workspace_id = ?2";
    Ok(tx
        .prepare_cached(sql)?
        .query_row((id.as_str(), workspace.as_str()), |row| {
            column::parsed(row, "role")
        })
        .optional()?)
}

pub(in crate::staff) fn set_role(
    tx: &Tx<'_>,
    id: &StaffId,
    workspace: &WorkspaceId,
    role: Role,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO membership (staff_id, workspace_id, role) VALUES (?1, ?2, ?3)
         ON CONFLICT (staff_id, workspace_id) DO UPDATE SET role = excluded.role",
        (id.as_str(), workspace.as_str(), role.name()),
    )?;
    Ok(())
}

pub(in crate::staff) fn remove_role(
    tx: &Tx<'_>,
    id: &StaffId,
    workspace: &WorkspaceId,
) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM membership WHERE staff_id = ?1 AND workspace_id = ?2",
        (id.as_str(), workspace.as_str()),
    )?;
    Ok(())
}

pub(in crate::staff) fn set_owner(
    tx: &Tx<'_>,
    id: &StaffId,
    is_owner: bool,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE staff SET is_owner = ?2 WHERE id = ?1",
        (id.as_str(), is_owner),
    )?;
    Ok(())
}

pub(in crate::staff) fn set_disabled(
    tx: &Tx<'_>,
    id: &StaffId,
    at: Option<Timestamp>,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE staff SET disabled_ms = ?2 WHERE id = ?1",
        (id.as_str(), at.map(Timestamp::as_millisecond)),
    )?;
    Ok(())
}

pub(in crate::staff) fn set_name(
    tx: &Tx<'_>,
    id: &StaffId,
    name: &PersonName,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE staff SET name = ?2 WHERE id = ?1",
        (id.as_str(), name.as_str()),
    )?;
    Ok(())
}

pub(in crate::staff) fn set_email(
    tx: &Tx<'_>,
    id: &StaffId,
    email: &EmailAddress,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE staff SET email = ?2 WHERE id = ?1",
        (id.as_str(), email.as_str()),
    )?;
    Ok(())
}

/// An empty hash lets nobody in.
pub(in crate::staff) fn set_password(
    tx: &Tx<'_>,
    id: &StaffId,
    hash: &str,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE staff SET password_hash = ?2 WHERE id = ?1",
        (id.as_str(), hash),
    )?;
    Ok(())
}

pub(in crate::staff) fn set_totp(
    tx: &Tx<'_>,
    id: &StaffId,
    sealed: Option<&[u8]>,
) -> Result<(), db::Error> {
    // Steps that were used with another secret say nothing of this one.
    tx.execute(
        "DELETE FROM used_totp_step WHERE staff_id = ?1",
        [id.as_str()],
    )?;
    tx.execute(
        "UPDATE staff SET totp_sealed = ?2 WHERE id = ?1",
        (id.as_str(), sealed),
    )?;
    Ok(())
}

/// Takes note that the code of a time step was used. False when it, or a later one that is not in the future, was used before: then it must not
/// count again. One that was used while the clock was ahead counts for itself alone, so that nobody waits until that time has come.
pub(in crate::staff) fn use_totp_step(
    tx: &Tx<'_>,
    id: &StaffId,
    step: &TotpStep,
) -> Result<bool, db::Error> {
    let sql = "INSERT INTO used_totp_step (staff_id, step) SELECT ?1, ?2
               WHERE NOT EXISTS (SELECT 1 FROM used_totp_step WHERE staff_id = ?1 AND (step = ?2 OR step BETWEEN ?2 AND ?3))";
    let is_new = tx.execute(sql, (id.as_str(), step.of_code, step.now + 1))? == 1;
    // What is far in the past cannot come again.
    let sql = "DELETE FROM used_totp_step WHERE staff_id = ?1 AND step < ?2 AND step < (SELECT max(step) FROM used_totp_step
                   WHERE staff_id = ?1 AND step <= ?2)";
    tx.execute(sql, (id.as_str(), step.now + 1))?;
    Ok(is_new)
}

/// Uses up a recovery code. False when there is no such one.
pub(in crate::staff) fn use_recovery_code(
    tx: &Tx<'_>,
    id: &StaffId,
    hash: &[u8; 32],
) -> Result<bool, db::Error> {
    let sql = "DELETE FROM recovery_code WHERE staff_id = ?1 AND hash = ?2";
    Ok(tx.execute(sql, (id.as_str(), hash))? == 1)
}

pub(in crate::staff) fn set_recovery_codes(
    tx: &Tx<'_>,
    id: &StaffId,
    hashes: &[[u8; 32]],
) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM recovery_code WHERE staff_id = ?1",
        [id.as_str()],
    )?;
    for hash in hashes {
        tx.execute(
            "INSERT INTO recovery_code (staff_id, hash) VALUES (?1, ?2)",
            (id.as_str(), hash),
        )?;
    }
    Ok(())
}

pub(in crate::staff) fn count_recovery_codes(
    c: &Connection,
    id: &StaffId,
) -> Result<usize, db::Error> {
    let sql = "SELECT count(*) FROM recovery_code WHERE staff_id = ?1";
    Ok(c.query_row(sql, [id.as_str()], |row| row.get(0))?)
}

pub(in crate::staff) fn set_signed_in(
    tx: &Tx<'_>,
    id: &StaffId,
    at: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE staff SET last_sign_in_ms = ?2 WHERE id = ?1",
        (id.as_str(), at.as_millisecond()),
    )?;
    Ok(())
}

pub(in crate::staff) fn count_active_owners(tx: &Tx<'_>) -> Result<usize, db::Error> {
    let sql = "SELECT count(*) FROM staff WHERE is_owner AND disabled_ms IS NULL AND password_hash <> '' AND totp_sealed IS NOT NULL";
    Ok(tx.query_row(sql, [], |row| row.get(0))?)
}

pub(in crate::staff) fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: column::parsed(row, "id")?,
        email: column::parsed(row, "email")?,
        name: column::parsed(row, "name")?,
        is_owner: row.get("is_owner")?,
        created: column::time(row, "created_ms")?,
        disabled: column::optional_time(row, "disabled_ms")?,
        last_sign_in: column::optional_time(row, "last_sign_in_ms")?,
        lacks_password: row.get("lacks_password")?,
        lacks_totp: row.get("lacks_totp")?,
    })
}

fn credentials(row: &Row<'_>) -> rusqlite::Result<Credentials> {
    Ok(Credentials {
        person: person(row)?,
        password_hash: row.get("password_hash")?,
        totp_sealed: row.get("totp_sealed")?,
    })
}
