//! The instance, put together: configuration, databases, model, open workspaces. Nothing is decided here.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::answer::{self, Judge};
use crate::audit::Change;
use crate::clock::Clock;
use crate::config::{Config, DataFolder};
use crate::db::{self, Db, schema};
use crate::id::WorkspaceId;
use crate::inference::{self, Model, Pool};
use crate::search::{self, Index};
use crate::vault::{self, Database};
use crate::workspace::{self, Name, Workspace};

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
    pub judge: Judge,
    folder: DataFolder,
    vault: vault::Client,
    pool: OnceLock<Pool>,
    open: Mutex<HashMap<WorkspaceId, Arc<OpenWorkspace>>>,
}

/// A workspace whose database and index are open.
pub(crate) struct OpenWorkspace {
    pub register: Workspace,
    pub db: Db,
    pub index: Index,
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
        Ok(Self {
            config,
            clock,
            control,
            judge,
            folder,
            vault,
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
