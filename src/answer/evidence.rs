//! What speaks for and against an answer being among the passages that were found.
//!
//! Three numbers, each higher when an answer is likelier, none of which depends on how large a knowledge base is or what it is about.

use super::check::Check;
use crate::search::Found;

pub(crate) const COUNT: usize = 3;
/// Passages under other headings that the best is compared with.
const OTHERS: usize = 10;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Features(pub [f64; COUNT]);

impl Features {
    /// - `meaning`: cosine of the question and heading with best unit of the first passage.
    /// - `words`: how far question and heading find their word pieces in each other, rare words counting more.
    /// - `lead`: how far the best passage is ahead of those under other headings, in a knowledge base as dense as this one.
    pub(crate) const NAMES: [&'static str; COUNT] = ["meaning", "words", "lead"];
}

pub(super) fn features(found: &Found, check: Option<Check>) -> Features {
    let Some(check) = check else { return Features([0.0; COUNT]) };
    let words = f32::midpoint(check.weighted, check.heading_met);
    Features([check.whole, words, lead(found)].map(f64::from))
}

fn lead(found: &Found) -> f32 {
    let mut by_score: Vec<&crate::search::Hit> = found.hits.iter().collect();
    by_score.sort_by(|a, b| b.scores.fused.total_cmp(&a.scores.fused));
    let mut headings: Vec<(&str, &[String])> = Vec::new();
    let mut scores: Vec<f32> = Vec::new();
    for hit in by_score {
        let heading = (hit.title.as_str(), hit.heading_path.as_slice());
        if !headings.contains(&heading) {
            headings.push(heading);
            scores.push(hit.scores.fused);
        }
        if scores.len() > OTHERS {
            break;
        }
    }
    match scores.split_first() {
        Some((best, others)) if !others.is_empty() => {
            #[expect(clippy::cast_precision_loss, reason = "at most ten")]
            let mean = others.iter().sum::<f32>() / others.len() as f32;
            (best - mean) / (1.0 - found.density)
        }
        _ => 0.0,
    }
}
