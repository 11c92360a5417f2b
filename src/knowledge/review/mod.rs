//! Four eyes: what reaches the public has been seen by two people.
//!
//! This is the one rule, for every way to the public: articles, documents that come in by hand or by a program, changes of how far and when a document
//! may be shown, approved answers. [`Eyes`] says who is before the rule; what must wait is kept here until somebody else approves it or sends it back,
//! and what is published stays as it is meanwhile. What shows visitors less never waits.

pub(crate) mod course;
mod queue;
mod remark;
mod store;
#[cfg(test)]
mod tests;
mod waiting;

pub(crate) use remark::{LongRemark, MAX_REMARK_CHARS, Remark};

pub(super) use queue::{check, settle, source_of, submit_version, submit_visibility, supersede};
pub(crate) use queue::{find, get, list, of_document, send_back, take_back};
pub(super) use store::delete_of_path;
pub(crate) use waiting::{Waiting, What};

use super::Error;
use super::settings::{self, Settings};
use super::store::{AsShown, Content};
use crate::audit::Actor;
use crate::db::Db;
use crate::search::Visibility;

/// How many pairs of eyes stand behind whoever changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Eyes {
    /// The command line, and a program whose key has the scope `sources_publish`: they are a second pair, and are audited as what they are.
    Second,
    /// Anybody else. `publishers`: how many people of the workspace may publish; the rule waits for the second of them.
    First { publishers: usize },
}

/// People who may publish, from whom on the rule is in force.
pub(crate) const PUBLISHERS_NEEDED: usize = 2;

impl Eyes {
    /// Whether somebody else must approve what this one wants to publish.
    pub(super) fn need_review(self, settings: Settings) -> bool {
        match self {
            Self::Second => false,
            Self::First { publishers } => {
                publishers >= PUBLISHERS_NEEDED && settings.needs_reviewer
            }
        }
    }

    /// Whether a document must wait. `before`: as it is shown now; `None`: it is new.
    pub(super) fn hold(
        self,
        settings: Settings,
        before: Option<AsShown>,
        content: Content,
        after: &Visibility,
    ) -> bool {
        let shows_nothing_new = before
            .is_some_and(|shown| shown.content == content && after.is_within(&shown.visibility));
        after.is_for_visitors() && !shows_nothing_new && self.need_review(settings)
    }
}

/// The same, for a page that says so.
pub(crate) fn is_needed(db: &Db, eyes: Eyes) -> Result<bool, Error> {
    Ok(eyes.need_review(settings::get(db)?.value))
}

/// Nobody approves what came from themselves while the rule is in force.
fn own(author: &Actor, by: &Actor, needs_review: bool) -> Option<Problem> {
    (needs_review && author == by).then_some(Problem::Own)
}

/// Why something is neither published nor sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error(
        "it does not wait any more: somebody approved it, took it back, or handed in another version"
    )]
    Gone,
    #[error("it came from you: somebody else must approve it")]
    Own,
    #[error(
        "the document was changed after this was handed in: send it back, so that its author looks again"
    )]
    Changed,
    #[error("somebody else changed it since you opened it: its newest version is {0}")]
    Overtaken(u32),
    #[error("it is not in a state in which this can be done")]
    WrongState,
    #[error("only its author can take it back")]
    NotOwn,
}

/// How much waits for a review: articles, approved answers and documents.
pub(crate) fn count(db: &Db) -> Result<usize, Error> {
    Ok(db.read(store::count)?)
}
