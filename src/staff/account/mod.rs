//! Accounts: who exists, and what changes about them.

pub(super) mod store;

use jiff::Timestamp;
use serde_json::json;

use super::code::RecoveryCodes;
use super::password::NewPassword;
use super::{
    Accounts, Authority, EmailAddress, Error, Permission, PersonName, Role, SignedIn, link, session,
};
use crate::audit::{self, Action, Change, Entry};
use crate::db::Tx;
use crate::id::{StaffId, WorkspaceId};
use crate::secret::SecretText;
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

    /// Gives somebody a role in a workspace, or another one. Ends their sessions.
    pub(crate) fn give_role(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        workspace: &WorkspaceId,
        role: Role,
        change: &Change,
    ) -> Result<(), Error> {
        by.demand_fresh(Permission::ManageTeam, Some(workspace), change.at)?;
        if role == Role::Owner {
            return Err(Error::NotPermitted);
        }
        self.control.write(|tx| {
            let person = store::find(tx, who)?.ok_or(Error::Unknown)?;
            let before = store::role_in(tx, who, workspace)?;
            if before == Some(role) {
                return Err(Error::NothingToDo);
            }
            // Whom one does not see in the workspace, one brings in by an invitation.
            if before.is_none() {
                by.demand(Permission::ManageAccounts, None)?;
            }
            store::set_role(tx, who, workspace, role)?;
            session::end_all_in(tx, who, None)?;
            link::withdraw_unfounded(tx, change)?;
            let entry = Entry::new(Action::RoleGiven, who.as_str())
                .workspace(workspace)
                .detail(person.name.as_str())
                .before(json!({ "role": before.map(Role::name) }))
                .after(json!({ "role": role.name() }));
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    /// Takes somebody's role in a workspace. Ends their sessions.
    pub(crate) fn take_role(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        workspace: &WorkspaceId,
        change: &Change,
    ) -> Result<(), Error> {
        by.demand_fresh(Permission::ManageTeam, Some(workspace), change.at)?;
        self.control.write(|tx| {
            let person = store::find(tx, who)?.ok_or(Error::Unknown)?;
            let before = store::role_in(tx, who, workspace)?.ok_or(Error::Unknown)?;
            store::remove_role(tx, who, workspace)?;
            session::end_all_in(tx, who, None)?;
            link::withdraw_unfounded(tx, change)?;
            let entry = Entry::new(Action::RoleTaken, who.as_str())
                .workspace(workspace)
                .detail(person.name.as_str())
                .before(json!({ "role": before.name() }));
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    /// Makes somebody an owner of the instance, or no longer one. Ends their sessions.
    pub(crate) fn set_owner(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        is_owner: bool,
        change: &Change,
    ) -> Result<(), Error> {
        by.demand_fresh(Permission::ManageAccounts, None, change.at)?;
        self.control.write(|tx| {
            let person = store::find(tx, who)?.ok_or(Error::Unknown)?;
            if person.is_owner == is_owner {
                return Err(Error::NothingToDo);
            }
            store::set_owner(tx, who, is_owner)?;
            if person.is_owner {
                check_owners(tx)?;
            }
            session::end_all_in(tx, who, None)?;
            link::withdraw_unfounded(tx, change)?;
            let action = if is_owner {
                Action::RoleGiven
            } else {
                Action::RoleTaken
            };
            let entry = Entry::new(action, who.as_str())
                .detail(person.name.as_str())
                .before(json!({ "owner": person.is_owner }))
                .after(json!({ "owner": is_owner }));
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    /// Shuts somebody out until they are enabled again, and ends their sessions.
    pub(crate) fn disable(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        change: &Change,
    ) -> Result<(), Error> {
        by.demand_fresh(Permission::ManageAccounts, None, change.at)?;
        self.control.write(|tx| {
            let person = store::find(tx, who)?.ok_or(Error::Unknown)?;
            if person.disabled.is_some() {
                return Err(Error::NothingToDo);
            }
            store::set_disabled(tx, who, Some(change.at.wall))?;
            if person.is_owner {
                check_owners(tx)?;
            }
            session::end_all_in(tx, who, None)?;
            link::withdraw_unfounded(tx, change)?;
            let entry =
                Entry::new(Action::StaffDisabled, who.as_str()).detail(person.name.as_str());
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    pub(crate) fn enable(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        change: &Change,
    ) -> Result<(), Error> {
        by.demand_fresh(Permission::ManageAccounts, None, change.at)?;
        self.control.write(|tx| {
            let person = store::find(tx, who)?.ok_or(Error::Unknown)?;
            if person.disabled.is_none() {
                return Err(Error::NothingToDo);
            }
            store::set_disabled(tx, who, None)?;
            let entry = Entry::new(Action::StaffEnabled, who.as_str()).detail(person.name.as_str());
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    pub(crate) fn rename(
        &self,
        of: &SignedIn,
        name: &PersonName,
        change: &Change,
    ) -> Result<(), Error> {
        self.control.write(|tx| {
            session::demand(tx, &self.ended, of)?;
            let person = store::find(tx, of.id())?.ok_or(Error::Unknown)?;
            if person.name == *name {
                return Err(Error::NothingToDo);
            }
            store::set_name(tx, of.id(), name)?;
            let entry = Entry::new(Action::StaffChanged, of.id().as_str())
                .detail(name.as_str())
                .before(json!({ "name": person.name }))
                .after(json!({ "name": name }));
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    /// Changes the address that somebody signs in with. Returns the old one.
    pub(crate) fn change_email(
        &self,
        of: &SignedIn,
        email: &EmailAddress,
        change: &Change,
    ) -> Result<EmailAddress, Error> {
        of.demand_fresh(change.at)?;
        self.control.write(|tx| {
            session::demand(tx, &self.ended, of)?;
            let person = store::find(tx, of.id())?.ok_or(Error::Unknown)?;
            if person.email == *email {
                return Err(Error::NothingToDo);
            }
            if store::find_credentials(tx, email)?.is_some() {
                return Err(Error::EmailTaken);
            }
            store::set_email(tx, of.id(), email)?;
            session::end_all_in(tx, of.id(), Some(of.session()))?;
            let entry = Entry::new(Action::EmailChanged, of.id().as_str())
                .detail(person.name.as_str())
                .before(json!({ "email": person.email }))
                .after(json!({ "email": email }));
            audit::record(tx, change, &entry)?;
            Ok(person.email)
        })
    }

    /// Changes one's own password. Ends the other sessions.
    pub(crate) fn change_password(
        &self,
        of: &SignedIn,
        password: SecretText,
        change: &Change,
    ) -> Result<(), Error> {
        of.demand_fresh(change.at)?;
        let person = self.find(of.id())?.ok_or(Error::Unknown)?;
        let password = NewPassword::check(password, &person.email, &person.name)?;
        let hash = self.hasher.hash(&password)?;
        self.control.write(|tx| {
            session::demand(tx, &self.ended, of)?;
            store::set_password(tx, of.id(), &hash)?;
            session::end_all_in(tx, of.id(), Some(of.session()))?;
            let entry =
                Entry::new(Action::PasswordChanged, of.id().as_str()).detail(person.name.as_str());
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    /// Makes ten new recovery codes in place of those that are left.
    pub(crate) fn make_recovery_codes(
        &self,
        of: &SignedIn,
        change: &Change,
    ) -> Result<RecoveryCodes, Error> {
        of.demand_fresh(change.at)?;
        let codes = RecoveryCodes::random();
        self.control.write(|tx| {
            session::demand(tx, &self.ended, of)?;
            store::set_recovery_codes(tx, of.id(), &codes.hashes())?;
            let entry = Entry::new(Action::RecoveryCodesMade, of.id().as_str())
                .after(json!({ "codes": codes.hashes().len() }));
            audit::record(tx, change, &entry)?;
            Ok::<_, Error>(())
        })?;
        Ok(codes)
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

/// An instance without an owner who can sign in could not be run by anybody.
fn check_owners(tx: &Tx<'_>) -> Result<(), Error> {
    if store::count_active_owners(tx)? == 0 {
        return Err(Error::LastOwner);
    }
    Ok(())
}
