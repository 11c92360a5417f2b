//! What the tests stand on.

mod command;
mod files;
mod http;
mod instance;
mod page;
mod process;
mod server;
mod shared;
mod staff;

pub(crate) use command::{EXECUTABLE, Finished, executable, run};
pub(crate) use files::{fingerprints, folder_of, questions, write};
pub(crate) use http::{Api, Reply, Slow, client, encoded, get, post_question};
pub(crate) use instance::Instance;
pub(crate) use page::{Element, Page};
pub(crate) use process::{children, eventually, is_running, kill};
pub(crate) use server::Server;
pub(crate) use shared::shared;
pub(crate) use staff::{Browser, PASSWORD, Staff, path_of, totp};
