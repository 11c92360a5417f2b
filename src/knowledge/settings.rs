//! The settings of a workspace.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Error, store};
use crate::audit::{self, Action, Change, Entry};
use crate::db::Db;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// An article is published by somebody other than its author.
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
    Ok(db.read(|c| store::find_settings(c))?.unwrap_or_default())
}

pub(crate) fn set(db: &Db, settings: Settings, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::find_settings(tx)?.unwrap_or_default();
        if before == settings {
            return Ok(());
        }
        store::set_settings(tx, settings)?;
        let entry = Entry::new(Action::WorkspaceSettings, "settings")
            .before(json!(before))
            .after(json!(settings));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}
