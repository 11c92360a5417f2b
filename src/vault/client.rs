//! A connection to the vault.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{
    Database, Delivery, LETTER_LIMITS, LIMITS, Letter, Refusal, Request, Response, TotpSecret,
};
use crate::ipc::{self, Connection, Limits};
use crate::secret::Key;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the vault does not answer at {}", path.display())]
    Unreachable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("talking to the vault")]
    Ipc(#[from] ipc::Error),
}

/// Talks to a vault process. One request at a time; a connection that broke is made anew.
pub(crate) struct Client {
    peer: Peer,
    connection: Mutex<Option<Connection>>,
}

enum Peer {
    /// A vault that listens.
    Socket(PathBuf),
    /// A vault that was started for this client and has no other.
    Private,
}

impl Client {
    /// Connects to the vault that listens at `path`.
    pub(crate) fn connect(path: &Path) -> Result<Self, Error> {
        let client = Self {
            peer: Peer::Socket(path.to_owned()),
            connection: Mutex::new(None),
        };
        let first = client.reconnect()?;
        *client
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(first);
        Ok(client)
    }

    /// Talks to a vault over a connection that exists.
    pub(crate) fn over(stream: UnixStream) -> Self {
        Self {
            peer: Peer::Private,
            connection: Mutex::new(Some(Connection::new(stream, LIMITS))),
        }
    }

    pub(crate) fn create_database_key(&self, database: &Database) -> Result<Key, Error> {
        self.key(&Request::Create {
            database: database.to_string(),
        })
    }

    pub(crate) fn database_key(&self, database: &Database) -> Result<Key, Error> {
        self.key(&Request::Open {
            database: database.to_string(),
        })
    }

    pub(crate) fn destroy_database_key(&self, database: &Database) -> Result<(), Error> {
        match self.ask(&Request::Destroy {
            database: database.to_string(),
        })? {
            Response::Destroyed => Ok(()),
            _ => Err(ipc::Error::Malformed.into()),
        }
    }

    /// Seals the secret of an account's one-time codes, for storage.
    pub(crate) fn seal_totp(&self, account: &str, secret: &TotpSecret) -> Result<Vec<u8>, Error> {
        match self.ask(&Request::SealTotp {
            account: account.to_owned(),
            secret: secret.clone(),
        })? {
            Response::Sealed(sealed) => Ok(sealed),
            _ => Err(ipc::Error::Malformed.into()),
        }
    }

    /// The time step that `code` is of, when it is right now or was at most one step ago or will be in one.
    pub(crate) fn check_totp(
        &self,
        account: &str,
        sealed: &[u8],
        code: &str,
        at_s: u64,
    ) -> Result<Option<u64>, Error> {
        match self.ask(&Request::CheckTotp {
            account: account.to_owned(),
            sealed: sealed.to_vec(),
            code: code.to_owned(),
            at_s,
        })? {
            Response::Step(step) => Ok(step),
            _ => Err(ipc::Error::Malformed.into()),
        }
    }

    /// Sends a letter. Takes as long as the mail server does, over a connection of its own where there can be one, so that no question waits for it.
    pub(crate) fn send(&self, letter: Letter) -> Result<Delivery, Error> {
        let request = Request::Send { letter };
        let response = match &self.peer {
            Peer::Private => self.exchange(&request, LETTER_LIMITS)?,
            Peer::Socket(_) => {
                let mut connection = self.reconnect()?;
                connection.send(&request)?;
                connection.receive_within(LETTER_LIMITS)?
            }
        };
        match response {
            Response::Delivered(delivery) => Ok(delivery),
            Response::Refused(refusal) => Err(refusal.into()),
            _ => Err(ipc::Error::Malformed.into()),
        }
    }

    fn key(&self, request: &Request) -> Result<Key, Error> {
        match self.ask(request)? {
            Response::DatabaseKey(key) => Ok(Key::new(key.0)),
            _ => Err(ipc::Error::Malformed.into()),
        }
    }

    fn ask(&self, request: &Request) -> Result<Response, Error> {
        match self.exchange(request, LIMITS)? {
            Response::Refused(refusal) => Err(refusal.into()),
            response => Ok(response),
        }
    }

    fn exchange(&self, request: &Request, limits: Limits) -> Result<Response, Error> {
        let mut slot = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let kept = slot.take();
        // A connection goes back only after a whole exchange: a late answer must never meet the next question.
        let mut exchange = |mut connection: Connection| {
            let response = connection
                .send(request)
                .and_then(|()| connection.receive_within(limits))?;
            *slot = Some(connection);
            Ok(response)
        };
        match kept.map(&mut exchange) {
            Some(Ok(response)) => Ok(response),
            // The vault was started again since the last request.
            Some(Err(ipc::Error::Closed)) | None => Ok(exchange(self.reconnect()?)?),
            Some(Err(error)) => Err(error.into()),
        }
    }

    fn reconnect(&self) -> Result<Connection, Error> {
        match &self.peer {
            Peer::Socket(path) => {
                let stream = ipc::connect(path).map_err(|source| Error::Unreachable {
                    path: path.clone(),
                    source,
                })?;
                Ok(Connection::new(stream, LIMITS))
            }
            Peer::Private => Err(ipc::Error::Closed.into()),
        }
    }
}
