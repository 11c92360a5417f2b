//! The workspaces of the instance, and which of them are open. One that cannot be opened, or turns out to be damaged, keeps no other waiting.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::{App, Error, create_private_folder};
use crate::audit::Change;
use crate::db::{Db, schema};
use crate::id::WorkspaceId;
use crate::knowledge::approved::Phrasings;
use crate::question;
use crate::search::Index;
use crate::telemetry;
use crate::vault::{self, Database, Standing};
use crate::workspace::{self, Name, Workspace};

const READERS: u32 = 8;
/// How soon a workspace that could not be opened is tried again.
const RETRY: Duration = Duration::from_secs(10);

/// A workspace whose database and index are open.
pub(crate) struct OpenWorkspace {
    pub register: Workspace,
    pub db: Db,
    pub index: Index,
    pub phrasings: Phrasings,
    pub questions: question::Log,
}

/// A workspace that cannot be opened, and why, for whoever runs the machine.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the workspace {name} is down: {reason}")]
pub(crate) struct Down {
    pub name: Name,
    pub reason: Arc<str>,
}

/// Each with a lock of its own: opening one takes a while.
#[derive(Default)]
pub(super) struct Slots(Mutex<HashMap<WorkspaceId, Arc<Mutex<Slot>>>>);

#[derive(Default)]
enum Slot {
    #[default]
    Closed,
    Open(Arc<OpenWorkspace>),
    Down {
        reason: Arc<str>,
        /// `None`: not before the process is started again.
        again: Option<Instant>,
    },
}

impl Slots {
    fn of(&self, id: &WorkspaceId) -> Arc<Mutex<Slot>> {
        Arc::clone(self.0.lock().entry(id.clone()).or_default())
    }

    fn remove(&self, id: &WorkspaceId) {
        self.0.lock().remove(id);
    }
}

impl App {
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
                let path = self.folder.workspace_db(&id);
                Ok(Db::create(&path, &key, &schema::WORKSPACE, 1)?)
            })
            .and_then(|_| {
                let registered = workspace::register(&self.control, id.clone(), name, change);
                Ok(registered?)
            });
        if made.is_err() {
            // Nothing of a workspace that did not come to be stays behind.
            let _ = self.vault.destroy_database_key(&database);
            let _ = fs::remove_dir_all(self.folder.workspace(&id));
        } else {
            self.vault.database_was_created(&database)?;
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
        self.workspaces.remove(id);
        Ok(())
    }

    /// Deletes a workspace: its key is destroyed, and so is everything in it.
    pub(crate) fn delete_workspace(&self, id: &WorkspaceId, change: &Change) -> Result<(), Error> {
        workspace::mark_deleted(&self.control, id, change)?;
        self.workspaces.remove(id);
        self.destroy(id)
    }

    /// Finishes what a power cut interrupted: deletions, and workspaces that were being made. Says which databases the vault knows that nobody else does.
    pub(crate) fn settle_workspaces(&self) -> Result<(), Error> {
        for id in workspace::pending_deletions(&self.control)? {
            self.destroy(&id)?;
        }
        let registered = self.workspaces()?;
        let mut orphans = Vec::new();
        for (database, standing) in self.vault.databases()? {
            let Database::Workspace(id) = &database else {
                continue;
            };
            let is_registered = registered.iter().any(|workspace| workspace.id == *id);
            match (standing, is_registered) {
                (Standing::Exists, true) => {}
                (Standing::Creating, true) => self.vault.database_was_created(&database)?,
                (Standing::Creating, false) => self.destroy(id)?,
                (Standing::Exists, false) => orphans.push(id.clone()),
            }
        }
        if !orphans.is_empty() {
            tracing::error!(
                orphans = orphans.len(),
                "the vault knows workspaces that {} does not: it may be an older copy of itself. Restore it from the latest backup",
                self.folder.control_db().display()
            );
        }
        self.system.set_orphans(orphans);
        Ok(())
    }

    fn destroy(&self, id: &WorkspaceId) -> Result<(), Error> {
        match self
            .vault
            .destroy_database_key(&Database::Workspace(id.clone()))
        {
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
        Ok(workspace::forget_pending_deletion(&self.control, id)?)
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

    /// The workspaces that were found to be down when they were last tried.
    pub(crate) fn down_workspaces(&self) -> Result<Vec<Down>, Error> {
        let mut down = Vec::new();
        for register in self.workspaces()? {
            let slot = self.workspaces.of(&register.id);
            // One that is being opened is not down yet.
            let Some(mut slot) = slot.try_lock() else {
                continue;
            };
            slot.look();
            if let Slot::Down { reason, .. } = &*slot {
                down.push(Down {
                    name: register.name,
                    reason: Arc::clone(reason),
                });
            }
        }
        Ok(down)
    }

    fn open_registered(&self, register: Workspace) -> Result<Arc<OpenWorkspace>, Error> {
        let slot = self.workspaces.of(&register.id);
        let mut slot = slot.lock();
        slot.look();
        match &*slot {
            Slot::Open(open) => return Ok(Arc::clone(open)),
            Slot::Down { reason, again } if again.is_none_or(|again| Instant::now() < again) => {
                return Err(Error::Down(Down {
                    name: register.name,
                    reason: Arc::clone(reason),
                }));
            }
            Slot::Closed | Slot::Down { .. } => {}
        }
        let name = register.name.clone();
        match self.load(register) {
            Ok(open) => {
                let open = Arc::new(open);
                *slot = Slot::Open(Arc::clone(&open));
                Ok(open)
            }
            Err(error) => {
                let reason: Arc<str> = telemetry::chain(&error).into();
                if !matches!(&*slot, Slot::Down { reason: known, .. } if *known == reason) {
                    tracing::error!(workspace = %name, reason = &*reason, "a workspace is down");
                }
                *slot = Slot::Down {
                    reason: Arc::clone(&reason),
                    again: Some(Instant::now() + RETRY),
                };
                Err(Error::Down(Down { name, reason }))
            }
        }
    }

    fn load(&self, register: Workspace) -> Result<OpenWorkspace, Error> {
        let key = self
            .vault
            .database_key(&Database::Workspace(register.id.clone()))?;
        self.folder.check_workspace(&register.id)?;
        let path = self.folder.workspace_db(&register.id);
        let db = self
            .reserve
            .with(|| Db::open(&path, &key, &schema::WORKSPACE, READERS))?;
        let index = Index::open(db.clone(), self.config.search.exact_up_to)?;
        if let Some(fault) = db.fault() {
            return Err(fault.into());
        }
        Ok(OpenWorkspace {
            register,
            phrasings: Phrasings::open(db.clone()),
            questions: question::Log::new(db.clone()),
            index,
            db,
        })
    }
}

impl Slot {
    /// What is open and has turned out to be damaged, or is not where it was, is down until somebody has seen to it and started the process again: half of
    /// its answers may be missing, and what is written now may be lost.
    fn look(&mut self) {
        if let Self::Open(open) = self
            && let Some(fault) = open.db.fault()
        {
            let reason: Arc<str> = fault.to_string().into();
            tracing::error!(workspace = %open.register.name, reason = &*reason, "a workspace is down");
            *self = Self::Down {
                reason,
                again: None,
            };
        }
    }
}
