//! What the web process does besides answering requests: keeping questions, asking gaps again, forgetting what is over.
//!
//! A visitor never waits for it. Questions go through a queue to one thread, which writes many in one transaction's time and is the last to end: what was
//! taken into the queue is on the disk when the process ends in good order.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::broadcast;

use crate::answer::Answer;
use crate::app::{App, OpenWorkspace};
use crate::audit::Change;
use crate::conversation::{self, Asked, Surface};
use crate::gap;
use crate::id::{QuestionId, WorkspaceId};
use crate::{privacy, telemetry, workspace};

/// Questions that may wait to be written.
const QUEUE: usize = 1_000;
/// Questions that are written in one transaction.
const BATCH: usize = 100;
/// How often a look is taken at what changed.
const LOOK: Duration = Duration::from_secs(5);
/// How often what is over is forgotten.
const FORGET: SignedDuration = SignedDuration::from_mins(10);
/// Gaps that are asked again after a change of the knowledge.
const ASKED_AGAIN: usize = 200;
/// News that a slow page may miss before it is told to look for itself.
const NEWS: usize = 64;

enum Task {
    Record(Arc<OpenWorkspace>, Asked),
    Helped(Arc<OpenWorkspace>, QuestionId, bool, Timestamp),
}

impl Task {
    fn workspace(&self) -> &OpenWorkspace {
        match self {
            Self::Record(workspace, _) | Self::Helped(workspace, ..) => workspace,
        }
    }
}

/// Something changed in a workspace that pages may show.
#[derive(Debug, Clone)]
pub(crate) struct News {
    pub workspace: WorkspaceId,
}

/// The work in the background. Ends when [`Jobs::end`] is called.
#[derive(Clone)]
pub(crate) struct Jobs {
    tasks: SyncSender<Task>,
    news: broadcast::Sender<News>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
    stop: SyncSender<()>,
}

impl Jobs {
    pub(crate) fn start(app: &Arc<App>) -> Self {
        let (tasks, queue) = sync_channel(QUEUE);
        let (stop, stopped) = sync_channel(1);
        let (news, _) = broadcast::channel(NEWS);
        let (writer, keeper) = (Arc::clone(app), Arc::clone(app));
        let (written, changed) = (news.clone(), news.clone());
        let threads = vec![
            thread::spawn(move || write(&writer, &queue, &written)),
            thread::spawn(move || look_after(&keeper, &stopped, &changed)),
        ];
        Self {
            tasks,
            news,
            threads: Arc::new(Mutex::new(threads)),
            stop,
        }
    }

    /// Ends the threads, the queue's when it is empty. To be called when no request can come any more.
    pub(crate) fn end(self) {
        let _ = self.stop.try_send(());
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        drop(self);
        for thread in threads {
            let _ = thread.join();
        }
    }

    /// Keeps a question that was answered, or not. Returns the id under which its visitor can say whether that helped.
    pub(crate) fn record(
        &self,
        workspace: &Arc<OpenWorkspace>,
        text: &str,
        answer: &Answer,
        surface: Surface,
        at: Timestamp,
    ) -> QuestionId {
        let id = QuestionId::random();
        let asked = Asked {
            id: id.clone(),
            at,
            text: privacy::redact(text),
            outcome: gap::outcome_of(answer.class),
            probability: answer.probability,
            surface,
            answer_hash: gap::hash_of(answer),
        };
        self.send(Task::Record(Arc::clone(workspace), asked));
        id
    }

    /// Takes note whether an answer helped.
    pub(crate) fn record_helped(
        &self,
        workspace: &Arc<OpenWorkspace>,
        id: QuestionId,
        helped: bool,
        at: Timestamp,
    ) {
        self.send(Task::Helped(Arc::clone(workspace), id, helped, at));
    }

    fn send(&self, task: Task) {
        if let Err(TrySendError::Full(_)) = self.tasks.try_send(task) {
            // Answering goes before keeping.
            tracing::warn!(
                QUEUE,
                "a question was not kept: too many wait to be written"
            );
        }
    }

    /// Hears of changes from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }
}

