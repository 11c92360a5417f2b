//! `/dashboard`: where staff works.
//!
//! Pages are rendered here, whole, and work without a script for reading and forms; scripts add previews, uploads with progress and charts. [`gate`] checks,
//! before a handler runs, what the table of routes says of it. The wings are by subject: one's own [`account`], [`people`], a [`workspace`] and its
//! [`knowledge`]; below them lie who is there ([`context`]) and what pages are made of ([`view`]).

pub(super) mod account;
mod context;
mod gate;
pub(super) mod knowledge;
pub(super) mod people;
mod prelude;
mod view;
pub(super) mod workspace;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{Scope, web};

use super::error::Error;
use view::response::PageError;

/// Bytes of a form. An article has at most 1 MiB; kept over a sign-in, every byte of it may be written as `%25C3`.
const MAX_FORM: usize = 6 * 1024 * 1024;

pub(super) fn scope() -> Scope<
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
        // The gate reads the body of a form, to find its token.
        .app_data(web::PayloadConfig::new(MAX_FORM))
        .app_data(
            web::QueryConfig::default()
                .error_handler(|_, _| malformed("the address has a part that is not understood")),
        )
}

fn malformed(message: &str) -> actix_web::Error {
    PageError(Error::new(StatusCode::BAD_REQUEST, "malformed", message)).into()
}
