//! One encrypted `SQLite` file: its connections, its pragmas, its migrations.
//!
//! Every page, the write-ahead log included, is encrypted by `SQLCipher` under the file's own 256-bit key. Nobody outside sees a
//! connection: reads and writes are closures over a [`Reader`] or a [`Tx`], and a write is one `BEGIN IMMEDIATE` transaction that is
//! on the disk when [`Db::write`] returns (`synchronous=FULL`). What a file does not notice by itself is being replaced by an older
//! copy of itself.

mod column;
mod error;
mod migration;
mod pragma;
mod profile;
pub(crate) mod schema;
#[cfg(test)]
mod tests;
mod value;

use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, TransactionBehavior};
use scheduled_thread_pool::ScheduledThreadPool;

pub(crate) use column::{text_column, time_column};
pub(crate) use error::Error;
pub(crate) use migration::{Migration, Schema};
pub(crate) use pragma::fold;
pub(crate) use value::{find_value, set_value};

use crate::secret::Key;

/// How long a connection waits for another process's write to end.
const BUSY: Duration = Duration::from_secs(10);
/// How long a thread waits for a free connection.
const WAIT: Duration = Duration::from_secs(30);

/// The thread that opens connections, for all databases together. One, so that [`settle`] knows when it is done.
static OPENER: LazyLock<Arc<ScheduledThreadPool>> = LazyLock::new(|| {
    Arc::new(
        ScheduledThreadPool::builder()
            .num_threads(1)
            .thread_name_pattern("connections")
            .build(),
    )
});

/// Waits until nothing is opened or closed in the background any more. To be called when every [`Db`] is dropped and the process is about
/// to end: the encryption library is taken down then, and a thread that still closes a connection would crash.
pub(crate) fn settle() {
    let (done, wait) = std::sync::mpsc::channel::<()>();
    OPENER.execute(move || drop(done));
    let _ = wait.recv();
}

type Pool = r2d2::Pool<SqliteConnectionManager>;

/// An open database: one writer, several readers.
#[derive(Clone)]
pub(crate) struct Db {
    writer: Pool,
    readers: Pool,
}

/// A connection that only reads, within one snapshot.
pub(crate) struct Reader<'c>(rusqlite::Transaction<'c>);

/// A write transaction. Dropped without a commit, it leaves nothing behind.
pub(crate) struct Tx<'c>(rusqlite::Transaction<'c>);

impl Deref for Reader<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl Db {
    /// Opens the database at `path`, creating the file when there is none, and brings it to `schema`.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Newer`], [`Error::ChangedMigration`], or the storage's own.
    pub(crate) fn open(
        path: &Path,
        key: &Key,
        schema: &Schema,
        readers: u32,
    ) -> Result<Self, Error> {
        let mut connection = Connection::open(path)?;
        // The first page that is read tells; which statement reads it is SQLite's affair.
        let explain = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Error::WrongKey {
                path: path.to_owned(),
            },
            _ => error.into(),
        };
        pragma::prepare(&mut connection, key).map_err(explain)?;
        if !pragma::is_encrypting(&connection) {
            return Err(Error::NotEncrypting);
        }
        pragma::check(&connection).map_err(explain)?;
        migration::bring_up(&mut connection, path, schema)?;
        drop(connection);
        Ok(Self {
            writer: pool(path, key, 1, false)?,
            readers: pool(path, key, readers, true)?,
        })
    }

    /// Reads within one snapshot of the database.
    pub(crate) fn read<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.readers.get().map_err(Error::from)?;
        let reader = Reader(connection.transaction().map_err(Error::from)?);
        work(&reader)
    }

    /// Writes in one transaction: all of `work` is on the disk when this returns, or, after an error, none of it.
    pub(crate) fn write<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.writer.get().map_err(Error::from)?;
        let tx = Tx(connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Error::from)?);
        let value = work(&tx)?;
        tx.0.commit().map_err(Error::from)?;
        Ok(value)
    }
}

fn pool(path: &Path, key: &Key, size: u32, read_only: bool) -> Result<Pool, Error> {
    let key = key.clone();
    let manager = SqliteConnectionManager::file(path).with_init(move |connection| {
        pragma::prepare(connection, &key)?;
        if read_only {
            connection.pragma_update(None, "query_only", true)?;
        }
        // Not earlier: the first statement holds the key.
        profile::start(connection);
        Ok(())
    });
    Ok(r2d2::Pool::builder()
        .max_size(size)
        // Opened when they are needed, by who waits for them, and kept: a connection that is being opened in the background while the
        // process ends meets a library that is half taken down.
        .min_idle(Some(0))
        .idle_timeout(None)
        .max_lifetime(None)
        .thread_pool(Arc::clone(&OPENER))
        .test_on_check_out(false)
        .connection_timeout(WAIT)
        .build(manager)?)
}
