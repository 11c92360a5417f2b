//! What every connection is told first. `fold(text)` is text in lower case, to search without regard to case: give it both sides.

use std::fmt::Write as _;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use zeroize::Zeroizing;

use super::BUSY;
use crate::secret::Key;

/// Sets up a connection. The raw key form (`x'…'`) spares a key derivation per connection: the key is uniform already.
pub(super) fn prepare(connection: &mut Connection, key: &Key) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    // The library's own log goes to standard error, past ours; what matters of it comes back as errors.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
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
    )?;
    // SQLite's own `lower` knows ASCII only.
    connection.create_scalar_function(
        "fold",
        1,
        FunctionFlags::SQLITE_UTF8
            | FunctionFlags::SQLITE_DETERMINISTIC
            | FunctionFlags::SQLITE_DIRECTONLY,
        |arguments| Ok(arguments.get_raw(0).as_str_or_null()?.map(fold)),
    )
}

/// Lets a new file become shorter one day ([`give_back_room`]). Only before its first page is written.
pub(super) fn let_shrink(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")
}

/// A text as it is searched, without regard to case. Also the function `fold` of every connection.
pub(crate) fn fold(text: &str) -> String {
    // At the end of a word, the Greek sigma has another small letter.
    text.to_lowercase().replace('ς', "σ")
}

/// Reads the first page, which fails under a wrong key, and switches the file to write-ahead logging.
pub(super) fn check(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
}

pub(super) fn is_encrypting(connection: &Connection) -> bool {
    let status: Option<String> = connection
        .query_row("PRAGMA cipher_status", [], |row| row.get(0))
        .ok();
    status.as_deref() == Some("1")
}

/// Shortens the file by its free pages, then the write-ahead log to nothing.
pub(super) fn give_back_room(connection: &Connection) -> rusqlite::Result<()> {
    // Each returns rows, one for each page or one in all.
    for pragma in ["incremental_vacuum", "wal_checkpoint(TRUNCATE)"] {
        let mut statement = connection.prepare(&format!("PRAGMA {pragma}"))?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(())
}

/// Moves what is in the write-ahead log into the file, and shortens the log to nothing. Waits for nobody: false when somebody reads or writes.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(Duration::ZERO)?;
    let is_busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(BUSY)?;
    is_busy.map(|is_busy: i64| is_busy == 0)
}

/// Whether every page is authentic and the tables hang together.
pub(super) fn is_sound(connection: &Connection) -> rusqlite::Result<bool> {
    // Without a row, everything is right.
    let mut statement = connection.prepare("PRAGMA cipher_integrity_check")?;
    if statement.query([])?.next()?.is_some() {
        return Ok(false);
    }
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(found == "ok")
}
