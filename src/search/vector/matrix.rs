//! All vectors of a workspace, and the exact search over them.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashMap},
    sync::Arc,
};

use super::dot::{Kernel, Row, WIDTH};

/// Rows that are allocated, and copied for a snapshot's sake, together.
pub(super) const BLOCK: usize = 1024;

/// Rows in the order in which they came. A row that was removed stays until a quarter is gone, then all are packed together.
pub(super) struct Matrix {
    blocks: Vec<Arc<Vec<Row>>>,
    /// For each row, whose it is; `None` when it was removed.
    ids: Vec<Option<i64>>,
    /// For each row, its number in the order of arrival, which packing keeps.
    arrivals: Vec<u64>,
    places: HashMap<i64, usize>,
    next_arrival: u64,
    kernel: Kernel,
}

/// What the matrix was at one moment. It costs no copy: blocks are shared until somebody writes to one.
pub(super) struct Snapshot {
    pub(super) blocks: Vec<Arc<Vec<Row>>>,
    pub(super) ids: Vec<Option<i64>>,
    /// Rows that arrived later have at least this number.
    pub(super) next_arrival: u64,
}

/// A row's identity and its dot product with the query.
pub type Hit = (i64, f32);

impl Matrix {
    pub(super) fn new() -> Self {
        Self::with_kernel(Kernel::best())
    }

    pub(super) fn with_kernel(kernel: Kernel) -> Self {
        Self {
            blocks: Vec::new(),
            ids: Vec::new(),
            arrivals: Vec::new(),
            places: HashMap::new(),
            next_arrival: 0,
            kernel,
        }
    }

    /// Live rows.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Adds the row of `id`, or puts it in the place of an older one.
    pub(super) fn insert(&mut self, id: i64, vector: &[f32; WIDTH]) {
        self.remove(id);
        self.places.insert(id, self.ids.len());
        self.push(id, self.next_arrival, &Row::rounded(vector));
        self.next_arrival += 1;
    }

    /// Says whether there was one.
    pub(super) fn remove(&mut self, id: i64) -> bool {
        let Some(place) = self.places.remove(&id) else {
            return false;
        };
        self.ids[place] = None;
        if (self.ids.len() - self.len()) * 4 > self.ids.len() {
            self.pack();
        }
        true
    }

    /// Whether `id` is here and was already when the snapshot with this `next_arrival` was taken.
    pub(super) fn held_before(&self, id: i64, next_arrival: u64) -> bool {
        self.places
            .get(&id)
            .is_some_and(|&place| self.arrivals[place] < next_arrival)
    }

    /// How many rows, dead ones included, came after the snapshot with this `next_arrival`.
    pub(super) fn arrived_since(&self, next_arrival: u64) -> usize {
        self.ids.len() - self.first_since(next_arrival)
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            blocks: self.blocks.clone(),
            ids: self.ids.clone(),
            next_arrival: self.next_arrival,
        }
    }

    /// The `k` rows with the highest scores among those that `filter` lets through, the best first; equal scores in the order of their ids.
    pub(super) fn search(
        &self,
        query: &[f32; WIDTH],
        k: usize,
        filter: impl Fn(i64) -> bool,
    ) -> Vec<Hit> {
        self.search_since(0, query, Best::new(k), filter)
            .into_hits()
    }

    /// Offers every row that came after the snapshot with this `next_arrival` to `best`.
    pub(super) fn search_since(
        &self,
        next_arrival: u64,
        query: &[f32; WIDTH],
        mut best: Best,
        filter: impl Fn(i64) -> bool,
    ) -> Best {
        let mut scores = [0.0; BLOCK];
        let mut first = self.first_since(next_arrival);
        while first < self.ids.len() {
            let rows = &self.blocks[first / BLOCK][first % BLOCK..];
            let scores = &mut scores[..rows.len()];
            self.kernel.scores(query, rows, scores);
            // The score is looked at first: the filter is the caller's and may be slow, and few rows are ever good enough to be asked about.
            for (&score, id) in scores.iter().zip(&self.ids[first..]) {
                if best.would_take(score)
                    && let Some(id) = *id
                    && filter(id)
                {
                    best.offer(id, score);
                }
            }
            first += rows.len();
        }
        best
    }

    /// The score of one row.
    pub(super) fn score(&self, query: &[f32; WIDTH], id: i64) -> Option<f32> {
        let place = *self.places.get(&id)?;
        let mut score = [0.0];
        self.kernel.scores(
            query,
            std::slice::from_ref(&self.blocks[place / BLOCK][place % BLOCK]),
            &mut score,
        );
        Some(score[0])
    }

    fn first_since(&self, next_arrival: u64) -> usize {
        self.arrivals
            .partition_point(|&arrival| arrival < next_arrival)
    }

    fn push(&mut self, id: i64, arrival: u64, row: &Row) {
        match self.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => Arc::make_mut(block).push(*row),
            _ => self.blocks.push(Arc::new(vec![*row])),
        }
        self.ids.push(Some(id));
        self.arrivals.push(arrival);
    }

    /// Leaves the dead behind.
    fn pack(&mut self) {
        let old = std::mem::replace(self, Self::with_kernel(self.kernel));
        self.next_arrival = old.next_arrival;
        for (index, id) in old.ids.iter().enumerate() {
            if let Some(id) = *id {
                self.places.insert(id, self.ids.len());
                self.push(
                    id,
                    old.arrivals[index],
                    &old.blocks[index / BLOCK][index % BLOCK],
                );
            }
        }
    }
}

/// The best `k` of what was offered.
pub(super) struct Best {
    k: usize,
    /// The worst on top.
    heap: BinaryHeap<Reverse<Ranked>>,
    floor: f32,
}

impl Best {
    pub(super) fn new(k: usize) -> Self {
        Self {
            k,
            heap: BinaryHeap::with_capacity(k.min(BLOCK) + 1),
            floor: f32::NEG_INFINITY,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    #[inline]
    fn would_take(&self, score: f32) -> bool {
        score >= self.floor
    }

    pub(super) fn offer(&mut self, id: i64, score: f32) {
        self.heap.push(Reverse(Ranked { score, id }));
        if self.heap.len() > self.k {
            self.heap.pop();
        }
        if self.heap.len() == self.k {
            self.floor = self
                .heap
                .peek()
                .map_or(f32::INFINITY, |worst| worst.0.score);
        }
    }

    pub(super) fn into_hits(self) -> Vec<Hit> {
        self.heap
            .into_sorted_vec()
            .into_iter()
            .map(|Reverse(ranked)| (ranked.id, ranked.score))
            .collect()
    }
}

/// Higher is better: first the score, then the smaller id.
#[derive(PartialEq)]
struct Ranked {
    score: f32,
    id: i64,
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then(other.id.cmp(&self.id))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
