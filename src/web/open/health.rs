//! `/health`: whether the instance does its work, in a word, for whoever watches over machines. The reasons are for staff, on the dashboard.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use crate::web::Shell;
use crate::web::error::Error;

/// `GET /health`: the vault answers, the disk takes writes, every workspace is up.
pub(in crate::web) async fn show(shell: web::Data<Shell>) -> HttpResponse {
    let troubles = shell.blocking(|app| Ok::<_, Error>(app.troubles()?)).await;
    let is_healthy =
        troubles.is_ok_and(|troubles| !troubles.iter().any(crate::app::Trouble::is_unhealthy));
    if is_healthy {
        plain(StatusCode::OK, "ok\n")
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}

/// `GET /health/live`: the process answers, whatever else it can do.
pub(in crate::web) async fn show_alive() -> HttpResponse {
    plain(StatusCode::OK, "ok\n")
}

fn plain(status: StatusCode, text: &'static str) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/plain")
        .body(text)
}
