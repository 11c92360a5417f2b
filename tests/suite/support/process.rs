//! Processes, seen from outside.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

const DEADLINE: Duration = Duration::from_secs(30);

/// Looks again and again until there is something, or fails.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            started.elapsed() < DEADLINE,
            "{what}: not within {} s",
            DEADLINE.as_secs()
        );
        thread::park_timeout(Duration::from_millis(10));
    }
}

pub(crate) fn kill(pid: u32, signal: Signal) {
    signal::kill(Pid::from_raw(i32::try_from(pid).unwrap()), signal).unwrap();
}

/// Whether there is such a process that has not ended. One that nobody waited for yet has ended.
pub(crate) fn is_running(pid: u32) -> bool {
    Status::of(pid).is_some_and(|status| status.state != 'Z')
}

/// The process that `parent` started as `anchorite ROLE`.
#[track_caller]
pub(crate) fn children(parent: u32, role: &str) -> Vec<u32> {
    let processes = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let is_child = |pid: &u32| {
        Status::of(*pid).is_some_and(|status| status.parent == parent && status.state != 'Z')
    };
    let has_role = |pid: &u32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).nth(1) == Some(role.as_bytes())
    };
    processes.filter(is_child).filter(has_role).collect()
}

struct Status {
    state: char,
    parent: u32,
}

impl Status {
    fn of(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name may hold anything, even brackets; what follows the last one is regular.
        let mut fields = text.rsplit_once(") ")?.1.split(' ');
        Some(Self {
            state: fields.next()?.chars().next()?,
            parent: fields.next()?.parse().ok()?,
        })
    }
}
