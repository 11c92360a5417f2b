//! Single values of a database: the table `value` (name, content), which every kind of database has.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::{Error, Tx};
use crate::secret::Key;

pub(crate) fn find_value(c: &Connection, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let sql = "SELECT content FROM value WHERE name = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

pub(crate) fn set_value(tx: &Tx<'_>, name: &str, content: &[u8]) -> Result<(), Error> {
    let sql = "INSERT INTO value (name, content) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET content = excluded.content";
    tx.prepare_cached(sql)?.execute((name, content))?;
    Ok(())
}

/// A value that was kept as JSON.
pub(crate) fn find_json<T: DeserializeOwned>(
    c: &Connection,
    name: &'static str,
) -> Result<Option<T>, Error> {
    find_value(c, name)?
        .map(|bytes| serde_json::from_slice(&bytes).map_err(|_| Error::DamagedValue(name)))
        .transpose()
}

pub(crate) fn set_json<T: Serialize>(
    tx: &Tx<'_>,
    name: &'static str,
    value: &T,
) -> Result<(), Error> {
    let bytes = serde_json::to_vec(value).expect("plain data can be written as JSON");
    set_value(tx, name, &bytes)
}

/// A key that was made with the database. One that is missing or damaged is an error and is never made anew: what it was used for would be
/// worthless without a word.
pub(crate) fn get_key(c: &Connection, name: &'static str) -> Result<Key, Error> {
    let bytes = find_value(c, name)?.map(Zeroizing::new);
    bytes
        .and_then(|bytes| <[u8; 32]>::try_from(&bytes[..]).ok())
        .map(Key::new)
        .ok_or(Error::DamagedValue(name))
}
