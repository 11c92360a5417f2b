//! The credential vault: the one process that reads the root key.
//!
//! This half is what its clients see: the requests of its socket and a [`Client`]. [`daemon`] is the other process. No request
//! returns a credential; the one key that crosses is a database key, to the process that opens that database.

mod client;
pub(crate) mod daemon;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

pub(crate) use client::{Client, Error};

use crate::id::WorkspaceId;
use crate::ipc::Limits;

/// What one request or answer may cost.
pub(crate) const LIMITS: Limits = Limits {
    size: 4096,
    deadline: Duration::from_secs(5),
};

/// The databases that have a key of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Database {
    Control,
    Workspace(WorkspaceId),
}

impl Database {
    fn parse(name: &str) -> Option<Self> {
        match name.strip_prefix("workspace-") {
            Some(id) => id.parse().ok().map(Self::Workspace),
            None => (name == "control").then_some(Self::Control),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control => f.write_str("control"),
            Self::Workspace(id) => write!(f, "workspace-{id}"),
        }
    }
}

/// Everything that can be asked of the vault. Names are parsed by the vault, which trusts no client.
#[derive(Debug, Serialize, Deserialize)]
enum Request {
    /// Makes the key of a new database.
    Create { database: String },
    /// The key of a database that exists.
    Open { database: String },
    /// Destroys a key, and with it everything in its database.
    Destroy { database: String },
}

#[derive(Serialize, Deserialize)]
enum Response {
    DatabaseKey(WireKey),
    Destroyed,
    Refused(Refusal),
}

/// A key on its way; zeroised at both ends.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct WireKey([u8; 32]);

/// Why the vault did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the vault holds no key for this database")]
    UnknownDatabase,
    #[error("the vault has a key for this database already")]
    KeyExists,
    #[error("that is not the name of a database")]
    BadName,
    #[error("the stored key was changed or belongs to another database")]
    BrokenKey,
    #[error("the vault's storage failed; its log says how")]
    Storage,
}
