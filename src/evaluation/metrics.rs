//! The measures, as their literature defines them.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Share of the relevant documents among the first `k`.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
pub(super) fn recall(ranking: &[&str], relevant: &BTreeMap<String, u32>, k: usize) -> f64 {
    let found = ranking
        .iter()
        .take(k)
        .filter(|document| relevant.contains_key(**document))
        .count();
    found as f64 / relevant.len().max(1) as f64
}

/// Normalised discounted cumulative gain with linear gains (Järvelin and Kekäläinen 2002, as in `trec_eval`).
pub(super) fn ndcg(ranking: &[&str], relevant: &BTreeMap<String, u32>, k: usize) -> f64 {
    let gain = |grades: &mut dyn Iterator<Item = u32>| -> f64 {
        (2_u32..)
            .zip(grades.take(k))
            .map(|(position, grade)| f64::from(grade) / f64::from(position).log2())
            .sum()
    };
    let mut ideal: Vec<u32> = relevant.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best = gain(&mut ideal.into_iter());
    let reached = gain(
        &mut ranking
            .iter()
            .map(|document| relevant.get(*document).copied().unwrap_or(0)),
    );
    if best > 0.0 { reached / best } else { 0.0 }
}

/// One over the place of the first relevant document among the first `k`, or 0.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
pub(super) fn reciprocal_rank(ranking: &[&str], relevant: &BTreeMap<String, u32>, k: usize) -> f64 {
    let place = ranking
        .iter()
        .take(k)
        .position(|document| relevant.contains_key(*document));
    place.map_or(0.0, |place| 1.0 / (place + 1) as f64)
}

/// Area under the ROC curve: the chance that a positive scores higher than a negative, ties counting half. `None` without both.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn auroc(scores: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = sorted.iter().filter(|(_, positive)| *positive).count();
    let negatives = sorted.len() - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    let (mut below, mut area) = (0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let up = tied.iter().filter(|(_, positive)| *positive).count() as f64;
        let down = tied.len() as f64 - up;
        area += up * (below + down / 2.0);
        below += down;
    }
    Some(area / (positives as f64 * negatives as f64))
}

/// Lower-case runs of letters and digits.
pub(super) fn tokens(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// Share of `gold`'s tokens, counted with repetition, that `shown` has.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn token_recall(gold: &[String], shown: &[String]) -> f64 {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for token in shown {
        *left.entry(token).or_default() += 1;
    }
    let held = gold
        .iter()
        .filter(|token| match left.get_mut(token.as_str()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        });
    held.count() as f64 / gold.len().max(1) as f64
}

/// Milliseconds at a percentile (nearest rank). `sorted` must be sorted.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index within the slice"
)]
pub(super) fn percentile_ms(sorted: &[Duration], percent: f64) -> f64 {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values
        .into_iter()
        .fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relevant(pairs: &[(&str, u32)]) -> BTreeMap<String, u32> {
        pairs
            .iter()
            .map(|(document, grade)| ((*document).to_owned(), *grade))
            .collect()
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn ranks_are_measured_as_the_literature_does() {
        let relevant = relevant(&[("a", 1), ("b", 1)]);
        let ranking = ["x", "a", "y", "b"];
        assert!(close(recall(&ranking, &relevant, 3), 0.5));
        assert!(close(reciprocal_rank(&ranking, &relevant, 10), 0.5));
        let expected = (1.0 / 3f64.log2() + 1.0 / 5f64.log2()) / (1.0 + 1.0 / 3f64.log2());
        assert!(close(ndcg(&ranking, &relevant, 10), expected));
        assert!(close(ndcg(&["a", "b"], &relevant, 10), 1.0));
    }

    #[test]
    fn the_area_counts_ties_half() {
        assert_eq!(auroc(&[(0.1, false), (0.9, true)]), Some(1.0));
        assert_eq!(auroc(&[(0.5, false), (0.5, true)]), Some(0.5));
        assert_eq!(
            auroc(&[(0.1, false), (0.2, true), (0.3, false), (0.4, true)]),
            Some(0.75)
        );
        assert_eq!(auroc(&[(0.5, true)]), None);
    }

    #[test]
    fn tokens_are_recalled_with_repetition() {
        assert!(close(
            token_recall(&tokens("the fee, the FEE"), &tokens("The fee is £5.")),
            0.5
        ));
        assert!(close(token_recall(&tokens("a b"), &tokens("b c a")), 1.0));
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert!(close(percentile_ms(&times, 50.0), 50.0));
        assert!(close(percentile_ms(&times, 99.0), 99.0));
        assert!(close(percentile_ms(&times[..1], 95.0), 1.0));
    }
}
