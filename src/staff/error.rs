use jiff::Timestamp;

use super::password::{BadPassword, HashError};
use super::person::{BadEmail, BadName};
use crate::{db, vault};

/// Why staff could not sign in, be changed or be added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("e-mail address or password is wrong")]
    WrongSignIn,
    #[error("this code is wrong or was used already")]
    WrongCode,
    #[error("too many attempts; the next is possible at {until}")]
    TooManyAttempts { until: Timestamp },
    #[error("signing in took too long: begin again")]
    SignInExpired,
    #[error("your one-time codes were reset: open the link that you were sent")]
    TotpIsReset,
    #[error("this link was used, withdrawn or has expired")]
    DeadLink,
    #[error("there is an account with this e-mail address already")]
    EmailTaken,
    #[error("this invitation is for another e-mail address")]
    InvitedAnother,
    #[error(transparent)]
    BadEmail(#[from] BadEmail),
    #[error(transparent)]
    BadName(#[from] BadName),
    #[error(transparent)]
    BadPassword(#[from] BadPassword),
    #[error("the instance needs an owner: make somebody else one first")]
    LastOwner,
    #[error("there is no such person")]
    Unknown,
    #[error("your role does not allow this")]
    NotPermitted,
    #[error("confirm that it is you first")]
    StepUpNeeded,
    #[error("this instance is set up already")]
    SetUpAlready,
    #[error("that is so already")]
    NothingToDo,
    #[error("too many people are signing in; try again in a moment")]
    TooBusy,
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Vault(#[from] vault::Error),
    #[error("staff storage")]
    Storage(#[from] db::Error),
}
