//! Meaning as numbers: the embedding model, inside this process.
//!
//! A [`Model`] turns texts into unit vectors of [`WIDTH`] numbers whose dot product is their similarity. Weights and tokeniser are part of the
//! binary; nothing is read or fetched at run time. A [`Pool`] runs it on a few threads and puts questions before indexing.
//!
//! The tensors are candle's, the arithmetic is ours ([`kernels`]): no padding, one thread per batch, the instruction set chosen at run time.

mod error;
mod forward;
mod kernels;
mod model;
mod parts;
mod pool;
mod schedule;
mod shape;
mod tokens;
mod vector;
mod weights;

#[cfg(test)]
mod tests;

pub use error::{Error, Result};
pub use kernels::Isa;
pub use model::Model;
pub use parts::{PartedText, Parts, States};
pub use pool::Pool;
pub use shape::{MAX_TOKENS, WIDTH};
pub(crate) use vector::{dot, from_halves, to_halves};

/// The model, loaded once for all tests of this process.
#[cfg(test)]
pub(crate) fn shared_pool() -> &'static Pool {
    static POOL: std::sync::LazyLock<Pool> = std::sync::LazyLock::new(|| {
        Pool::new(Model::load().expect("the model loads"), 2).expect("threads start")
    });
    &POOL
}
