//! A connection to the vault.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Database, LIMITS, Refusal, Request, Response};
use crate::ipc::{self, Connection};
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
            Response::Refused(refusal) => Err(refusal.into()),
            Response::DatabaseKey(_) => Err(ipc::Error::Malformed.into()),
        }
    }

    fn key(&self, request: &Request) -> Result<Key, Error> {
        match self.ask(request)? {
            Response::DatabaseKey(key) => Ok(Key::new(key.0)),
            Response::Refused(refusal) => Err(refusal.into()),
            Response::Destroyed => Err(ipc::Error::Malformed.into()),
        }
    }

    fn ask(&self, request: &Request) -> Result<Response, Error> {
        let mut slot = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let kept = slot.take();
        // A connection goes back only after a whole exchange: a late answer must never meet the next question.
        let mut exchange = |mut connection: Connection| {
            let response = connection
                .send(request)
                .and_then(|()| connection.receive())?;
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
