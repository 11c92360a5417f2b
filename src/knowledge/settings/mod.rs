//! The settings of a workspace.

mod store;
pub(crate) mod words;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Error;
use crate::audit::{self, Action, Change, Entry};
use crate::db::Db;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// What reaches visitors is approved by somebody other than its author, once there is somebody: see [`super::review`].
    pub needs_reviewer: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            needs_reviewer: true,
        }
    }
}

pub(crate) fn get(db: &Db) -> Result<Settings, Error> {
    Ok(db.read(|c| get_in(c))?)
}

/// The same, within a look at the database or a change of it.
pub(super) use store::get as get_in;

pub(crate) fn set(db: &Db, settings: Settings, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::get(tx)?;
        if before == settings {
            return Ok(());
        }
        store::set(tx, settings)?;
        let entry = Entry::new(Action::WorkspaceSettings, "settings")
            .before(json!(before))
            .after(json!(settings));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}
