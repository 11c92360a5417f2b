//! The register's rows.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Name, Workspace};
use crate::db::{self, Reader, Tx, column};
use crate::id::WorkspaceId;

const COLUMNS: &str = "id, name, created_ms";

pub(super) fn insert(tx: &Tx<'_>, workspace: &Workspace) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO workspace (id, name, created_ms) VALUES (?1, ?2, ?3)",
        (
            workspace.id.as_str(),
            workspace.name.as_str(),
            workspace.created.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(super) fn find_by_name(c: &Connection, name: &Name) -> Result<Option<Workspace>, db::Error> {
    find(
        c,
        &format!("SELECT {COLUMNS} FROM workspace WHERE name = ?1"),
        name.as_str(),
    )
}

pub(super) fn find_by_id(c: &Connection, id: &WorkspaceId) -> Result<Option<Workspace>, db::Error> {
    find(
        c,
        &format!("SELECT {COLUMNS} FROM workspace WHERE id = ?1"),
        id.as_str(),
    )
}

fn find(c: &Connection, sql: &str, value: &str) -> Result<Option<Workspace>, db::Error> {
    Ok(c.prepare_cached(sql)?
        .query_row([value], from_row)
        .optional()?)
}

pub(super) fn set_name(tx: &Tx<'_>, id: &WorkspaceId, name: &Name) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE workspace SET name = ?2 WHERE id = ?1",
        (id.as_str(), name.as_str()),
    )?;
    Ok(())
}

pub(super) fn mark_deleted(tx: &Tx<'_>, id: &WorkspaceId, at: Timestamp) -> Result<(), db::Error> {
    tx.execute("DELETE FROM workspace WHERE id = ?1", [id.as_str()])?;
    tx.execute(
        "INSERT INTO workspace_deletion (workspace_id, at_ms) VALUES (?1, ?2)",
        (id.as_str(), at.as_millisecond()),
    )?;
    Ok(())
}

pub(super) fn pending_deletions(c: &Reader<'_>) -> Result<Vec<WorkspaceId>, db::Error> {
    let mut statement = c.prepare("SELECT workspace_id FROM workspace_deletion")?;
    let rows = statement.query_map([], |row| column::parsed(row, "workspace_id"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn forget_pending_deletion(tx: &Tx<'_>, id: &WorkspaceId) -> Result<(), db::Error> {
    tx.execute(
        "DELETE FROM workspace_deletion WHERE workspace_id = ?1",
        [id.as_str()],
    )?;
    Ok(())
}

pub(super) fn list(c: &Reader<'_>) -> Result<Vec<Workspace>, db::Error> {
    let mut statement = c.prepare(&format!("SELECT {COLUMNS} FROM workspace ORDER BY name"))?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Workspace> {
    Ok(Workspace {
        id: column::parsed(row, "id")?,
        name: column::parsed(row, "name")?,
        created: column::time(row, "created_ms")?,
    })
}
