//! Pages that disagree: sentences of two documents in force that are nearly the same and give another number or date.
//!
//! A job looks for them, document by document, so that they are known before a visitor asks. A document is compared when it is new, was read again,
//! or came into force; two that were dismissed stay so until one of their sentences is another.

mod find;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::json;

use super::{Error, SourcePath};
use crate::audit::{self, Action, Change, Entry};
use crate::clock::Moment;
use crate::db::Db;
use crate::id::{DisagreementId, DocumentId};
use crate::search::Index;

/// Pairs of documents that are kept, those that are most alike; who has so many has other work first.
const MOST: usize = 500;
/// Sentences of two documents that are kept.
const MOST_PLACES: usize = 3;

/// Whether somebody said that the two do not contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Dismissed,
}

impl State {
    pub(crate) const ALL: [Self; 2] = [Self::Open, Self::Dismissed];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Dismissed => "dismissed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a state of disagreements")]
pub(crate) struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or(UnknownState)
    }
}

/// A sentence, item or row of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Under which it stands; empty before the first.
    pub heading: String,
    pub text: String,
    /// In characters of the document's text.
    pub start: u64,
    pub end: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Side {
    pub document: DocumentId,
    pub title: String,
    pub path: SourcePath,
}

/// Two documents that say different things of the same.
#[derive(Debug, Clone)]
pub(crate) struct Disagreement {
    pub id: DisagreementId,
    pub one: Side,
    pub two: Side,
    /// What each says, those that are most alike first.
    pub places: Vec<(Said, Said)>,
    /// Places that are not kept.
    pub more: usize,
    pub found: Timestamp,
    pub dismissed: Option<Timestamp>,
}

/// Those in a state, the last found first, and how many there are.
pub(crate) fn list(
    db: &Db,
    state: State,
    offset: usize,
    limit: usize,
) -> Result<(Vec<Disagreement>, usize), Error> {
    Ok(db.read(|c| store::list(c, state, offset, limit))?)
}

pub(crate) fn count_open(db: &Db) -> Result<usize, Error> {
    Ok(db.read(|c| store::count(c, State::Open))?)
}

/// Says that two documents do not contradict each other, or that they do after all. What is so already stays as it is.
pub(crate) fn set_state(
    db: &Db,
    id: &DisagreementId,
    state: State,
    change: &Change,
) -> Result<(), Error> {
    db.write(|tx| {
        let (before, paths) = store::find(tx, id)?.ok_or(Error::Unknown)?;
        if before == state {
            return Ok(());
        }
        let (action, dismissed) = match state {
            State::Open => (Action::DisagreementReopened, None),
            State::Dismissed => (Action::DisagreementDismissed, Some(change.at.wall)),
        };
        store::set_dismissed(tx, id, dismissed)?;
        let entry = Entry::new(action, id.as_str()).after(json!({ "documents": paths }));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// Compares documents that have to be, until about `units` of their sentences were looked at. Returns how many documents.
pub(crate) fn compare_some(
    db: &Db,
    index: &Index,
    units: usize,
    now: Moment,
) -> Result<usize, Error> {
    let (mut compared, mut looked_at) = (0, 0);
    for due in db.read(|c| store::due(c, now, AT_ONCE))? {
        let found = if due.in_force {
            find::of_document(index, &due.document, now)?
        } else {
            find::Found::default()
        };
        db.write(|tx| store::put(tx, &due, &found.pairs, now.wall))?;
        compared += 1;
        looked_at += found.units;
        if looked_at >= units {
            break;
        }
    }
    Ok(compared)
}

/// Documents that are compared in one go, however short they are.
const AT_ONCE: usize = 50;
