//! Single values of the instance, in `control.db`.

use rusqlite::{Connection, OptionalExtension};

use super::{Error, Tx};

pub(crate) fn find_value(c: &Connection, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let sql = "SELECT value FROM instance_value WHERE name = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

pub(crate) fn set_value(tx: &Tx<'_>, name: &str, value: &[u8]) -> Result<(), Error> {
    let sql = "INSERT INTO instance_value (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, (name, value))?;
    Ok(())
}
