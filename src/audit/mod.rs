//! Who changed what: entries written in the transaction of the change itself, in order, never altered.
//!
//! An entry holds names and numbers, never a secret and never content. (The signed tree that makes the log tamper-evident is the
//! vault's and comes with it.)

mod store;

use jiff::Timestamp;

use crate::db::{self, Tx};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Actor {
    /// The operating-system user with this id, on the command line.
    Operator { uid: u32 },
    /// The holder of an API key.
    ApiKey(crate::id::ApiKeyId),
}

impl Actor {
    fn name(&self) -> String {
        match self {
            Self::Operator { uid } => format!("operator:{uid}"),
            Self::ApiKey(id) => format!("api-key:{id}"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    WorkspaceCreated,
    ApiKeyCreated,
    ApiKeyRevoked,
    DocumentAdded,
    DocumentReplaced,
    DocumentRemoved,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::WorkspaceCreated => "workspace.created",
            Self::ApiKeyCreated => "api-key.created",
            Self::ApiKeyRevoked => "api-key.revoked",
            Self::DocumentAdded => "document.added",
            Self::DocumentReplaced => "document.replaced",
            Self::DocumentRemoved => "document.removed",
        }
    }
}

/// Adds an entry to the log of the database that `tx` changes.
pub(crate) fn record(
    tx: &Tx<'_>,
    at: Timestamp,
    actor: &Actor,
    action: Action,
    subject: &str,
    detail: &str,
) -> Result<(), db::Error> {
    store::insert(tx, at, &actor.name(), action.name(), subject, detail)
}
