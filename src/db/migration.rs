//! Forward-only migrations: one SQL file each, never edited once released.
//!
//! The file remembers the hash of every migration that made it. Before a file that holds something is changed, a snapshot of it
//! is put beside it, encrypted under the same key.

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::Error;
use crate::crypto;

/// One step of a schema.
pub(crate) struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

/// All steps of one kind of database, in order: step 1 first.
pub(crate) struct Schema {
    pub migrations: &'static [Migration],
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration (
    version    INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    applied_ms INTEGER NOT NULL
) STRICT";

pub(super) fn bring_up(
    connection: &mut Connection,
    path: &Path,
    schema: &Schema,
) -> Result<(), Error> {
    let known = u32::try_from(schema.migrations.len()).unwrap_or(u32::MAX);
    let found = version(connection)?;
    if found > known {
        return Err(Error::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    check_applied(connection, path, schema)?;
    if found == known {
        return Ok(());
    }
    if found > 0 {
        snapshot(connection, path, found)?;
    }
    // Another process may have been faster: the version is read again inside the transaction.
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(LEDGER)?;
    let found = version(&tx)?;
    for (version, migration) in (1_u32..)
        .zip(schema.migrations)
        .filter(|(version, _)| *version > found)
    {
        tx.execute_batch(migration.sql)?;
        tx.execute(
            "INSERT INTO migration (version, name, sha256, applied_ms) VALUES (?1, ?2, ?3, unixepoch('subsec') * 1000)",
            (version, migration.name, hash(migration)),
        )?;
    }
    tx.commit()?;
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, Error> {
    let exists = connection
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'",
            [],
            |_| Ok(()),
        )
        .optional()?;
    match exists {
        Some(()) => Ok(connection.query_row(
            "SELECT coalesce(max(version), 0) FROM migration",
            [],
            |row| row.get(0),
        )?),
        None => Ok(0),
    }
}

fn check_applied(connection: &Connection, path: &Path, schema: &Schema) -> Result<(), Error> {
    for (version, migration) in (1_u32..=version(connection)?).zip(schema.migrations) {
        let applied: String = connection.query_row(
            "SELECT sha256 FROM migration WHERE version = ?1",
            [version],
            |row| row.get(0),
        )?;
        if applied != hash(migration) {
            return Err(Error::ChangedMigration {
                path: path.to_owned(),
                version,
            });
        }
    }
    Ok(())
}

fn hash(migration: &Migration) -> String {
    crypto::hex(&crypto::sha256(migration.sql.as_bytes()))
}

/// Copies the database, under its own key, to `NAME.before-migration-N` beside it.
fn snapshot(connection: &Connection, path: &Path, version: u32) -> Result<(), Error> {
    let target = snapshot_path(path, version);
    match fs::remove_file(&target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::Sqlite(rusqlite::Error::InvalidPath(target)));
        }
        _ => {}
    }
    let target = target
        .to_str()
        .ok_or_else(|| Error::Sqlite(rusqlite::Error::InvalidPath(target.clone())))?;
    connection.execute("VACUUM INTO ?1", [target])?;
    Ok(())
}

/// Between a database's name and the number of the migration before which a snapshot was taken.
const SNAPSHOT: &str = ".before-migration-";

pub(super) fn snapshot_path(path: &Path, version: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!("{SNAPSHOT}{}", version + 1));
    PathBuf::from(name)
}

/// Deletes the snapshots of a database that were taken before a moment. Returns how many.
pub(super) fn forget_snapshots(path: &Path, before: Timestamp) -> io::Result<usize> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(0);
    };
    let start = format!("{}{SNAPSHOT}", name.display());
    let before = SystemTime::from(before);
    let mut forgotten = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_snapshot = entry.file_name().to_string_lossy().starts_with(&start);
        if is_snapshot && entry.metadata()?.modified()? < before {
            fs::remove_file(entry.path())?;
            forgotten += 1;
        }
    }
    Ok(forgotten)
}
