//! The vault process: reads the root key, unwraps database keys, checks one-time codes, sends letters, answers its socket.

mod keyring;
mod postman;
mod root_key;
mod server;
mod totp;

pub(crate) use keyring::{Error as KeyringError, Keyring};
pub(crate) use postman::Postman;
#[cfg(test)]
pub(crate) use root_key::Error as RootKeyError;
pub(crate) use root_key::{Provider, RootKey};
pub(crate) use server::{Vault, serve_connection, serve_listener};
