//! What a process gives up at the top of `main`, before any thread exists.
//!
//! Today: core dumps and being read through `/proc` or `ptrace` by other processes of the same user. Landlock and seccomp join here.

use std::ffi::CStr;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::{prctl, resource};

/// What this process creates is for its own user, unless it says otherwise.
pub(crate) fn keep_files_private() {
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o077));
}

/// Forbids core dumps and makes the process unreadable for others of its user: its memory holds keys.
pub(crate) fn forbid_dumps() -> std::io::Result<()> {
    resource::setrlimit(resource::Resource::RLIMIT_CORE, 0, 0)?;
    prctl::set_dumpable(false)?;
    Ok(())
}

/// Gives the process the name that lists of processes show. One that was started through `/proc/self/exe` would be called `exe`.
pub(crate) fn take_name(name: &CStr) -> std::io::Result<()> {
    Ok(prctl::set_name(name)?)
}

/// Keeps the signals that end a process from ending it at once: they are for a [`Ending`]. To be called before any thread exists.
pub(crate) fn hold_ending_signals() -> std::io::Result<Ending> {
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGTERM);
    signals.add(Signal::SIGINT);
    signals.thread_block()?;
    Ok(Ending(signals))
}

/// The end of the process, that somebody asks for by a signal.
pub(crate) struct Ending(SigSet);

impl Ending {
    /// Waits, on a thread of its own, until it is asked for, does `last` and ends the process.
    pub(crate) fn then(self, last: impl FnOnce() + Send + 'static) {
        std::thread::spawn(move || {
            // An error would be one of the set of signals, which is fixed above.
            let signal = self.0.wait().unwrap_or(Signal::SIGTERM);
            last();
            // By the signal itself: nothing that other threads are in the middle of is taken down under them.
            let _ = self.0.thread_unblock();
            let _ = nix::sys::signal::raise(signal);
        });
    }
}

/// Ends this process when the one that started it ends, however that ends. `parent` is that process's id.
pub(crate) fn end_with_parent(parent: u32) -> std::io::Result<()> {
    prctl::set_pdeathsig(Some(Signal::SIGTERM))?;
    // It may have ended before the line above took effect; then no signal comes.
    if nix::unistd::getppid().as_raw().unsigned_abs() != parent {
        return Err(std::io::Error::other(
            "the process that started this one is gone",
        ));
    }
    Ok(())
}

/// Raises the number of files and connections that this process may have open to what the system allows it at most. Returns that number.
pub(crate) fn raise_descriptor_limit() -> std::io::Result<u64> {
    let (_, most) = resource::getrlimit(resource::Resource::RLIMIT_NOFILE)?;
    resource::setrlimit(resource::Resource::RLIMIT_NOFILE, most, most)?;
    Ok(most)
}
