//! `/`: leads to where most people want to go.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};

use super::Shell;
use super::error::Error;
use super::{help, view};
use crate::app::App;

/// `GET /`: to the help page of the workspace that the configuration names, or of the only one; else to the dashboard.
pub(super) async fn show(shell: web::Data<Shell>) -> HttpResponse {
    let place = shell.blocking(home).await;
    match place {
        Ok(place) => HttpResponse::Found()
            .insert_header((LOCATION, view::at(&place)))
            .finish(),
        Err(error) => help::failure(&error),
    }
}

fn home(app: &App) -> Result<String, Error> {
    let dashboard = "/dashboard".to_owned();
    if !app.config.help.enabled {
        return Ok(dashboard);
    }
    if let Some(name) = &app.config.help.home {
        return Ok(format!("/help/{name}"));
    }
    Ok(match &app.workspaces()?[..] {
        [only] => format!("/help/{}", only.name),
        _ => dashboard,
    })
}
