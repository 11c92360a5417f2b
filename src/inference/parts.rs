//! Texts of which parts matter too.

use std::ops::Range;

/// A text, and the bytes of its parts.
#[derive(Debug, Clone)]
pub struct PartedText {
    pub text: String,
    pub spans: Vec<Range<usize>>,
}

/// What one pass over a [`PartedText`] gives.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The unit vector of the whole text.
    pub whole: Vec<f32>,
    /// A unit vector for each part, as it is meant within the text; zeros if none of its tokens is among the first 256.
    pub spans: Vec<f32>,
}

/// The tokens of a text, each with its state as a unit vector.
#[derive(Debug, Clone, Default)]
pub struct States {
    /// The unit vector of the whole text.
    pub whole: Vec<f32>,
    /// Which bytes of the text each token stands for; empty for `[CLS]` and `[SEP]`.
    pub places: Vec<Range<usize>>,
    /// A row for each of `places`.
    pub tokens: Vec<f32>,
}
