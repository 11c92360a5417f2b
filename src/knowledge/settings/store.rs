//! Where the settings are.

use super::{Revised, Settings};
use crate::db::{self, Tx};
use rusqlite::Connection;

const NAME: &str = "settings";

/// Those of a workspace in which nobody has changed any are the defaults.
pub(super) fn get(c: &Connection) -> Result<Revised<Settings>, db::Error> {
    Ok(db::find_json(c, NAME)?.unwrap_or_default())
}

pub(in crate::knowledge) fn value(c: &Connection) -> Result<Settings, db::Error> {
    Ok(get(c)?.value)
}

pub(super) fn set(tx: &Tx<'_>, settings: Revised<Settings>) -> Result<(), db::Error> {
    db::set_json(tx, NAME, &settings)
}
