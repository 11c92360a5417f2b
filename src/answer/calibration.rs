//! From evidence to a probability: a logistic function, fitted by `anchorite eval --fit`.

use serde::{Deserialize, Serialize};

use super::evidence::{COUNT, Features};

/// The function that this program was built with.
const BUILT_IN: &str = include_str!("../../assets/calibration.toml");

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{path} is not a calibration: {reason}. `anchorite eval --fit` prints one")]
    Malformed { path: String, reason: String },
}

/// `1 / (1 + exp(-(constant + Σ weight · feature)))`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Calibration {
    constant: f64,
    weights: [f64; COUNT],
}

/// The file's form: names, so that a file of another version is refused instead of misread.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    constant: f64,
    weight: std::collections::BTreeMap<String, f64>,
}

impl Calibration {
    pub(crate) fn new(constant: f64, weights: Features) -> Self {
        Self {
            constant,
            weights: weights.0,
        }
    }

    pub(super) fn built_in() -> Self {
        Self::parse(BUILT_IN, "calibration.toml").expect("the built-in calibration is tested")
    }

    pub(super) fn load(path: &std::path::Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, &name),
            Err(error) => Err(Error::Malformed {
                path: name,
                reason: error.to_string(),
            }),
        }
    }

    fn parse(text: &str, path: &str) -> Result<Self, Error> {
        let malformed = |reason: String| Error::Malformed {
            path: path.to_owned(),
            reason,
        };
        let file: File =
            toml::from_str(text).map_err(|error| malformed(error.message().to_owned()))?;
        let mut weights = [0.0; COUNT];
        for (weight, name) in weights.iter_mut().zip(Features::NAMES) {
            *weight = *file
                .weight
                .get(name)
                .ok_or_else(|| malformed(format!("weight.{name} is missing")))?;
        }
        match file
            .weight
            .keys()
            .find(|name| !Features::NAMES.contains(&name.as_str()))
        {
            Some(unknown) => Err(malformed(format!(
                "weight.{unknown} is not a feature of this version"
            ))),
            None => Ok(Self {
                constant: file.constant,
                weights,
            }),
        }
    }

    /// As a file that [`Calibration::load`] reads.
    pub(crate) fn to_toml(&self) -> String {
        let weights = Features::NAMES
            .iter()
            .zip(self.weights)
            .map(|(name, weight)| format!("{name} = {weight:.6}\n"));
        format!(
            "constant = {:.6}\n\n[weight]\n{}",
            self.constant,
            weights.collect::<String>()
        )
    }

    pub(crate) fn weights(&self) -> &[f64] {
        &self.weights
    }

    pub(super) fn constant(&self) -> f64 {
        self.constant
    }

    pub(crate) fn probability(&self, features: &Features) -> f64 {
        let sum: f64 = features
            .0
            .iter()
            .zip(self.weights)
            .map(|(value, weight)| value * weight)
            .sum();
        1.0 / (1.0 + (-(self.constant + sum)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_calibration_is_readable_and_survives_a_round_trip() {
        let built_in = Calibration::built_in();
        assert_eq!(
            Calibration::parse(&built_in.to_toml(), "x").unwrap(),
            built_in
        );
    }

    #[test]
    fn a_calibration_of_other_features_is_refused() {
        let text = Calibration::built_in().to_toml();
        let renamed = text.replacen(Features::NAMES[0], "something_else", 1);
        assert!(
            Calibration::parse(&renamed, "x")
                .unwrap_err()
                .to_string()
                .contains("is missing")
        );
        let more = format!("{text}something_else = 1.0\n");
        assert!(
            Calibration::parse(&more, "x")
                .unwrap_err()
                .to_string()
                .contains("is not a feature")
        );
    }
}
