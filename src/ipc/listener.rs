//! Listening and connecting, with the peer's user id checked.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};

/// The user id of the process at the other end, as the kernel recorded it when the connection was made.
pub(crate) fn peer_uid(stream: &UnixStream) -> io::Result<u32> {
    Ok(getsockopt(stream, PeerCredentials)?.uid())
}

/// A listening socket that removes its file when it goes.
pub(crate) struct Listener {
    socket: UnixListener,
    path: PathBuf,
    allowed: Vec<u32>,
}

impl Listener {
    /// Binds `path`, replacing the file that a killed process left behind, and serves only peers with a user id of `allowed`.
    ///
    /// # Errors
    /// `AddrInUse` when a live process listens there, `AlreadyExists` when something else than a socket is there.
    pub(crate) fn bind(path: &Path, allowed: Vec<u32>) -> io::Result<Self> {
        if connect(path).is_ok() {
            return Err(io::Error::new(
                io::ErrorKind::AddrInUse,
                "another process listens there",
            ));
        }
        match fs::symlink_metadata(path) {
            Ok(file) if file.file_type().is_socket() => fs::remove_file(path)?,
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "what is there is no socket, and is left alone",
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let socket = with_short_path(path, UnixListener::bind)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o660))?;
        Ok(Self {
            socket,
            path: path.to_owned(),
            allowed,
        })
    }

    /// Waits for the next connection of an allowed peer. Others are closed at once, and reported by their user id.
    pub(crate) fn accept(&self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.socket.accept()?;
            let uid = peer_uid(&stream)?;
            if self.allowed.contains(&uid) {
                return Ok(stream);
            }
            tracing::warn!(
                uid,
                "refused a connection of a user that is not served here"
            );
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

pub(crate) fn connect(path: &Path) -> io::Result<UnixStream> {
    with_short_path(path, UnixStream::connect)
}

/// A socket's address holds 107 bytes of path. A longer one is reached through its folder's descriptor.
fn with_short_path<T>(path: &Path, act: impl Fn(PathBuf) -> io::Result<T>) -> io::Result<T> {
    if path.as_os_str().len() <= 100 {
        return act(path.to_owned());
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return act(path.to_owned());
    };
    let folder = File::open(folder)?;
    act(PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(name))
}
