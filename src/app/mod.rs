//! The instance, put together: configuration, databases, model, open workspaces. Nothing is decided here.

mod letters;

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::answer::{self, Engine, Judge};
use crate::audit::Change;
use crate::clock::Clock;
use crate::config::{Config, DataFolder};
use crate::db::{self, Db, schema};
use crate::id::WorkspaceId;
use crate::inference::{self, Model, Pool};
use crate::knowledge::approved::Phrasings;
use crate::search::{self, Index};
use crate::staff::{self, Accounts, LinkToken};
use crate::vault::{self, Database};
use crate::workspace::{self, Name, Workspace};

pub(crate) use letters::Posted;

const CONTROL_READERS: u32 = 4;
const WORKSPACE_READERS: u32 = 8;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Vault(#[from] vault::Error),
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    #[error(transparent)]
    Staff(#[from] staff::Error),
    #[error(transparent)]
    Search(#[from] search::Error),
    #[error(transparent)]
    Calibration(#[from] answer::calibration::Error),
    #[error(transparent)]
    Inference(#[from] inference::Error),
    #[error("{path}: {source}")]
    Folder {
        path: String,
        source: std::io::Error,
    },
}

pub(crate) struct App {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    pub control: Db,
    pub accounts: Accounts,
    pub judge: Judge,
    pub vault: Arc<vault::Client>,
    folder: DataFolder,
    is_set_up: AtomicBool,
    public_url: OnceLock<String>,
    pool: OnceLock<Pool>,
    open: Mutex<HashMap<WorkspaceId, Arc<OpenWorkspace>>>,
}

/// A workspace whose database and index are open.
pub(crate) struct OpenWorkspace {
    pub register: Workspace,
    pub db: Db,
    pub index: Index,
    pub phrasings: Phrasings,
}

impl App {
    /// Opens an instance that exists.
    pub(crate) fn open(
        config: Config,
        folder: DataFolder,
        vault: vault::Client,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let key = vault.database_key(&Database::Control)?;
        let control = Db::open(
            &folder.control_db(),
            &key,
            &schema::CONTROL,
            CONTROL_READERS,
        )?;
        let judge = Judge::from_config(&config.answer)?;
        let vault = Arc::new(vault);
        let accounts = Accounts::new(control.clone(), Arc::clone(&vault), config.accounts)?;
        Ok(Self {
            config,
            clock,
            control,
            accounts,
            judge,
            vault,
            folder,
            is_set_up: AtomicBool::new(false),
            public_url: OnceLock::new(),
            pool: OnceLock::new(),
            open: Mutex::default(),
        })
    }

    /// Makes the control database of a new instance and opens it.
    pub(crate) fn create(
        config: Config,
        folder: DataFolder,
        vault: vault::Client,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        vault.create_database_key(&Database::Control)?;
        Self::open(config, folder, vault, clock)
    }

    /// Under which links lead here. A process that listens says on which port; the others go by the configuration.
    pub(crate) fn public_url(&self) -> &str {
        self.public_url
            .get_or_init(|| self.config.server.url(self.config.server.listen.port()))
    }

    /// Says on which port this process listens. To be called before [`App::public_url`].
    pub(crate) fn listens_on(&self, port: u16) {
        let _ = self.public_url.set(self.config.server.url(port));
    }

    /// As [`App::is_set_up`], without a look at the database: false may be out of date.
    pub(crate) fn is_known_to_be_set_up(&self) -> bool {
        self.is_set_up.load(Ordering::Relaxed)
    }

    /// Whether there is an account. Until then, nothing but the setup is served.
    pub(crate) fn is_set_up(&self) -> Result<bool, Error> {
        // It never becomes untrue again: the last owner cannot leave.
        if self.is_known_to_be_set_up() {
            return Ok(true);
        }
        let is_set_up = self.accounts.are_set_up()?;
        if is_set_up {
            self.is_set_up.store(true, Ordering::Relaxed);
            // It may have been another process, or the last one ended too early.
            let _ = fs::remove_file(self.folder.setup_link());
        }
        Ok(is_set_up)
    }

    /// The link that makes the first account, also in a file that only its owner can read. A link that is still good is kept. `None`:
    /// there is an account.
    pub(crate) fn setup_link(&self, change: &Change) -> Result<Option<String>, Error> {
        if self.is_set_up()? {
            return Ok(None);
        }
        let path = self.folder.setup_link();
        let failed = |source| Error::Folder {
            path: path.display().to_string(),
            source,
        };
        let kept = fs::read_to_string(&path).ok().and_then(|text| {
            let token = LinkToken::presented(text.trim().rsplit('/').next()?);
            let found = self.accounts.find_link(&token, change.at).ok()?;
            found.map(|_| token)
        });
        let token = match kept {
            Some(token) => token,
            None => self.accounts.make_setup_link(change)?.token,
        };
        let link = format!("{}/dashboard/setup/{}", self.public_url(), token.expose());
        let _ = fs::remove_file(&path);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o400)
            .open(&path)
            .map_err(failed)?;
        writeln!(file, "{link}").map_err(failed)?;
        Ok(Some(link))
    }

    /// The model's threads; loaded when they are first needed.
    pub(crate) fn pool(&self) -> Result<&Pool, Error> {
        if let Some(pool) = self.pool.get() {
            return Ok(pool);
        }
        let threads = match self.config.inference.threads {
            0 => Pool::default_threads(),
            set => set,
        };
        let pool = Pool::new(Model::load()?, threads)?;
        Ok(self.pool.get_or_init(|| pool))
    }

    /// What answers questions of a workspace.
    pub(crate) fn engine<'a>(&'a self, workspace: &'a OpenWorkspace) -> Result<Engine<'a>, Error> {
        Ok(Engine {
            index: &workspace.index,
            phrasings: Some(&workspace.phrasings),
            pool: self.pool()?,
            judge: &self.judge,
        })
    }

    /// Makes a workspace: its key, its database, its entry in the register.
    pub(crate) fn create_workspace(&self, name: Name, change: &Change) -> Result<Workspace, Error> {
        match workspace::get_by_name(&self.control, &name) {
            Ok(_) => return Err(workspace::Error::NameTaken(name).into()),
            Err(workspace::Error::Unknown(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let id = WorkspaceId::random();
        let database = Database::Workspace(id.clone());
        let key = self.vault.create_database_key(&database)?;
        let made = create_private_folder(&self.folder.workspace(&id))
            .and_then(|()| {
                Ok(Db::open(
                    &self.folder.workspace_db(&id),
                    &key,
                    &schema::WORKSPACE,
                    1,
                )?)
            })
            .and_then(|_| {
                Ok(workspace::register(
                    &self.control,
                    id.clone(),
                    name,
                    change,
                )?)
            });
        if made.is_err() {
            // Nothing of a workspace that did not come to be stays behind.
            let _ = self.vault.destroy_database_key(&database);
            let _ = fs::remove_dir_all(self.folder.workspace(&id));
        }
        made
    }

    /// Gives a workspace another name.
    pub(crate) fn rename_workspace(
        &self,
        id: &WorkspaceId,
        name: &Name,
        change: &Change,
    ) -> Result<(), Error> {
        workspace::rename(&self.control, id, name, change)?;
        // What is open knows the old name.
        self.close(id);
        Ok(())
    }

    /// Deletes a workspace: its key is destroyed, and so is everything in it.
    pub(crate) fn delete_workspace(&self, id: &WorkspaceId, change: &Change) -> Result<(), Error> {
        workspace::strike(&self.control, id, change)?;
        self.close(id);
        self.destroy(id)
    }

    /// Finishes deletions that a power cut interrupted.
    pub(crate) fn finish_deletions(&self) -> Result<(), Error> {
        for id in workspace::doomed(&self.control)? {
            self.destroy(&id)?;
        }
        Ok(())
    }

    fn close(&self, id: &WorkspaceId) {
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
    }

    fn destroy(&self, id: &WorkspaceId) -> Result<(), Error> {
        let database = Database::Workspace(id.clone());
        match self.vault.destroy_database_key(&database) {
            Ok(()) | Err(vault::Error::Refused(vault::Refusal::UnknownDatabase)) => {}
            Err(error) => return Err(error.into()),
        }
        let folder = self.folder.workspace(id);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::Folder {
                    path: folder.display().to_string(),
                    source: error,
                });
            }
            _ => {}
        }
        Ok(workspace::destroyed(&self.control, id)?)
    }

    /// Bytes that are free, and all there are, where the data folder is.
    pub(crate) fn free_disk(&self) -> Option<(u64, u64)> {
        let found = nix::sys::statvfs::statvfs(self.folder.path()).ok()?;
        let size = found.fragment_size();
        Some((found.blocks_available() * size, found.blocks() * size))
    }

    /// Workspaces, by name.
    pub(crate) fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        Ok(workspace::list(&self.control)?)
    }

    pub(crate) fn workspace(&self, name: &Name) -> Result<Arc<OpenWorkspace>, Error> {
        self.open_registered(workspace::get_by_name(&self.control, name)?)
    }

    pub(crate) fn workspace_by_id(
        &self,
        id: &WorkspaceId,
    ) -> Result<Option<Arc<OpenWorkspace>>, Error> {
        workspace::find_by_id(&self.control, id)?
            .map(|register| self.open_registered(register))
            .transpose()
    }

    fn open_registered(&self, register: Workspace) -> Result<Arc<OpenWorkspace>, Error> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(workspace) = open.get(&register.id) {
            return Ok(Arc::clone(workspace));
        }
        let key = self
            .vault
            .database_key(&Database::Workspace(register.id.clone()))?;
        let db = Db::open(
            &self.folder.workspace_db(&register.id),
            &key,
            &schema::WORKSPACE,
            WORKSPACE_READERS,
        )?;
        let index = Index::open(db.clone(), self.config.search.exact_up_to)?;
        let workspace = Arc::new(OpenWorkspace {
            register,
            phrasings: Phrasings::open(db.clone()),
            db,
            index,
        });
        open.insert(workspace.register.id.clone(), Arc::clone(&workspace));
        Ok(workspace)
    }
}

/// Makes a folder, and those above it, that only this user can enter.
pub(crate) fn create_private_folder(path: &Path) -> Result<(), Error> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| Error::Folder {
            path: path.display().to_string(),
            source,
        })
}
