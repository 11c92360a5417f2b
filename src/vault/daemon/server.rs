//! Answers requests, one thread for each connection.

use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Keyring, Postman, totp};
use crate::ipc::{Connection, Listener};
use crate::secret::Key;
use crate::vault::{Database, LIMITS, Refusal, Request, Response, WireKey};

/// What the vault works with.
pub(crate) struct Vault {
    keyring: Keyring,
    postman: Postman,
}

impl Vault {
    pub(crate) fn new(keyring: Keyring, postman: Postman) -> Self {
        Self { keyring, postman }
    }
}

/// Connections at a time. A web process holds one.
const MAX_CONNECTIONS: usize = 32;

/// Serves connections until the process is ended.
pub(crate) fn serve_listener(listener: &Listener, vault: Vault) -> std::io::Error {
    let vault = Arc::new(vault);
    let open = Arc::new(AtomicUsize::new(0));
    loop {
        let stream = match listener.accept() {
            Ok(stream) => stream,
            Err(error) => return error,
        };
        if open.load(Ordering::Relaxed) >= MAX_CONNECTIONS {
            tracing::warn!(MAX_CONNECTIONS, "refused a connection: too many are open");
            continue;
        }
        open.fetch_add(1, Ordering::Relaxed);
        let (vault, done) = (Arc::clone(&vault), Arc::clone(&open));
        std::thread::spawn(move || {
            serve_connection(stream, &vault);
            done.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// Answers one peer until it is done. What is not part of the protocol ends the connection.
pub(crate) fn serve_connection(stream: UnixStream, vault: &Vault) {
    let mut connection = Connection::new(stream, LIMITS);
    loop {
        let served = match connection.next_request::<Request>() {
            Ok(Some(request)) => connection.send(&answer(vault, &request)),
            Ok(None) => return,
            Err(error) => Err(error),
        };
        if let Err(error) = served {
            tracing::warn!(%error, "ended a connection");
            return;
        }
    }
}

fn answer(vault: &Vault, request: &Request) -> Response {
    let keyring = &vault.keyring;
    let done = match request {
        Request::Create { database } => parse(database)
            .and_then(|name| keyring.create_key(&name))
            .map(|key| wire(&key)),
        Request::Open { database } => parse(database)
            .and_then(|name| keyring.key(&name))
            .map(|key| wire(&key)),
        Request::Destroy { database } => parse(database)
            .and_then(|name| keyring.destroy_key(&name))
            .map(|()| Response::Destroyed),
        Request::SealTotp { account, secret } => {
            Ok(Response::Sealed(totp::seal(keyring, account, secret)))
        }
        Request::CheckTotp {
            account,
            sealed,
            code,
            at_s,
        } => totp::check(keyring, account, sealed, code, *at_s).map(Response::Step),
        Request::Send { letter } => vault
            .postman
            .send(letter)
            .map(Response::Delivered)
            .map_err(Refusal::NotSent),
    };
    done.unwrap_or_else(Response::Refused)
}

fn parse(name: &str) -> Result<Database, Refusal> {
    Database::parse(name).ok_or(Refusal::BadName)
}

fn wire(key: &Key) -> Response {
    Response::DatabaseKey(WireKey(*key.expose()))
}
