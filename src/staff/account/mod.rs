//! Accounts: who exists. What changes about them is in [`super::changes`].

pub(super) mod store;

use jiff::Timestamp;
use serde_json::json;

use super::code::RecoveryCodes;
use super::{Accounts, EmailAddress, Error, Permission, PersonName, Role};
use crate::audit::{self, Action, Change, Entry};
use crate::db::Tx;
use crate::id::{StaffId, WorkspaceId};
use crate::vault::TotpStep;

/// A member of staff.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub id: StaffId,
    pub email: EmailAddress,
    pub name: PersonName,
    pub is_owner: bool,
    pub created: Timestamp,
    pub disabled: Option<Timestamp>,
    pub last_sign_in: Option<Timestamp>,
    /// After a reset, until the link of it is used.
    pub lacks_password: bool,
    pub lacks_totp: bool,
}

/// A role in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Membership {
    pub workspace: WorkspaceId,
    pub role: Role,
}

/// Everything of an account that is needed to let somebody in.
pub(super) struct Credentials {
    pub person: Person,
    pub password_hash: String,
    pub totp_sealed: Option<Vec<u8>>,
}

/// An account that is about to be made.
pub(super) struct NewAccount {
    pub id: StaffId,
    pub email: EmailAddress,
    pub name: PersonName,
    pub is_owner: bool,
    pub password_hash: String,
    pub totp_sealed: Vec<u8>,
    pub totp_step: TotpStep,
}

impl Accounts {
    /// Whether there is any account.
    pub(crate) fn are_set_up(&self) -> Result<bool, Error> {
        Ok(self.control.read(store::any)?)
    }

    pub(crate) fn find(&self, id: &StaffId) -> Result<Option<Person>, Error> {
        Ok(self.control.read(|c| store::find(c, id))?)
    }

    pub(crate) fn find_by_email(&self, email: &EmailAddress) -> Result<Option<Person>, Error> {
        let found = self.control.read(|c| store::find_credentials(c, email))?;
        Ok(found.map(|found| found.person))
    }

    /// Everybody, by name, with their roles.
    pub(crate) fn list(&self) -> Result<Vec<(Person, Vec<Membership>)>, Error> {
        self.control.read(|c| {
            let people = store::list(c)?;
            people
                .into_iter()
                .map(|person| {
                    let memberships = store::memberships(c, &person.id)?;
                    Ok((person, memberships))
                })
                .collect()
        })
    }

    /// Those who have a role in a workspace of their own, and the owners, by name.
    pub(crate) fn team(&self, workspace: &WorkspaceId) -> Result<Vec<(Person, Role)>, Error> {
        Ok(self.control.read(|c| store::team(c, workspace))?)
    }

    /// How many people who are not shut out may do something in a workspace.
    pub(crate) fn count_who_may(
        &self,
        permission: Permission,
        workspace: &WorkspaceId,
    ) -> Result<usize, Error> {
        let team = self.team(workspace)?;
        let may = team
            .iter()
            .filter(|(person, role)| person.disabled.is_none() && role.may(permission));
        Ok(may.count())
    }

    /// How many recovery codes are left.
    pub(crate) fn count_recovery_codes(&self, of: &StaffId) -> Result<usize, Error> {
        Ok(self.control.read(|c| store::count_recovery_codes(c, of))?)
    }
}

/// Writes a new account with all that belongs to it.
pub(super) fn create(
    tx: &Tx<'_>,
    account: &NewAccount,
    membership: Option<&Membership>,
    codes: &RecoveryCodes,
    change: &Change,
) -> Result<(), Error> {
    if store::find_credentials(tx, &account.email)?.is_some() {
        return Err(Error::EmailTaken);
    }
    store::insert(tx, account, change.at.wall)?;
    store::use_totp_step(tx, &account.id, &account.totp_step)?;
    store::set_recovery_codes(tx, &account.id, &codes.hashes())?;
    if let Some(membership) = membership {
        store::set_role(tx, &account.id, &membership.workspace, membership.role)?;
    }
    let role = membership.map_or(Role::Owner, |membership| membership.role);
    let mut entry = Entry::new(Action::StaffJoined, account.id.as_str())
        .detail(account.name.as_str())
        .after(json!({ "email": account.email, "role": role.name() }));
    if let Some(membership) = membership {
        entry = entry.workspace(&membership.workspace);
    }
    audit::record(tx, change, &entry)?;
    Ok(())
}
