//! The table of roles and permissions, as the code has it.

use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(
    path = "dashboard/people/permissions.html",
    config = "assets/askama.toml"
)]
struct PermissionsPage {
    frame: Frame,
}

/// `GET /dashboard/permissions`
pub(in crate::web) async fn show(desk: Desk) -> PageResult {
    Ok(render(&PermissionsPage {
        frame: desk.frame(Place::Permissions),
    }))
}

impl PermissionsPage {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a template gives references"
    )]
    fn allows(role: &Role, permission: &Permission) -> bool {
        role.may(*permission)
    }
}
