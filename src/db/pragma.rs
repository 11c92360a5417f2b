//! What every connection is told first.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::{BUSY, Error};
use crate::secret::Key;

/// Sets up a connection. The raw key form (`x'…'`) spares a key derivation per connection: the key is uniform already.
pub(super) fn prepare(connection: &mut Connection, key: &Key) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    let mut statement = Zeroizing::new(String::with_capacity(128));
    statement.push_str("PRAGMA key = \"x'");
    for byte in key.expose() {
        let _ = write!(statement, "{byte:02x}");
    }
    statement.push_str("'\"");
    connection.execute_batch(&statement)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -4096;",
    )
}

/// Reads the first page, which fails under a wrong key, and switches the file to write-ahead logging.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), Error> {
    let encrypts: Option<String> = connection.query_row("PRAGMA cipher_status", [], |row| row.get(0)).ok();
    if encrypts.as_deref() != Some("1") {
        return Err(Error::NotEncrypting);
    }
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(|error| {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Error::WrongKey { path: path.to_owned() },
            _ => Error::from(error),
        }
    })?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    Ok(())
}
