//! `/`: leads to where most people want to go.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::web::Shell;
use crate::web::address::at;
use crate::web::error::Error;
use crate::web::failure;

/// `GET /`: to the help page of the workspace that the configuration names, or of the only one; else to the dashboard.
pub(in crate::web) async fn show(shell: web::Data<Shell>) -> HttpResponse {
    let place = shell.blocking(home).await;
    match place {
        Ok(place) => HttpResponse::Found()
            .insert_header((LOCATION, at(&place)))
            .finish(),
        Err(error) => failure::for_visitors(&error),
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
