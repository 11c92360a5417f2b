//! How the instance is doing: what `/health` answers in a word, and the dashboard in sentences.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::{App, Down, Error, reserve};
use crate::clock::Standing;
use crate::db;
use crate::id::WorkspaceId;
use crate::question::NotKept;

/// With less room than this, writes are about to fail.
const FULL: u64 = 8 * 1024 * 1024;
/// How long the vault may take for an answer to count as alive, and how long that it is, or is not, is believed: one that ended is soon back.
const VAULT_DEADLINE: Duration = Duration::from_secs(2);
const ALIVE_BELIEVED: Duration = Duration::from_secs(5);
const DEAD_BELIEVED: Duration = Duration::from_secs(1);
/// One warning in so long about questions that could not be kept.
const WARN: Duration = Duration::from_mins(1);

/// Room where the data folder is, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disk {
    pub free: u64,
    pub total: u64,
    pub is_read_only: bool,
    /// The reserve for deletions is there.
    has_reserve: bool,
}

impl Disk {
    /// When the reserve was given away, its room is not there for anything else.
    pub(crate) fn is_full(self) -> bool {
        let set_aside = if self.has_reserve { 0 } else { reserve::SIZE };
        self.free < FULL + set_aside
    }

    /// Time to do something about it.
    pub(crate) fn is_low(self) -> bool {
        const GIB: u64 = 1024 * 1024 * 1024;
        self.free < 2 * GIB || self.free < self.total / 20
    }
}

/// Something that keeps the instance from doing its work.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    Vault,
    /// The control database has pages that cannot be read, or was taken away.
    Control(Arc<str>),
    DiskFull,
    DiskReadOnly(PathBuf),
    Workspace(Down),
    /// Workspaces that the vault knows and the control database does not.
    Orphans(usize),
    /// Questions that were answered and not kept, since the start.
    NotKept(u64),
    Clock(Standing),
}

/// What it means, and what to do.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vault => f.write_str(
                "The vault does not answer: nobody can sign in, and what is closed cannot be opened. See what its log says, and start it again.",
            ),
            Self::Control(fault) => write!(f, "{fault}."),
            Self::DiskFull => f.write_str(
                "The disk is full: questions are answered and not kept, and changes are refused. Delete what is not needed, or make the disk larger. \
                 A reserve lets deletions, sign-ins and exports through.",
            ),
            Self::DiskReadOnly(path) => write!(
                f,
                "{} cannot be written: everything can be read, nothing can be changed. See why the file system is read-only.",
                path.display()
            ),
            Self::Workspace(down) => write!(f, "The workspace {} is down: {}.", down.name, down.reason),
            Self::Orphans(count) => write!(
                f,
                "The vault knows {count} workspace(s) that the control database does not: it may be an older copy of itself. Restore it from the latest backup."
            ),
            Self::NotKept(count) => write!(
                f,
                "{count} question(s) were answered and could not be kept since the server was started."
            ),
            Self::Clock(standing @ Standing::Ahead { .. }) => write!(
                f,
                "This machine's clock is {standing} of the time that has run here. Nothing is deleted by it until it has lasted for a day, or an owner confirms it."
            ),
            Self::Clock(standing) => write!(
                f,
                "This machine's clock is {standing} the time that it showed before. What has expired stays expired until that has lasted for a day, or an owner confirms it."
            ),
        }
    }
}

impl Trouble {
    /// Whether visitors are not served as they should be. The others are for staff alone.
    pub(crate) fn is_unhealthy(&self) -> bool {
        match self {
            Self::Vault
            | Self::Control(_)
            | Self::DiskFull
            | Self::DiskReadOnly(_)
            | Self::Workspace(_) => true,
            Self::Orphans(_) | Self::NotKept(_) | Self::Clock(_) => false,
        }
    }

    /// Whether it keeps everybody on the staff from working. The others are for owners.
    pub(crate) fn concerns_everybody(&self) -> bool {
        match self {
            Self::Vault | Self::DiskFull | Self::DiskReadOnly(_) => true,
            Self::Control(_)
            | Self::Workspace(_)
            | Self::Orphans(_)
            | Self::NotKept(_)
            | Self::Clock(_) => false,
        }
    }
}

/// What is remembered from look to look.
#[derive(Default)]
pub(super) struct Watched {
    vault: Mutex<Option<(Instant, bool)>>,
    vault_answered: AtomicBool,
    orphans: Mutex<Vec<WorkspaceId>>,
    not_kept: AtomicU64,
    warned: Mutex<Option<(Instant, u64)>>,
}

impl Watched {
    pub(super) fn set_orphans(&self, orphans: Vec<WorkspaceId>) {
        *self.orphans.lock() = orphans;
    }
}

