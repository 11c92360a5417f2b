//! Where the settings are.

use super::Settings;
use crate::db::{self, Tx};
use rusqlite::Connection;

const NAME: &str = "settings";

/// Those of a workspace in which nobody has changed any are the defaults.
pub(in crate::knowledge) fn get(c: &Connection) -> Result<Settings, db::Error> {
    Ok(db::find_json(c, NAME)?.unwrap_or_default())
}

pub(super) fn set(tx: &Tx<'_>, settings: Settings) -> Result<(), db::Error> {
    db::set_json(tx, NAME, &settings)
}
