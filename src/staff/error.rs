use jiff::SignedDuration;

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
    #[error("too many attempts: try again in {}", in_words(*wait))]
    TooManyAttempts { wait: SignedDuration },
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
    Vault(vault::Error),
    #[error("staff storage")]
    Storage(#[from] db::Error),
}

/// The vault counts codes too.
impl From<vault::Error> for Error {
    fn from(error: vault::Error) -> Self {
        match error {
            vault::Error::Refused(vault::Refusal::TooManyCodes { wait_s }) => {
                Self::TooManyAttempts {
                    wait: SignedDuration::from_secs(i64::try_from(wait_s).unwrap_or(i64::MAX)),
                }
            }
            other => Self::Vault(other),
        }
    }
}

/// "1 second", "40 seconds", "15 minutes"
fn in_words(wait: SignedDuration) -> String {
    let seconds = wait.as_secs().max(0) + i64::from(wait.subsec_nanos() > 0);
    match seconds {
        ..=1 => "1 second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    }
}
