//! Database keys, wrapped by the root key: one small file each.
//!
//! A file holds the version of the wrapping and the key sealed with AES-256-GCM, its associated data being the database's name and
//! that version, so that the file of one database is worthless under the name of another. Destroying a workspace is destroying its file.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::root_key::{RootKey, sync_parent};
use crate::config::access::{self, Readers, check_folder};
use crate::crypto;
use crate::secret::Key;
use crate::vault::Refusal;

const VERSION: u32 = 1;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{} holds no instance. Run `anchorite init` with this data folder first", .0.display())]
    NoInstance(PathBuf),
    #[error(
        "{} is missing or has lost instance.json, and beside it are databases that only its keys open. Nothing was made in its place. Restore \
         the folder from a backup",
        .0.display()
    )]
    VaultMissing(PathBuf),
    #[error("{} holds an instance already. Nothing was changed. Choose another data folder", .0.display())]
    InstanceExists(PathBuf),
    #[error(
        "{root} (fingerprint {found}) is not the one of this instance, {} (fingerprint {expected}). Nothing was changed. Never delete it: it \
         may be the key of another instance. Put the right key in its place from the backup, or move it away and run `anchorite init \
         --recover` with the recovery kit of this instance",
        data.display()
    )]
    OtherRootKey {
        root: String,
        data: PathBuf,
        found: String,
        expected: String,
    },
    #[error(transparent)]
    Access(#[from] access::Error),
    #[error("{} is damaged. Nothing was changed. Restore it from a backup; never delete it or what lies beside it", .0.display())]
    Damaged(PathBuf),
    #[error(
        "{} cannot be read: {source}. Nothing was changed. Let this user read it, or restore it from a backup; never delete it or what lies \
         beside it",
        path.display()
    )]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{} cannot be written: {source}. Let this user write there, and see that the disk has room", path.display())]
    Unwritable {
        path: PathBuf,
        source: std::io::Error,
    },
}

/// What identifies an instance. Not secret.
#[derive(Serialize, Deserialize)]
struct Instance {
    root_key_fingerprint: String,
}

#[derive(Serialize, Deserialize)]
struct Wrapped {
    version: u32,
    sealed: Vec<u8>,
}

pub(crate) struct Keyring {
    root: RootKey,
    folder: PathBuf,
}

impl Keyring {
    /// Makes the vault's folder of a new instance.
    pub(crate) fn create(folder: &Path, root: RootKey) -> Result<Self, Error> {
        let unwritable = |path: &Path, source| Error::Unwritable {
            path: path.to_owned(),
            source,
        };
        let (keys, file) = (folder.join("keys"), folder.join("instance.json"));
        if file.exists() {
            return Err(Error::InstanceExists(
                folder.parent().unwrap_or(folder).to_owned(),
            ));
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&keys)
            .map_err(|source| unwritable(&keys, source))?;
        let instance = Instance {
            root_key_fingerprint: root.fingerprint(),
        };
        serde_json::to_vec_pretty(&instance)
            .map_err(std::io::Error::from)
            .and_then(|text| write_new(&file, &text))
            .map_err(|source| unwritable(&file, source))?;
        Ok(Self {
            root,
            folder: folder.to_owned(),
        })
    }

    /// Opens the vault's folder, after checking that nobody else may, and that `root` is this instance's key.
    pub(crate) fn open(folder: &Path, root: RootKey) -> Result<Self, Error> {
        check_folder(folder, Readers::Nobody, Readers::Nobody)?;
        check_folder(&folder.join("keys"), Readers::Nobody, Readers::Nobody)?;
        let expected = Self::expected_fingerprint(folder)?;
        let found = root.fingerprint();
        if found != expected {
            return Err(Error::OtherRootKey {
                root: root.in_words(),
                data: folder.parent().unwrap_or(folder).to_owned(),
                found,
                expected,
            });
        }
        Ok(Self {
            root,
            folder: folder.to_owned(),
        })
    }

    /// What it means that there is no vault in `folder`.
    pub(crate) fn missing(folder: &Path) -> Error {
        let data = folder.parent().unwrap_or(folder);
        if data.join("control.db").exists() {
            Error::VaultMissing(folder.to_owned())
        } else {
            Error::NoInstance(data.to_owned())
        }
    }

    /// The fingerprint of the root key that belongs to the instance.
    pub(crate) fn expected_fingerprint(folder: &Path) -> Result<String, Error> {
        let path = folder.join("instance.json");
        let text = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Self::missing(folder));
            }
            other => other.map_err(|source| Error::Unreadable {
                path: path.clone(),
                source,
            })?,
        };
        let instance: Instance = serde_json::from_slice(&text).map_err(|_| Error::Damaged(path))?;
        Ok(instance.root_key_fingerprint)
    }

    /// Makes a key under a name. One that exists is never replaced.
    pub(super) fn create_key(&self, name: &str) -> Result<Key, Refusal> {
        let (key, path) = (crypto::random_key(), self.path(name));
        let sealed = crypto::seal(self.root.key(), &associated(name, VERSION), key.expose());
        let text = serde_json::to_vec(&Wrapped {
            version: VERSION,
            sealed,
        })
        .map_err(|error| storage(&path, &error.into()))?;
        match write_new(&path, &text) {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(Refusal::KeyExists)
            }
            Err(error) => Err(storage(&path, &error)),
        }
    }

    pub(super) fn key(&self, name: &str) -> Result<Key, Refusal> {
        let path = self.path(name);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Refusal::UnknownDatabase);
            }
            other => other.map_err(|error| storage(&path, &error))?,
        };
        self.unwrapped(name, &text).ok_or_else(|| {
            tracing::error!(file = %path.display(), "{}", Refusal::BrokenKey);
            Refusal::BrokenKey
        })
    }

    fn unwrapped(&self, name: &str, text: &[u8]) -> Option<Key> {
        let wrapped: Wrapped = serde_json::from_slice(text).ok()?;
        let associated = associated(name, wrapped.version);
        let plain = crypto::open(self.root.key(), &associated, &wrapped.sealed).ok()?;
        Some(Key::new(<[u8; 32]>::try_from(&plain[..]).ok()?))
    }

    pub(super) fn destroy_key(&self, name: &str) -> Result<(), Refusal> {
        let path = self.path(name);
        match fs::remove_file(&path).and_then(|()| sync_parent(&path)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(Refusal::UnknownDatabase)
            }
            Err(error) => Err(storage(&path, &error)),
            Ok(()) => Ok(()),
        }
    }

    /// A key of the vault's own for one purpose.
    pub(super) fn derived(&self, purpose: &str) -> Key {
        crypto::derive(self.root.key(), purpose)
    }

    /// The file of a key.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join("keys").join(format!("{name}.json"))
    }

    /// The vault's own database.
    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("vault.db")
    }
}

fn associated(name: &str, version: u32) -> Vec<u8> {
    format!("anchorite database key {version} {name}").into_bytes()
}

fn storage(path: &Path, error: &std::io::Error) -> Refusal {
    tracing::error!(
        file = %path.display(),
        %error,
        "a key file cannot be read or written: let this user do so, and see that the disk has room; never delete it"
    );
    Refusal::Storage
}

/// Writes a whole new file or none, and fails when there is one.
fn write_new(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    // A hard link fails where a rename would silently replace.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    linked?;
    sync_parent(path)
}
