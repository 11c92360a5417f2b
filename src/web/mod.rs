//! The web process: HTTPS, and the surfaces behind it.
//!
//! Surfaces differ in who stands before them, and so have folders of their own: `api/` (keys), `dashboard/` (staff), `help/` (anyone). Every address
//! and who may use it stand in one table ([`routes`]). The domains are synchronous; [`Shell`] is the one way from a request into them, and says no when
//! too many wait.

mod address;
mod api;
mod assets;
mod client;
mod connection;
mod dashboard;
mod documented;
mod entry;
mod error;
mod failure;
mod headers;
mod help;
mod html;
mod load;
mod open;
mod reading;
mod route;
mod routes;
mod server;
mod shell;
#[cfg(test)]
mod tests;
mod tls;
mod view;

pub(crate) use route::Access;
pub(crate) use routes::table as routes;
pub(crate) use server::{Server, lock_folder};
pub(crate) use tls::Error as TlsError;

use shell::Shell;
