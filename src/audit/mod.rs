//! Who changed what: entries written in the transaction of the change itself, in order, never altered.
//!
//! An entry says who did what to which thing, from where, and how the thing was before and after. It holds names and numbers, never a
//! secret and never content. (The signed tree that makes the log tamper-evident is the vault's and comes with it.)

mod action;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

pub(crate) use action::Action;

use crate::db::{self, Db, Tx};
use crate::id::{ApiKeyId, StaffId, WorkspaceId};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Actor {
    /// The operating-system user with this id, on the command line.
    Operator { uid: u32 },
    /// The holder of an API key.
    ApiKey(ApiKeyId),
    /// A member of staff.
    Staff(StaffId),
    /// Nobody that we know: a sign-in that failed.
    Unknown,
    /// The program itself, on a schedule.
    Program,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator { uid } => write!(f, "operator:{uid}"),
            Self::ApiKey(id) => write!(f, "api-key:{id}"),
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::Unknown => f.write_str("unknown"),
            Self::Program => f.write_str("program"),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not an actor of this version")]
pub(crate) struct UnknownActor;

impl FromStr for Actor {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, UnknownActor> {
        let actor = match text.split_once(':') {
            Some(("operator", uid)) => uid.parse().ok().map(|uid| Self::Operator { uid }),
            Some(("api-key", id)) => id.parse().ok().map(Self::ApiKey),
            Some(("staff", id)) => id.parse().ok().map(Self::Staff),
            None if text == "unknown" => Some(Self::Unknown),
            None if text == "program" => Some(Self::Program),
            _ => None,
        };
        actor.ok_or(UnknownActor)
    }
}

/// From where it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// On the machine itself.
    Machine,
    /// Over the network.
    Address(IpAddr),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine => f.write_str("this machine"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// Who changes something, from where, and when.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub by: Actor,
    pub from: Origin,
    pub at: Timestamp,
}

impl Change {
    /// A change that the program makes by itself.
    pub(crate) fn by_program(at: Timestamp) -> Self {
        Self {
            by: Actor::Program,
            from: Origin::Machine,
            at,
        }
    }
}

/// What was done, to be recorded.
pub(crate) struct Entry<'a> {
    action: Action,
    /// The id of what was changed.
    subject: &'a str,
    /// Its name, or a few words.
    detail: &'a str,
    workspace: Option<&'a WorkspaceId>,
    before: Option<Value>,
    after: Option<Value>,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(action: Action, subject: &'a str) -> Self {
        Self {
            action,
            subject,
            detail: "",
            workspace: None,
            before: None,
            after: None,
        }
    }

    pub(crate) fn detail(self, detail: &'a str) -> Self {
        Self { detail, ..self }
    }

    /// The workspace that an entry of the instance's log is about.
    pub(crate) fn workspace(self, workspace: &'a WorkspaceId) -> Self {
        Self {
            workspace: Some(workspace),
            ..self
        }
    }

    pub(crate) fn before(self, before: Value) -> Self {
        Self {
            before: Some(before),
            ..self
        }
    }

    pub(crate) fn after(self, after: Value) -> Self {
        Self {
            after: Some(after),
            ..self
        }
    }
}

/// Adds an entry to the log of the database that `tx` changes. Returns its number.
pub(crate) fn record(tx: &Tx<'_>, change: &Change, entry: &Entry<'_>) -> Result<i64, db::Error> {
    store::insert(tx, change, entry)
}

/// An entry as it stands in the log.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Recorded {
    pub seq: i64,
    pub at: Timestamp,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
    pub workspace: String,
    pub origin: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
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
    /// Part of the subject or the detail.
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

/// Calls `visit` with every entry, oldest first, for an export.
pub(crate) fn for_each<E: From<db::Error>>(
    db: &Db,
    workspace: Option<&WorkspaceId>,
    visit: impl FnMut(Recorded) -> Result<(), E>,
) -> Result<(), E> {
    db.read(|c| store::for_each(c, workspace, visit))
}
