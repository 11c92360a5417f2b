//! The credential vault: the one process that reads the root key.
//!
//! This half is what its clients see: the requests of its socket and a [`Client`]. [`daemon`] is the other process. It trusts no client:
//!
//! * No request returns a credential; the one key that crosses is a database key, to the process that opens that database. The vault knows which
//!   databases exist, and no request destroys the control database.
//! * It seals the secrets of one-time codes and checks codes against them, by its own clock and only so often for each account.
//! * It is the only one that sends e-mail: letters of its own wording ([`Letter`]), with links to its own address, at a limited rate.

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
pub(crate) use letter::{Delivery, InvitedAs, LINKS_LAST, Letter, LinkSecret, Reset, Undelivered};

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

/// How far a database has come that the vault knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    /// It has a key; whether its file is whole, nobody has said yet.
    Creating,
    Exists,
}

/// Everything that can be asked of the vault. Names are parsed by the vault, which trusts no client.
#[derive(Debug, Serialize, Deserialize)]
enum Request {
    /// Makes the key of a new database.
    Create { database: String },
    /// The file of a new database is whole: from now on it exists.
    Created { database: String },
    /// The key of a database that exists.
    Open { database: String },
    /// Destroys the key of a workspace, and with it everything in its database.
    Destroy { database: String },
    /// Which databases there are, by name, after one: as many as an answer holds.
    Databases { after: String },
    /// Seals the secret of an account's one-time codes.
    SealTotp { account: String, secret: TotpSecret },
    /// Which time step a code is of, at most one from now.
    CheckTotp {
        account: String,
        sealed: Vec<u8>,
        code: String,
    },
    /// Sends a letter.
    Send { letter: Letter },
    /// What has expired by the vault's clock.
    Clock,
    /// Somebody who may has looked at the machine's clock: it is right.
    AcceptClock,
}

/// A time step (thirty seconds) whose one-time code was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TotpStep {
    pub of_code: u64,
    /// The step that it was then.
    pub now: u64,
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
    Done,
    Databases(Vec<(String, Standing)>),
    Sealed(Vec<u8>),
    Step(Option<TotpStep>),
    Delivered(Delivery),
    Clock { expiry_ms: i64 },
    Refused(Refusal),
}

/// A key on its way; zeroised at both ends.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct WireKey([u8; 32]);

/// Why the vault did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the vault knows no such database")]
    UnknownDatabase,
    #[error(
        "this key file is gone, and nothing else opens its database. Restore it from a backup; never delete the database or the vault folder"
    )]
    LostKey,
    #[error("the vault has a key for this database already")]
    KeyExists,
    #[error("the key of this database is never destroyed")]
    Indestructible,
    #[error("too many wrong one-time codes; the next can be tried in {wait_s} seconds")]
    TooManyCodes { wait_s: u64 },
    #[error("that is not a name")]
    BadName,
    #[error(
        "this key file was changed or belongs to another database. Restore it from a backup; never delete it, for nothing else opens its database"
    )]
    BrokenKey,
    #[error("the vault's storage failed; its log says how")]
    Storage,
    #[error("the secret of the one-time codes was changed or belongs to another account")]
    BrokenTotp,
    #[error("the e-mail was not sent: {0}")]
    NotSent(Undelivered),
}
