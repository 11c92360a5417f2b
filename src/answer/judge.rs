//! Who decides how far a question counts as answered.

use serde::Serialize;

use super::Verdict;
use super::calibration::{Calibration, Error};
use super::evidence::Features;
use crate::config;

/// One number that speaks for or against an answer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Evidence {
    pub name: &'static str,
    pub value: f64,
    /// Its part of the sum that becomes the probability.
    pub contribution: f64,
}

/// A calibration, and the probabilities from which a question counts as answered and as partly answered.
#[derive(Debug, Clone)]
pub(crate) struct Judge {
    calibration: Calibration,
    answered_from: f64,
    partly_from: f64,
}

impl Judge {
    /// As configured: with the built-in calibration, or with one that was fitted to the organisation's own questions.
    pub(crate) fn from_config(config: &config::Answer) -> Result<Self, Error> {
        let calibration = match &config.calibration_file {
            Some(path) => Calibration::load(path)?,
            None => Calibration::built_in(),
        };
        Ok(Self {
            calibration,
            answered_from: config.answered_from,
            partly_from: config.partly_from,
        })
    }

    /// What the probability is made of, and the constant that is added to it.
    pub(crate) fn explain(&self, features: &Features) -> (Vec<Evidence>, f64) {
        let evidence = Features::NAMES
            .iter()
            .zip(features.0)
            .zip(self.calibration.weights())
            .map(|((name, value), weight)| Evidence {
                name,
                value,
                contribution: value * weight,
            });
        (evidence.collect(), self.calibration.constant())
    }

    /// From which probability a question counts as answered, and as partly answered.
    pub(crate) fn thresholds(&self) -> (f64, f64) {
        (self.answered_from, self.partly_from)
    }

    pub(super) fn probability(&self, features: &Features) -> f64 {
        self.calibration.probability(features)
    }

    pub(super) fn class(&self, probability: f64) -> Verdict {
        if probability >= self.answered_from {
            Verdict::Answered
        } else if probability >= self.partly_from {
            Verdict::Partly
        } else {
            Verdict::NotFound
        }
    }
}
