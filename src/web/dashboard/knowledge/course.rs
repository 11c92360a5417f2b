//! What the pages of articles, approved answers and reviews have in common: the steps that were taken, the form of the next one, and why one was not taken.

use jiff::Timestamp;

use crate::audit::Actor;
use crate::knowledge;
use crate::knowledge::review::course::{Step, Taken};
use crate::knowledge::review::{LongRemark, MAX_REMARK_CHARS, Problem, Remark};
use crate::web::dashboard::prelude::*;

/// A step with something whose newest version somebody has seen.
#[derive(Deserialize)]
pub(in crate::web) struct SeenForm {
    pub(super) seen: u32,
    #[serde(default)]
    pub(super) remark: String,
}

/// A line of what happened.
pub(super) struct StepRow {
    pub what: &'static str,
    pub version: u32,
    pub who: String,
    pub at: Timestamp,
    pub remark: String,
}

impl StepRow {
    pub(super) fn all(taken: &[Taken], name: impl Fn(&Actor) -> String) -> Vec<Self> {
        let row = |taken: &Taken| Self {
            what: match taken.step {
                Step::Submitted => "submitted for review",
                Step::Returned => "given back",
                Step::Published => "published",
                Step::Withdrawn => "withdrawn",
            },
            version: taken.version,
            who: name(&taken.actor),
            at: taken.at,
            remark: taken.remark.clone(),
        };
        taken.iter().map(row).collect()
    }
}

/// Why a step was not taken, for the page that it was to be taken from. Empty where that is not so.
#[derive(Default)]
pub(super) struct NotTaken {
    pub problem: String,
    pub remark: String,
}

impl NotTaken {
    pub(super) fn because(problem: Problem) -> Self {
        Self {
            problem: view::sentence(&problem),
            remark: String::new(),
        }
    }

    /// Where somebody says why something goes back to its author.
    pub(super) fn remark_field(&self) -> Field {
        Field::area("remark", "What should change?", 3)
            .error(&*self.remark)
            .at_most(MAX_REMARK_CHARS)
            .optional()
    }
}

impl From<LongRemark> for NotTaken {
    fn from(long: LongRemark) -> Self {
        Self {
            problem: String::new(),
            remark: view::sentence(&long),
        }
    }
}

/// What came of a step.
pub(super) enum Outcome {
    Taken,
    /// To be said on the page, with this status.
    NotTaken(NotTaken, actix_web::http::StatusCode),
}

impl Outcome {
    /// A problem of the course is said on the page; others are not its business.
    pub(super) fn of(taken: Result<(), knowledge::Error>) -> Result<Self, Error> {
        match taken {
            Ok(()) => Ok(Self::Taken),
            Err(knowledge::Error::Review(problem)) => {
                let why = NotTaken::because(problem);
                let status = Error::from(knowledge::Error::Review(problem)).status();
                Ok(Self::NotTaken(why, status))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Sends something back with a remark, if that is one.
pub(super) async fn give_back(
    desk: &Desk,
    remark: &str,
    give_back: impl FnOnce(&crate::db::Db, &Remark) -> Result<(), knowledge::Error> + Send + 'static,
) -> Result<Outcome, Error> {
    let remark = match Remark::new(remark) {
        Ok(remark) => remark,
        Err(long) => {
            let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(Outcome::NotTaken(long.into(), status));
        }
    };
    desk.run_in(move |_, workspace| Outcome::of(give_back(&workspace.db, &remark)))
        .await
}
