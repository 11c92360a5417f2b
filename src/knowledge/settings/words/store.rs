//! Where the words are.

use super::Words;
use crate::db::{self, Tx};
use crate::knowledge::settings::Revised;
use rusqlite::Connection;

const NAME: &str = "words";

/// Those of a workspace in which nobody set any are empty.
pub(super) fn get(c: &Connection) -> Result<Revised<Words>, db::Error> {
    Ok(db::find_json(c, NAME)?.unwrap_or_default())
}

pub(super) fn set(tx: &Tx<'_>, words: &Revised<Words>) -> Result<(), db::Error> {
    db::set_json(tx, NAME, words)
}
