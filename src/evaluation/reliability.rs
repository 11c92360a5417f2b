//! Whether what is said about how sure an answer is holds: of the answers said to be there with 0.7, seven in ten should be.
//!
//! What the documents answer counts as much as what they do not, however many of either a set has, so that 0.5 means the same on all.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::{Asked, Measured, Set};
use crate::answer::Verdict;

const BINS: usize = 10;

/// What was said about one question, and what is so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    pub probability: f64,
    pub is_answerable: bool,
}

/// The figures of a set that has questions of both kinds.
#[derive(Debug, Serialize)]
pub(crate) struct Reliability {
    /// Expected calibration error: mean distance of what was said from what is so, over ten bins of equal width.
    pub calibration_error: f64,
    /// Of what was answered in full: the first cited document is one that answers.
    pub answered_first_right: Option<f64>,
    /// What was said least first; bins without questions are left out.
    pub bins: Vec<Bin>,
    pub classes: BTreeMap<&'static str, Class>,
}

/// Questions of which about the same was said.
#[derive(Debug, Serialize)]
pub(crate) struct Bin {
    pub questions: usize,
    /// Mean of what was said.
    pub said: f64,
    /// Share of which the documents hold the answer.
    pub there: f64,
}

/// Questions of which the answer was of one class.
#[derive(Debug, Serialize)]
pub(crate) struct Class {
    pub questions: usize,
    /// Share of which the documents hold the answer.
    pub there: f64,
}

impl Reliability {
    /// `None`: all questions are answerable, or none.
    pub(super) fn new(set: &Set, measured: &Measured) -> Option<Self> {
        let said: Vec<Said> = measured
            .asked
            .iter()
            .map(|asked| Said {
                probability: asked.examined.answer.probability,
                is_answerable: set.is_answerable(&set.questions[asked.question]),
            })
            .collect();
        let weights = weights(&said)?;
        let share = |of: &dyn Fn(&Asked) -> bool, is: &dyn Fn(&Asked, &Said) -> bool| {
            let (mut all, mut those) = (0.0, 0.0);
            for ((asked, said), weight) in measured.asked.iter().zip(&said).zip(&weights) {
                if of(asked) {
                    all += weight;
                    those += if is(asked, said) { *weight } else { 0.0 };
                }
            }
            (all > 0.0).then(|| those / all)
        };
        let class = |asked: &Asked| asked.examined.answer.class;
        let first_is_right = |asked: &Asked, _: &Said| {
            let relevant = set.relevant(&set.questions[asked.question]);
            let first = asked.first_cited.as_ref();
            first.is_some_and(|document| relevant.contains_key(document))
        };
        let classes = [
            Verdict::Answered,
            Verdict::Partly,
            Verdict::Choose,
            Verdict::NotFound,
        ]
        .into_iter()
        .filter_map(|verdict| {
            let there = share(&|asked| class(asked) == verdict, &|_, said| {
                said.is_answerable
            })?;
            let questions = measured.asked.iter();
            let questions = questions.filter(|asked| class(asked) == verdict).count();
            Some((verdict.name(), Class { questions, there }))
        });
        let bins = bins(&said, &weights);
        Some(Self {
            calibration_error: calibration_error(&said)?,
            answered_first_right: share(
                &|asked| class(asked) == Verdict::Answered,
                &first_is_right,
            ),
            bins: bins.into_iter().map(|(bin, _)| bin).collect(),
            classes: classes.collect(),
        })
    }

