//! A few threads that do nothing but inference, and two queues before them: questions go before indexing, which keeps a share ([`super::schedule`]).
//!
//! Indexing is cut into small batches, so that a question waits for at most one of them (some 40 ms of work), and its queue is short: who indexes
//! faster than the threads can follow is made to wait. Callers block; an async caller brings its own blocking thread.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Instant,
};

use parking_lot::{Condvar, Mutex};

use super::{
    error::{Error, Result},
    forward::BATCH_TOKENS,
    model::Model,
    parts::{PartedText, Parts, States},
    schedule::{Queues, Taken, Urgency},
    shape::{MAX_TOKENS, WIDTH},
};

/// The threads and their queues. Dropping it lets running batches finish and ends the threads.
pub struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

type Job = Box<dyn FnOnce(&Model) + Send>;

struct Shared {
    model: Model,
    queues: Mutex<Queues<Job>>,
    /// There is a job, or it is time to stop.
    work: Condvar,
    /// The bulk queue has room.
    room: Condvar,
}

/// Bulk batches that may wait for each thread: enough that none is ever idle.
const BULK_PER_THREAD: usize = 4;

impl Pool {
    /// Starts `threads` threads (at least one).
    ///
    /// # Errors
    /// If the system refuses a thread.
    pub fn new(model: Model, threads: usize) -> Result<Self> {
        let shared = Arc::new(Shared {
            model,
            queues: Mutex::default(),
            work: Condvar::new(),
            room: Condvar::new(),
        });
        let mut pool = Self {
            shared,
            threads: Vec::new(),
        };
        for index in 0..threads.max(1) {
            let shared = Arc::clone(&pool.shared);
            let thread = thread::Builder::new()
                .name(format!("inference-{index}"))
                .spawn(move || shared.work());
            pool.threads.push(thread.map_err(Error::Thread)?);
        }
        Ok(pool)
    }

    /// One thread per processor, but no more than four: beyond that, memory is the limit and other work wants processors too.
    #[must_use]
    pub fn default_threads() -> usize {
        thread::available_parallelism()
            .map_or(1, usize::from)
            .min(4)
    }

