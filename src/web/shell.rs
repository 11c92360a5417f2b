//! The way from a request into the domains, which are synchronous, and how many may go it at a time.

use std::sync::Arc;

use actix_web::web;
use tokio::sync::Semaphore;

use super::error::Error;
use super::load::Load;
use super::reading::Reading;
use super::route::Table;
use crate::app::App;
use crate::clock::Moment;
use crate::jobs::Jobs;
use crate::staff;

/// Requests that may wait for or hold a thread at a time. More get a 503 at once, instead of everyone getting slower.
const MAX_WAITING: usize = 256;
/// Documents that are read and stored at a time, and that may wait for their turn. They have threads of their own: what takes long keeps nobody waiting
/// who only asks.
const MAX_BULK: usize = 2;
const MAX_WAITING_BULK: usize = 64;
/// Passwords that are hashed at a time, each taking 64 MiB and a core, and sign-ins that may wait for that.
const MAX_HASHING: usize = 4;
const MAX_WAITING_TO_HASH: usize = 64;

/// The instance as request handlers see it.
#[derive(Clone)]
pub(crate) struct Shell {
    pub(super) app: Arc<App>,
    pub(super) jobs: Jobs,
    /// Every address, for those who have to know of others.
    pub(super) routes: &'static Table,
    pub(super) load: Load,
    pub(super) reading: Arc<Reading>,
    waiting: Arc<Semaphore>,
    bulk: Turns,
    hashing: Turns,
}

/// Work that takes turns: some at a time, some more may wait.
#[derive(Clone)]
struct Turns {
    at_work: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Turns {
    fn new(at_work: usize, waiting: usize) -> Self {
        Self {
            at_work: Arc::new(Semaphore::new(at_work)),
            waiting: Arc::new(Semaphore::new(waiting)),
        }
    }

    /// Waits for a turn. What is returned goes with the work: whoever hangs up in the middle ends a request and not the work.
    async fn take(&self) -> Result<impl Send + 'static, Overloaded> {
        let waiting = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| Overloaded)?;
        let turn = Arc::clone(&self.at_work)
            .acquire_owned()
            .await
            .map_err(|_| Overloaded)?;
        Ok((turn, waiting))
    }
}

/// Too many requests wait already, or the process is ending.
#[derive(Debug)]
pub(crate) struct Overloaded;

impl From<Overloaded> for Error {
    fn from(_: Overloaded) -> Self {
        Self::unavailable()
    }
}

/// So that a form can say what the accounts say, this too.
impl From<Overloaded> for staff::Error {
    fn from(_: Overloaded) -> Self {
        Self::TooBusy
    }
}

impl Shell {
    pub(super) fn new(app: Arc<App>, jobs: Jobs, routes: &'static Table) -> Self {
        let load = Load::new(&app.config, app.folder().path());
        Self {
            reading: Arc::new(Reading::new(&load.documents)),
            load,
            app,
            jobs,
            routes,
            waiting: Arc::new(Semaphore::new(MAX_WAITING)),
            bulk: Turns::new(MAX_BULK, MAX_WAITING_BULK),
            hashing: Turns::new(MAX_HASHING, MAX_WAITING_TO_HASH),
        }
    }

    /// What the instance's clock says.
    pub(super) fn now(&self) -> Moment {
        self.app.clock.now()
    }

    /// Runs `work` on a thread where it may block.
    pub(crate) async fn blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Overloaded> + Send + 'static,
        F: FnOnce(&App) -> Result<T, E> + Send + 'static,
    {
        let permit = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| Overloaded)?;
        self.on_a_thread(permit, work).await
    }

    /// As [`Shell::blocking`], for what hashes a password: few at a time, so that a flood of sign-ins takes neither the memory nor the
    /// threads that visitors need.
    pub(crate) async fn hashing<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Overloaded> + Send + 'static,
        F: FnOnce(&App) -> Result<T, E> + Send + 'static,
    {
        let turn = self.hashing.take().await?;
        self.on_a_thread(turn, work).await
    }

    /// As [`Shell::blocking`], for what reads and stores documents.
    pub(crate) async fn bulk<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Overloaded> + Send + 'static,
        F: FnOnce(&App) -> Result<T, E> + Send + 'static,
    {
        let turn = self.bulk.take().await?;
        self.on_a_thread(turn, work).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where a request crosses into the domains"
    )]
    async fn on_a_thread<T, E, F>(&self, turn: impl Send + 'static, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Overloaded> + Send + 'static,
        F: FnOnce(&App) -> Result<T, E> + Send + 'static,
    {
        let app = Arc::clone(&self.app);
        let done = web::block(move || {
            let result = work(&app);
            drop(turn);
            result
        });
        done.await.map_err(|_| Overloaded)?
    }
}
