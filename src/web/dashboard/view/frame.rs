//! What surrounds every page of somebody who is signed in.

use super::{Html, at, hidden_field};
use crate::staff::Permission;

/// Where a page stands in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web::dashboard) enum Place {
    Overview,
    Knowledge,
    Reviews,
    Approved,
    Playground,
    Gaps,
    Team,
    Keys,
    Settings,
    Audit,
    Account,
    People,
    Workspaces,
    System,
    InstanceAudit,
    Permissions,
    Elsewhere,
}

/// What waits, as numbers beside the navigation.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::web::dashboard) struct Badges {
    pub open_gaps: usize,
    pub reviews: usize,
}

pub(in crate::web::dashboard) struct Frame {
    pub person: String,
    pub email: String,
    pub role: &'static str,
    /// The workspace that the page is about.
    pub workspace: Option<String>,
    /// Those that the person may open, by name.
    pub workspaces: Vec<String>,
    pub csrf: String,
    pub place: Place,
    pub notice: Option<&'static str>,
    pub badges: Badges,
    /// Of this page, to come back to.
    pub path: String,
    pub is_owner: bool,
    pub may: Vec<Permission>,
    /// What keeps the instance from working, for those who see to that.
    pub troubles: Vec<String>,
}

impl Frame {
    pub(in crate::web::dashboard) fn may(&self, permission: Permission) -> bool {
        self.may.contains(&permission)
    }

    /// The name of the workspace, on pages that have one.
    pub(in crate::web::dashboard) fn name(&self) -> &str {
        self.workspace.as_deref().unwrap_or_default()
    }

    /// The address of the workspace.
    pub(in crate::web::dashboard) fn base(&self) -> String {
        at(&format!("/dashboard/w/{}", self.name()))
    }

    /// The token that every form carries.
    pub(in crate::web::dashboard) fn csrf_field(&self) -> Html {
        hidden_field("csrf", &self.csrf)
    }
}
