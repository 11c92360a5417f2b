//! Answers requests, one thread for each connection.

use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Vault, totp};
use crate::ipc::{Connection, Listener};
use crate::secret::Key;
use crate::vault::{Database, LIMITS, Refusal, Request, Response, WireKey};

/// Connections at a time. A web process holds a few.
const MAX_CONNECTIONS: usize = 32;

/// Serves connections until the process is ended.
pub(crate) fn serve_listener(listener: &Listener, vault: &Arc<Vault>) -> std::io::Error {
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
        let (vault, done) = (Arc::clone(vault), Arc::clone(&open));
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
    let done = match request {
        Request::Create { database } => parse(database)
            .and_then(|name| vault.create_key(&name))
            .map(|key| wire(&key)),
        Request::Created { database } => parse(database)
            .and_then(|name| vault.note_created(&name))
            .map(|()| Response::Done),
        Request::Open { database } => parse(database)
            .and_then(|name| vault.key(&name))
            .map(|key| wire(&key)),
        Request::Destroy { database } => parse(database)
            .and_then(|name| vault.destroy_key(&name))
            .map(|()| Response::Done),
        Request::Databases { after } => vault.databases(after).map(Response::Databases),
        Request::SealTotp { account, secret } => Ok(Response::Sealed(totp::seal(
            &vault.keyring,
            account,
            secret,
        ))),
        Request::CheckTotp {
            account,
            sealed,
            code,
        } => vault.check_totp(account, sealed, code).map(Response::Step),
        Request::Send { letter } => vault.send(letter).map(Response::Delivered),
        Request::Clock => Ok(Response::Clock {
            expiry_ms: vault.clock.now().expiry.as_millisecond(),
        }),
        Request::AcceptClock => vault.accept_clock().map(|()| Response::Done),
    };
    done.unwrap_or_else(Response::Refused)
}

fn parse(name: &str) -> Result<Database, Refusal> {
    Database::parse(name).ok_or(Refusal::BadName)
}

fn wire(key: &Key) -> Response {
    Response::DatabaseKey(WireKey(*key.expose()))
}
