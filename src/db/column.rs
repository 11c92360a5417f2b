//! Typed values out of rows, by the name of their column. What cannot be read is an error, never a default.

use std::error::Error;
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::de::DeserializeOwned;

use super::stored;

/// A stored value that is not what its column holds.
#[derive(Debug, thiserror::Error)]
#[error("the stored {column} cannot be read")]
struct BadValue {
    column: String,
    source: Box<dyn Error + Send + Sync>,
}

fn bad(
    column: &str,
    kind: Type,
    source: impl Into<Box<dyn Error + Send + Sync>>,
) -> rusqlite::Error {
    let value = BadValue {
        column: column.to_owned(),
        source: source.into(),
    };
    rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(value))
}

/// A text that `T` parses.
pub(crate) fn parsed<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error| bad(column, Type::Text, error))
}

/// The same, where there may be none.
pub(crate) fn optional<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|error| bad(column, Type::Text, error)))
        .transpose()
}

/// Milliseconds since 1970.
pub(crate) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    let milliseconds: i64 = row.get(column)?;
    Timestamp::from_millisecond(milliseconds).map_err(|error| bad(column, Type::Integer, error))
}

/// The same, where there may be none.
pub(crate) fn optional_time(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let milliseconds: Option<i64> = row.get(column)?;
    milliseconds
        .map(Timestamp::from_millisecond)
        .transpose()
        .map_err(|error| bad(column, Type::Integer, error))
}

/// JSON.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| bad(column, Type::Text, error))
}

/// A number that is never negative.
pub(crate) fn count<T: TryFrom<i64>>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let number: i64 = row.get(column)?;
    T::try_from(number).map_err(|_| bad(column, Type::Integer, "a number out of range"))
}

/// Bytes that [`stored::encode`] made.
pub(crate) fn stored<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
    version: u8,
) -> rusqlite::Result<T> {
    let bytes: Vec<u8> = row.get(column)?;
    stored::decode(version, &bytes).map_err(|error| bad(column, Type::Blob, error))
}

/// What `read` makes of a blob; `None` from it: the blob is damaged.
pub(crate) fn blob<T>(
    row: &Row<'_>,
    column: &str,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> rusqlite::Result<T> {
    let bytes: Vec<u8> = row.get(column)?;
    read(&bytes).ok_or_else(|| bad(column, Type::Blob, "bytes of another length or form"))
}
