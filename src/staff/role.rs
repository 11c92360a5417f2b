//! What people may do: one table.
//!
//! A role includes those below it, so a permission is told by the lowest role that has it. *Owner* is a role of the whole instance and holds in every
//! workspace; the others are given per workspace.

use std::fmt;
use std::str::FromStr;

/// From the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Role {
    Viewer,
    Member,
    Admin,
    Owner,
}

impl Role {
    /// From the most to the least.
    pub(crate) const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Viewer];
    /// Those that are given per workspace, from the least to the most.
    pub(crate) const OF_A_WORKSPACE: [Self; 3] = [Self::Viewer, Self::Member, Self::Admin];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// As it is shown.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Member => "Member",
            Self::Viewer => "Viewer",
        }
    }

    /// Who that is, in one sentence.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Owner => "runs the instance: every workspace, every account",
            Self::Admin => "runs the workspace: its team, keys and settings",
            Self::Member => "works on the knowledge: articles, documents, answers, gaps",
            Self::Viewer => "looks and asks, and changes nothing",
        }
    }

    pub(crate) fn may(self, permission: Permission) -> bool {
        self >= permission.lowest_role()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a role: owner, admin, member or viewer is expected")]
pub(crate) struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or(UnknownRole)
    }
}

macro_rules! permissions {
    ($($variant:ident, $lowest:ident: $text:literal;)+) => {
        /// Something that not everybody may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Permission { $($variant),+ }

        impl Permission {
            /// In the order of the table.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            pub(crate) const fn lowest_role(self) -> Role {
                match self { $(Self::$variant => Role::$lowest),+ }
            }

            /// What it lets people do.
            pub(crate) const fn describe(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

permissions! {
    ReadOverview, Viewer: "See the overview: questions per day, open gaps, the state of the system";
    ReadKnowledge, Viewer: "Read documents, articles with their versions, and approved answers";
    AskInPlayground, Viewer: "Ask in the playground and see the evidence of an answer";
    ReadGaps, Viewer: "See what visitors asked in vain";
    ReadTeam, Viewer: "See who is on the team";
    WriteArticles, Member: "Write articles and submit them for review";
    Publish, Member: "Review, publish and withdraw what others wrote or handed in";
    ManageDocuments, Member: "Upload documents, change their labels and dates";
    ManageApproved, Member: "Write, change and remove approved answers";
    WorkOnGaps, Member: "Answer and dismiss gaps";
    RemoveKnowledge, Admin: "Delete documents and articles";
    ManageTeam, Admin: "Invite people to the workspace, change their roles, remove them from it";
    ManageKeys, Admin: "Make and revoke API keys";
    ManageSettings, Admin: "Change the settings of the workspace";
    ReadAudit, Admin: "Read the workspace's audit log";
    Export, Admin: "Export the workspace's knowledge and audit log";
    ManageAccounts, Owner: "Make owners; disable and enable accounts; reset passwords and one-time codes";
    ManageWorkspaces, Owner: "Make, rename and delete workspaces";
    ReadSystem, Owner: "See how the system is doing, confirm its clock, check its databases";
    ReadInstanceAudit, Owner: "Read and export the audit log of the instance";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_includes_those_below_it() {
        for permission in Permission::ALL {
            let mut may = false;
            for role in [Role::Viewer, Role::Member, Role::Admin, Role::Owner] {
                assert!(!may || role.may(*permission), "{role} {permission:?}");
                may = role.may(*permission);
            }
            assert!(may, "an owner may {permission:?}");
        }
    }

    #[test]
    fn a_viewer_changes_nothing() {
        let may: Vec<_> = Permission::ALL
            .iter()
            .filter(|permission| Role::Viewer.may(**permission))
            .collect();
        assert!(may.iter().all(|permission| {
            let text = permission.describe();
            ["See", "Read", "Ask"]
                .iter()
                .any(|verb| text.starts_with(verb))
        }));
    }
}
