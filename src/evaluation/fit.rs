//! Fits the logistic function that turns evidence into a probability.
//!
//! Plain Newton steps with a ridge penalty on standardised features. Every set counts the same, however many questions it has, so that
//! a large one does not decide alone; and within a set what it answers counts the same as what it does not, so that 0.5 does not depend on
//! how many of either somebody thought of.

use std::fmt::Write as _;

use super::metrics::{auroc, mean};
use super::reliability::{Said, calibration_error};
use super::{Asked, Measured, Set};
use crate::answer::calibration::Calibration;
use crate::answer::evidence::{COUNT, Features};

/// Strength of the penalty, against a total weight of 1.
const RIDGE: f64 = 0.03;
const STEPS: usize = 100;

struct Example {
    values: [f64; COUNT],
    answerable: bool,
    weight: f64,
}

/// Fits to the questions of all sets together.
pub(crate) fn fit(sets: &[(Set, Measured)]) -> Calibration {
    let sets: Vec<&(Set, Measured)> = sets.iter().collect();
    fit_to(&sets)
}

/// What a fit is worth on knowledge that it has not seen: each set measured by the fit to the others, as comments of a calibration file.
pub(crate) fn left_out(sets: &[(Set, Measured)]) -> String {
    let mut text = String::new();
    if sets.len() < 2 {
        return text;
    }
    text.push_str("# Each set measured by the fit to the others: AUROC, calibration error (classes balanced, ten bins).\n");
    let (mut areas, mut errors) = (Vec::new(), Vec::new());
    for (place, (set, measured)) in sets.iter().enumerate() {
        let others = sets.iter().enumerate();
        let others: Vec<&(Set, Measured)> = others
            .filter(|(other, _)| *other != place)
            .map(|(_, other)| other)
            .collect();
        let calibration = fit_to(&others);
        let said: Vec<Said> = measured
            .asked
            .iter()
            .map(|asked| Said {
                probability: calibration.probability(&asked.examined.features),
                is_answerable: set.is_answerable(&set.questions[asked.question]),
            })
            .collect();
        let scores: Vec<(f64, bool)> = said
            .iter()
            .map(|said| (said.probability, said.is_answerable))
            .collect();
        if let (Some(area), Some(error)) = (auroc(&scores), calibration_error(&said)) {
            let _ = writeln!(text, "#   {:24} {area:.3}  {error:.3}", set.name);
            areas.push(area);
            errors.push(error);
        }
    }
    if let (Some(area), Some(error)) = (mean(areas), mean(errors)) {
        let _ = writeln!(text, "#   {:24} {area:.3}  {error:.3}", "mean");
    }
    text
}

fn fit_to(sets: &[&(Set, Measured)]) -> Calibration {
    let mut examples = Vec::new();
    for (set, measured) in sets {
        let is_answerable = |asked: &Asked| set.is_answerable(&set.questions[asked.question]);
        for answerable in [true, false] {
            let alike: Vec<&Asked> = measured
                .asked
                .iter()
                .filter(|asked| is_answerable(asked) == answerable)
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "counts")]
            let weight = 1.0 / (2 * alike.len() * sets.len()) as f64;
            examples.extend(alike.into_iter().map(|asked| Example {
                values: asked.examined.features.0,
                answerable,
                weight,
            }));
        }
    }
    logistic(&examples)
}

fn logistic(examples: &[Example]) -> Calibration {
    let mean = std::array::from_fn::<f64, COUNT, _>(|i| {
        examples.iter().map(|e| e.weight * e.values[i]).sum()
    });
    let scale = std::array::from_fn::<f64, COUNT, _>(|i| {
        let variance: f64 = examples
            .iter()
            .map(|e| e.weight * (e.values[i] - mean[i]).powi(2))
            .sum();
        variance.sqrt().max(1e-9)
    });
    // The last is the constant.
    let mut weights = [0.0; COUNT + 1];
    for _ in 0..STEPS {
        let mut gradient = [0.0; COUNT + 1];
        let mut curvature = [[0.0; COUNT + 1]; COUNT + 1];
        for example in examples {
            let row: [f64; COUNT + 1] = std::array::from_fn(|i| {
                if i < COUNT {
                    (example.values[i] - mean[i]) / scale[i]
                } else {
                    1.0
                }
            });
            let sum: f64 = row
                .iter()
                .zip(weights)
                .map(|(value, weight)| value * weight)
                .sum();
            let probability = 1.0 / (1.0 + (-sum).exp());
            let error = f64::from(u8::from(example.answerable)) - probability;
            for i in 0..=COUNT {
                gradient[i] += example.weight * error * row[i];
                for j in 0..=COUNT {
                    curvature[i][j] +=
                        example.weight * probability * (1.0 - probability) * row[i] * row[j];
                }
            }
        }
        for i in 0..COUNT {
            gradient[i] -= RIDGE * weights[i];
            curvature[i][i] += RIDGE;
        }
        curvature[COUNT][COUNT] += 1e-12;
        let step = solve(curvature, gradient);
        weights
            .iter_mut()
            .zip(step)
            .for_each(|(weight, step)| *weight += step);
        if step.iter().all(|step| step.abs() < 1e-10) {
            break;
        }
    }
    let on_raw: [f64; COUNT] = std::array::from_fn(|i| weights[i] / scale[i]);
    let constant = weights[COUNT]
        - on_raw
            .iter()
            .zip(mean)
            .map(|(weight, mean)| weight * mean)
            .sum::<f64>();
    Calibration::new(constant, Features(on_raw))
}

/// Gaussian elimination with pivoting.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for column in 0..N {
        let pivot = (column..N)
            .max_by(|a, b| {
                matrix[*a][column]
                    .abs()
                    .total_cmp(&matrix[*b][column].abs())
            })
            .unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in 0..N {
            if row != column {
                let factor = matrix[row][column] / matrix[column][column];
                let pivots = matrix[column];
                matrix[row][column..]
                    .iter_mut()
                    .zip(&pivots[column..])
                    .for_each(|(value, pivot)| *value -= factor * pivot);
                right[row] -= factor * right[column];
            }
        }
    }
    std::array::from_fn(|i| right[i] / matrix[i][i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_system_is_solved() {
        let solution = solve([[0.0, 2.0], [3.0, 1.0]], [4.0, 5.0]);
        assert!((solution[0] - 1.0).abs() < 1e-12 && (solution[1] - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_fit_recovers_what_made_the_labels() {
        // Feature 0 decides with a known slope, the others are noise.
        let mut state = 7_u64;
        let mut uniform = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX)
        };
        let examples: Vec<Example> = (0..20_000)
            .map(|_| {
                let values = std::array::from_fn(|_| uniform());
                let probability = 1.0 / (1.0 + (-(6.0 * values[0] - 3.0)).exp());
                Example {
                    values,
                    answerable: uniform() < probability,
                    weight: 1.0 / 20_000.0,
                }
            })
            .collect();
        let calibration = logistic(&examples);
        let weights = calibration.weights();
        // The penalty takes something off.
        assert!((4.5..6.0).contains(&weights[0]), "{weights:?}");
        assert!(
            weights[1..].iter().all(|weight| weight.abs() < 0.4),
            "{weights:?}"
        );
    }
}
