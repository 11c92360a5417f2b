//! `anchorite web` and `anchorite vault`: one process each.

use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Failure, Instance};
use crate::app::{self, App};
use crate::config::Config;
use crate::ipc::Listener;
use crate::vault::Client;
use crate::vault::daemon::{Keyring, Mailer, Provider, Vault, serve_connection, serve_listener};
use crate::{sandbox, web};

/// A role ends with this status when it could not start, which trying again would not change.
pub(super) const NOT_STARTED: u8 = 78;

#[derive(Args)]
pub(super) struct WebArguments {
    #[command(flatten)]
    instance: Instance,
    /// End when the process with this id ends
    #[arg(long, value_name = "PID", hide = true)]
    supervisor: Option<u32>,
}

#[derive(Args)]
pub(super) struct VaultArguments {
    #[command(flatten)]
    instance: Instance,
    /// Serve the one connection that standard input is, instead of a socket
    #[arg(long, hide = true)]
    on_standard_input: bool,
    /// End when the process with this id ends
    #[arg(long, value_name = "PID", hide = true)]
    supervisor: Option<u32>,
}

pub(super) fn run_web(arguments: &WebArguments) -> Result<ExitCode, Failure> {
    supervised(arguments.supervisor)?;
    let prepare = || -> Result<_, Failure> {
        let config = arguments.instance.load_config()?;
        let folder = arguments.instance.folder();
        let lock = web::lock_folder(&folder)?;
        let socket = config
            .vault
            .socket
            .clone()
            .unwrap_or_else(|| folder.default_socket());
        let app = App::open(config, folder, Client::connect(&socket)?)?;
        Ok((web::Server::bind(&Arc::new(app))?, lock))
    };
    let (server, _lock) = match prepare() {
        Ok(ready) => ready,
        Err(failure) => return Ok(not_started(&failure)),
    };
    server.run()?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn run_vault(arguments: &VaultArguments) -> Result<ExitCode, Failure> {
    supervised(arguments.supervisor)?;
    match vault(arguments) {
        Ok(never) => Err(never.into()),
        Err(Ended::Done) => Ok(ExitCode::SUCCESS),
        Err(Ended::NotStarted(failure)) => Ok(not_started(&failure)),
    }
}

enum Ended {
    Done,
    NotStarted(Failure),
}

impl<E: Into<Failure>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::NotStarted(error.into())
    }
}

/// Returns only when it cannot go on.
#[expect(
    clippy::disallowed_methods,
    reason = "where systemd says that its credentials are"
)]
fn vault(arguments: &VaultArguments) -> Result<std::io::Error, Ended> {
    let ending = sandbox::hold_ending_signals()?;
    let config = arguments
        .instance
        .load_config()
        .map_err(Ended::NotStarted)?;
    let folder = arguments.instance.folder();
    let provider = Provider {
        credentials: std::env::var_os("CREDENTIALS_DIRECTORY").map(Into::into),
        file: config.root_key_file(&folder),
    };
    let keyring = Keyring::open(&folder.vault(), provider.load()?)?;
    let mailer = Mailer::new(&config, &folder.default_outbox())?;
    let vault = Vault::open(keyring, mailer)?;
    if arguments.on_standard_input {
        let connection = std::io::stdin().as_fd().try_clone_to_owned()?;
        serve_connection(UnixStream::from(connection), &vault);
        return Err(Ended::Done);
    }
    let socket = config
        .vault
        .socket
        .clone()
        .unwrap_or_else(|| folder.default_socket());
    if let Some(parent) = socket.parent() {
        app::create_private_folder(parent)?;
    }
    let users = allowed_users(&config).map_err(Ended::NotStarted)?;
    let listener = Listener::bind(&socket, users)
        .map_err(|error| format!("the socket {}: {error}", socket.display()))?;
    ending.then(move || drop(std::fs::remove_file(socket)));
    let vault = Arc::new(vault);
    look_after(&vault);
    Ok(serve_listener(&listener, &vault))
}

/// Does, every minute, what the vault has to do by itself.
fn look_after(vault: &Arc<Vault>) {
    const EVERY: Duration = Duration::from_mins(1);
    let vault = Arc::clone(vault);
    std::thread::spawn(move || {
        loop {
            vault.look_after();
            std::thread::park_timeout(EVERY);
        }
    });
}

/// Our own user, the superuser, and the user of the web process when that is another.
fn allowed_users(config: &Config) -> Result<Vec<u32>, Failure> {
    let mut allowed = vec![nix::unistd::getuid().as_raw(), 0];
    if let Some(name) = &config.vault.web_user {
        let uid = match name.parse() {
            Ok(uid) => uid,
            Err(_) => nix::unistd::User::from_name(name)?
                .ok_or_else(|| format!("vault.web_user: there is no user {name}"))?
                .uid
                .as_raw(),
        };
        allowed.push(uid);
    }
    Ok(allowed)
}

fn supervised(supervisor: Option<u32>) -> std::io::Result<()> {
    supervisor.map_or(Ok(()), sandbox::end_with_parent)
}

fn not_started(failure: &Failure) -> ExitCode {
    eprintln!("anchorite: {}", crate::telemetry::chain(&**failure));
    ExitCode::from(NOT_STARTED)
}
