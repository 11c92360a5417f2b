//! Settings of a workspace.

use crate::knowledge::review::PUBLISHERS_NEEDED;
use crate::knowledge::settings::{self, Settings};
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(
    path = "dashboard/workspace/settings.html",
    config = "assets/askama.toml"
)]
struct SettingsPage {
    frame: Frame,
    settings: Settings,
    /// How many people may publish.
    publishers: usize,
}

impl SettingsPage {
    fn is_in_force(&self) -> bool {
        self.publishers >= PUBLISHERS_NEEDED
    }
}

/// `GET /dashboard/w/{workspace}/settings`
pub(in crate::web) async fn form(desk: Desk) -> PageResult {
    let (settings, publishers) = desk
        .run_in(|app, workspace| {
            let workspace_id = &workspace.register.id;
            let publishers = app
                .accounts
                .count_who_may(Permission::Publish, workspace_id)?;
            Ok((settings::get(&workspace.db)?, publishers))
        })
        .await?;
    Ok(render(&SettingsPage {
        frame: desk.frame(Place::Settings),
        settings,
        publishers,
    }))
}

#[derive(Deserialize)]
pub(in crate::web) struct SettingsForm {
    #[serde(default)]
    needs_reviewer: String,
}

/// `POST /dashboard/w/{workspace}/settings`
pub(in crate::web) async fn save(desk: Desk, form: Form<SettingsForm>) -> PageResult {
    let (change, settings) = (
        desk.change(),
        Settings {
            needs_reviewer: !form.needs_reviewer.is_empty(),
        },
    );
    desk.run_in(move |_, workspace| Ok(settings::set(&workspace.db, settings, &change)?))
        .await?;
    Ok(done(&desk.at("/settings"), Notice::SettingsSaved))
}
