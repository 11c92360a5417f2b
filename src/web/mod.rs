//! The web process: HTTPS, and the surfaces behind it.
//!
//! Surfaces differ in who stands before them, and so have folders of their own: `api/` (keys), `dashboard/` (staff), `help/` (anyone). The
//! domains are synchronous; [`Shell::blocking`] is the one place where a request crosses into them, and the one that says no when too many
//! wait. Until there is an account, nothing is served but the pages that make it, and `/health`.

mod answer_view;
mod api;
mod assets;
mod dashboard;
mod document_view;
mod error;
mod headers;
mod help;
mod routes;
#[cfg(test)]
mod tests;
mod tls;

use std::fs::{File, OpenOptions};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Server as ActixServer, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer, web};
use jiff::Timestamp;
use nix::fcntl::{Flock, FlockArg};
use tokio::sync::Semaphore;

use crate::app::{self, App};
use crate::audit::{Change, Origin};
use crate::config::DataFolder;
use crate::jobs::Jobs;
use crate::staff;

pub(crate) use routes::{Access, all as routes};
pub(crate) use tls::Error as TlsError;

/// Requests that may wait for or hold a thread at a time. More get a 503 at once, instead of everyone getting slower.
const MAX_WAITING: usize = 256;
/// Passwords that are hashed at a time, each taking 64 MiB and a core, and sign-ins that may wait for that.
const MAX_HASHING: usize = 4;
const MAX_WAITING_TO_HASH: usize = 64;
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
    jobs: Jobs,
    gate: Arc<Semaphore>,
    hashing: Arc<Semaphore>,
    waiting_to_hash: Arc<Semaphore>,
}

/// Too many requests wait already, or the process is ending.
#[derive(Debug)]
pub(crate) struct Overloaded;

/// So that a form can say what the accounts say, this too.
impl From<Overloaded> for staff::Error {
    fn from(_: Overloaded) -> Self {
        Self::TooBusy
    }
}

impl Shell {
    /// What the instance's clock says.
    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    fn new(app: Arc<App>, jobs: Jobs) -> Self {
        Self {
            app,
            jobs,
            gate: Arc::new(Semaphore::new(MAX_WAITING)),
            hashing: Arc::new(Semaphore::new(MAX_HASHING)),
            waiting_to_hash: Arc::new(Semaphore::new(MAX_WAITING_TO_HASH)),
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

impl Shell {
    /// As [`Shell::blocking`], for what hashes a password: few at a time, so that a flood of sign-ins takes neither the memory nor the
    /// threads that visitors need.
    pub(crate) async fn hashing<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Overloaded> + Send + 'static,
        F: FnOnce(&App) -> Result<T, E> + Send + 'static,
    {
        let waiting = Arc::clone(&self.waiting_to_hash)
            .try_acquire_owned()
            .map_err(|_| Overloaded)?;
        let turn = Arc::clone(&self.hashing)
            .acquire_owned()
            .await
            .map_err(|_| Overloaded)?;
        // Both go with the work: whoever hangs up in the middle ends this future and not the hashing.
        self.blocking(move |app| {
            let result = work(app);
            drop((turn, waiting));
            result
        })
        .await
    }
}

/// Serves nothing but the setup, the files that its pages load, and `/health`, until there is an account.
async fn only_when_set_up(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let path = request.path();
    let is_open = ["/static/", "/dashboard/setup/", "/dashboard/enrolment"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
        || path == "/health";
    if is_open {
        return next.call(request).await;
    }
    let wants_json = path.starts_with("/api/");
    let is_set_up = match request.app_data::<web::Data<Shell>>() {
        Some(shell) if shell.app.is_known_to_be_set_up() => Ok(true),
        Some(shell) => {
            shell
                .blocking(|app| app.is_set_up().map_err(error::Error::from))
                .await
        }
        None => Ok(false),
    };
    let error = match is_set_up {
        Ok(true) => return next.call(request).await,
        Ok(false) => error::Error::not_set_up(),
        Err(error) => error,
    };
    let response = if wants_json {
        error.to_json()
    } else {
        help::error_page(&error)
    };
    Ok(request.into_response(response))
}

/// Text as HTML.
fn escape_into(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
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
    jobs: Jobs,
}

type HttpServerReady = Box<dyn FnOnce() -> ActixServer>;

impl Server {
    /// Opens the listening socket, the model and every workspace, so that the first visitor does not wait for them.
    pub(crate) fn bind(app: &Arc<App>) -> Result<Self, Error> {
        let address = app.config.server.listen;
        let listener = std::net::TcpListener::bind(address)
            .map_err(|source| Error::Listen { address, source })?;
        let address = listener.local_addr()?;
        app.listens_on(address.port());
        app.finish_deletions()?;
        let tls = tls::configure(app)?;
        app.pool()?;
        for workspace in crate::workspace::list(&app.control).map_err(app::Error::from)? {
            app.workspace(&workspace.name)?;
        }
        let jobs = Jobs::start(app);
        let shell = Shell::new(Arc::clone(app), jobs.clone());
        let workers = app.config.server.workers;
        let help = app.config.help.enabled;
        let http = Box::new(move || {
            let server = HttpServer::new(move || {
                ActixApp::new()
                    .app_data(web::Data::new(shell.clone()))
                    .wrap(from_fn(only_when_set_up))
                    .wrap(Compress::default())
                    .wrap(from_fn(headers::add))
                    .wrap(from_fn(headers::log))
                    .route("/health", web::get().to(health))
                    .service(assets::scope())
                    .service(api::scope(&shell.app.config))
                    .service(dashboard::scope(&shell.app.config))
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
        announce(app, address)?;
        Ok(Self { http, jobs })
    }

    /// Serves until a signal ends the process.
    pub(crate) fn run(self) -> Result<(), Error> {
        let served = actix_web::rt::System::new().block_on((self.http)());
        // No request can come any more; what they left is written.
        self.jobs.end();
        Ok(served?)
    }
}

/// Says where the server is, for a person at a terminal and for a program that waits for this line.
fn announce(app: &App, address: SocketAddr) -> Result<(), Error> {
    let link = app.setup_link(&Change::by_program(app.clock.now()))?;
    println!("Anchorite listens on https://{address}");
    if let Some(link) = link {
        println!("  set up, within 24 hours: {link}");
    }
    println!("  dashboard: https://{address}/dashboard");
    if app.config.help.enabled {
        for workspace in crate::workspace::list(&app.control).unwrap_or_default() {
            println!(
                "  ask {}: https://{address}/help/{}",
                workspace.name, workspace.name
            );
        }
    }
    println!("  API: https://{address}/api/v1/openapi.json");
    Ok(())
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
