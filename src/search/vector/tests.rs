//! The exact search against the definition on every instruction set, and the promises of the index while a graph is built and after.

use half::f16;

use super::{
    dot::{Kernel, Row},
    *,
};

/// Unit vectors that look random and are the same every time, in clusters as texts are.
struct Vectors(u64);

impl Vectors {
    fn number(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f32::from(u16::try_from(self.0 >> 48).unwrap()) / 32_768.0 - 1.0
    }

    fn around(&mut self, centre: &[f32], spread: f32) -> Vec<f32> {
        let vector: Vec<f32> = centre
            .iter()
            .map(|number| number + spread * self.number())
            .collect();
        let length = dot(&vector, &vector).sqrt();
        vector.iter().map(|number| number / length).collect()
    }

    fn clustered(&mut self, count: usize) -> Vec<Vec<f32>> {
        let centres: Vec<_> = (0..count.div_ceil(20))
            .map(|_| self.around(&[0.0; WIDTH], 1.0))
            .collect();
        (0..count)
            .map(|index| self.around(&centres[index % centres.len()], 0.08))
            .collect()
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn filled(threshold: usize, vectors: &[Vec<f32>]) -> VectorIndex {
    let index = VectorIndex::new(threshold);
    index.extend((0..).zip(vectors));
    index
}

/// What `search` means, written down.
fn naive(vectors: &[Vec<f32>], query: &[f32], k: usize, filter: impl Fn(i64) -> bool) -> Vec<i64> {
    let mut hits: Vec<(i64, f32)> = (0..)
        .zip(vectors)
        .filter(|(id, _)| filter(*id))
        .map(|(id, vector)| (id, dot(vector, query)))
        .collect();
    hits.sort_by(|a, b| b.1.total_cmp(&a.1));
    hits.iter().take(k).map(|hit| hit.0).collect()
}

fn ids(hits: &[Hit]) -> Vec<i64> {
    hits.iter().map(|hit| hit.0).collect()
}

#[test]
fn every_instruction_set_computes_the_same_products() {
    let vectors = Vectors(1).clustered(7);
    let rows: Vec<Row> = vectors
        .iter()
        .map(|vector| Row::rounded(vector.as_slice().try_into().unwrap()))
        .collect();
    for kernel in Kernel::available() {
        let mut scores = [0.0; 7];
        kernel.scores(
            vectors[3].as_slice().try_into().unwrap(),
            &rows,
            &mut scores,
        );
        for (index, score) in scores.iter().enumerate() {
            assert!(
                (score - dot(&vectors[3], &vectors[index])).abs() < 1e-4,
                "{}",
                kernel.name
            );
            assert!(
                (kernel.between(&rows[3].0, &rows[index].0) - score).abs() < 1e-4,
                "{}",
                kernel.name
            );
        }
    }
}

#[test]
fn rounding_survives_tiny_numbers_and_signs() {
    let mut vector = [0.0; WIDTH];
    vector[..5].copy_from_slice(&[6.0e-8, -6.0e-8, 3.0e-5, -1.0, 0.25]);
    let row = Row::rounded(&vector);
    for kernel in Kernel::available() {
        for place in 0..5 {
            let mut unit = [0.0; WIDTH];
            unit[place] = 1.0;
            let mut score = [0.0];
            kernel.scores(&unit, &[row], &mut score);
            assert_eq!(
                score[0].to_bits(),
                f16::from_f32(vector[place]).to_f32().to_bits(),
                "{}",
                kernel.name
            );
        }
    }
}

#[test]
fn exact_search_equals_a_naive_scan() {
    let vectors = Vectors(2).clustered(3_000);
    let index = filled(usize::MAX, &vectors);
    for query in Vectors(3).clustered(20) {
        let (found, expected) = (
            index.search(&query, 10, |_| true),
            naive(&vectors, &query, 10, |_| true),
        );
        // Neighbours closer than f16's rounding may change places.
        for ((id, score), other) in found.iter().zip(&expected) {
            assert!(
                id == other
                    || (score - dot(&vectors[usize::try_from(*other).unwrap()], &query)).abs()
                        < 5e-5
            );
        }
        assert!(found.is_sorted_by(|a, b| a.1 >= b.1));
    }
}

#[test]
fn an_empty_index_and_a_large_k_are_answered() {
    let index = VectorIndex::new(10);
    let vectors = Vectors(4).clustered(5);
    assert!(index.search(&vectors[0], 10, |_| true).is_empty());
    index.extend((0..).zip(&vectors));
    assert_eq!(index.search(&vectors[0], 10, |_| true).len(), 5);
    assert!(index.search(&vectors[0], 0, |_| true).is_empty());
}

#[test]
fn a_removed_row_is_not_found_and_a_new_vector_takes_the_old_one_s_place() {
    let vectors = Vectors(5).clustered(2_500);
    let index = filled(usize::MAX, &vectors);
    for id in (0..2_500).filter(|id| id % 3 != 0) {
        assert!(index.remove(id));
        assert!(!index.remove(id));
    }
    index.insert(0, &vectors[1]);
    assert_eq!(index.state().rows, 834);
    assert_eq!(ids(&index.search(&vectors[1], 1, |_| true)), [0]);
    let expected = naive(&vectors, &vectors[99], 5, |id| id % 3 == 0 && id != 0);
    assert_eq!(ids(&index.search(&vectors[99], 5, |id| id != 0)), expected);
}

#[test]
fn the_graph_finds_what_the_exact_search_finds() {
    let vectors = Vectors(6).clustered(6_000);
    let index = filled(1_000, &vectors);
    index.settle();
    assert_eq!(
        index.state(),
        State {
            rows: 6_000,
            search: Search::Graph,
            building: false
        }
    );
    let found: usize = vectors[..200]
        .iter()
        .map(|vector| {
            let query = Vectors(7).around(vector, 0.02);
            let exact = ids(&index.search_exactly(&query, 10, |_| true));
            index
                .search(&query, 10, |_| true)
                .iter()
                .filter(|hit| exact.contains(&hit.0))
                .count()
        })
        .sum();
    assert!(found >= 1_900, "recall@10 is {found}/2000");
}

#[test]
fn a_filter_holds_with_a_graph_however_few_pass() {
    let vectors = Vectors(9).clustered(3_000);
    let index = filled(1_000, &vectors);
    index.settle();
    for passing in [2, 50, 1_500] {
        let found = index.search(&vectors[7], 10, |id| id % passing == 1);
        assert_eq!(
            found.len(),
            10.min(3_000 / usize::try_from(passing).unwrap())
        );
        assert!(found.iter().all(|hit| hit.0 % passing == 1));
    }
    assert_eq!(
        ids(&index.search(&vectors[7], 10, |id| id % 1_500 == 1)),
        naive(&vectors, &vectors[7], 10, |id| id % 1_500 == 1)
    );
}

#[test]
fn changes_during_and_after_the_building_are_seen_at_once() {
    let vectors = Vectors(10).clustered(4_000);
    let index = filled(2_000, &vectors[..3_000]);
    assert!(index.state().building);
    // During: rows go, come, and are replaced.
    for id in 0..100 {
        assert!(index.remove(id));
        assert!(
            !ids(&index.search(&vectors[usize::try_from(id).unwrap()], 10, |_| true)).contains(&id)
        );
    }
    index.insert(3_000, &vectors[3_000]);
    index.insert(200, &vectors[3_500]);
    index.settle();
    assert_eq!(
        index.state(),
        State {
            rows: 2_901,
            search: Search::Graph,
            building: false
        }
    );
    // After: the graph still knows what is gone, the search does not.
    for id in 0..100 {
        assert!(
            !ids(&index.search(&vectors[usize::try_from(id).unwrap()], 10, |_| true)).contains(&id)
        );
    }
    assert_eq!(ids(&index.search(&vectors[3_000], 1, |_| true)), [3_000]);
    assert_eq!(ids(&index.search(&vectors[3_500], 1, |_| true)), [200]);
    assert!(index.search(&vectors[200], 1, |id| id == 200)[0].1 < 0.9);
    index.insert(4_000, &vectors[3_700]);
    assert_eq!(ids(&index.search(&vectors[3_700], 1, |_| true)), [4_000]);
    assert!(index.remove(4_000));
    assert!(!ids(&index.search(&vectors[3_700], 10, |_| true)).contains(&4_000));
}

#[test]
fn searches_from_many_threads_go_on_while_rows_change() {
    let vectors = Vectors(11).clustered(2_000);
    let index = filled(500, &vectors[..1_000]);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                (0..200)
                    .for_each(|id| assert_eq!(index.search(&vectors[id], 5, |_| true).len(), 5));
            });
        }
        for (id, vector) in (0..).zip(&vectors).skip(1_000) {
            index.insert(id, vector);
        }
    });
    index.settle();
    assert_eq!(index.state().rows, 2_000);
    assert_eq!(ids(&index.search(&vectors[1_999], 1, |_| true)), [1_999]);
}

#[test]
fn an_index_that_shrinks_goes_back_to_exact_search() {
    let vectors = Vectors(12).clustered(1_000);
    let index = filled(500, &vectors);
    index.settle();
    assert_eq!(index.state().search, Search::Graph);
    (0..800).for_each(|id| assert!(index.remove(id)));
    index.settle();
    assert_eq!(
        index.state(),
        State {
            rows: 200,
            search: Search::Exact,
            building: false
        }
    );
    assert_eq!(ids(&index.search(&vectors[900], 1, |_| true)), [900]);
}

#[test]
fn dropping_the_index_stops_the_building() {
    let vectors = Vectors(13).clustered(3_000);
    drop(filled(1_000, &vectors));
}
