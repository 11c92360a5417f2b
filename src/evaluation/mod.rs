//! Measures retrieval, answers and refusals on labelled questions, through the ordinary ingest and the ordinary answer.

mod beir;
mod fit;
mod metrics;
mod outcome;
mod reliability;
mod report;
mod run;
mod trust;

pub(crate) use beir::Set;
pub(crate) use fit::{fit, left_out};
pub(crate) use outcome::Outcome;
pub(crate) use report::Report;
pub(crate) use run::{Asked, Measured, measure};
