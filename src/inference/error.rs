//! What can go wrong in inference.

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the model inside this binary is damaged: {0}")]
    Damaged(String),
    #[error("cannot split the text into tokens: {0}")]
    Tokens(#[source] tokenizers::Error),
    #[error("the forward pass failed")]
    Tensor(#[from] candle_core::Error),
    #[error("an inference thread failed")]
    Crashed,
    #[error("cannot start an inference thread")]
    Thread(#[source] std::io::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
