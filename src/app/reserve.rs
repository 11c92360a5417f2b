//! Room that is kept free for the day on which the disk is full, so that something can be deleted then: a deletion too has to be written down.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::posix_fallocate;

use crate::db;

/// What the write-ahead logs of a large deletion take.
pub(crate) const SIZE: u64 = 32 * 1024 * 1024;

/// A file of which nothing is ever read.
pub(crate) struct Reserve(PathBuf);

impl Reserve {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Does `work`; if the disk is full, gives the reserve away and does it once more.
    pub(super) fn with<T>(&self, work: impl Fn() -> Result<T, db::Error>) -> Result<T, db::Error> {
        match work() {
            Err(db::Error::DiskFull) if self.release() => work(),
            done => done,
        }
    }

    pub(crate) fn is_there(&self) -> bool {
        fs::metadata(&self.0).is_ok_and(|file| file.len() == SIZE)
    }

    /// False when there was none to give away.
    pub(super) fn release(&self) -> bool {
        let released = fs::remove_file(&self.0).is_ok();
        if released {
            tracing::warn!(
                "the disk is full: the reserve was given away, so that something can be deleted"
            );
        }
        released
    }

    /// Puts room aside again, when there is plenty.
    pub(crate) fn restore(&self, free: u64) -> io::Result<()> {
        if self.is_there() || free < 4 * SIZE {
            return Ok(());
        }
        // One that was being made when the power went is none.
        let _ = fs::remove_file(&self.0);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.0)?;
        let size = i64::try_from(SIZE).unwrap_or(i64::MAX);
        if let Err(error) = posix_fallocate(file.as_fd(), 0, size) {
            let _ = fs::remove_file(&self.0);
            return Err(error.into());
        }
        file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_reserve_is_given_away_once_and_put_aside_again_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reserve");
        let reserve = Reserve::new(&path);
        reserve.restore(SIZE).unwrap();
        assert!(!path.exists(), "there is not plenty");
        reserve.restore(SIZE * 4).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), SIZE);
        let tries = Cell::new(0);
        let done = reserve.with(|| {
            tries.set(tries.get() + 1);
            if path.exists() {
                Err(db::Error::DiskFull)
            } else {
                Ok(())
            }
        });
        assert!(done.is_ok() && tries.get() == 2 && !path.exists());
        let full: Result<(), _> = reserve.with(|| Err(db::Error::DiskFull));
        assert!(full.is_err());
    }
}
