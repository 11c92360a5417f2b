//! Settings of a workspace.

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
}

/// `GET /dashboard/w/{workspace}/settings`
pub(in crate::web) async fn form(desk: Desk) -> PageResult {
    let settings = desk
        .run_in(|_, workspace| Ok(settings::get(&workspace.db)?))
        .await?;
    Ok(render(&SettingsPage {
        frame: desk.frame(Place::Settings),
        settings,
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
