//! Exact search and the graph on real sentences: `cargo bench --bench vectors -- [FOLDER] [ROWS]`.
//!
//! FOLDER holds texts (`.md`, `.txt`, `.jsonl`, in any depth; default `assets/demo`). Its sentences, and runs of two to six neighbouring ones, are
//! embedded; where they are fewer than ROWS, normalised mixtures of two neighbours in the list with a little noise fill up, and the table says how
//! many. Queries are sentences that are not among the rows.

#![expect(
    clippy::cast_precision_loss,
    clippy::disallowed_macros,
    reason = "counts of things that were counted one by one, and printed"
)]

use std::{collections::HashSet, env, fs, path::Path, time::Instant};

use anchorite::{
    inference::{Model, Pool, WIDTH},
    search::vector::VectorIndex,
};

const QUERIES: usize = 300;

fn main() {
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let folder = arguments.first().map_or("assets/demo", String::as_str);
    let rows = arguments
        .get(1)
        .map_or(50_000, |rows| rows.parse().expect("ROWS is a number"));
    let mut texts = HashSet::new();
    sentences(Path::new(folder), &mut texts);
    let mut texts: Vec<String> = texts.into_iter().collect();
    texts.sort_unstable();
    // Every so-and-so-many-th is a query, so that they come from all documents.
    let step = (texts.len() / QUERIES).max(2);
    let (queries, texts): (Vec<_>, Vec<_>) = texts
        .into_iter()
        .take(rows + QUERIES)
        .enumerate()
        .partition(|(index, _)| index % step == 0);
    let pool =
        Pool::new(Model::load().expect("the model"), Pool::default_threads()).expect("threads");
    let queries = embed(&pool, &queries);
    let real = embed(&pool, &texts);
    drop(pool);
    println!(
        "{} real vectors of {folder}, {} queries",
        real.len(),
        queries.len()
    );

    let vectors = filled_up(real, rows);
    for rows in [20_000, rows] {
        measure(&vectors[..rows.min(vectors.len())], &queries);
    }
}

fn measure(vectors: &[Vec<f32>], queries: &[Vec<f32>]) {
    let exact = VectorIndex::new(usize::MAX);
    exact.extend((0..).zip(vectors));
    let graph = VectorIndex::new(1);
    let start = Instant::now();
    graph.extend((0..).zip(vectors));
    graph.settle();
    println!(
        "{} rows: graph built in {:.1} s on one thread",
        vectors.len(),
        start.elapsed().as_secs_f64()
    );
    for k in [10, 50] {
        let (mut found, mut slow, mut fast) = (0, Vec::new(), Vec::new());
        for query in queries {
            let start = Instant::now();
            let expected: HashSet<i64> = exact
                .search(query, k, |_| true)
                .iter()
                .map(|hit| hit.0)
                .collect();
            slow.push(start.elapsed().as_secs_f64() * 1e3);
            let start = Instant::now();
            let hits = graph.search(query, k, |_| true);
            fast.push(start.elapsed().as_secs_f64() * 1e3);
            found += hits.iter().filter(|hit| expected.contains(&hit.0)).count();
        }
        let recall = found as f64 / (queries.len() * k) as f64;
        println!(
            "  k={k}: exact {} ms, graph {} ms, recall {recall:.4}",
            spread(&mut slow),
            spread(&mut fast)
        );
    }
}

/// Median and 95th percentile.
fn spread(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    format!(
        "{:.3} (p95 {:.3})",
        times[times.len() / 2],
        times[times.len() * 95 / 100]
    )
}

fn embed(pool: &Pool, texts: &[(usize, String)]) -> Vec<Vec<f32>> {
    let texts: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
    pool.embed_bulk(&texts)
        .expect("vectors")
        .chunks_exact(WIDTH)
        .map(<[f32]>::to_vec)
        .collect()
}

fn filled_up(mut vectors: Vec<Vec<f32>>, rows: usize) -> Vec<Vec<f32>> {
    let real = vectors.len();
    let mut state = 1_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f32 / (1_u64 << 31) as f32
    };
    while vectors.len() < rows {
        let at = vectors.len() * 7 % real;
        let share = 0.3 + 0.4 * random();
        let mixed: Vec<f32> = vectors[at]
            .iter()
            .zip(&vectors[(at + 1 + vectors.len() / real) % real])
            .map(|(a, b)| a * share + b * (1.0 - share) + 0.01 * (random() - 0.5))
            .collect();
        let length = mixed
            .iter()
            .map(|number| number * number)
            .sum::<f32>()
            .sqrt();
        vectors.push(mixed.iter().map(|number| number / length).collect());
    }
    vectors
}

/// Collects the sentences of all files below `path`, and runs of neighbouring ones.
fn sentences(path: &Path, found: &mut HashSet<String>) {
    if let Ok(entries) = fs::read_dir(path) {
        let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort_unstable();
        for entry in &entries {
            sentences(entry, found);
        }
    } else if path.extension().is_some_and(|extension| {
        ["md", "txt", "jsonl"]
            .iter()
            .any(|known| extension == *known)
    }) {
        let text = fs::read_to_string(path).unwrap_or_default();
        let sentences: Vec<&str> = text
            .split(['\n', '.', '?', '!', '|', '"'])
            .map(str::trim)
            .filter(|sentence| sentence.len() > 20)
            .collect();
        for length in 1..=6 {
            found.extend(sentences.windows(length).map(|run| run.join(". ")));
        }
    }
}
