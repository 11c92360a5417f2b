//! Workspaces: which exist, under which names. What is inside one is in its own database, not here.

mod store;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;

use crate::audit::{self, Action, Change, Entry};
use crate::db::{self, Db};
use crate::id::WorkspaceId;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no workspace named {0}. `anchorite workspace list` shows those that exist")]
    Unknown(Name),
    #[error("a workspace named {0} exists already")]
    NameTaken(Name),
    #[error("this workspace is gone")]
    Gone,
    #[error("workspace storage")]
    Storage(#[from] db::Error),
}

/// A name as it stands in URLs: 1 to 40 of `a`–`z`, `0`–`9` and `-`, not beginning or ending with `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub(crate) struct Name(String);

#[derive(Debug, thiserror::Error)]
#[error(
    "a workspace's name has 1 to 40 of a-z, 0-9 and -, and begins and ends with a letter or digit"
)]
pub(crate) struct MalformedName;

impl FromStr for Name {
    type Err = MalformedName;
    fn from_str(text: &str) -> Result<Self, MalformedName> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let well_formed = (1..=40).contains(&text.len())
            && text.bytes().all(allowed)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedName)
        }
    }
}

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Workspace {
    pub id: WorkspaceId,
    pub name: Name,
    pub created: Timestamp,
}

/// Enters a workspace in the register. Its database and key must exist already: a name never leads nowhere.
pub(crate) fn register(
    control: &Db,
    id: WorkspaceId,
    name: Name,
    change: &Change,
) -> Result<Workspace, Error> {
    let workspace = Workspace {
        id,
        name,
        created: change.at.wall,
    };
    control.write(|tx| {
        if store::find_by_name(tx, &workspace.name)?.is_some() {
            return Err(Error::NameTaken(workspace.name.clone()));
        }
        store::insert(tx, &workspace)?;
        let entry = Entry::new(Action::WorkspaceCreated, workspace.id.as_str())
            .workspace(&workspace.id)
            .detail(workspace.name.as_str());
        audit::record(tx, change, &entry)?;
        Ok(())
    })?;
    Ok(workspace)
}

/// Gives a workspace another name. Links that hold the old one stop working.
pub(crate) fn rename(
    control: &Db,
    id: &WorkspaceId,
    name: &Name,
    change: &Change,
) -> Result<(), Error> {
    control.write(|tx| {
        let before = store::find_by_id(tx, id)?.ok_or(Error::Gone)?;
        if before.name == *name {
            return Ok(());
        }
        if store::find_by_name(tx, name)?.is_some() {
            return Err(Error::NameTaken(name.clone()));
        }
        store::set_name(tx, id, name)?;
        let entry = Entry::new(Action::WorkspaceRenamed, id.as_str())
            .workspace(id)
            .detail(name.as_str())
            .before(serde_json::json!({ "name": before.name }))
            .after(serde_json::json!({ "name": name }));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// Takes a workspace out of the register, with everything that refers to it. Its key and files are then to be destroyed:
/// [`pending_deletions`] says which.
pub(crate) fn mark_deleted(control: &Db, id: &WorkspaceId, change: &Change) -> Result<(), Error> {
    control.write(|tx| {
        let workspace = store::find_by_id(tx, id)?.ok_or(Error::Gone)?;
        store::mark_deleted(tx, id, change.at.wall)?;
        let entry = Entry::new(Action::WorkspaceDeleted, id.as_str())
            .workspace(id)
            .detail(workspace.name.as_str());
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// Workspaces that were deleted and are not destroyed yet.
pub(crate) fn pending_deletions(control: &Db) -> Result<Vec<WorkspaceId>, Error> {
    Ok(control.read(store::pending_deletions)?)
}

/// Takes note that key and files are gone.
pub(crate) fn forget_pending_deletion(control: &Db, id: &WorkspaceId) -> Result<(), Error> {
    Ok(control.write(|tx| store::forget_pending_deletion(tx, id))?)
}

pub(crate) fn get_by_name(control: &Db, name: &Name) -> Result<Workspace, Error> {
    control
        .read(|c| store::find_by_name(c, name))?
        .ok_or_else(|| Error::Unknown(name.clone()))
}

pub(crate) fn find_by_id(control: &Db, id: &WorkspaceId) -> Result<Option<Workspace>, Error> {
    Ok(control.read(|c| store::find_by_id(c, id))?)
}

pub(crate) fn list(control: &Db) -> Result<Vec<Workspace>, Error> {
    Ok(control.read(store::list)?)
}
