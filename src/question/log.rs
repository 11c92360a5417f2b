//! Writes questions down, many in one transaction.
//!
//! Every question is on the disk when [`Log::keep`] returns. Of those who come while one writes, the next to write takes all with it: the more come, the
//! fewer transactions each costs.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

use super::{Asked, Error, record};
use crate::db::Db;

/// Questions that one transaction takes.
const MOST_AT_A_TIME: usize = 200;

/// The questions of one workspace on their way to the disk.
pub(crate) struct Log {
    db: Db,
    waiting: Mutex<Waiting>,
    written: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// The last is being collected; those before it are full.
    batches: VecDeque<Vec<Asked>>,
    /// The number of the first of them.
    first: u64,
    /// All batches before this one are done.
    done: u64,
    is_writing: bool,
    /// The batches that failed, with how many still have to hear of it, and why.
    failed: Vec<(u64, usize, NotKept)>,
}

/// A question that could not be written, and why.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotKept(Arc<str>);

impl NotKept {
    /// It was not even tried.
    pub(crate) fn no_room() -> Self {
        Self("the disk is full".into())
    }
}

impl Log {
    pub(crate) fn new(db: Db) -> Self {
        Self {
            db,
            waiting: Mutex::default(),
            written: Condvar::new(),
        }
    }

    /// Keeps a question. Returns when it is on the disk.
    pub(crate) fn keep(&self, asked: Asked) -> Result<(), NotKept> {
        let mut waiting = self.waiting.lock();
        let mine = waiting.add(asked);
        loop {
            if waiting.done > mine {
                return waiting.outcome(mine);
            }
            if waiting.is_writing {
                self.written.wait(&mut waiting);
                continue;
            }
            self.write_next(&mut waiting);
        }
    }

    /// Writes the batch that comes next, without the lock.
    fn write_next(&self, waiting: &mut parking_lot::MutexGuard<'_, Waiting>) {
        let Some(batch) = waiting.batches.pop_front() else {
            return;
        };
        waiting.is_writing = true;
        waiting.first += 1;
        let written = parking_lot::MutexGuard::unlocked(waiting, || self.write(&batch));
        if let Err(not_kept) = written {
            let number = waiting.done;
            waiting.failed.push((number, batch.len(), not_kept));
        }
        waiting.done += 1;
        waiting.is_writing = false;
        self.written.notify_all();
    }

    /// A fault in the middle must not leave everybody waiting who asks after it.
    fn write(&self, batch: &[Asked]) -> Result<(), NotKept> {
        let write = || {
            self.db.write(|tx| {
                for asked in batch {
                    record(tx, asked)?;
                }
                Ok::<_, Error>(())
            })
        };
        match std::panic::catch_unwind(AssertUnwindSafe(write)) {
            Ok(written) => written.map_err(|error| NotKept(crate::telemetry::chain(&error).into())),
            Err(_) => Err(NotKept("a fault in this program".into())),
        }
    }
}

impl Waiting {
    /// Returns the number of the batch that it goes with.
    fn add(&mut self, asked: Asked) -> u64 {
        match self.batches.back_mut() {
            Some(batch) if batch.len() < MOST_AT_A_TIME => batch.push(asked),
            _ => self.batches.push_back(vec![asked]),
        }
        self.first + self.batches.len() as u64 - 1
    }

    fn outcome(&mut self, batch: u64) -> Result<(), NotKept> {
        let Some(place) = self.failed.iter().position(|failed| failed.0 == batch) else {
            return Ok(());
        };
        let not_kept = self.failed[place].2.clone();
        self.failed[place].1 -= 1;
        if self.failed[place].1 == 0 {
            self.failed.remove(place);
        }
        Err(not_kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::QuestionId;
    use crate::question::{Outcome, Surface, days};
    use crate::testing::{NOW, workspace_db};

    fn asked(text: &str) -> Asked {
        Asked {
            id: QuestionId::random(),
            at: NOW,
            text: text.to_owned(),
            outcome: Outcome::Answered,
            probability: 0.9,
            surface: Surface::Api,
            answer_hash: [0; 32],
            vector: None,
        }
    }

    #[test]
    fn of_a_thousand_at_once_none_is_lost() {
        let db = workspace_db();
        let log = Log::new(db.clone());
        std::thread::scope(|scope| {
            for thread in 0..20 {
                let log = &log;
                scope.spawn(move || {
                    for index in 0..50 {
                        log.keep(asked(&format!("{thread} {index}"))).unwrap();
                    }
                });
            }
        });
        assert_eq!(days(&db, NOW, 1).unwrap()[0].answered, 1_000);
    }

    #[test]
    fn who_is_written_with_a_question_that_fails_hears_of_it() {
        let db = workspace_db();
        let log = Log::new(db.clone());
        let twice = asked("twice");
        log.keep(twice.clone()).unwrap();
        log.keep(twice).unwrap_err();
        log.keep(asked("later")).unwrap();
        assert_eq!(days(&db, NOW, 1).unwrap()[0].answered, 2);
        assert!(log.waiting.lock().failed.is_empty());
    }
}
