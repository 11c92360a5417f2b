//! Who changed what: entries written in the transaction of the change itself, in order, never altered.
//!
//! An entry says who did what to which thing, how it ended and when; names, addresses and how the thing was before and after stand beside it
//! and can be erased, while the entry keeps their salted hashes. It holds names and numbers, never a secret and never content. Which bytes of
//! an entry count is defined by [`Recorded::canonical`]. (The signed tree that makes the log tamper-evident is the vault's and comes with it.)

mod action;
mod entry;
mod store;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub(crate) use action::Action;
pub(crate) use entry::{Actor, Change, Entry, Origin, Recorded};

use crate::db::{self, Db, Tx};
use crate::id::WorkspaceId;

/// Adds an entry to the log of the database that `tx` changes. Returns its number.
pub(crate) fn record(tx: &Tx<'_>, change: &Change, entry: &Entry<'_>) -> Result<i64, db::Error> {
    store::insert(tx, change, entry)
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Actions that begin with this, such as `document.`
    pub action: String,
    /// The actor, as it is written in the log.
    pub actor: String,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Part of the object or the detail.
    pub text: String,
    /// Only about this workspace (in the instance's log).
    pub workspace: Option<WorkspaceId>,
    /// Only entries older than this one.
    pub before: Option<Cursor>,
}

/// A place in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    pub at: Timestamp,
    pub seq: i64,
}

/// The newest entries that pass the filter, newest first.
pub(crate) fn list(db: &Db, filter: &Filter, limit: usize) -> Result<Vec<Recorded>, db::Error> {
    db.read(|c| store::list(c, filter, limit))
}

/// The entry with this number.
pub(crate) fn find(db: &Db, seq: i64) -> Result<Option<Recorded>, db::Error> {
    db.read(|c| store::find(c, seq))
}

/// The next entries after one, oldest first, for an export. `workspace`: only those that are about it.
pub(crate) fn list_after(
    db: &Db,
    workspace: Option<&WorkspaceId>,
    after: i64,
    limit: usize,
) -> Result<Vec<Recorded>, db::Error> {
    db.read(|c| store::list_after(c, workspace, after, limit))
}

/// The number of the newest entry; 0 where there is none.
pub(crate) fn last(db: &Db) -> Result<i64, db::Error> {
    db.read(store::last)
}
