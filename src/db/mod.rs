//! One encrypted `SQLite` file: its connections, its pragmas, its migrations.
//!
//! Every page, the write-ahead log included, is encrypted by `SQLCipher` under the file's own 256-bit key. Nobody outside sees a
//! connection: reads and writes are closures over a [`Reader`] or a [`Tx`], and a write is one `BEGIN IMMEDIATE` transaction that is
//! on the disk when [`Db::write`] returns (`synchronous=FULL`). What a file does not notice by itself is being replaced by an older
//! copy of itself.

pub(crate) mod column;
mod error;
mod migration;
mod pragma;
mod profile;
pub(crate) mod schema;
pub(crate) mod stored;
#[cfg(test)]
mod tests;
mod upkeep;
mod value;

use std::fs;
use std::ops::Deref;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use nix::sys::statvfs::FsFlags;
use r2d2_sqlite::SqliteConnectionManager;
/// What a [`Reader`] and a [`Tx`] are to functions that take either.
pub(crate) use rusqlite::Connection;
use rusqlite::{OpenFlags, TransactionBehavior};
use scheduled_thread_pool::ScheduledThreadPool;

pub(crate) use error::Error;
pub(crate) use migration::{Migration, Schema};
pub(crate) use pragma::fold;
pub(crate) use upkeep::SNAPSHOTS_KEPT;
pub(crate) use value::{find_json, find_value, get_key, set_json, set_value};

use crate::secret::Key;

/// How long a connection waits for another process's write to end.
const BUSY: Duration = Duration::from_secs(10);
/// Bytes of a page. A file holds one at least, from the moment that it is opened.
const PAGE: u64 = 4096;
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
    file: Arc<File>,
}

struct File {
    path: PathBuf,
    /// Pages that cannot be read were met.
    is_damaged: AtomicBool,
    /// Device and number of the file that was opened.
    identity: Option<(u64, u64)>,
}

fn identity(file: &fs::Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

/// Why a file could not be opened, with its path.
fn named(error: Error, path: &Path) -> Error {
    let code = match &error {
        Error::Sqlite(error) => error.sqlite_error_code(),
        Error::ReadOnly => Some(rusqlite::ErrorCode::ReadOnly),
        _ => None,
    };
    let is_closed = matches!(
        code,
        Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly)
    );
    let path = path.to_owned();
    match nix::sys::statvfs::statvfs(&path) {
        _ if !is_closed => error,
        Ok(disk) if disk.flags().contains(FsFlags::ST_RDONLY) => Error::OnReadOnlyDisk { path },
        _ => Error::CannotOpen {
            path,
            source: Box::new(error),
        },
    }
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
    /// Opens the database at `path`, which must exist, and brings it to `schema`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Emptied`], [`Error::WrongKey`], [`Error::Damaged`], [`Error::Newer`], [`Error::ChangedMigration`], or the
    /// storage's own.
    pub(crate) fn open(
        path: &Path,
        key: &Key,
        schema: &Schema,
        readers: u32,
    ) -> Result<Self, Error> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.len() == 0 => Err(Error::Emptied {
                path: path.to_owned(),
            }),
            Ok(_) => Self::prepare(path, key, schema, readers),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::Missing {
                path: path.to_owned(),
            }),
            Err(source) => Err(Error::File {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Makes a new database at `path`, where there must be none. What was made before a failure is removed again.
    pub(crate) fn create(
        path: &Path,
        key: &Key,
        schema: &Schema,
        readers: u32,
    ) -> Result<Self, Error> {
        match fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
        {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(Error::Exists {
                    path: path.to_owned(),
                });
            }
            Err(source) => {
                return Err(Error::File {
                    path: path.to_owned(),
                    source,
                });
            }
        }
        Self::prepare(path, key, schema, readers).inspect_err(|_| {
            for file in files_of(path) {
                let _ = fs::remove_file(file);
            }
        })
    }

    fn prepare(path: &Path, key: &Key, schema: &Schema, readers: u32) -> Result<Self, Error> {
        let is_new = fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0);
        let (prepared, met_damage) = error::watch(|| {
            let mut connection = Connection::open_with_flags(path, FLAGS)?;
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
            if is_new {
                pragma::let_shrink(&connection)?;
            }
            pragma::check(&connection).map_err(explain)?;
            migration::bring_up(&mut connection, path, schema)
        });
        match prepared {
            Ok(()) => {}
            Err(source) if met_damage => {
                return Err(Error::Damaged {
                    path: path.to_owned(),
                    source: Box::new(source),
                });
            }
            Err(error) => return Err(named(error, path)),
        }
        Ok(Self {
            writer: pool(path, key, 1, false)?,
            readers: pool(path, key, readers, true)?,
            file: Arc::new(File {
                path: path.to_owned(),
                is_damaged: AtomicBool::new(false),
                identity: fs::metadata(path).ok().as_ref().map(identity),
            }),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }

    /// Pages that cannot be read were met since it was opened.
    fn is_damaged(&self) -> bool {
        self.file.is_damaged.load(Ordering::Relaxed)
    }

    /// Why it must not be used any more: pages that cannot be read were met, its file was cut to nothing, or it is not at its place any more, where the
    /// next start would miss what is written now.
    pub(crate) fn fault(&self) -> Option<Error> {
        let path = self.path().to_owned();
        let found = fs::metadata(&path).ok();
        let is_ours = found.as_ref().map(identity) == self.file.identity;
        if is_ours && found.is_some_and(|file| file.len() < PAGE) {
            self.note_damage();
        }
        if self.is_damaged() {
            Some(Error::FoundDamaged { path })
        } else if is_ours {
            None
        } else {
            Some(Error::TakenAway { path })
        }
    }

    /// Reads within one snapshot of the database.
    pub(crate) fn read<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.watched(|| {
            let mut connection = self.readers.get().map_err(Error::from)?;
            let reader = Reader(connection.transaction().map_err(Error::from)?);
            work(&reader)
        })
    }

    /// Writes in one transaction: all of `work` is on the disk when this returns, or, after an error, none of it.
    pub(crate) fn write<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.watched(|| {
            let mut connection = self.writer.get().map_err(Error::from)?;
            let tx = Tx(connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(Error::from)?);
            let value = work(&tx)?;
            tx.0.commit().map_err(Error::from)?;
            Ok(value)
        })
    }

    fn watched<T>(&self, work: impl FnOnce() -> T) -> T {
        let (done, met_damage) = error::watch(work);
        if met_damage {
            self.note_damage();
        }
        done
    }

    fn note_damage(&self) {
        if !self.file.is_damaged.swap(true, Ordering::Relaxed) {
            tracing::error!(
                file = %self.file.path.display(),
                "a database is damaged: stop the server and restore the file from a backup"
            );
        }
    }
}

/// Never made by opening it.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// A database file and what lies beside it.
pub(crate) fn files_of(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

fn pool(path: &Path, key: &Key, size: u32, read_only: bool) -> Result<Pool, Error> {
    let key = key.clone();
    let manager = SqliteConnectionManager::file(path)
        .with_flags(FLAGS)
        .with_init(move |connection| {
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
