//! The vault process: reads the root key, unwraps database keys, answers its socket.

mod keyring;
mod root_key;
mod server;

pub(crate) use keyring::{Error as KeyringError, Keyring};
#[cfg(test)]
pub(crate) use root_key::Error as RootKeyError;
pub(crate) use root_key::{Provider, RootKey};
pub(crate) use server::{serve_connection, serve_listener};
