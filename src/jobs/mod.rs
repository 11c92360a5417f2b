//! What the web process does by itself, beside answering requests: one file for each job. A job has a thread of its own, so that a long one keeps no
//! other waiting, and says how its last run went.

mod ask_again;
mod checkpoint;
mod clock;
mod compare_documents;
mod disk;
mod end_sessions;
mod forget_questions;
mod forget_sign_ins;
mod forget_snapshots;
mod forget_working_copies;
mod group_questions;
mod tell_languages;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::app::{App, OpenWorkspace};
use crate::clock::wall;
use crate::telemetry;

/// A job: what it is called, how often it runs, and what it does. It returns what it did, in a few words; nothing: there was nothing to do.
struct Job {
    name: &'static str,
    every: Duration,
    run: fn(&App) -> Result<Option<String>, Failure>,
}

/// After the start, until each job runs for the first time: what waits for it has waited while nothing ran.
const FIRST: Duration = Duration::from_secs(1);

type Failure = Box<dyn std::error::Error + Send + Sync>;

static JOBS: [Job; 12] = [
    group_questions::JOB,
    ask_again::JOB,
    compare_documents::JOB,
    tell_languages::JOB,
    forget_questions::JOB,
    forget_sign_ins::JOB,
    end_sessions::JOB,
    forget_working_copies::JOB,
    forget_snapshots::JOB,
    clock::JOB,
    checkpoint::JOB,
    disk::JOB,
];

/// How a job is doing.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub name: &'static str,
    pub every: Duration,
    /// `None`: it has not run yet.
    pub last: Option<Run>,
    /// The last time that it did something.
    pub did: Option<(Timestamp, String)>,
}

impl Report {
    pub(crate) fn is_failing(&self) -> bool {
        self.last.as_ref().is_some_and(|run| run.failure.is_some())
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub at: Timestamp,
    pub took: Duration,
    /// Why it failed.
    pub failure: Option<String>,
}

/// The jobs of this process. They end when [`Jobs::end`] is called.
#[derive(Clone)]
pub(crate) struct Jobs {
    reports: Arc<Mutex<Vec<Report>>>,
    running: Arc<Mutex<Vec<Running>>>,
}

struct Running {
    thread: JoinHandle<()>,
    stop: SyncSender<()>,
}

impl Jobs {
    pub(crate) fn start(app: &Arc<App>) -> Self {
        let reports = JOBS.iter().map(|job| Report {
            name: job.name,
            every: job.every,
            last: None,
            did: None,
        });
        let reports = Arc::new(Mutex::new(reports.collect()));
        let running = JOBS.iter().enumerate().map(|(index, job)| {
            let (stop, stopped) = sync_channel(1);
            let (app, reports) = (Arc::clone(app), Arc::clone(&reports));
            let thread = thread::spawn(move || keep_running(job, index, &app, &stopped, &reports));
            Running { thread, stop }
        });
        Self {
            running: Arc::new(Mutex::new(running.collect())),
            reports,
        }
    }

    /// Ends the jobs, each when its run is over, and runs once more what has to be kept.
    pub(crate) fn end(self, app: &App) {
        let running = std::mem::take(&mut *self.running.lock());
        for job in &running {
            let _ = job.stop.try_send(());
        }
        for job in running {
            let _ = job.thread.join();
        }
        for job in [clock::JOB, end_sessions::JOB] {
            if let Err(error) = (job.run)(app) {
                let cause = telemetry::chain(&*error);
                tracing::error!(job = job.name, cause, "a job failed at the end");
            }
        }
    }

    /// How the jobs are doing, in the order in which they are listed.
    pub(crate) fn reports(&self) -> Vec<Report> {
        self.reports.lock().clone()
    }
}

fn keep_running(
    job: &Job,
    index: usize,
    app: &App,
    stopped: &Receiver<()>,
    reports: &Mutex<Vec<Report>>,
) {
    let (mut known_failure, mut wait) = (String::new(), FIRST.min(job.every));
    loop {
        match stopped.recv_timeout(wait) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
        wait = job.every;
        let (at, started) = (wall(), Instant::now());
        let done = run_once(job, app);
        let failure = done.as_ref().err().map(|error| telemetry::chain(&**error));
        // What is broken is said once, and not at every run.
        if let Some(cause) = &failure
            && *cause != known_failure
        {
            tracing::error!(job = job.name, cause, "a job failed");
        }
        known_failure = failure.clone().unwrap_or_default();
        let mut reports = reports.lock();
        let report = &mut reports[index];
        report.last = Some(Run {
            at,
            took: started.elapsed(),
            failure,
        });
        if let Ok(Some(did)) = done {
            report.did = Some((at, did));
        }
    }
}

/// A fault in one run must not end all runs to come.
fn run_once(job: &Job, app: &App) -> Result<Option<String>, Failure> {
    std::panic::catch_unwind(AssertUnwindSafe(|| (job.run)(app))).unwrap_or_else(|_| {
        Err("the job stopped in the middle; that is a fault in this program".into())
    })
}

/// Does `work` in each workspace and adds up what it says. One in which it fails keeps no other waiting; those that are down are said to be down elsewhere.
fn in_each_workspace(
    app: &App,
    mut work: impl FnMut(&OpenWorkspace) -> Result<usize, Failure>,
) -> Result<usize, Failure> {
    let (mut sum, mut failed) = (0, None);
    for workspace in app.workspaces()? {
        let Ok(open) = app.workspace(&workspace.name) else {
            continue;
        };
        match work(&open) {
            Ok(count) => sum += count,
            Err(error) => {
                failed = Some(format!(
                    "workspace {}: {}",
                    workspace.name,
                    telemetry::chain(&*error)
                ));
            }
        }
    }
    match failed {
        Some(failed) => Err(failed.into()),
        None => Ok(sum),
    }
}

/// "3 questions", or nothing for none.
fn counted(count: usize, one: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => match one.strip_suffix('y') {
            Some(stem) => Some(format!("{many} {stem}ies")),
            None => Some(format!("{many} {one}s")),
        },
    }
}
