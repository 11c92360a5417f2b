//! The instance, put together: configuration, databases, model, open workspaces. Nothing is decided here.

mod clock;
mod letters;
mod news;
mod reserve;
mod setup;
mod system;
mod workspaces;

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use crate::answer::{self, Engine, Judge};
use crate::apikey;
use crate::clock::GuardedClock;
use crate::config::{Config, DataFolder, access};
use crate::db::{self, Db, schema};
use crate::inference::{self, Model, Pool};
use crate::knowledge::review::Eyes;
use crate::search;
use crate::staff::{self, Accounts, Permission};
use crate::vault::{self, Database};
use crate::workspace;

pub(crate) use letters::Posted;
pub(crate) use news::News;
pub(crate) use reserve::Reserve;
pub(crate) use setup::SetupLink;
pub(crate) use system::Trouble;
pub(crate) use workspaces::{Down, OpenWorkspace};

const CONTROL_READERS: u32 = 4;

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
    #[error(transparent)]
    Down(#[from] Down),
    #[error(transparent)]
    Access(#[from] access::Error),
    #[error("{path}: {source}")]
    Folder {
        path: String,
        source: std::io::Error,
    },
}

pub(crate) struct App {
    pub config: Config,
    pub clock: GuardedClock,
    pub control: Db,
    pub accounts: Accounts,
    pub judge: Judge,
    pub vault: Arc<vault::Client>,
    pub news: news::Channel,
    pub reserve: Reserve,
    folder: DataFolder,
    is_set_up: AtomicBool,
    public_url: OnceLock<String>,
    pool: OnceLock<Pool>,
    workspaces: workspaces::Slots,
    system: system::Watched,
}

impl App {
    /// Opens an instance that exists.
    pub(crate) fn open(
        config: Config,
        folder: DataFolder,
        vault: vault::Client,
    ) -> Result<Self, Error> {
        folder.check_data()?;
        let key = vault.database_key(&Database::Control)?;
        let reserve = Reserve::new(&folder.reserve());
        let open = || {
            Db::open(
                &folder.control_db(),
                &key,
                &schema::CONTROL,
                CONTROL_READERS,
            )
        };
        // A full disk must not keep the server, by which it could be made less full, from starting.
        let control = reserve.with(open)?;
        Self::over(config, folder, vault, control, reserve)
    }

    /// Makes the control database of a new instance and opens it.
    pub(crate) fn create(
        config: Config,
        folder: DataFolder,
        vault: vault::Client,
    ) -> Result<Self, Error> {
        let key = vault.create_database_key(&Database::Control)?;
        let control = Db::create(
            &folder.control_db(),
            &key,
            &schema::CONTROL,
            CONTROL_READERS,
        )?;
        control.write(|tx| {
            apikey::create_hashing_key(tx)?;
            staff::create_keys(tx)
        })?;
        vault.database_was_created(&Database::Control)?;
        let reserve = Reserve::new(&folder.reserve());
        let app = Self::over(config, folder, vault, control, reserve)?;
        app.keep_clock()?;
        Ok(app)
    }

    fn over(
        config: Config,
        folder: DataFolder,
        vault: vault::Client,
        control: Db,
        reserve: Reserve,
    ) -> Result<Self, Error> {
        let judge = Judge::from_config(&config.answer)?;
        let clock = clock::resume(&control, &vault)?;
        let vault = Arc::new(vault);
        let accounts = Accounts::new(control.clone(), Arc::clone(&vault), config.accounts)?;
        Ok(Self {
            config,
            clock,
            control,
            accounts,
            judge,
            vault,
            news: news::Channel::default(),
            reserve,
            folder,
            is_set_up: AtomicBool::new(false),
            public_url: OnceLock::new(),
            pool: OnceLock::new(),
            workspaces: workspaces::Slots::default(),
            system: system::Watched::default(),
        })
    }

    pub(crate) fn folder(&self) -> &DataFolder {
        &self.folder
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

    /// What stands behind somebody of a workspace who publishes: themselves, and whoever else may.
    pub(crate) fn eyes(&self, workspace: &OpenWorkspace) -> Result<Eyes, Error> {
        let id = &workspace.register.id;
        let publishers = self.accounts.count_who_may(Permission::Publish, id)?;
        Ok(Eyes::First { publishers })
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
