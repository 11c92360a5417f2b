//! The approximate search for many vectors: a navigable small world of `hnsw_rs`, built once from a snapshot.
//!
//! The crate cannot delete, and its own filter walks the whole graph when few rows pass; so the graph proposes and [`super::VectorIndex`] disposes.
//! It would keep a copy of every vector: instead a point of this graph holds only the row's place, and the distance looks the row up.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use half::f16;
use hnsw_rs::prelude::{Distance, Hnsw};

use super::{
    dot::{Kernel, Row, WIDTH},
    matrix::{BLOCK, Snapshot},
};

/// Neighbours of a point (twice as many in the lowest layer).
const NEIGHBOURS: usize = 16;
/// How many candidates are kept while a point's neighbours are looked for.
const CONSTRUCTION: usize = 200;
/// The crate's own limit.
const LAYERS: usize = 16;

pub(super) struct Graph {
    hnsw: Hnsw<'static, f16, Cosine>,
    ids: Vec<Option<i64>>,
    rows: usize,
    /// Rows that arrived later are not in the graph.
    pub(super) next_arrival: u64,
}

impl Graph {
    /// Takes minutes for a hundred thousand rows. `None` if `stop` was raised, or if the crate panicked.
    pub(super) fn build(snapshot: Snapshot, stop: &AtomicBool) -> Option<Self> {
        let Snapshot {
            blocks,
            ids,
            next_arrival,
        } = snapshot;
        let hnsw = Hnsw::new(
            NEIGHBOURS,
            ids.len(),
            LAYERS,
            CONSTRUCTION,
            Cosine {
                blocks,
                kernel: Kernel::best(),
            },
        );
        let mut rows = 0;
        let build = || {
            for place in (0..ids.len()).filter(|&place| ids[place].is_some()) {
                if stop.load(Ordering::Relaxed) {
                    return false;
                }
                hnsw.insert((&point(place), place));
                rows += 1;
            }
            true
        };
        match catch_unwind(AssertUnwindSafe(build)) {
            Ok(true) => Some(Self {
                hnsw,
                ids,
                rows,
                next_arrival,
            }),
            Ok(false) => None,
            Err(_) => {
                tracing::error!(
                    rows = ids.len(),
                    "building the vector graph panicked; search stays exact"
                );
                None
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// The ids of about `breadth` rows near the query. Some may be dead by now.
    pub(super) fn candidates(
        &self,
        query: &[f32; WIDTH],
        breadth: usize,
    ) -> impl Iterator<Item = i64> {
        let found = self.hnsw.search(&Row::rounded(query).0, breadth, breadth);
        found
            .into_iter()
            .filter_map(|neighbour| self.ids[neighbour.d_id])
    }
}

/// One minus the dot product, never negative: the crate asserts that, and rounding can push a vector's product with itself over one.
struct Cosine {
    blocks: Vec<Arc<Vec<Row>>>,
    kernel: Kernel,
}

impl Distance<f16> for Cosine {
    fn eval(&self, a: &[f16], b: &[f16]) -> f32 {
        (1.0 - self.kernel.between(self.vector(a), self.vector(b))).max(0.0)
    }
}

impl Cosine {
    /// A point's row, or the query itself.
    #[inline]
    fn vector<'a>(&'a self, point: &'a [f16]) -> &'a [f16; WIDTH] {
        match *point {
            [low, high] => {
                let place = usize::from(high.to_bits()) << 16 | usize::from(low.to_bits());
                &self.blocks[place / BLOCK][place % BLOCK].0
            }
            _ => point
                .try_into()
                .expect("a point is a place or a whole vector"),
        }
    }
}

/// A row's place as a vector of two "numbers", which nobody computes with.
#[expect(
    clippy::cast_possible_truncation,
    reason = "split into halves; four thousand million rows do not fit into memory"
)]
fn point(place: usize) -> [f16; 2] {
    [
        f16::from_bits(place as u16),
        f16::from_bits((place >> 16) as u16),
    ]
}
