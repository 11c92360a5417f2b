use crate::{db, inference, parser, search};

/// Why knowledge could not be read or changed. The first group is one document's fault and leaves the others alone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    #[error(transparent)]
    Unparsable(#[from] parser::Error),
    #[error(
        "a document of {passages} passages is over the limit of {limit}; split it into several"
    )]
    TooLong { passages: usize, limit: usize },
    #[error("its name is not usable: {0}")]
    BadPath(#[from] super::path::BadPath),
    #[error("there is no such document")]
    Unknown,
    #[error("it is an article: change it in the dashboard")]
    IsArticle,
    #[error(transparent)]
    Article(#[from] super::article::Problem),
    #[error(transparent)]
    WorkingCopy(#[from] super::working_copy::Problem),
    #[error(transparent)]
    Review(#[from] super::review::Problem),
    #[error("{0} rows would have been left behind; nothing was removed")]
    LeftBehind(usize),
    #[error(transparent)]
    BadWording(#[from] super::approved::BadWording),
    #[error(transparent)]
    Words(#[from] super::settings::words::Problem),
    #[error(transparent)]
    Settings(#[from] super::settings::Overtaken),
    #[error(transparent)]
    Inference(#[from] inference::Error),
    #[error(transparent)]
    Search(#[from] search::Error),
    #[error(transparent)]
    Storage(#[from] db::Error),
}
