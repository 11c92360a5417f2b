//! What a process gives up at the top of `main`, before any thread exists.
//!
//! Today: core dumps and being read through `/proc` or `ptrace` by other processes of the same user. Landlock and seccomp join here.

use nix::sys::{prctl, resource, signal::Signal};

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
