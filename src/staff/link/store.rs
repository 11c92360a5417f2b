//! The links' rows.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Link, Purpose, Target};
use crate::db::{self, Reader, Tx, column};
use crate::id::{LinkId, StaffId, WorkspaceId};
use crate::staff::Membership;

const COLUMNS: &str =
    "id, purpose, email, role, workspace_id, staff_id, made_by, created_ms, expires_ms";

pub(super) fn insert(tx: &Tx<'_>, link: &Link, hash: &[u8; 32]) -> Result<(), db::Error> {
    let (purpose, email, role, workspace, staff) = match &link.purpose {
        Purpose::Setup => ("setup", "", "", None, None),
        Purpose::Invitation { email, target } => (
            "invitation",
            email.as_str(),
            target.role().name(),
            target.workspace(),
            None,
        ),
        Purpose::NewTotp(staff) => ("new-totp", "", "", None, Some(staff)),
        Purpose::NewPassword(staff) => ("new-password", "", "", None, Some(staff)),
        Purpose::NewBoth(staff) => ("new-both", "", "", None, Some(staff)),
    };
    tx.execute(
        "INSERT INTO link (id, token_hash, purpose, email, role, workspace_id, staff_id, made_by, created_ms, expires_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            link.id.as_str(),
            hash,
            purpose,
            email,
            role,
            workspace.map(WorkspaceId::as_str),
            staff.map(StaffId::as_str),
            link.made_by.to_string(),
            link.created.as_millisecond(),
            link.expires.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(super) fn find_by_hash(c: &Reader<'_>, hash: &[u8; 32]) -> Result<Option<Link>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM link WHERE token_hash = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([hash], from_row)
        .optional()?)
}

pub(super) fn find(c: &Connection, id: &LinkId) -> Result<Option<Link>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM link WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], from_row)
        .optional()?)
}

pub(super) fn list(c: &Connection) -> Result<Vec<Link>, db::Error> {
    let mut statement = c.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM link ORDER BY created_ms DESC, id"
    ))?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn delete(tx: &Tx<'_>, id: &LinkId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM link WHERE id = ?1", [id.as_str()])?;
    Ok(())
}

pub(super) fn delete_setup(tx: &Tx<'_>) -> Result<(), db::Error> {
    tx.execute("DELETE FROM link WHERE purpose = 'setup'", [])?;
    Ok(())
}

pub(super) fn delete_invitation_to(
    tx: &Tx<'_>,
    email: &crate::staff::EmailAddress,
    workspace: Option<&WorkspaceId>,
) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM link WHERE purpose = 'invitation' AND email = ?1 AND workspace_id IS ?2",
        (email.as_str(), workspace.map(WorkspaceId::as_str)),
    )?;
    Ok(())
}

/// Deletes the links that an earlier reset made.
pub(super) fn delete_resets(tx: &Tx<'_>, staff: &StaffId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM link WHERE staff_id = ?1", [staff.as_str()])?;
    Ok(())
}

pub(super) fn purge(tx: &Tx<'_>, expired_before: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM link WHERE expires_ms < ?1",
        [expired_before.as_millisecond()],
    )?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Link> {
    let purpose: String = row.get("purpose")?;
    let purpose = match purpose.as_str() {
        "setup" => Purpose::Setup,
        "invitation" => Purpose::Invitation {
            email: column::parsed(row, "email")?,
            target: match column::optional(row, "workspace_id")? {
                None => Target::Instance,
                Some(workspace) => Target::Workspace(Membership {
                    workspace,
                    role: column::parsed(row, "role")?,
                }),
            },
        },
        "new-totp" => Purpose::NewTotp(column::parsed(row, "staff_id")?),
        "new-password" => Purpose::NewPassword(column::parsed(row, "staff_id")?),
        "new-both" => Purpose::NewBoth(column::parsed(row, "staff_id")?),
        _ => return Err(rusqlite::Error::InvalidColumnType(0, purpose, Type::Text)),
    };
    Ok(Link {
        id: column::parsed(row, "id")?,
        purpose,
        made_by: column::parsed(row, "made_by")?,
        created: column::time(row, "created_ms")?,
        expires: column::time(row, "expires_ms")?,
    })
}