impl App {
    /// `None`: the system does not say.
    pub(crate) fn disk(&self) -> Option<Disk> {
        let found = nix::sys::statvfs::statvfs(self.folder.path()).ok()?;
        let size = found.fragment_size();
        Some(Disk {
            free: found.blocks_available() * size,
            total: found.blocks() * size,
            is_read_only: found
                .flags()
                .contains(nix::sys::statvfs::FsFlags::ST_RDONLY),
            has_reserve: self.reserve.is_there(),
        })
    }

    /// Whether there is room for what is kept without anybody having decided so.
    pub(crate) fn has_room(&self) -> bool {
        !self.disk().is_some_and(Disk::is_full)
    }

    /// To be asked before a change. On a full disk only what `draws_on_reserve` goes on: what makes room, and what must be written down of who comes and
    /// what they see.
    pub(crate) fn demand_room(&self, draws_on_reserve: bool) -> Result<(), db::Error> {
        let Some(disk) = self.disk() else {
            return Ok(());
        };
        if disk.is_read_only {
            return Err(db::Error::ReadOnly);
        }
        if disk.is_full() {
            if !draws_on_reserve {
                return Err(db::Error::DiskFull);
            }
            self.reserve.release();
        }
        Ok(())
    }

    /// Looks at every page of the control database and of every workspace that is up. Returns a sentence for each that is not as it was written, and for
    /// each that is down. The vault's own database is the vault's.
    pub(crate) fn check_databases(&self) -> Result<Vec<String>, Error> {
        let (mut databases, mut damaged) = (vec![self.control.clone()], Vec::new());
        for workspace in self.workspaces()? {
            match self.workspace(&workspace.name) {
                Ok(open) => databases.push(open.db.clone()),
                Err(Error::Down(down)) => {
                    damaged.push(Trouble::Workspace(down).to_string());
                }
                Err(error) => return Err(error),
            }
        }
        for db in databases {
            if !db.check_integrity()? {
                let path = db.path().to_owned();
                damaged.push(db::Error::FoundDamaged { path }.to_string());
            }
        }
        Ok(damaged)
    }

    /// Gives the room of what was deleted back to the disk, when that is low.
    pub(crate) fn give_back_room(&self) -> Result<(), Error> {
        if !self.disk().is_some_and(Disk::is_low) {
            return Ok(());
        }
        self.control.give_back_room()?;
        for workspace in self.workspaces()? {
            if let Ok(open) = self.workspace(&workspace.name) {
                open.db.give_back_room()?;
            }
        }
        Ok(())
    }

    /// All that is wrong now.
    pub(crate) fn troubles(&self) -> Result<Vec<Trouble>, Error> {
        let mut troubles = Vec::new();
        if !self.vault_answers() {
            troubles.push(Trouble::Vault);
        }
        if let Some(fault) = self.control.fault() {
            troubles.push(Trouble::Control(fault.to_string().into()));
        }
        if let Some(disk) = self.disk() {
            if disk.is_read_only {
                troubles.push(Trouble::DiskReadOnly(self.folder.path().to_owned()));
            } else if disk.is_full() {
                troubles.push(Trouble::DiskFull);
            }
        }
        troubles.extend(self.down_workspaces()?.into_iter().map(Trouble::Workspace));
        let orphans = self.system.orphans.lock().len();
        if orphans > 0 {
            troubles.push(Trouble::Orphans(orphans));
        }
        let not_kept = self.system.not_kept.load(Ordering::Relaxed);
        if not_kept > 0 {
            troubles.push(Trouble::NotKept(not_kept));
        }
        let standing = self.clock.guard().standing();
        if !standing.is_settled() {
            troubles.push(Trouble::Clock(standing));
        }
        Ok(troubles)
    }

    /// Whether the vault answers, as of a few seconds ago.
    fn vault_answers(&self) -> bool {
        // Who comes while another waits for the vault goes by what was known.
        let Some(mut known) = self.system.vault.try_lock() else {
            return self.system.vault_answered.load(Ordering::Relaxed);
        };
        let believed = |answered| {
            if answered {
                ALIVE_BELIEVED
            } else {
                DEAD_BELIEVED
            }
        };
        match *known {
            Some((at, answered)) if at.elapsed() < believed(answered) => answered,
            _ => {
                let answered = self.vault.answers_within(VAULT_DEADLINE);
                *known = Some((Instant::now(), answered));
                self.system
                    .vault_answered
                    .store(answered, Ordering::Relaxed);
                answered
            }
        }
    }

    /// Takes note of a question that was answered and could not be kept: one line a minute, however many there are.
    pub(crate) fn note_not_kept(&self, why: &NotKept) {
        let count = self.system.not_kept.fetch_add(1, Ordering::Relaxed) + 1;
        let mut warned = self.system.warned.lock();
        let (is_due, known) = match *warned {
            Some((at, known)) => (at.elapsed() >= WARN, known),
            None => (true, 0),
        };
        if is_due {
            *warned = Some((Instant::now(), count));
            tracing::warn!(
                not_kept = count - known,
                since_start = count,
                cause = %why,
                "questions were answered and could not be kept"
            );
        }
    }
}
