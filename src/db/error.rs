use std::path::PathBuf;

/// What can go wrong with a database file. Sentences that an administrator reads say what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "{} is not a database of this instance, or its key is another one. Nothing was changed. Check that the data folder and the \
         root key belong together; if the file was replaced or damaged, restore it from a backup",
        path.display()
    )]
    WrongKey { path: PathBuf },
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
    #[error("the disk is full. Nothing of the last change was kept; free some space and repeat it")]
    DiskFull,
    #[error("the SQLite library of this build does not encrypt")]
    NotEncrypting,
    #[error("database")]
    Sqlite(#[source] rusqlite::Error),
    #[error("no free database connection")]
    Busy(#[from] r2d2::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        // A full disk also shows as a file that cannot grow: the log's index is mapped into memory and extended byte by byte.
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match (error.sqlite_error_code(), extended) {
            (Some(rusqlite::ErrorCode::DiskFull), _)
            | (_, Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE | rusqlite::ffi::SQLITE_IOERR_WRITE)) => {
                Self::DiskFull
            }
            _ => Self::Sqlite(error),
        }
    }
}
