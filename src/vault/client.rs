//! A connection to the vault.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;

use super::{
    Database, Delivery, LETTER_LIMITS, LIMITS, Letter, Refusal, Request, Response, Standing,
    TotpSecret, TotpStep,
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
    /// Something is wrong with the file of a key.
    #[error("vault/keys/{database}.json in the data folder: {refusal}")]
    KeyFile {
        database: Database,
        refusal: Refusal,
    },
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
        *client.connection.lock() = Some(first);
        Ok(client)
    }

    /// Talks to a vault over a connection that exists.
    pub(crate) fn over(stream: UnixStream) -> Self {
        Self {
            peer: Peer::Private,
            connection: Mutex::new(Some(Connection::new(stream, LIMITS))),
        }
    }

    /// Makes the key of a new database. [`Client::database_was_created`] has to follow when its file is whole.
    pub(crate) fn create_database_key(&self, database: &Database) -> Result<Key, Error> {
        let name = database.to_string();
        self.key(database, &Request::Create { database: name })
    }

    /// From now on, the database exists.
    pub(crate) fn database_was_created(&self, database: &Database) -> Result<(), Error> {
        self.done(&Request::Created {
            database: database.to_string(),
        })
    }

    pub(crate) fn database_key(&self, database: &Database) -> Result<Key, Error> {
        let name = database.to_string();
        self.key(database, &Request::Open { database: name })
    }

    /// Destroys the key of a workspace.
    pub(crate) fn destroy_database_key(&self, database: &Database) -> Result<(), Error> {
        self.done(&Request::Destroy {
            database: database.to_string(),
        })
    }

    /// The databases that the vault knows.
    pub(crate) fn databases(&self) -> Result<Vec<(Database, Standing)>, Error> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let Response::Databases(some) = self.ask(&Request::Databases { after })? else {
                return Err(ipc::Error::Malformed.into());
            };
            let Some((last, _)) = some.last() else {
                return Ok(all);
            };
            let next = last.clone();
            for (name, standing) in some {
                let database = Database::parse(&name).ok_or(ipc::Error::Malformed)?;
                all.push((database, standing));
            }
            after = next;
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
    ///
    /// # Errors
    /// [`Refusal::TooManyCodes`] after too many wrong ones.
    pub(crate) fn check_totp(
        &self,
        account: &str,
        sealed: &[u8],
        code: &str,
    ) -> Result<Option<TotpStep>, Error> {
        match self.ask(&Request::CheckTotp {
            account: account.to_owned(),
            sealed: sealed.to_vec(),
            code: code.to_owned(),
        })? {
            Response::Step(step) => Ok(step),
            _ => Err(ipc::Error::Malformed.into()),
        }
    }

    /// By which time the vault says that things have expired.
    pub(crate) fn clock(&self) -> Result<Timestamp, Error> {
        match self.ask(&Request::Clock)? {
            Response::Clock { expiry_ms } => {
                Timestamp::from_millisecond(expiry_ms).map_err(|_| ipc::Error::Malformed.into())
            }
            _ => Err(ipc::Error::Malformed.into()),
        }
    }

    /// Somebody who may has looked at the machine's clock: it is right.
    pub(crate) fn accept_clock(&self) -> Result<(), Error> {
        self.done(&Request::AcceptClock)
    }

    /// Whether the vault answers within `deadline`, over a connection of its own: whoever waits for it elsewhere is no concern of this.
    pub(crate) fn answers_within(&self, deadline: Duration) -> bool {
        let limits = Limits { deadline, ..LIMITS };
        let answered = match &self.peer {
            Peer::Private => return true,
            Peer::Socket(_) => self.reconnect().and_then(|mut connection| {
                connection.send(&Request::Clock)?;
                Ok(connection.receive_within::<Response>(limits)?)
            }),
        };
        matches!(answered, Ok(Response::Clock { .. }))
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

    fn done(&self, request: &Request) -> Result<(), Error> {
        match self.ask(request)? {
            Response::Done => Ok(()),
            _ => Err(ipc::Error::Malformed.into()),
        }
    }

    fn key(&self, database: &Database, request: &Request) -> Result<Key, Error> {
        match self.ask(request) {
            Ok(Response::DatabaseKey(key)) => Ok(Key::new(key.0)),
            Ok(_) => Err(ipc::Error::Malformed.into()),
            Err(Error::Refused(refusal @ (Refusal::LostKey | Refusal::BrokenKey))) => {
                Err(Error::KeyFile {
                    database: database.clone(),
                    refusal,
                })
            }
            Err(error) => Err(error),
        }
    }

    fn ask(&self, request: &Request) -> Result<Response, Error> {
        match self.exchange(request, LIMITS)? {
            Response::Refused(refusal) => Err(refusal.into()),
            response => Ok(response),
        }
    }

    fn exchange(&self, request: &Request, limits: Limits) -> Result<Response, Error> {
        let mut slot = self.connection.lock();
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
