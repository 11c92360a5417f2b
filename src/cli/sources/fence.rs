//! What an ingest never reads: what a link leads to outside of the folder that was given, and what belongs to the instance itself.
//!
//! Whoever may write in a share must not be able to publish what only the server may read, such as its root key, by putting a link there.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What belongs to the instance.
#[derive(Debug, Default)]
pub(in crate::cli) struct Private {
    data: Option<PathBuf>,
    /// Device and number of the root key, whatever name leads to it.
    root_key: Option<(u64, u64)>,
}

impl Private {
    /// Of an instance with this data folder and this root key. What is not there, or out of this user's reach, cannot be read anyway.
    pub(in crate::cli) fn of(data: &Path, root_key: &Path) -> Self {
        Self {
            data: data.canonicalize().ok(),
            root_key: identity(root_key),
        }
    }

    fn refuse(&self, real: &Path) -> Result<(), Refusal> {
        if self
            .data
            .as_ref()
            .is_some_and(|data| real.starts_with(data))
        {
            return Err(Refusal::InDataFolder);
        }
        if self.root_key.is_some() && identity(real) == self.root_key {
            return Err(Refusal::RootKey);
        }
        Ok(())
    }
}

/// Why something is not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("it leads out of the folder")]
    LeadsOut,
    #[error("it lies in the data folder")]
    InDataFolder,
    #[error("it is the root key")]
    RootKey,
    #[error("{0}")]
    Unreadable(#[from] io::Error),
}

impl Refusal {
    /// Whether documents may have come from there, of which nobody knows now whether they are gone.
    pub(super) fn hides_documents(&self) -> bool {
        matches!(self, Self::LeadsOut | Self::Unreadable(_))
    }
}

/// What may be read of one of the given files and folders.
#[derive(Debug)]
pub(super) struct Fence<'p> {
    /// `None`: a single file, which may be a link to anywhere.
    root: Option<PathBuf>,
    private: &'p Private,
}

impl<'p> Fence<'p> {
    pub(super) fn around_folder(root: &Path, private: &'p Private) -> io::Result<Self> {
        Ok(Self {
            root: Some(root.canonicalize()?),
            private,
        })
    }

    pub(super) fn around_file(private: &'p Private) -> Self {
        Self {
            root: None,
            private,
        }
    }

    /// Where a path really leads, without a link in it.
    pub(super) fn admit(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let real = path.canonicalize()?;
        if self
            .root
            .as_ref()
            .is_some_and(|root| !real.starts_with(root))
        {
            return Err(Refusal::LeadsOut);
        }
        self.private.refuse(&real)?;
        Ok(real)
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}
