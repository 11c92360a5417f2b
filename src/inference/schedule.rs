//! Which job runs next: questions before indexing, but never so that indexing stands still.
//!
//! While both wait, indexing gets one sixth of the time that the threads work. It is kept as a debt: a bulk job that ran while questions
//! waited owes its time, questions pay it off as they run, and until it is paid they go first. What runs while nobody asks is free. A
//! question never waits for more than the batch that is running and one more.

use std::collections::VecDeque;
use std::time::Duration;

/// How much longer questions run than bulk work while both wait: answers get five sixths of what they would have alone.
const QUESTIONS_TO_BULK: u32 = 5;

/// What a first bulk batch is taken to cost: about what 512 tokens take on a slow processor.
const FIRST_ESTIMATE: Duration = Duration::from_millis(40);

/// Which queue a job joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Somebody waits for the answer.
    Now,
    /// Indexing; blocks while its queue is full.
    Bulk,
}

/// The two queues. `J`: a job.
pub(super) struct Queues<J> {
    now: VecDeque<J>,
    bulk: VecDeque<J>,
    /// Time that bulk work owes to questions.
    debt: Duration,
    /// What the last bulk job took: what the next one is charged while it runs.
    estimate: Duration,
    /// A question went before the bulk work that waits.
    was_passed: bool,
    pub stopping: bool,
}

impl<J> Default for Queues<J> {
    fn default() -> Self {
        Self {
            now: VecDeque::new(),
            bulk: VecDeque::new(),
            debt: Duration::ZERO,
            estimate: FIRST_ESTIMATE,
            was_passed: false,
            stopping: false,
        }
    }
}

/// A job that was taken out of its queue, and what it was charged.
pub(super) struct Taken<J> {
    pub job: J,
    pub ticket: Ticket,
}

/// To be handed back with the time that the job took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    urgency: Urgency,
    charged: Duration,
}

impl<J> Queues<J> {
    pub(super) fn push(&mut self, urgency: Urgency, job: J) {
        match urgency {
            Urgency::Now => self.now.push_back(job),
            Urgency::Bulk => self.bulk.push_back(job),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.now.is_empty() && self.bulk.is_empty()
    }

    /// Bulk jobs that wait.
    pub(super) fn bulk_len(&self) -> usize {
        self.bulk.len()
    }

    /// The next job. `None`: there is none.
    pub(super) fn take(&mut self) -> Option<Taken<J>> {
        let bulk_is_due = self.now.is_empty() || (self.was_passed && self.debt.is_zero());
        if bulk_is_due && let Some(job) = self.bulk.pop_front() {
            self.was_passed = false;
            // Charged before it is known what it takes: another thread must not think in the meantime that nothing is owed.
            let charged = if self.now.is_empty() {
                Duration::ZERO
            } else {
                self.estimate
            };
            self.debt += charged;
            let ticket = Ticket {
                urgency: Urgency::Bulk,
                charged,
            };
            return Some(Taken { job, ticket });
        }
        self.was_passed |= !self.bulk.is_empty();
        let ticket = Ticket {
            urgency: Urgency::Now,
            charged: Duration::ZERO,
        };
        self.now.pop_front().map(|job| Taken { job, ticket })
    }

    /// Takes note of what a job took.
    pub(super) fn settle(&mut self, ticket: Ticket, took: Duration) {
        match ticket.urgency {
            Urgency::Now => self.debt = self.debt.saturating_sub(took / QUESTIONS_TO_BULK),
            Urgency::Bulk => {
                self.estimate = took;
                let owes = if self.now.is_empty() {
                    Duration::ZERO
                } else {
                    took
                };
                self.debt = (self.debt + owes).saturating_sub(ticket.charged);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: Duration = Duration::from_millis(10);
    const BATCH: Duration = Duration::from_millis(40);

    /// Runs jobs one after the other while both queues are kept full. Returns the time that each of the two got.
    fn shares(jobs: usize) -> (Duration, Duration) {
        let mut queues = Queues::default();
        let (mut questions, mut bulk) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..jobs {
            queues.push(Urgency::Now, QUESTION);
            queues.push(Urgency::Bulk, BATCH);
            let taken = queues.take().unwrap();
            match taken.ticket.urgency {
                Urgency::Now => questions += taken.job,
                Urgency::Bulk => bulk += taken.job,
            }
            queues.settle(taken.ticket, taken.job);
        }
        (questions, bulk)
    }

    #[test]
    fn under_any_number_of_questions_bulk_work_gets_a_sixth_of_the_time() {
        let (questions, bulk) = shares(10_000);
        let share = bulk.as_secs_f64() / (questions + bulk).as_secs_f64();
        assert!((0.15..0.18).contains(&share), "{share}");
    }

    #[test]
    fn a_batch_that_comes_while_others_ask_lets_one_question_pass() {
        let mut queues = Queues::default();
        for _ in 0..100 {
            queues.push(Urgency::Now, "question");
        }
        queues.push(Urgency::Bulk, "batch");
        let order: Vec<&str> = (0..3).map(|_| queues.take().unwrap().job).collect();
        assert_eq!(order, ["question", "batch", "question"]);
    }

    #[test]
    fn what_runs_while_nobody_asks_is_free() {
        let mut queues = Queues::default();
        for _ in 0..50 {
            queues.push(Urgency::Bulk, "batch");
            let taken = queues.take().unwrap();
            queues.settle(taken.ticket, BATCH);
        }
        queues.push(Urgency::Bulk, "batch");
        queues.push(Urgency::Now, "question");
        queues.push(Urgency::Now, "question");
        let order: Vec<&str> = (0..3).map(|_| queues.take().unwrap().job).collect();
        assert_eq!(order, ["question", "batch", "question"]);
    }

    #[test]
    fn two_threads_do_not_both_take_a_batch_for_the_same_time() {
        let mut queues = Queues::default();
        for _ in 0..3 {
            queues.push(Urgency::Bulk, "batch");
            queues.push(Urgency::Now, "question");
        }
        let order: Vec<&str> = (0..4).map(|_| queues.take().unwrap().job).collect();
        assert_eq!(order, ["question", "batch", "question", "question"]);
    }
}
