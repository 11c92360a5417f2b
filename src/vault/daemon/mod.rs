//! The vault process: reads the root key, unwraps database keys, checks one-time codes, sends letters, answers its socket.
//!
//! What it has to remember is in a database of its own, `vault/vault.db`, whose key nobody else gets: which databases exist, wrong codes, how many
//! letters went out, and what is known of the time.

mod keyring;
mod mailer;
mod outbox;
mod root_key;
mod server;
mod store;
mod totp;

use jiff::{SignedDuration, Timestamp};

#[cfg(test)]
pub(crate) use keyring::Error as KeyringError;
pub(crate) use keyring::Keyring;
pub(crate) use mailer::Mailer;
#[cfg(test)]
pub(crate) use root_key::Error as RootKeyError;
pub(crate) use root_key::{Provider, RootKey};
pub(crate) use server::{serve_connection, serve_listener};

use super::{Database, Delivery, Letter, Refusal, Standing, TotpStep, Undelivered};
use crate::clock::{Guard, GuardedClock};
use crate::db::{self, Db, schema};
use crate::secret::Key;
use crate::telemetry;

/// The name of the vault's own key. It is no [`Database`]: nobody can ask for it.
const OWN: &str = "vault";
/// Under which the vault's database keeps what is known of the time.
const CLOCK: &str = "clock";
const READERS: u32 = 4;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error("{}: {refusal}", path.display())]
    Key {
        path: std::path::PathBuf,
        refusal: Refusal,
    },
}

/// What the vault works with.
pub(crate) struct Vault {
    keyring: Keyring,
    mailer: Mailer,
    db: Db,
    clock: GuardedClock,
}

impl Vault {
    /// Makes the vault's database of a new instance.
    pub(crate) fn create(keyring: Keyring, mailer: Mailer) -> Result<Self, Error> {
        let key = keyring
            .create_key(OWN)
            .map_err(|refusal| key_error(&keyring, refusal))?;
        let db = Db::create(&keyring.database(), &key, &schema::VAULT, READERS)?;
        Self::over(keyring, mailer, db)
    }

    /// Opens the vault of an instance that exists.
    pub(crate) fn open(keyring: Keyring, mailer: Mailer) -> Result<Self, Error> {
        let key = keyring.key(OWN).map_err(|refusal| match refusal {
            Refusal::UnknownDatabase => key_error(&keyring, Refusal::LostKey),
            other => key_error(&keyring, other),
        })?;
        let db = Db::open(&keyring.database(), &key, &schema::VAULT, READERS)?;
        Self::over(keyring, mailer, db)
    }

    fn over(keyring: Keyring, mailer: Mailer, db: Db) -> Result<Self, Error> {
        let kept: Option<Guard> = db.read(|c| db::find_json(c, CLOCK))?;
        let vault = Self {
            keyring,
            mailer,
            db,
            clock: GuardedClock::resume(kept),
        };
        Ok(vault)
    }

    /// Puts the vault's clock to a moment, where it stays.
    #[cfg(test)]
    pub(crate) fn set_clock(&self, at: Timestamp) {
        self.clock.set(at);
    }

    /// To be called once a minute: keeps what is known of the time, and deletes letters whose links are over.
    pub(crate) fn look_after(&self) {
        let kept = if self.clock.guard().has_lasted() {
            self.accept()
        } else {
            self.keep_clock()
        };
        if let Err(error) = kept {
            tracing::error!(
                cause = telemetry::chain(&error),
                "the vault's clock could not be kept"
            );
        }
        if let Err(error) = self.db.checkpoint() {
            tracing::error!(
                cause = telemetry::chain(&error),
                "the vault's database could not be put in order"
            );
        }
        let now = self.clock.now();
        if let Err(error) = self.db.forget_snapshots(now.deletion - db::SNAPSHOTS_KEPT) {
            tracing::error!(%error, "an old snapshot of the vault's database could not be deleted");
        }
        self.mailer.purge(now);
    }

    fn keep_clock(&self) -> Result<(), db::Error> {
        let guard = self.clock.guard();
        self.db.write(|tx| db::set_json(tx, CLOCK, &guard))
    }

    fn create_key(&self, database: &Database) -> Result<Key, Refusal> {
        let now = self.clock.now().wall;
        // The entry first: a key of which nothing is known would be an orphan for ever.
        self.db
            .write(|tx| {
                if store::find_standing(tx, database)?.is_some() {
                    return Ok(Err(Refusal::KeyExists));
                }
                store::insert(tx, database, now)?;
                Ok(Ok(()))
            })
            .map_err(|error: db::Error| storage(&error))??;
        let made = self.keyring.create_key(&database.to_string());
        if made.is_err() {
            let forgotten = self.db.write(|tx| store::delete(tx, database));
            forgotten.map_err(|error| storage(&error))?;
        }
        made
    }

    fn note_created(&self, database: &Database) -> Result<(), Refusal> {
        let is_known = self
            .db
            .write(|tx| store::set_exists(tx, database))
            .map_err(|error| storage(&error))?;
        is_known.then_some(()).ok_or(Refusal::UnknownDatabase)
    }

    fn key(&self, database: &Database) -> Result<Key, Refusal> {
        let standing = self
            .db
            .read(|c| store::find_standing(c, database))
            .map_err(|error: db::Error| storage(&error))?;
        match (standing, self.keyring.key(&database.to_string())) {
            (None, _) => Err(Refusal::UnknownDatabase),
            (Some(_), Err(Refusal::UnknownDatabase)) => Err(Refusal::LostKey),
            (Some(_), key) => key,
        }
    }

