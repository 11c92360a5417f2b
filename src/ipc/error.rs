#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the other process closed the connection")]
    Closed,
    #[error("a frame of {length} bytes is over the cap of {cap}")]
    TooLarge { length: usize, cap: usize },
    #[error("no complete frame within {milliseconds} ms")]
    Deadline { milliseconds: u128 },
    #[error("a frame that is not part of the protocol")]
    Malformed,
    #[error("socket")]
    Io(#[from] std::io::Error),
}
