//! `/dashboard`: where staff works.
//!
//! Pages are rendered here, whole, and work without a script for reading and forms; scripts add previews, uploads with progress and charts. Every route and who
//! may use it stand in one table ([`routes`]); [`gate`] checks it before a handler runs, and what is not in the table is refused.

mod account;
mod audit;
mod browser;
mod cookie;
mod desk;
mod enrolment;
mod form;
mod gaps;
mod gate;
mod keys;
mod knowledge;
mod live;
mod markdown;
mod moment;
mod names;
mod overview;
mod page;
mod people;
mod permissions;
mod playground;
mod prelude;
mod qr;
mod reset;
mod routes;
mod settings;
mod setup;
mod sign_in;
mod team;
mod workspaces;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{Scope, web};

use super::error::Error;
use crate::config::Config;
use page::PageError;
pub(super) use routes::{Access, ROUTES};

/// Bytes of a form: an article has at most half of it.
const MAX_FORM: usize = 4 * 1024 * 1024;

pub(super) fn scope(
    _: &Config,
) -> Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    web::scope("/dashboard")
        .wrap(from_fn(gate::check))
        .app_data(
            web::FormConfig::default()
                .limit(MAX_FORM)
                .error_handler(|_, _| malformed("the form could not be read, or is too long")),
        )
        // The gate reads the body of a form, to find its token.
        .app_data(web::PayloadConfig::new(MAX_FORM))
        .app_data(
            web::QueryConfig::default()
                .error_handler(|_, _| malformed("the address has a part that is not understood")),
        )
        .configure(routes::register)
        .default_service(web::to(page::not_found))
}

fn malformed(message: &str) -> actix_web::Error {
    PageError(Error::new(StatusCode::BAD_REQUEST, "malformed", message)).into()
}