    fn destroy_key(&self, database: &Database) -> Result<(), Refusal> {
        if *database == Database::Control {
            return Err(Refusal::Indestructible);
        }
        // The key first: what is destroyed is not brought back by a power cut.
        let destroyed = self.keyring.destroy_key(&database.to_string());
        let was_known = self
            .db
            .write(|tx| store::delete(tx, database))
            .map_err(|error| storage(&error))?;
        match destroyed {
            Err(Refusal::UnknownDatabase) if was_known => Ok(()),
            other => other,
        }
    }

    fn databases(&self, after: &str) -> Result<Vec<(String, Standing)>, Refusal> {
        self.db
            .read(|c| store::list(c, after, MOST_LISTED))
            .map_err(|error: db::Error| storage(&error))
    }

    fn check_totp(
        &self,
        account: &str,
        sealed: &[u8],
        code: &str,
    ) -> Result<Option<TotpStep>, Refusal> {
        totp::check(
            &self.keyring,
            &self.db,
            account,
            sealed,
            code,
            self.clock.now(),
        )
    }

    /// Sends a letter, unless too many went out lately. It counts before it goes.
    fn send(&self, letter: &Letter) -> Result<Delivery, Refusal> {
        let now = self.clock.now();
        let message = self
            .mailer
            .write(letter, now.wall)
            .map_err(Refusal::NotSent)?;
        let wait = self
            .db
            .write(|tx| {
                let sent = store::letters_since(tx, now.expiry - DAY)?;
                let wait = wait_for_letter(&sent, self.mailer.limits(), now.expiry);
                if wait.is_none() {
                    store::insert_letter(tx, now.expiry, now.expiry - DAY)?;
                }
                Ok(wait)
            })
            .map_err(|error: db::Error| storage(&error))?;
        if let Some(wait) = wait {
            tracing::warn!(
                "a letter was not sent: too many were sent lately; mail.letters_an_hour and mail.letters_a_day say how many may go out"
            );
            let wait_s = wait.as_secs().unsigned_abs();
            return Err(Refusal::NotSent(Undelivered::TooMany { wait_s }));
        }
        self.mailer
            .send(&message, now.wall)
            .map_err(Refusal::NotSent)
    }

    fn accept_clock(&self) -> Result<(), Refusal> {
        self.accept().map_err(|error| storage(&error))
    }

    /// From now on the wall clock counts. What was counted by the other reading is settled before.
    fn accept(&self) -> Result<(), db::Error> {
        let wall = self.clock.now().wall;
        self.db
            .write(|tx| store::settle(tx, wall, wall + totp::LONGEST_WAIT))?;
        self.clock.accept();
        self.keep_clock()
    }
}

/// As many as an answer holds.
const MOST_LISTED: usize = 200;

fn key_error(keyring: &Keyring, refusal: Refusal) -> Error {
    Error::Key {
        path: keyring.path(OWN),
        refusal,
    }
}

/// How long a letter has to wait. `sent`: when others were, within the last day, the earliest first; of them so many may be within an hour, and within a
/// day.
fn wait_for_letter(
    sent: &[Timestamp],
    (an_hour, a_day): (usize, usize),
    now: Timestamp,
) -> Option<SignedDuration> {
    let until = |most: usize, within: SignedDuration| {
        let last = sent.len().checked_sub(most)?;
        let free = sent[last] + within;
        (free > now).then(|| free.duration_since(now))
    };
    until(an_hour, HOUR).max(until(a_day, DAY))
}

fn storage(error: &(dyn std::error::Error + 'static)) -> Refusal {
    tracing::error!(
        cause = telemetry::chain(error),
        "the vault's storage cannot be used"
    );
    Refusal::Storage
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::{Config, Smtp, SmtpSecurity};
    use crate::testing::NOW;
    use crate::vault::LINKS_LAST;

    #[test]
    fn a_letter_in_the_outbox_goes_with_its_link_though_a_server_takes_letters_now() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        let letters = || fs::read_dir(&outbox).unwrap().count();
        let keyring = Keyring::create(&folder.path().join("vault"), RootKey::random()).unwrap();
        let mut config = Config::default();
        let vault = Vault::create(keyring, Mailer::new(&config, &outbox).unwrap()).unwrap();
        vault.set_clock(NOW);
        let letter = Letter::EmailChanged {
            to: "ada@bank.example".into(),
            name: "Ada".into(),
        };
        vault.send(&letter).unwrap();
        vault.set_clock(NOW + LINKS_LAST - SignedDuration::from_secs(1));
        vault.look_after();
        assert_eq!(letters(), 1, "its link still works");

        config.mail.smtp = Some(Smtp {
            host: "localhost".into(),
            port: 587,
            security: SmtpSecurity::StartTls,
            ca_file: None,
            sign_in: None,
        });
        let mailer = Mailer::new(&config, &outbox).unwrap();
        let vault = Vault { mailer, ..vault };
        vault.set_clock(NOW + LINKS_LAST);
        vault.look_after();
        assert_eq!(letters(), 0);
    }

    #[test]
    fn letters_wait_for_the_hour_and_for_the_day() {
        let minutes = |count: i64, every: i64| -> Vec<Timestamp> {
            (0..count)
                .rev()
                .map(|index| NOW - SignedDuration::from_mins(every * index))
                .collect()
        };
        assert_eq!(wait_for_letter(&minutes(29, 1), (30, 100), NOW), None);
        let wait = wait_for_letter(&minutes(30, 1), (30, 100), NOW).unwrap();
        assert_eq!(wait, SignedDuration::from_mins(31));
        assert_eq!(wait_for_letter(&minutes(99, 10), (30, 100), NOW), None);
        let wait = wait_for_letter(&minutes(100, 10), (30, 100), NOW).unwrap();
        assert_eq!(wait, SignedDuration::from_mins(24 * 60 - 990));
    }
}
