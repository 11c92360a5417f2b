//! Opens an instance for a command, whether or not its server runs.
//!
//! The keys come from the vault: from the one that the server runs, or from one that is started for this command, talks to nobody else
//! and ends with it.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Stdio};
use std::sync::Arc;

use super::{Failure, Instance, program};
use crate::app::App;
use crate::audit::{Actor, Change, Origin};
use crate::config::Config;
use crate::vault::Client;

/// An open instance, and the vault that was started for it.
pub(super) struct Connected {
    /// First, so that it lets go of the vault's connection before that process is waited for.
    pub app: Arc<App>,
    _vault: Option<PrivateVault>,
}

pub(super) fn open(instance: &Instance) -> Result<Connected, Failure> {
    let config = instance.load_config()?;
    let (client, mut private) = vault(instance, &config)?;
    match App::open(config, instance.folder(), client) {
        Ok(app) => Ok(Connected {
            app: Arc::new(app),
            _vault: private,
        }),
        // A vault that could not start says why itself.
        Err(error) => Err(private
            .as_mut()
            .and_then(PrivateVault::complaint)
            .map_or_else(|| error.into(), Failure::from)),
    }
}

/// What the person at the keyboard does now, for the audit log.
pub(super) fn change(app: &App) -> Change {
    Change {
        by: Actor::Operator {
            uid: nix::unistd::getuid().as_raw(),
        },
        from: Origin::Machine,
        at: app.clock.now(),
        request: None,
    }
}

fn vault(instance: &Instance, config: &Config) -> Result<(Client, Option<PrivateVault>), Failure> {
    let socket = config
        .vault
        .socket
        .clone()
        .unwrap_or_else(|| instance.folder().default_socket());
    if let Ok(client) = Client::connect(&socket) {
        return Ok((client, None));
    }
    let (ours, theirs) = UnixStream::pair()?;
    let child = program::again()
        .arg("vault")
        .arg("--data")
        .arg(&instance.data)
        .arg("--config")
        .arg(instance.config_file())
        .arg("--on-standard-input")
        .stdin(OwnedFd::from(theirs))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    Ok((Client::over(ours), Some(PrivateVault(child))))
}

/// A vault process with one client. It ends when that client closes the connection.
struct PrivateVault(Child);

impl PrivateVault {
    /// What it said before it ended with an error.
    fn complaint(&mut self) -> Option<String> {
        // It ends by itself: its connection was dropped with the client.
        let status = self.0.wait().ok()?;
        let mut text = String::new();
        self.0
            .stderr
            .take()?
            .take(10_000)
            .read_to_string(&mut text)
            .ok()?;
        let text = text.trim().trim_start_matches("anchorite: ").to_owned();
        (!status.success() && !text.is_empty()).then_some(text)
    }
}

impl Drop for PrivateVault {
    fn drop(&mut self) {
        drop(self.0.stderr.take());
        let _ = self.0.wait();
    }
}
