//! Staff: who they are, how they prove it, what they may do where.
//!
//! An account exists whole or not at all: password, one-time codes and recovery codes come into being in one transaction, when the person has
//! typed a valid code; until then there is an [`enrolment`] in memory. A session exists only after both factors passed. Unknown and known
//! accounts cost the same time and give the same answer. Roles are in one table ([`Permission`]); an operation that not everybody may do asks for an
//! [`Authority`], which nobody can make up. Nothing here knows of cookies or pages.

mod account;
mod attempt;
mod changes;
mod code;
mod enrolment;
mod error;
mod link;
mod password;
mod person;
mod role;
mod session;
mod sign_in;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

pub(crate) use account::{Membership, Person};
pub(crate) use code::RecoveryCodes;
pub(crate) use enrolment::Shown;
pub(crate) use error::Error;
pub(crate) use link::{Invitation, Issued, Link, LinkToken, Purpose, Target};
pub(crate) use password::{
    BadPassword, MAX_CHARS as MAX_PASSWORD_CHARS, MIN_CHARS as MIN_PASSWORD_CHARS,
};
pub(crate) use person::{EmailAddress, PersonName};
pub(crate) use role::{Permission, Role};
pub(crate) use session::{Browser, Ending, Session, SessionToken, SignedIn};
pub(crate) use sign_in::Visit;

use crate::clock::Moment;
use crate::config;
use crate::db::{self, Db, Tx};
use crate::id::WorkspaceId;
use crate::secret::Key;
use crate::vault;
use enrolment::Enrolments;
use password::Hasher;

/// The accounts of an instance.
pub(crate) struct Accounts {
    control: Db,
    vault: Arc<vault::Client>,
    hasher: Hasher,
    enrolments: Enrolments,
    csrf_key: OnceLock<Key>,
    seen: session::Seen,
    ended: session::Ended,
}

impl Accounts {
    pub(crate) fn new(
        control: Db,
        vault: Arc<vault::Client>,
        config: config::Accounts,
    ) -> Result<Self, Error> {
        Ok(Self {
            control,
            vault,
            hasher: Hasher::new(config)?,
            enrolments: Enrolments::default(),
            csrf_key: OnceLock::new(),
            seen: session::Seen::default(),
            ended: session::Ended::default(),
        })
    }

    /// Forgets links, sessions and attempts whose time is over.
    pub(crate) fn purge(&self, now: Moment) -> Result<(), Error> {
        self.enrolments.purge(now);
        self.control.write(|tx| {
            attempt::purge(tx, now)?;
            session::purge(tx, now)?;
            link::purge(tx, now)
        })
    }
}

impl Accounts {
    /// Ends for good what has expired, before the clock by which it has is set back.
    pub(crate) fn end_expired(&self, now: Moment) -> Result<(), Error> {
        self.control.write(|tx| {
            session::end_expired(tx, now)?;
            attempt::settle(tx, now)?;
            link::end_expired(tx, now)
        })
    }
}

/// Makes what the accounts of a new instance need. To be called once, with the instance.
pub(crate) fn create_keys(tx: &Tx<'_>) -> Result<(), db::Error> {
    session::create_csrf_key(tx)
}

/// On whose right something is done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Authority<'a> {
    /// Somebody with a shell on the machine and the right to read its data.
    Operator,
    Staff(&'a SignedIn),
}

impl Authority<'_> {
    /// Refuses what the role does not allow. `workspace`: where; `None`: in the instance.
    fn demand(self, permission: Permission, workspace: Option<&WorkspaceId>) -> Result<(), Error> {
        match self {
            Self::Operator => Ok(()),
            Self::Staff(signed_in) if signed_in.may(permission, workspace) => Ok(()),
            Self::Staff(_) => Err(Error::NotPermitted),
        }
    }

    /// The same for what also needs a fresh proof of identity.
    fn demand_fresh(
        self,
        permission: Permission,
        workspace: Option<&WorkspaceId>,
        now: Moment,
    ) -> Result<(), Error> {
        self.demand(permission, workspace)?;
        match self {
            Self::Staff(signed_in) if !signed_in.is_fresh(now) => Err(Error::StepUpNeeded),
            Self::Staff(_) | Self::Operator => Ok(()),
        }
    }
}
