//! Search by meaning: which vectors are nearest to the question's.
//!
//! A [`VectorIndex`] lives in memory and is filled from the database at start. Few vectors are searched exactly, one after the other. Above a
//! threshold a graph is built in the background; until it stands, and for what came after it, the search stays exact. A removed row is never found
//! again from the moment `remove` returns, whichever way the search goes. Nothing is ever written to disk.

mod dot;
mod graph;
mod matrix;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use parking_lot::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub use dot::WIDTH;
use graph::Graph;
pub use matrix::Hit;
use matrix::{Best, Matrix};

/// Candidates that the graph is asked for, at least.
const BREADTH: usize = 64;

/// The vectors of one workspace. All methods take `&self` and may be called from any thread.
pub struct VectorIndex {
    shared: Arc<Shared>,
    builder: Mutex<Option<JoinHandle<()>>>,
}

/// How the index is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    pub rows: usize,
    pub search: Search,
    /// A graph is being built in the background.
    pub building: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    Exact,
    /// Through the graph, and exact for what is not in it.
    Graph,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let search = match self.search {
            Search::Exact => "exact",
            Search::Graph => "graph",
        };
        write!(
            f,
            "{search}{}, {} rows",
            if self.building {
                ", building a graph"
            } else {
                ""
            },
            self.rows
        )
    }
}

struct Shared {
    threshold: usize,
    content: RwLock<Content>,
    /// The index is being dropped.
    stop: AtomicBool,
}

struct Content {
    matrix: Matrix,
    graph: Option<Graph>,
    building: bool,
}

impl VectorIndex {
    /// An empty index, which builds a graph from `threshold` rows on.
    #[must_use]
    pub fn new(threshold: usize) -> Self {
        let content = Content {
            matrix: Matrix::new(),
            graph: None,
            building: false,
        };
        Self {
            shared: Arc::new(Shared {
                threshold,
                content: RwLock::new(content),
                stop: AtomicBool::new(false),
            }),
            builder: Mutex::default(),
        }
    }

    /// Adds a unit vector of [`WIDTH`] numbers, or puts it in the place of the one with the same id.
    ///
    /// # Panics
    /// Panics if `vector` has another length.
    pub fn insert(&self, id: i64, vector: &[f32]) {
        self.extend([(id, vector)]);
    }

    /// As [`VectorIndex::insert`], of many rows at once: searches wait until all are in.
    ///
    /// # Panics
    /// Panics if a vector does not have [`WIDTH`] numbers.
    pub fn extend<V: AsRef<[f32]>>(&self, rows: impl IntoIterator<Item = (i64, V)>) {
        self.change(|matrix| {
            for (id, vector) in rows {
                matrix.insert(id, checked(vector.as_ref()));
            }
        });
    }

    /// Forgets a row. It is not found any more once this has returned.
    pub fn remove(&self, id: i64) -> bool {
        self.change(|matrix| matrix.remove(id))
    }

    /// The `k` rows with the highest dot product among those that `filter` lets through, the best first.
    ///
    /// # Panics
    /// Panics if `query` does not have [`WIDTH`] numbers.
    pub fn search(&self, query: &[f32], k: usize, filter: impl Fn(i64) -> bool) -> Vec<Hit> {
        let query = checked(query);
        let content = self.shared.read();
        content
            .search_graph(query, k, &filter)
            .unwrap_or_else(|| content.matrix.search(query, k, filter))
    }

    /// As [`VectorIndex::search`], but always exact.
    ///
    /// # Panics
    /// Panics if `query` does not have [`WIDTH`] numbers.
    pub fn search_exactly(
        &self,
        query: &[f32],
        k: usize,
        filter: impl Fn(i64) -> bool,
    ) -> Vec<Hit> {
        self.shared.read().matrix.search(checked(query), k, filter)
    }

    #[must_use]
    pub fn state(&self) -> State {
        let content = self.shared.read();
        let search = if content.graph.is_some() {
            Search::Graph
        } else {
            Search::Exact
        };
        State {
            rows: content.matrix.len(),
            search,
            building: content.building,
        }
    }

    /// Waits until no graph is being built, for measurements and tests.
    pub fn settle(&self) {
        let builder = self.builder.lock().take();
        if let Some(builder) = builder {
            // A panic of the crate's was caught and logged inside.
            drop(builder.join());
        }
    }

    /// Changes the rows, then looks whether a graph is due or has become pointless.
    fn change<T>(&self, change: impl FnOnce(&mut Matrix) -> T) -> T {
        let mut content = self.shared.write();
        let answer = change(&mut content.matrix);
        let pointless = if content.is_too_small(self.shared.threshold) {
            content.graph.take()
        } else {
            None
        };
        if !content.building && content.wants_graph(self.shared.threshold) {
            content.building = self.start_builder();
        }
        drop(content);
        // Freeing a large graph takes a while, and nobody needs to wait for it.
        drop(pointless);
        answer
    }

    fn start_builder(&self) -> bool {
        let shared = Arc::clone(&self.shared);
        match thread::Builder::new()
            .name("vector-graph".to_owned())
            .spawn(move || shared.build())
        {
            Ok(builder) => {
                // The one before has already said that it is done.
                *self.builder.lock() = Some(builder);
                true
            }
            Err(error) => {
                tracing::warn!(%error, "no thread to build the vector graph; search stays exact");
                false
            }
        }
    }
}

impl Drop for VectorIndex {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.settle();
    }
}

impl Shared {
    /// The life of the background thread: builds until the graph is up to date.
    fn build(&self) {
        loop {
            let snapshot = self.read().matrix.snapshot();
            let graph = Graph::build(snapshot, &self.stop);
            let failed = graph.is_none();
            let mut content = self.write();
            let useless = if failed || content.is_too_small(self.threshold) {
                graph
            } else {
                std::mem::replace(&mut content.graph, graph)
            };
            content.building = !failed && content.wants_graph(self.threshold);
            let done = !content.building;
            drop(content);
            drop(useless);
            if done {
                return;
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Content> {
        self.content.read()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Content> {
        self.content.write()
    }
}

impl Content {
    /// Half the threshold, so that a workspace at the threshold does not go to and fro.
    fn is_too_small(&self, threshold: usize) -> bool {
        self.matrix.len() < threshold / 2
    }

    /// Whether there are enough rows, and the graph is missing or a quarter of it is out of date.
    fn wants_graph(&self, threshold: usize) -> bool {
        self.matrix.len() >= threshold.max(1)
            && self.graph.as_ref().is_none_or(|graph| {
                let new = self.matrix.arrived_since(graph.next_arrival);
                let dead = (graph.len() + new).saturating_sub(self.matrix.len());
                (new + dead) * 4 > graph.len()
            })
    }

    /// `None` if there is no graph, or if too few of what it proposes pass the filter: then only looking at all rows is right.
    fn search_graph(
        &self,
        query: &[f32; WIDTH],
        k: usize,
        filter: &impl Fn(i64) -> bool,
    ) -> Option<Vec<Hit>> {
        let graph = self.graph.as_ref()?;
        let live = |id: &i64| self.matrix.held_before(*id, graph.next_arrival) && filter(*id);
        let mut best = Best::new(k);
        for id in graph.candidates(query, BREADTH.max(2 * k)).filter(live) {
            best.offer(id, self.matrix.score(query, id)?);
        }
        (best.len() == k).then(|| {
            self.matrix
                .search_since(graph.next_arrival, query, best, filter)
                .into_hits()
        })
    }
}

fn checked(vector: &[f32]) -> &[f32; WIDTH] {
    vector.try_into().expect("a vector has 384 numbers")
}
