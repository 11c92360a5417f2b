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

/// What is saved as a whole, and how often it was: whoever saves it says which of these they saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Revised<T> {
    /// What was stored before revisions were counted has none.
    #[serde(default)]
    pub revision: u32,
    #[serde(flatten)]
    pub value: T,
}

/// Saving it would have undone what somebody else saved meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("somebody else changed it since you opened this page")]
pub(crate) struct Overtaken;

impl<T: PartialEq> Revised<T> {
    /// Of a workspace in which nobody saved any.
    pub(crate) const fn first(value: T) -> Self {
        Self { revision: 0, value }
    }

    /// What is to be stored in the place of this. `None`: nothing differs, whatever was seen.
    fn replaced_by(&self, typed: Self) -> Result<Option<Self>, Overtaken> {
        match typed.value == self.value {
            true => Ok(None),
            false if typed.revision != self.revision => Err(Overtaken),
            false => Ok(Some(Self {
                revision: self.revision.saturating_add(1),
                ..typed
            })),
        }
    }
}

pub(crate) fn get(db: &Db) -> Result<Revised<Settings>, Error> {
    Ok(db.read(|c| store::get(c))?)
}

/// The same without their revision, within a look at the database or a change of it.
pub(super) use store::value as get_in;

/// Saves `typed`, whose revision is the one that was seen.
///
/// # Errors
/// [`Overtaken`] where that is not the newest.
pub(crate) fn set(db: &Db, typed: Revised<Settings>, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::get(tx)?;
        let Some(after) = before.replaced_by(typed)? else {
            return Ok(());
        };
        store::set(tx, after)?;
        let entry = Entry::new(Action::WorkspaceSettings, "settings")
            .before(json!(before.value))
            .after(json!(after.value));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{change, workspace_db};

    #[test]
    fn whoever_did_not_see_the_newest_ones_does_not_undo_them() {
        let db = workspace_db();
        let seen = get(&db).unwrap();
        let off = Settings {
            needs_reviewer: false,
        };
        let typed = Revised { value: off, ..seen };
        set(&db, typed, &change()).unwrap();
        let after = get(&db).unwrap();
        assert_eq!((after.value, after.revision), (off, 1));
        let refused = set(&db, seen, &change()).unwrap_err();
        assert!(matches!(refused, Error::Settings(Overtaken)));
        set(&db, typed, &change()).expect("it is as they want it");
        assert_eq!(get(&db).unwrap(), after);
    }
}
