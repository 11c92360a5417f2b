//! The web process: HTTPS, and the surfaces behind it.
//!
//! Surfaces differ in who stands before them, and so have folders of their own: `api/` (keys), `help/` (anyone). The domains are
//! synchronous; [`Shell::blocking`] is the one place where a request crosses into them, and the one that says no when too many wait.

mod api;
mod assets;
mod error;
mod headers;
mod help;
mod tls;

use std::fs::{File, OpenOptions};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server as ActixServer;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer, web};
use nix::fcntl::{Flock, FlockArg};
use tokio::sync::Semaphore;

use crate::app::{self, App};
use crate::audit::Origin;
use crate::config::DataFolder;

pub(crate) use tls::Error as TlsError;

/// Requests that may wait for or hold a thread at a time. More get a 503 at once, instead of everyone getting slower.
const MAX_WAITING: usize = 256;
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
    #[error("{path}: {source}")]
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

/// The instance as request handlers see it.
#[derive(Clone)]
pub(crate) struct Shell {
    app: Arc<App>,
    gate: Arc<Semaphore>,
}

/// Too many requests wait already, or the process is ending.
#[derive(Debug)]
pub(crate) struct Overloaded;

impl Shell {
    fn new(app: Arc<App>) -> Self {
        Self {
            app,
            gate: Arc::new(Semaphore::new(MAX_WAITING)),
        }
    }

    /// Runs `work` on a thread where it may block.
    pub(crate) async fn blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Overloaded> + Send + 'static,
        F: FnOnce(&App) -> Result<T, E> + Send + 'static,
    {
        let permit = Arc::clone(&self.gate)
            .try_acquire_owned()
            .map_err(|_| Overloaded)?;
        let app = Arc::clone(&self.app);
        let done = web::block(move || {
            let result = work(&app);
            drop(permit);
            result
        });
        done.await.map_err(|_| Overloaded)?
    }
}

/// From where a request comes, for the audit log.
fn origin(request: &HttpRequest) -> Origin {
    request.peer_addr().map_or(Origin::Machine, |peer| {
        Origin::Address(peer.ip().to_canonical())
    })
}

/// A server that listens.
pub(crate) struct Server {
    http: HttpServerReady,
}

type HttpServerReady = Box<dyn FnOnce() -> ActixServer>;

impl Server {
    /// Opens the listening socket, the model and every workspace, so that the first visitor does not wait for them.
    pub(crate) fn bind(app: &Arc<App>) -> Result<Self, Error> {
        let address = app.config.server.listen;
        let listener = std::net::TcpListener::bind(address)
            .map_err(|source| Error::Listen { address, source })?;
        let address = listener.local_addr()?;
        let tls = tls::configure(app)?;
        app.pool()?;
        for workspace in crate::workspace::list(&app.control).map_err(app::Error::from)? {
            app.workspace(&workspace.name)?;
        }
        let shell = Shell::new(Arc::clone(app));
        let workers = app.config.server.workers;
        let help = app.config.help.enabled;
        let http = Box::new(move || {
            let server = HttpServer::new(move || {
                ActixApp::new()
                    .app_data(web::Data::new(shell.clone()))
                    .wrap(Compress::default())
                    .wrap(from_fn(headers::add))
                    .wrap(from_fn(headers::log))
                    .route("/health", web::get().to(health))
                    .service(assets::scope())
                    .service(api::scope(&shell.app.config))
                    .configure(|config| {
                        if help {
                            config.service(help::scope());
                        }
                    })
                    .default_service(web::to(help::page_not_found))
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
        announce(app, address);
        Ok(Self { http })
    }

    /// Serves until a signal ends the process.
    pub(crate) fn run(self) -> Result<(), Error> {
        actix_web::rt::System::new().block_on((self.http)())?;
        Ok(())
    }
}

/// Says where the server is, for a person at a terminal and for a program that waits for this line.
fn announce(app: &App, address: SocketAddr) {
    println!("Anchorite listens on https://{address}");
    if app.config.help.enabled {
        for workspace in crate::workspace::list(&app.control).unwrap_or_default() {
            println!(
                "  ask {}: https://{address}/help/{}",
                workspace.name, workspace.name
            );
        }
    }
    println!("  API: https://{address}/api/v1/openapi.json");
}

/// `GET /health`
async fn health(shell: web::Data<Shell>) -> HttpResponse {
    let alive = shell
        .blocking(|app| {
            crate::workspace::list(&app.control)
                .map(|_| ())
                .map_err(|_| Overloaded)
        })
        .await;
    match alive {
        Ok(()) => HttpResponse::Ok().content_type("text/plain").body("ok\n"),
        Err(Overloaded) => HttpResponse::ServiceUnavailable()
            .content_type("text/plain")
            .body("not ready\n"),
    }
}
