//! What changes about accounts: by those who may, and by people themselves.

use serde_json::json;

use super::account::store;
use super::code::RecoveryCodes;
use super::password::NewPassword;
use super::{
    Accounts, Authority, EmailAddress, Error, Permission, PersonName, Role, SignedIn, link, session,
};
use crate::audit::{self, Action, Change, Entry};
use crate::db::Tx;
use crate::id::{StaffId, WorkspaceId};
use crate::secret::SecretText;

impl Accounts {
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
            end_access(tx, who, change)?;
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
            end_access(tx, who, change)?;
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
            end_access(tx, who, change)?;
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
        self.set_disabled(by, who, true, change)
    }

    pub(crate) fn enable(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        change: &Change,
    ) -> Result<(), Error> {
        self.set_disabled(by, who, false, change)
    }

    fn set_disabled(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        is_disabled: bool,
        change: &Change,
    ) -> Result<(), Error> {
        by.demand_fresh(Permission::ManageAccounts, None, change.at)?;
        self.control.write(|tx| {
            let person = store::find(tx, who)?.ok_or(Error::Unknown)?;
            if person.disabled.is_some() == is_disabled {
                return Err(Error::NothingToDo);
            }
            store::set_disabled(tx, who, is_disabled.then_some(change.at.wall))?;
            let action = if is_disabled {
                if person.is_owner {
                    check_owners(tx)?;
                }
                end_access(tx, who, change)?;
                Action::StaffDisabled
            } else {
                Action::StaffEnabled
            };
            let entry = Entry::new(action, who.as_str()).detail(person.name.as_str());
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
}

/// Who may do something else from now on signs in again, and what they offered others on the strength of it is over.
fn end_access(tx: &Tx<'_>, who: &StaffId, change: &Change) -> Result<(), Error> {
    session::end_all_in(tx, who, None)?;
    link::withdraw_unfounded(tx, change)
}

/// An instance without an owner who can sign in could not be run by anybody.
fn check_owners(tx: &Tx<'_>) -> Result<(), Error> {
    if store::count_active_owners(tx)? == 0 {
        return Err(Error::LastOwner);
    }
    Ok(())
}
