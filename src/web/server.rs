//! Listens, and puts the surfaces together.

use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_server::Server as ActixServer;
use actix_service::{ServiceFactoryExt as _, map_config};
use actix_web::dev::AppConfig;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, web};
use nix::fcntl::{Flock, FlockArg};

use super::connection::{self, Door, Secured};
use super::load::outgoing;
use super::route::Surface;
use super::{Shell, TlsError, address, api, dashboard, entry, headers, help, routes, tls};
use crate::app::{self, App};
use crate::audit::Change;
use crate::config::DataFolder;
use crate::jobs::Jobs;

const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);
/// In which the other side has to close, too.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(5);
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

type HttpServerReady = Box<dyn FnOnce() -> std::io::Result<ActixServer>>;

impl Server {
    /// Opens the listening socket, the model and every workspace, so that the first visitor does not wait for them. A workspace that cannot be opened
    /// keeps no other from being served.
    pub(crate) fn bind(app: &Arc<App>) -> Result<Self, Error> {
        let address = app.config.server.listen;
        let listener =
            TcpListener::bind(address).map_err(|source| Error::Listen { address, source })?;
        let address = listener.local_addr()?;
        app.listens_on(address.port());
        address::set_base(app.config.server.base());
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
        let shell = Shell::new(Arc::clone(app), jobs.clone(), routes::table());
        connection::prepare(&listener)?;
        let server = &app.config.server;
        let door = Door::new(tls, server.connections_per_client, &server.trusted_proxies);
        let workers = server.workers;
        let http = Box::new(move || listen(listener, workers, door, shell));
        announce(app, address)?;
        Ok(Self {
            http,
            jobs,
            app: Arc::clone(app),
        })
    }

    /// Serves until a signal ends the process.
    pub(crate) fn run(self) -> Result<(), Error> {
        let served = actix_web::rt::System::new().block_on(async { (self.http)()?.await });
        self.jobs.end(&self.app);
        Ok(served?)
    }
}

/// Serves what comes in: a connection, TLS, HTTP/1.1, and the surfaces. To be called in a system of actix.
fn listen(
    listener: TcpListener,
    workers: usize,
    door: Door,
    shell: Shell,
) -> std::io::Result<ActixServer> {
    let server = ActixServer::build()
        .workers(workers)
        .shutdown_timeout(SHUTDOWN_SECONDS);
    let ending = server.graceful_shutdown_signal();
    let service = move || {
        let shell = shell.clone();
        let app = ActixApp::new()
            .app_data(web::Data::new(shell.clone()))
            .wrap(from_fn(entry::enter))
            .wrap(Compress::default())
            .wrap(from_fn(headers::add))
            .wrap(from_fn(headers::log))
            .wrap(from_fn(outgoing::hold))
            .service(web::scope(address::base()).configure(move |config| surfaces(config, &shell)))
            .default_service(web::to(help::not_found));
        let ending = ending.clone();
        let http = HttpService::build()
            .client_request_timeout(CLIENT_TIMEOUT)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .secure()
            .on_connect_ext(|connection: &Secured, data| {
                data.insert(connection.farewell());
            })
            .graceful_shutdown_signal(move || {
                let ending = ending.clone();
                async move { ending.notified().await }
            })
            .finish(map_config(app, |()| AppConfig::default()));
        connection::accept(door.clone()).and_then(http)
    };
    Ok(server.listen("https", listener, service)?.run())
}

fn surfaces(config: &mut web::ServiceConfig, shell: &Shell) {
    let of = |surface| move |config: &mut web::ServiceConfig| routes::register(surface, config);
    config
        .service(api::scope().configure(of(Surface::Api)))
        .service(dashboard::scope().configure(of(Surface::Dashboard)));
    if shell.app.config.help.enabled {
        config.service(help::scope().configure(of(Surface::Help)));
    }
    routes::register(Surface::Open, config);
}

/// Says where the server is, for a person at a terminal and for a program that waits for this line.
fn announce(app: &App, address: SocketAddr) -> Result<(), Error> {
    let link = app.setup_link(&Change::by_program(app.clock.now()))?;
    let url = app.public_url();
    say(&format!("Anchorite listens on https://{address}"));
    if let Some(link) = link {
        // Whoever has it becomes the owner: it is for a screen, and nothing that is kept.
        if std::io::stdout().is_terminal() {
            say(&format!("  set up, within 24 hours: {}", link.link));
        } else {
            let file = link.file.display();
            say(&format!("  set up, within 24 hours: the link is in {file}"));
        }
    }
    say(&format!("  dashboard: {url}/dashboard"));
    if app.config.help.enabled {
        for workspace in app.workspaces()? {
            let name = workspace.name;
            say(&format!("  ask {name}: {url}/help/{name}"));
        }
    }
    say(&format!("  API: {url}/api/v1/openapi.json"));
    Ok(())
}

/// A line for whoever looks. When nobody does any more, the server goes on.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
