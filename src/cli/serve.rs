//! `anchorite serve`: starts the vault and the web process, restarts them with back-off, ends them together.
//!
//! For trying, containers and development; systemd runs the roles as units of their own.

mod back_off;

use std::process::{ExitCode, ExitStatus, Stdio};
use std::time::Duration;

use clap::Args;
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep, timeout};

use super::roles::NOT_STARTED;
use super::{FAILED, Failure, Instance, program};
use crate::ipc;
use back_off::BackOff;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    instance: Instance,
}

/// For ending in good order, before a process is killed.
const GRACE: Duration = Duration::from_secs(10);

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    supervise(&arguments.instance)
}

/// Runs both processes until a signal ends them or one of them cannot start.
pub(super) fn supervise(instance: &Instance) -> Result<ExitCode, Failure> {
    let config = instance.load_config()?;
    let socket = config
        .vault
        .socket
        .clone()
        .unwrap_or_else(|| instance.folder().default_socket());
    if ipc::connect(&socket).is_ok() {
        return Err(format!(
            "{} is being served already. End that server first",
            instance.data.display()
        )
        .into());
    }
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let mut ending = Ending::new()?;
            let mut vault = Role::start(instance, "vault")?;
            tokio::select! {
                ready = vault.listening(&socket) => if let Err(code) = ready { return Ok(code) },
                () = ending.asked() => return Ok(end([vault]).await),
            }
            let mut web = Role::start(instance, "web")?;
            let code = tokio::select! {
                code = vault.keep_running(instance) => code,
                code = web.keep_running(instance) => code,
                () = ending.asked() => Ok(ExitCode::SUCCESS),
            };
            // The web process first: it may still need the vault for what it finishes.
            end([web, vault]).await;
            code
        })
}

struct Role {
    name: &'static str,
    child: Child,
    started: Instant,
}

impl Role {
    fn start(instance: &Instance, name: &'static str) -> Result<Self, Failure> {
        let child = Command::from(program::again())
            .arg(name)
            .arg("--data")
            .arg(&instance.data)
            .arg("--config")
            .arg(instance.config_file())
            .arg("--supervisor")
            .arg(std::process::id().to_string())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self {
            name,
            child,
            started: Instant::now(),
        })
    }

    /// Waits until the vault listens; an early end of it is the end of everything.
    async fn listening(&mut self, socket: &std::path::Path) -> Result<(), ExitCode> {
        while ipc::connect(socket).is_err() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(exit_code(status));
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Waits for the process to end, again and again. Returns when it could not start at its first try.
    async fn keep_running(&mut self, instance: &Instance) -> Result<ExitCode, Failure> {
        let mut back_off = BackOff::default();
        let mut restarted = false;
        loop {
            let status = self.child.wait().await?;
            if !restarted && status.code() == Some(i32::from(NOT_STARTED)) {
                return Ok(ExitCode::from(FAILED));
            }
            let pause = back_off.after(self.started.elapsed());
            tracing::error!(role = self.name, %status, pause_ms = pause.as_millis(), "a process ended and is started again");
            sleep(pause).await;
            let name = self.name;
            *self = start_at_last(name, &mut back_off, || Self::start(instance, name)).await;
            restarted = true;
        }
    }

    async fn end(&mut self) {
        if let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) {
            let _ = nix::sys::signal::kill(
                nix::unistd::Pid::from_raw(pid),
                nix::sys::signal::Signal::SIGTERM,
            );
        }
        if timeout(GRACE, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// Starts a role, again and again until it can be started: one that cannot for a moment must not take the others with it.
async fn start_at_last<T>(
    name: &str,
    back_off: &mut BackOff,
    mut start: impl FnMut() -> Result<T, Failure>,
) -> T {
    loop {
        match start() {
            Ok(started) => return started,
            Err(error) => {
                let pause = back_off.after(Duration::ZERO);
                tracing::error!(role = name, %error, pause_ms = pause.as_millis(), "a process could not be started and is tried again");
                sleep(pause).await;
            }
        }
    }
}

async fn end<const N: usize>(roles: [Role; N]) -> ExitCode {
    for mut role in roles {
        role.end().await;
    }
    ExitCode::SUCCESS
}

fn exit_code(status: ExitStatus) -> ExitCode {
    ExitCode::from(if status.success() { 0 } else { FAILED })
}

/// Ctrl-C and `kill`.
struct Ending {
    interrupt: Signal,
    terminate: Signal,
}

impl Ending {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_started_is_tried_again_and_ends_nothing() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let mut tries = 0;
        let started = runtime.block_on(start_at_last("web", &mut BackOff::default(), || {
            tries += 1;
            match tries {
                1 | 2 => Err("no process can be made".into()),
                tries => Ok(tries),
            }
        }));
        assert_eq!(started, 3);
    }
}
