use std::cell::Cell;
use std::path::PathBuf;

use rusqlite::ErrorCode;
use rusqlite::ffi::{SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_WRITE};

/// What can go wrong with a database file. Sentences that an administrator reads say what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "{} is not a database of this instance, its key is another one, or its beginning is damaged. Nothing was changed. Check that the \
         data folder and the root key belong together; if the file was replaced or damaged, restore it from a backup",
        path.display()
    )]
    WrongKey { path: PathBuf },
    #[error(
        "{} is missing, and it is a database of this instance. Nothing was made in its place. Put it back, or restore it from a backup \
         together with its -wal file if there is one",
        path.display()
    )]
    Missing { path: PathBuf },
    #[error(
        "{} is empty, and it is a database of this instance. Nothing was made in its place. Put it back, or restore it from a backup",
        path.display()
    )]
    Emptied { path: PathBuf },
    #[error("{} exists already; a new database is only made where there is none", path.display())]
    Exists { path: PathBuf },
    #[error(
        "{} is damaged. Nothing was changed. Stop the server and restore the file from a backup, together with its -wal file if there is one",
        path.display()
    )]
    Damaged { path: PathBuf, source: Box<Error> },
    #[error("{} is damaged. Stop the server and restore the file from a backup, together with its -wal file if there is one", path.display())]
    FoundDamaged { path: PathBuf },
    #[error(
        "{} was written by a newer anchorite (schema {found}; this one knows {known}). Nothing was changed. Install that version \
         again, or restore the snapshot that was taken before the upgrade",
        path.display()
    )]
    Newer {
        path: PathBuf,
        found: u32,
        known: u32,
    },
    #[error("{}: migration {version} is not the one that was applied to this file. Use the anchorite that made it", path.display())]
    ChangedMigration { path: PathBuf, version: u32 },
    #[error(
        "{} was taken away or replaced while it was open. Nothing more is written. Stop the server, and put the file back that was moved, \
         together with its -wal file, or restore it from a backup",
        path.display()
    )]
    TakenAway { path: PathBuf },
    #[error(
        "{} cannot be opened: its file system is read-only, and a database that is open writes beside itself. Nothing was changed. Make it \
         writable, and start again",
        path.display()
    )]
    OnReadOnlyDisk { path: PathBuf },
    #[error("{} cannot be opened. Nothing was changed. Its owner and mode, and those of its folder, have to let this user write", path.display())]
    CannotOpen { path: PathBuf, source: Box<Error> },
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the disk is full. Nothing of the last change was kept; free some space and repeat it")]
    DiskFull,
    #[error(
        "the disk cannot be written. Nothing of the last change was kept; make it writable and repeat it"
    )]
    ReadOnly,
    #[error("the SQLite library of this build does not encrypt")]
    NotEncrypting,
    #[error("the stored value \"{0}\" is missing or damaged; restore the database from a backup")]
    DamagedValue(&'static str),
    #[error("database")]
    Sqlite(#[source] rusqlite::Error),
    #[error("no free database connection")]
    Busy(#[from] r2d2::Error),
    #[error("the database is written all the time: try again when less is going on")]
    InUse,
}

thread_local! {
    /// This thread has met pages that cannot be read since somebody looked last. The functions of the stores turn an error of the library
    /// into ours without knowing of which file it is; [`super::Db`] knows, and looks here.
    static MET_DAMAGE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` and says whether it met pages that cannot be read.
pub(super) fn watch<T>(work: impl FnOnce() -> T) -> (T, bool) {
    let before = MET_DAMAGE.replace(false);
    let done = work();
    (done, MET_DAMAGE.replace(before))
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        // A full disk also shows as a file that cannot grow: the log's index is mapped into memory and extended byte by byte.
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match (error.sqlite_error_code(), extended) {
            (Some(ErrorCode::DiskFull), _)
            | (_, Some(SQLITE_IOERR_SHMSIZE | SQLITE_IOERR_WRITE)) => Self::DiskFull,
            (Some(ErrorCode::ReadOnly), _) => Self::ReadOnly,
            (Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase), _) => {
                MET_DAMAGE.set(true);
                Self::Sqlite(error)
            }
            _ => Self::Sqlite(error),
        }
    }
}
