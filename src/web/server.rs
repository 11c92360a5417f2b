//! Listens, and puts the surfaces together.

use std::fs::{File, OpenOptions};
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server as ActixServer;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpServer, web};
use nix::fcntl::{Flock, FlockArg};

use super::route::Surface;
use super::{Shell, TlsError, api, dashboard, entry, headers, help, routes, tls, view};
use crate::app::{self, App};
use crate::audit::Change;
use crate::config::DataFolder;
use crate::jobs::Jobs;

const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);
const SHUTDOWN_SECONDS: u64 = 5;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    App(#[from] app::Error),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(
        "cannot listen on {address}: {source}. Another program may have that port; `server.listen` in the configuration sets it"
    )]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error(
        "{0} is being served by another process already. End it first, or use another data folder"
    )]
    FolderInUse(String),
    #[error("{path}: {source}. The data folder has to be writable: nothing was changed")]
    Lock {
        path: String,
        source: std::io::Error,
    },
    #[error("the server failed")]
    Io(#[from] std::io::Error),
}

/// Makes sure that one process serves the folder. The lock goes with its holder, however that ends.
pub(crate) fn lock_folder(folder: &DataFolder) -> Result<Flock<File>, Error> {
    let path = folder.server_lock();
    let io = |source| Error::Lock {
        path: path.display().to_string(),
        source,
    };
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(io)?;
    Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, error)| match error {
        nix::errno::Errno::EWOULDBLOCK => Error::FolderInUse(folder.path().display().to_string()),
        other => io(other.into()),
    })
}

/// A server that listens.
pub(crate) struct Server {
    http: HttpServerReady,
    jobs: Jobs,
    app: Arc<App>,
}

type HttpServerReady = Box<dyn FnOnce() -> ActixServer>;

impl Server {
    /// Opens the listening socket, the model and every workspace, so that the first visitor does not wait for them. A workspace that cannot be opened
    /// keeps no other from being served.
    pub(crate) fn bind(app: &Arc<App>) -> Result<Self, Error> {
        let address = app.config.server.listen;
        let listener = std::net::TcpListener::bind(address)
            .map_err(|source| Error::Listen { address, source })?;
        let address = listener.local_addr()?;
        app.listens_on(address.port());
        view::set_base(app.config.server.base());
        app.settle_workspaces()?;
        let tls = tls::configure(app)?;
        app.pool()?;
        for workspace in app.workspaces()? {
            match app.workspace(&workspace.name) {
                // It is remembered, and was logged.
                Ok(_) | Err(app::Error::Down(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let jobs = Jobs::start(app);
        let shell = Shell::new(Arc::clone(app), jobs.clone());
        let workers = app.config.server.workers;
        let http = Box::new(move || {
            let server = HttpServer::new(move || {
                let shell = shell.clone();
                ActixApp::new()
                    .app_data(web::Data::new(shell.clone()))
                    .wrap(from_fn(entry::enter))
                    .wrap(Compress::default())
                    .wrap(from_fn(headers::add))
                    .wrap(from_fn(headers::log))
                    .service(
                        web::scope(view::base()).configure(move |config| surfaces(config, &shell)),
                    )
                    .default_service(web::to(help::not_found))
            })
            .workers(workers)
            .client_request_timeout(CLIENT_TIMEOUT)
            .tls_handshake_timeout(CLIENT_TIMEOUT)
            .shutdown_timeout(SHUTDOWN_SECONDS);
            match server.listen_rustls_0_23(listener, tls) {
                Ok(server) => server.run(),
                // Listening happened above; what is left cannot fail for a reason of the machine's.
                Err(error) => unreachable!("a listening socket is taken over: {error}"),
            }
        });
        announce(app, address)?;
        Ok(Self {
            http,
            jobs,
            app: Arc::clone(app),
        })
    }

    /// Serves until a signal ends the process.
    pub(crate) fn run(self) -> Result<(), Error> {
        let served = actix_web::rt::System::new().block_on((self.http)());
        self.jobs.end(&self.app);
        Ok(served?)
    }
}

fn surfaces(config: &mut web::ServiceConfig, shell: &Shell) {
    config
        .service(api::scope(&shell.app.config))
        .service(dashboard::scope());
    if shell.app.config.help.enabled {
        config.service(help::scope());
    }
    routes::register(Surface::Open, config);
}

/// Says where the server is, for a person at a terminal and for a program that waits for this line.
#[expect(clippy::disallowed_macros, reason = "for the person who started it")]
fn announce(app: &App, address: SocketAddr) -> Result<(), Error> {
    let link = app.setup_link(&Change::by_program(app.clock.now()))?;
    let url = app.public_url();
    println!("Anchorite listens on https://{address}");
    if let Some(link) = link {
        // Whoever has it becomes the owner: it is for a screen, and nothing that is kept.
        if std::io::stdout().is_terminal() {
            println!("  set up, within 24 hours: {}", link.link);
        } else {
            println!(
                "  set up, within 24 hours: the link is in {}",
                link.file.display()
            );
        }
    }
    println!("  dashboard: {url}/dashboard");
    if app.config.help.enabled {
        for workspace in app.workspaces()? {
            println!("  ask {}: {url}/help/{}", workspace.name, workspace.name);
        }
    }
    println!("  API: {url}/api/v1/openapi.json");
    Ok(())
}