    /// For what needs no queue, such as [`Model::count_tokens`].
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.shared.model
    }

    /// As [`Model::embed`], before all bulk work that has not begun.
    ///
    /// # Errors
    /// Those of [`Model::embed`], and [`Error::Crashed`].
    pub fn embed_now(&self, texts: &[&str]) -> Result<Vec<f32>> {
        // An equal share for every thread, unless that makes batches too small to be worth it.
        let share = texts
            .iter()
            .map(|text| estimated_tokens(text))
            .sum::<usize>()
            .div_ceil(self.threads.len());
        self.embed(
            Urgency::Now,
            texts,
            share.clamp(BATCH_TOKENS / 4, BATCH_TOKENS),
        )
    }

    /// As [`Model::embed`], after the questions that wait, but for its share.
    ///
    /// # Errors
    /// Those of [`Model::embed`], and [`Error::Crashed`].
    pub fn embed_bulk(&self, texts: &[&str]) -> Result<Vec<f32>> {
        self.embed(Urgency::Bulk, texts, BATCH_TOKENS)
    }

    /// As [`Model::embed_spans`], before all bulk work that has not begun.
    ///
    /// # Errors
    /// Those of [`Model::embed_spans`], and [`Error::Crashed`].
    pub fn embed_spans_now(&self, text: &str, spans: &[Range<usize>]) -> Result<Vec<f32>> {
        let (text, spans) = (text.to_owned(), spans.to_vec());
        let (answer, answered) = mpsc::sync_channel(1);
        self.submit(
            Urgency::Now,
            Box::new(move |model| drop(answer.send(model.embed_spans(&text, &spans)))),
        );
        answered.recv().unwrap_or(Err(Error::Crashed))
    }

    /// As [`Model::embed_parts`], after the questions that wait, but for its share.
    ///
    /// # Errors
    /// Those of [`Model::embed_parts`], and [`Error::Crashed`].
    pub fn embed_parts_bulk(&self, texts: &[&PartedText]) -> Result<Vec<Parts>> {
        let (answer, answered) = mpsc::channel();
        let lengths: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
        for range in batches(&lengths, BATCH_TOKENS) {
            let (first, answer) = (range.start, answer.clone());
            let texts: Vec<PartedText> = texts[range].iter().map(|&text| text.clone()).collect();
            self.submit(
                Urgency::Bulk,
                Box::new(move |model| drop(answer.send((first, model.embed_parts(&texts))))),
            );
        }
        drop(answer);
        let mut all: Vec<Parts> = vec![Parts::default(); texts.len()];
        let mut missing = texts.len();
        for (first, batch) in answered {
            for (slot, parts) in all[first..].iter_mut().zip(batch?) {
                *slot = parts;
                missing -= 1;
            }
        }
        if missing == 0 {
            Ok(all)
        } else {
            Err(Error::Crashed)
        }
    }

    /// As [`Model::states`], before all bulk work that has not begun.
    ///
    /// # Errors
    /// Those of [`Model::states`], and [`Error::Crashed`].
    pub fn states_now(&self, text: &str) -> Result<States> {
        let text = text.to_owned();
        let (answer, answered) = mpsc::sync_channel(1);
        self.submit(
            Urgency::Now,
            Box::new(move |model| drop(answer.send(model.states(&text)))),
        );
        answered.recv().unwrap_or(Err(Error::Crashed))
    }

    /// As [`Model::states`] of each text, side by side on all threads, before all bulk work that has not begun.
    ///
    /// # Errors
    /// Those of [`Model::states`], and [`Error::Crashed`].
    pub fn states_all_now(&self, texts: &[String]) -> Result<Vec<States>> {
        let (answer, answered) = mpsc::channel();
        for (place, text) in texts.iter().cloned().enumerate() {
            let answer = answer.clone();
            self.submit(
                Urgency::Now,
                Box::new(move |model| drop(answer.send((place, model.states(&text))))),
            );
        }
        drop(answer);
        let mut all: Vec<(usize, States)> = answered
            .into_iter()
            .map(|(place, states)| Ok((place, states?)))
            .collect::<Result<_>>()?;
        all.sort_by_key(|(place, _)| *place);
        // One that panicked took its sender with it.
        if all.len() == texts.len() {
            Ok(all.into_iter().map(|(_, states)| states).collect())
        } else {
            Err(Error::Crashed)
        }
    }

    fn embed(&self, urgency: Urgency, texts: &[&str], batch_tokens: usize) -> Result<Vec<f32>> {
        let (answer, answered) = mpsc::channel();
        for range in batches(texts, batch_tokens) {
            let (first, answer) = (range.start, answer.clone());
            let texts: Vec<String> = texts[range].iter().map(|&text| text.to_owned()).collect();
            self.submit(
                urgency,
                Box::new(move |model| {
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    // Nobody listens any more when an earlier batch failed.
                    drop(answer.send((first, model.embed(&texts))));
                }),
            );
        }
        drop(answer);
        let mut vectors = vec![0.0; texts.len() * WIDTH];
        let mut missing = texts.len();
        for (first, batch) in answered {
            let batch = batch?;
            vectors[first * WIDTH..][..batch.len()].copy_from_slice(&batch);
            missing -= batch.len() / WIDTH;
        }
        // A batch that panicked took its sender with it.
        if missing == 0 {
            Ok(vectors)
        } else {
            Err(Error::Crashed)
        }
    }

    pub(super) fn submit(&self, urgency: Urgency, job: Job) {
        let mut queues = self.shared.queues.lock();
        if urgency == Urgency::Bulk {
            let most = self.threads.len() * BULK_PER_THREAD;
            self.shared
                .room
                .wait_while(&mut queues, |queues| queues.bulk_len() >= most);
        }
        queues.push(urgency, job);
        drop(queues);
        self.shared.work.notify_one();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.queues.lock().stopping = true;
        self.shared.work.notify_all();
        for thread in self.threads.drain(..) {
            // A panic is caught inside the thread; there is nothing more to learn here.
            drop(thread.join());
        }
    }
}

impl Shared {
    /// The life of a thread.
    fn work(&self) {
        while let Some(Taken { job, ticket }) = self.next() {
            let started = Instant::now();
            // The model is only read, and a workspace that a panic left half-written is not put back.
            if catch_unwind(AssertUnwindSafe(|| job(&self.model))).is_err() {
                tracing::error!("an inference batch panicked");
            }
            self.queues.lock().settle(ticket, started.elapsed());
        }
    }

    /// Waits for the next job; `None` when it is time to stop.
    fn next(&self) -> Option<Taken<Job>> {
        let mut queues = self.queues.lock();
        self.work
            .wait_while(&mut queues, |queues| !queues.stopping && queues.is_empty());
        if queues.stopping {
            return None;
        }
        let taken = queues.take();
        self.room.notify_one();
        taken
    }
}

/// Neighbouring texts of together about `tokens` tokens.
fn batches(texts: &[&str], tokens: usize) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut first, mut sum) = (0, 0);
    for (index, text) in texts.iter().enumerate() {
        let more = estimated_tokens(text);
        if index > first && sum + more > tokens {
            batches.push(first..index);
            (first, sum) = (index, 0);
        }
        sum += more;
    }
    if first < texts.len() {
        batches.push(first..texts.len());
    }
    batches
}

/// Good enough to cut batches: the model counts for itself, and splits what is too large.
fn estimated_tokens(text: &str) -> usize {
    (text.len() / 4 + 2).min(MAX_TOKENS)
}
