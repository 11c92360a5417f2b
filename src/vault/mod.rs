//! The credential vault: the one process that reads the root key.
//!
//! This half is what its clients see: the requests of its socket and a [`Client`]. [`daemon`] is the other process. No request
//! returns a credential; the one key that crosses is a database key, to the process that opens that database.
//!
//! It also seals the secrets of one-time codes and checks codes against them, so that no other process can read such a secret once it
//! was shown, and it is the only one that sends e-mail: letters of fixed wording ([`Letter`]), so that a broken web process cannot
//! write to people what it likes.

mod client;
pub(crate) mod daemon;
mod letter;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

pub(crate) use client::{Client, Error};
pub(crate) use letter::{Delivery, Letter, Reset, Undelivered};

use crate::id::WorkspaceId;
use crate::ipc::Limits;

/// What one request or answer may cost.
pub(crate) const LIMITS: Limits = Limits {
    size: 16 * 1024,
    deadline: Duration::from_secs(5),
};

/// The same for a letter: a mail server may take its time.
const LETTER_LIMITS: Limits = Limits {
    deadline: Duration::from_mins(1),
    ..LIMITS
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
    /// Seals the secret of an account's one-time codes.
    SealTotp { account: String, secret: TotpSecret },
    /// Which time step a code is of, within one step of `at_s` (seconds since 1970).
    CheckTotp {
        account: String,
        sealed: Vec<u8>,
        code: String,
        at_s: u64,
    },
    /// Sends a letter.
    Send { letter: Letter },
}

/// 160 random bits from which one-time codes are made (RFC 6238).
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct TotpSecret([u8; 20]);

impl TotpSecret {
    pub(crate) fn random() -> Self {
        Self(crate::crypto::random())
    }

    pub(crate) fn expose(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret([secret])")
    }
}

#[derive(Serialize, Deserialize)]
enum Response {
    DatabaseKey(WireKey),
    Destroyed,
    Sealed(Vec<u8>),
    Step(Option<u64>),
    Delivered(Delivery),
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
    #[error("the secret of the one-time codes was changed or belongs to another account")]
    BrokenTotp,
    #[error("the e-mail was not sent: {0}")]
    NotSent(Undelivered),
}
