//! The keys' rows.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{ApiKey, Scope};
use crate::db::{self, Reader, Tx, column};
use crate::id::{ApiKeyId, WorkspaceId};

const COLUMNS: &str =
    "id, workspace_id, name, scopes, created_ms, expires_ms, last_used_ms, revoked_ms";

pub(super) fn insert(tx: &Tx<'_>, key: &ApiKey, hash: &[u8; 32]) -> Result<(), db::Error> {
    let scopes = key
        .scopes
        .iter()
        .map(|scope| scope.name())
        .collect::<Vec<_>>()
        .join(" ");
    tx.execute(
        "INSERT INTO api_key (id, workspace_id, name, scopes, token_hash, created_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            key.id.as_str(),
            key.workspace.as_str(),
            &key.name,
            scopes,
            hash,
            key.created.as_millisecond(),
            key.expires.map(Timestamp::as_millisecond),
        ),
    )?;
    Ok(())
}

pub(super) fn find_with_hash(
    c: &Reader<'_>,
    id: &ApiKeyId,
) -> Result<Option<(ApiKey, [u8; 32])>, db::Error> {
    let sql = format!("SELECT {COLUMNS}, token_hash FROM api_key WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], |row| {
            Ok((from_row(row)?, row.get("token_hash")?))
        })
        .optional()?)
}

pub(super) fn find(c: &Connection, id: &ApiKeyId) -> Result<Option<ApiKey>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM api_key WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
        .query_row([id.as_str()], from_row)
        .optional()?)
}

pub(super) fn list(
    c: &Reader<'_>,
    workspace: Option<&WorkspaceId>,
) -> Result<Vec<ApiKey>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM api_key WHERE ?1 IS NULL OR workspace_id = ?1 ORDER BY created_ms, id"
    );
    let mut statement = c.prepare(&sql)?;
    let rows = statement.query_map([workspace.map(WorkspaceId::as_str)], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn set_last_used(tx: &Tx<'_>, id: &ApiKeyId, at: Timestamp) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE api_key SET last_used_ms = ?2 WHERE id = ?1",
        (id.as_str(), at.as_millisecond()),
    )?;
    Ok(())
}

/// Whether a key that was not revoked yet is now.
pub(super) fn set_revoked(tx: &Tx<'_>, id: &ApiKeyId, at: Timestamp) -> Result<bool, db::Error> {
    let sql = "UPDATE api_key SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL";
    Ok(tx.execute(sql, (id.as_str(), at.as_millisecond()))? == 1)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    let scopes: String = row.get("scopes")?;
    Ok(ApiKey {
        id: column::parsed(row, "id")?,
        workspace: column::parsed(row, "workspace_id")?,
        name: row.get("name")?,
        // A scope that this version does not know is no right.
        scopes: scopes
            .split(' ')
            .filter_map(|name| name.parse::<Scope>().ok())
            .collect(),
        created: column::time(row, "created_ms")?,
        expires: column::optional_time(row, "expires_ms")?,
        last_used: column::optional_time(row, "last_used_ms")?,
        revoked: column::optional_time(row, "revoked_ms")?,
    })
}