/// Writes what comes through the queue, until its last sender is gone.
fn write(app: &App, queue: &Receiver<Task>, news: &broadcast::Sender<News>) {
    while let Ok(first) = queue.recv() {
        let mut tasks = vec![first];
        tasks.extend(queue.try_iter().take(BATCH - 1));
        for of_one in tasks.chunk_by(|a, b| a.workspace().register.id == b.workspace().register.id)
        {
            let workspace = of_one[0].workspace();
            if let Err(cause) = write_some(app, workspace, of_one) {
                tracing::error!(cause, "questions were not kept");
            }
            let _ = news.send(News {
                workspace: workspace.register.id.clone(),
            });
        }
    }
}

/// Writes tasks of one workspace, in their order.
fn write_some(app: &App, workspace: &OpenWorkspace, tasks: &[Task]) -> Result<(), String> {
    let chain = |error: &dyn std::error::Error| telemetry::chain(error);
    let pool = app.pool().map_err(|error| chain(&error))?;
    let mut asked = Vec::new();
    for task in tasks {
        match task {
            Task::Record(_, question) => asked.push(question.clone()),
            Task::Helped(_, id, helped, at) => {
                // It may be about one of those that wait.
                gap::record(&workspace.db, pool, &std::mem::take(&mut asked))
                    .map_err(|error| chain(&error))?;
                match gap::record_helped(&workspace.db, pool, id, *helped, *at) {
                    // Made up, or forgotten meanwhile.
                    Err(gap::Error::Conversation(conversation::Error::Unknown)) => {}
                    other => other.map_err(|error| chain(&error))?,
                }
            }
        }
    }
    gap::record(&workspace.db, pool, &asked).map_err(|error| chain(&error))
}

/// Looks after what changes by itself, until it is told to stop.
fn look_after(app: &App, stopped: &Receiver<()>, news: &broadcast::Sender<News>) {
    let mut forgot = Timestamp::UNIX_EPOCH;
    // What is broken is said once in a while, and keeps nobody else waiting.
    let mut broken = HashSet::new();
    loop {
        match stopped.recv_timeout(LOOK) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = app.clock.now();
        let is_time_to_forget = now.duration_since(forgot) >= FORGET;
        if is_time_to_forget {
            forgot = now;
            broken.clear();
            if let Err(error) = app.accounts.purge(now) {
                let cause = telemetry::chain(&error);
                tracing::error!(cause, "sign-ins that are over could not be forgotten");
            }
        }
        let workspaces = match app.workspaces() {
            Ok(workspaces) => workspaces,
            Err(error) => {
                let cause = telemetry::chain(&error);
                tracing::error!(cause, "the workspaces could not be listed");
                continue;
            }
        };
        for workspace in workspaces {
            if broken.contains(&workspace.id) {
                continue;
            }
            if let Err(cause) = look_after_one(app, &workspace.name, now, is_time_to_forget, news) {
                let workspace_id = workspace.id.as_str();
                tracing::error!(workspace_id, cause, "a workspace could not be looked after");
                broken.insert(workspace.id);
            }
        }
    }
}

/// Forgets old questions of a workspace, and asks those of its gaps again when its knowledge has changed.
fn look_after_one(
    app: &App,
    name: &workspace::Name,
    now: Timestamp,
    is_time_to_forget: bool,
    news: &broadcast::Sender<News>,
) -> Result<(), String> {
    let chain = |error: &dyn std::error::Error| telemetry::chain(error);
    let open = app.workspace(name).map_err(|error| chain(&error))?;
    if is_time_to_forget {
        let days = i64::from(app.config.questions.keep_days);
        let before = now - SignedDuration::from_hours(24 * days);
        gap::forget_before(&open.db, before).map_err(|error| chain(&error))?;
    }
    let engine = app.engine(&open).map_err(|error| chain(&error))?;
    let change = Change::by_program(now);
    let did = gap::ask_again_after_change(&open.db, engine, ASKED_AGAIN, &change)
        .map_err(|error| chain(&error))?;
    if did {
        let _ = news.send(News {
            workspace: open.register.id.clone(),
        });
    }
    Ok(())
}
