//! Links that work once: the one that sets an instance up, invitations, and those that replace a factor after a reset.
//!
//! A link's token has 256 random bits and is stored as its SHA-256. Using a link deletes its row in the transaction of what it brings about, so that of
//! a hundred parallel uses one succeeds.

pub(super) mod store;
mod token;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::account::store as account;
use super::{
    Accounts, Authority, EmailAddress, Error, Membership, Permission, Role, SessionToken, SignedIn,
    session,
};
use crate::audit::{self, Action, Actor, Change, Entry};
use crate::clock::Moment;
use crate::db::{self, Connection, Tx};
use crate::id::{LinkId, StaffId, WorkspaceId};
use crate::vault::LINKS_LAST;

pub(crate) use token::LinkToken;

const SETUP_VALID: SignedDuration = SignedDuration::from_hours(24);
/// How long a list shows that a link has expired.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Where an invitation leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// To the instance, as an owner.
    Instance,
    Workspace(Membership),
}

impl Target {
    pub(crate) fn role(&self) -> Role {
        match self {
            Self::Instance => Role::Owner,
            Self::Workspace(membership) => membership.role,
        }
    }

    pub(crate) fn workspace(&self) -> Option<&WorkspaceId> {
        match self {
            Self::Instance => None,
            Self::Workspace(membership) => Some(&membership.workspace),
        }
    }

    /// The role in the workspace; `None`: it is the whole instance.
    pub(super) fn membership(&self) -> Option<&Membership> {
        match self {
            Self::Instance => None,
            Self::Workspace(membership) => Some(membership),
        }
    }
}

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Makes the first account, an owner.
    Setup,
    Invitation {
        email: EmailAddress,
        target: Target,
    },
    /// Somebody's one-time codes were reset.
    NewTotp(StaffId),
    /// Somebody's password was reset.
    NewPassword(StaffId),
    /// Both were: this link alone leads back in, as an invitation does.
    NewBoth(StaffId),
}

/// A link that can be used.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub id: LinkId,
    pub purpose: Purpose,
    pub made_by: Actor,
    pub created: Timestamp,
    pub expires: Timestamp,
}

/// A link that was just made, with its token, this once.
#[derive(Debug)]
pub(crate) struct Issued {
    pub link: Link,
    pub token: LinkToken,
}

/// An invitation as it is listed.
#[derive(Debug, Clone)]
pub(crate) struct Invitation {
    pub id: LinkId,
    pub email: EmailAddress,
    pub target: Target,
    pub expires: Timestamp,
}

impl Accounts {
    /// What a link is for, when it can be used.
    pub(crate) fn find_link(&self, token: &LinkToken, now: Moment) -> Result<Option<Link>, Error> {
        self.control.read(|c| {
            let found = store::find_by_hash(c, &token.hash())?;
            match found {
                Some(link) if is_good(c, &link, now)? => Ok(Some(link)),
                _ => Ok(None),
            }
        })
    }

    /// Makes the link that makes the first account, in place of an earlier one.
    pub(crate) fn make_setup_link(&self, change: &Change) -> Result<Issued, Error> {
        self.control.write(|tx| {
            if account::count(tx)? > 0 {
                return Err(Error::SetUpAlready);
            }
            store::delete_setup(tx)?;
            let issued = issue(tx, Purpose::Setup, SETUP_VALID, change)?;
            let entry = Entry::new(Action::SetupLinkMade, issued.link.id.as_str());
            audit::record(tx, change, &entry)?;
            Ok(issued)
        })
    }

    /// Invites somebody, in place of an earlier invitation to the same place.
    pub(crate) fn invite(
        &self,
        by: Authority<'_>,
        email: &EmailAddress,
        target: &Target,
        change: &Change,
    ) -> Result<Issued, Error> {
        // An invitation gives a role away: it needs as much as giving one.
        by.demand_fresh(invite_permission(target), target.workspace(), change.at)?;
        self.control.write(|tx| {
            if let Some(known) = account::find_credentials(tx, email)? {
                let has_role = known.person.is_owner
                    || target.workspace().is_some_and(|workspace| {
                        account::memberships(tx, &known.person.id).is_ok_and(|all| {
                            all.iter()
                                .any(|membership| membership.workspace == *workspace)
                        })
                    });
                if has_role {
                    return Err(Error::NothingToDo);
                }
            }
            store::delete_invitation_to(tx, email, target.workspace())?;
            let purpose = Purpose::Invitation {
                email: email.clone(),
                target: target.clone(),
            };
            let issued = issue(tx, purpose, LINKS_LAST, change)?;
            let mut entry = Entry::new(Action::Invited, issued.link.id.as_str())
                .detail(email.as_str())
                .after(json!({ "role": target.role().name(), "expires": issued.link.expires }));
            if let Some(workspace) = target.workspace() {
                entry = entry.workspace(workspace);
            }
            audit::record(tx, change, &entry)?;
            Ok(issued)
        })
    }

