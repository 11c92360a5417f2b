//! Where things are in the data folder.

use std::path::{Path, PathBuf};

use super::access::{self, Readers, check, check_folder};
use crate::id::WorkspaceId;

/// The file with the link that makes the first account.
pub(crate) const SETUP_LINK: &str = "setup-link";

/// The data folder of an instance.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder(PathBuf);

impl DataFolder {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn config_file(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    /// Refuses the folder itself when others may change what is in it.
    pub(crate) fn check(&self) -> Result<(), access::Error> {
        check(&self.0, Readers::Everybody)
    }

    /// Refuses what the web process keeps, its control database and the setup link, when others may read or change it.
    pub(crate) fn check_data(&self) -> Result<(), access::Error> {
        self.check()?;
        let control = self.control_db();
        for name in ["", "-wal", "-shm"] {
            let mut file = control.clone().into_os_string();
            file.push(name);
            check(Path::new(&file), Readers::Nobody)?;
        }
        check(&self.setup_link(), Readers::Nobody)?;
        check(&self.0.join("workspaces"), Readers::Everybody)
    }

    /// The same of one workspace, which keeps no other from being opened.
    pub(crate) fn check_workspace(&self, id: &WorkspaceId) -> Result<(), access::Error> {
        check_folder(&self.workspace(id), Readers::Everybody, Readers::Nobody)
    }

    pub(crate) fn control_db(&self) -> PathBuf {
        self.0.join("control.db")
    }

    pub(crate) fn workspace(&self, id: &WorkspaceId) -> PathBuf {
        self.0.join("workspaces").join(id.as_str())
    }

    pub(crate) fn workspace_db(&self, id: &WorkspaceId) -> PathBuf {
        self.workspace(id).join("store.db")
    }

    /// Is there while an instance is being made. It holds the path of the root key.
    pub(crate) fn unfinished(&self) -> PathBuf {
        self.0.join("init.unfinished")
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.0.join("vault")
    }

    /// Letters, when there is no mail server.
    pub(crate) fn default_outbox(&self) -> PathBuf {
        self.0.join("mail.outbox")
    }

    /// The link that makes the first account, until it is used.
    pub(crate) fn setup_link(&self) -> PathBuf {
        self.0.join(SETUP_LINK)
    }

    /// Room for the day on which the disk is full.
    pub(crate) fn reserve(&self) -> PathBuf {
        self.0.join("reserve")
    }

    /// Held by the process that serves this folder.
    pub(crate) fn server_lock(&self) -> PathBuf {
        self.0.join("server.lock")
    }

    pub(crate) fn default_socket(&self) -> PathBuf {
        self.0.join("run").join("vault.sock")
    }

    /// Beside the folder, never in it: whoever copies the folder does not have the key with it.
    pub(crate) fn default_root_key(&self) -> PathBuf {
        let path = std::path::absolute(&self.0).unwrap_or_else(|_| self.0.clone());
        // Without a trailing slash, or the key would be a file in the folder.
        let mut name = path.components().collect::<PathBuf>().into_os_string();
        name.push(".root.key");
        PathBuf::from(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_key_lies_outside_of_the_folder() {
        for path in ["/srv/data", "/srv/data/", "data"] {
            let key = DataFolder::new(Path::new(path)).default_root_key();
            assert!(
                key.to_str().unwrap().ends_with("/data.root.key"),
                "{}",
                key.display()
            );
        }
    }
}