    /// As lines for a person.
    pub(super) fn write(&self, text: &mut String) {
        let first_right = self
            .answered_first_right
            .map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"));
        let _ = writeln!(
            text,
            "  {:28} {:.3}\n  {:28} {first_right}",
            "calibration error", self.calibration_error, "answered and first right"
        );
        let row = |name: &str, values: Vec<String>| format!("  {name:28} {}\n", values.join("  "));
        let bins = |of: &dyn Fn(&Bin) -> String| self.bins.iter().map(of).collect::<Vec<_>>();
        text.push_str(&row("said", bins(&|bin| format!("{:5.2}", bin.said))));
        text.push_str(&row(
            "  the answer is there",
            bins(&|bin| format!("{:5.2}", bin.there)),
        ));
        text.push_str(&row(
            "  questions",
            bins(&|bin| format!("{:5}", bin.questions)),
        ));
        for (name, class) in &self.classes {
            let _ = writeln!(
                text,
                "  {:28} {:.3} of {} questions",
                format!("{name}: it is there"),
                class.there,
                class.questions
            );
        }
    }
}

/// Mean distance of what was said from what is so, over ten bins of equal width. `None` without questions of both kinds.
pub(super) fn calibration_error(said: &[Said]) -> Option<f64> {
    let weights = weights(said)?;
    let bins = bins(said, &weights);
    let distance = |(bin, weight): (Bin, f64)| weight * (bin.said - bin.there).abs();
    Some(bins.into_iter().map(distance).sum())
}

/// All together 1, half of it for what is answerable.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn weights(said: &[Said]) -> Option<Vec<f64>> {
    let answerable = said.iter().filter(|said| said.is_answerable).count();
    let unanswerable = said.len() - answerable;
    if answerable == 0 || unanswerable == 0 {
        return None;
    }
    let weight = |said: &Said| {
        let alike = if said.is_answerable {
            answerable
        } else {
            unanswerable
        };
        0.5 / alike as f64
    };
    Some(said.iter().map(weight).collect())
}

/// The bins that hold something, each with its weight.
fn bins(said: &[Said], weights: &[f64]) -> Vec<(Bin, f64)> {
    #[derive(Clone, Default)]
    struct Sums {
        questions: usize,
        weight: f64,
        said: f64,
        there: f64,
    }
    let mut sums = vec![Sums::default(); BINS];
    for (said, weight) in said.iter().zip(weights) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a probability times ten"
        )]
        let bin = ((said.probability * BINS as f64) as usize).min(BINS - 1);
        let sums = &mut sums[bin];
        sums.questions += 1;
        sums.weight += weight;
        sums.said += weight * said.probability;
        sums.there += if said.is_answerable { *weight } else { 0.0 };
    }
    sums.into_iter()
        .filter(|sums| sums.questions > 0)
        .map(|sums| {
            let bin = Bin {
                questions: sums.questions,
                said: sums.said / sums.weight,
                there: sums.there / sums.weight,
            };
            (bin, sums.weight)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pairs: &[(f64, bool)]) -> Vec<Said> {
        let said = |(probability, is_answerable): &(f64, bool)| Said {
            probability: *probability,
            is_answerable: *is_answerable,
        };
        pairs.iter().map(said).collect()
    }

    #[test]
    fn the_error_is_the_distance_of_what_is_said_from_what_is_so() {
        let right = said(&[(0.95, true), (0.05, false)]);
        assert!((calibration_error(&right).unwrap() - 0.05).abs() < 1e-9);
        let wrong = said(&[(0.95, false), (0.05, true)]);
        assert!((calibration_error(&wrong).unwrap() - 0.95).abs() < 1e-9);
        assert_eq!(calibration_error(&said(&[(0.5, true)])), None);
    }

    #[test]
    fn both_kinds_count_the_same_however_many_there_are() {
        // One answerable and three others, all said to be 0.55: half of the weight is there.
        let mixed = said(&[(0.55, true), (0.55, false), (0.55, false), (0.55, false)]);
        assert!((calibration_error(&mixed).unwrap() - 0.05).abs() < 1e-9);
        let bins = bins(&mixed, &weights(&mixed).unwrap());
        assert_eq!(bins.len(), 1);
        assert_eq!(bins[0].0.questions, 4);
        assert!((bins[0].0.there - 0.5).abs() < 1e-9);
    }
}