    /// Makes a new link for an invitation; the old one stops working.
    pub(crate) fn invite_again(
        &self,
        by: Authority<'_>,
        id: &LinkId,
        change: &Change,
    ) -> Result<Issued, Error> {
        let link = self.control.read(|c| store::find(c, id))?;
        match link.map(|link| link.purpose) {
            Some(Purpose::Invitation { email, target }) => self.invite(by, &email, &target, change),
            _ => Err(Error::DeadLink),
        }
    }

    /// Makes an invitation worthless.
    pub(crate) fn withdraw(
        &self,
        by: Authority<'_>,
        id: &LinkId,
        change: &Change,
    ) -> Result<(), Error> {
        self.control.write(|tx| {
            let link = store::find(tx, id)?.ok_or(Error::DeadLink)?;
            let Purpose::Invitation { email, target } = link.purpose else {
                return Err(Error::DeadLink);
            };
            by.demand(invite_permission(&target), target.workspace())?;
            store::delete(tx, id)?;
            let mut entry =
                Entry::new(Action::InvitationWithdrawn, id.as_str()).detail(email.as_str());
            if let Some(workspace) = target.workspace() {
                entry = entry.workspace(workspace);
            }
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    /// Open invitations to a workspace, or (`None`) to the instance, also those that have expired, the newest first.
    pub(crate) fn invitations(
        &self,
        workspace: Option<&WorkspaceId>,
    ) -> Result<Vec<Invitation>, Error> {
        let links = self.control.read(|c| store::list(c))?;
        let of_here = links.into_iter().filter_map(|link| match link.purpose {
            Purpose::Invitation { email, target } if target.workspace() == workspace => {
                Some(Invitation {
                    id: link.id,
                    email,
                    target,
                    expires: link.expires,
                })
            }
            _ => None,
        });
        Ok(of_here.collect())
    }

    /// An account that exists takes the role that it was invited to. The session goes on under another token.
    pub(crate) fn accept(
        &self,
        who: &SignedIn,
        token: &LinkToken,
        change: &Change,
    ) -> Result<(Target, SessionToken), Error> {
        let link = self.find_link(token, change.at)?.ok_or(Error::DeadLink)?;
        let Purpose::Invitation { email, target } = link.purpose else {
            return Err(Error::DeadLink);
        };
        if email != who.person().email {
            return Err(Error::InvitedAnother);
        }
        let session = self.control.write(|tx| {
            use_up(tx, &link.id, change.at)?;
            match &target {
                Target::Instance => account::set_owner(tx, who.id(), true)?,
                Target::Workspace(membership) => {
                    account::set_role(tx, who.id(), &membership.workspace, membership.role)?;
                }
            }
            session::end_all_in(tx, who.id(), Some(who.session()))?;
            let session = session::renew(tx, who.session())?;
            let mut entry = Entry::new(Action::RoleGiven, who.id().as_str())
                .detail(who.person().name.as_str())
                .after(json!({ "role": target.role().name(), "by": "invitation" }));
            if let Some(workspace) = target.workspace() {
                entry = entry.workspace(workspace);
            }
            audit::record(tx, change, &entry)?;
            Ok::<_, Error>(session)
        })?;
        Ok((target, session))
    }

    /// Makes somebody's one-time codes and recovery codes worthless, ends their sessions, and makes the link with which they set new ones up.
    pub(crate) fn reset_totp(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        change: &Change,
    ) -> Result<Issued, Error> {
        by.demand_fresh(Permission::ManageAccounts, None, change.at)?;
        self.control.write(|tx| {
            let person = account::find(tx, who)?.ok_or(Error::Unknown)?;
            account::set_totp(tx, who, None)?;
            account::set_recovery_codes(tx, who, &[])?;
            session::end_all_in(tx, who, None)?;
            let purpose = if person.lacks_password {
                Purpose::NewBoth(who.clone())
            } else {
                Purpose::NewTotp(who.clone())
            };
            store::delete_resets(tx, who)?;
            let issued = issue(tx, purpose, LINKS_LAST, change)?;
            let entry = Entry::new(Action::TotpReset, who.as_str()).detail(person.name.as_str());
            audit::record(tx, change, &entry)?;
            Ok(issued)
        })
    }

    /// Makes somebody's password worthless, ends their sessions, and makes the link with which they choose a new one.
    pub(crate) fn reset_password(
        &self,
        by: Authority<'_>,
        who: &StaffId,
        change: &Change,
    ) -> Result<Issued, Error> {
        by.demand_fresh(Permission::ManageAccounts, None, change.at)?;
        self.control.write(|tx| {
            let person = account::find(tx, who)?.ok_or(Error::Unknown)?;
            account::set_password(tx, who, "")?;
            session::end_all_in(tx, who, None)?;
            let purpose = if person.lacks_totp {
                Purpose::NewBoth(who.clone())
            } else {
                Purpose::NewPassword(who.clone())
            };
            store::delete_resets(tx, who)?;
            let issued = issue(tx, purpose, LINKS_LAST, change)?;
            let entry =
                Entry::new(Action::PasswordReset, who.as_str()).detail(person.name.as_str());
            audit::record(tx, change, &entry)?;
            Ok(issued)
        })
    }
}

fn invite_permission(target: &Target) -> Permission {
    match target {
        Target::Instance => Permission::ManageAccounts,
        Target::Workspace(_) => Permission::ManageTeam,
    }
}

fn issue(
    tx: &Tx<'_>,
    purpose: Purpose,
    valid: SignedDuration,
    change: &Change,
) -> Result<Issued, Error> {
    let token = LinkToken::random();
    let link = Link {
        id: LinkId::random(),
        purpose,
        made_by: change.by.clone(),
        created: change.at.wall,
        expires: change.at.expiry + valid,
    };
    store::insert(tx, &link, &token.hash())?;
    Ok(Issued { link, token })
}

/// Whether a link can be used: its time is not over, and who made it still has the right to.
fn is_good(c: &Connection, link: &Link, now: Moment) -> Result<bool, db::Error> {
    Ok(now.expiry < link.expires && is_founded(c, link)?)
}

/// Whether the maker of a link may still make one like it.
fn is_founded(c: &Connection, link: &Link) -> Result<bool, db::Error> {
    let maker = match &link.made_by {
        Actor::Staff(maker) => maker,
        // Whoever has a shell on the machine loses that right outside of this program, and then it is time for other things.
        Actor::Operator { .. } | Actor::Program => return Ok(true),
        Actor::ApiKey(_) | Actor::Unknown => return Ok(false),
    };
    let Some(maker) = account::find(c, maker)?.filter(|maker| maker.disabled.is_none()) else {
        return Ok(false);
    };
    let (permission, workspace) = match &link.purpose {
        Purpose::Invitation { target, .. } => (invite_permission(target), target.workspace()),
        Purpose::Setup | Purpose::NewTotp(_) | Purpose::NewPassword(_) | Purpose::NewBoth(_) => {
            (Permission::ManageAccounts, None)
        }
    };
    if maker.is_owner {
        return Ok(Role::Owner.may(permission));
    }
    let Some(workspace) = workspace else {
        return Ok(false);
    };
    let memberships = account::memberships(c, &maker.id)?;
    Ok(memberships
        .iter()
        .any(|membership| membership.workspace == *workspace && membership.role.may(permission)))
}

/// Makes the links worthless whose maker has lost the right to make them. To be called by whatever takes a right.
pub(super) fn withdraw_unfounded(tx: &Tx<'_>, change: &Change) -> Result<(), Error> {
    for link in store::list(tx)? {
        if is_founded(tx, &link)? {
            continue;
        }
        store::delete(tx, &link.id)?;
        let (object, detail, workspace) = match &link.purpose {
            Purpose::Invitation { email, target } => {
                (link.id.as_str(), email.as_str(), target.workspace())
            }
            Purpose::NewTotp(staff) | Purpose::NewPassword(staff) | Purpose::NewBoth(staff) => {
                (staff.as_str(), "", None)
            }
            Purpose::Setup => (link.id.as_str(), "", None),
        };
        let mut entry = Entry::new(Action::InvitationWithdrawn, object)
            .detail(detail)
            .before(json!({ "made_by": link.made_by.to_string() }))
            .after(json!({ "because": "its maker has lost the right" }));
        if let Some(workspace) = workspace {
            entry = entry.workspace(workspace);
        }
        audit::record(tx, change, &entry)?;
    }
    Ok(())
}

/// Uses a link up. Of several parallel uses one gets here first, and the others find it dead.
pub(super) fn use_up(tx: &Tx<'_>, id: &LinkId, now: Moment) -> Result<(), Error> {
    match store::find(tx, id)? {
        Some(link) if is_good(tx, &link, now)? => Ok(store::delete(tx, id)?),
        _ => Err(Error::DeadLink),
    }
}

/// Forgets links long after they expired: until then a list shows that they did.
pub(super) fn purge(tx: &Tx<'_>, now: Moment) -> Result<(), Error> {
    Ok(store::purge(tx, now.deletion - KEPT)?)
}

/// Ends for good what has expired by the clock that ends things, before that clock is set back.
pub(super) fn end_expired(tx: &Tx<'_>, now: Moment) -> Result<(), Error> {
    Ok(store::purge(tx, now.expiry)?)
}
