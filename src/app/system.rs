//! How the instance is doing: what `/health` answers in a word, and the dashboard in sentences.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::{App, Down, Error};
use crate::clock::Standing;
use crate::id::WorkspaceId;

/// With less room than this, writes are about to fail.
const FULL: u64 = 8 * 1024 * 1024;
/// How long the vault may take for an answer to count as alive, and how long that is believed.
const VAULT_DEADLINE: Duration = Duration::from_secs(2);
const VAULT_BELIEVED: Duration = Duration::from_secs(5);
/// One warning in so long about questions that could not be kept.
const WARN: Duration = Duration::from_mins(1);

/// Room where the data folder is, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disk {
    pub free: u64,
    pub total: u64,
    pub is_read_only: bool,
}

impl Disk {
    pub(crate) fn is_full(self) -> bool {
        self.free < FULL
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
    ControlDamaged,
    DiskFull,
    DiskReadOnly,
    Workspace(Down),
    Orphans(usize),
    NotKept(u64),
    Clock(Standing),
}

impl Trouble {
    /// Whether visitors are not served as they should be. The others are for staff alone.
    pub(crate) fn is_unhealthy(&self) -> bool {
        match self {
            Self::Vault
            | Self::ControlDamaged
            | Self::DiskFull
            | Self::DiskReadOnly
            | Self::Workspace(_) => true,
            Self::Orphans(_) | Self::NotKept(_) | Self::Clock(_) => false,
        }
    }
}

/// What is remembered from look to look.
#[derive(Default)]
pub(super) struct Watched {
    vault: Mutex<Option<(Instant, bool)>>,
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
        })
    }

    /// All that is wrong now.
    pub(crate) fn troubles(&self) -> Result<Vec<Trouble>, Error> {
        let mut troubles = Vec::new();
        if !self.vault_answers() {
            troubles.push(Trouble::Vault);
        }
        if self.control.is_damaged() {
            troubles.push(Trouble::ControlDamaged);
        }
        if let Some(disk) = self.disk() {
            if disk.is_read_only {
                troubles.push(Trouble::DiskReadOnly);
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
        let mut known = self.system.vault.lock();
        match *known {
            Some((at, answered)) if at.elapsed() < VAULT_BELIEVED => answered,
            _ => {
                let answered = self.vault.answers_within(VAULT_DEADLINE);
                *known = Some((Instant::now(), answered));
                answered
            }
        }
    }

    /// Takes note of a question that was answered and could not be kept: one line a minute, however many there are.
    pub(crate) fn note_not_kept(&self) {
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
                "questions were answered and could not be kept; the dashboard says whether the disk is full"
            );
        }
    }
}
