//! The course of what staff writes: draft, in review, published, and perhaps withdrawn.
//!
//! Articles and approved answers take it, and there is no other way for them: which steps there are, from where each can be taken, and who may take it
//! is said here. What is theirs they bring along: their text, and the names under which the log has their steps.

mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Value, json};

pub(in crate::knowledge) use store::{begin, course, delete, set_head, steps};

use super::{Eyes, Problem, Remark, own};
use crate::audit::{self, Action, Actor, Change, Entry};
use crate::db::Tx;
use crate::knowledge::{Error, settings};

/// Where the newest version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Draft,
    InReview,
    Published,
    Withdrawn,
}

impl State {
    const ALL: [Self; 4] = [
        Self::Draft,
        Self::InReview,
        Self::Published,
        Self::Withdrawn,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in-review",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("neither a state nor a step of this version")]
pub(crate) struct Unknown;

impl FromStr for State {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        let mut all = Self::ALL.into_iter();
        all.find(|state| state.name() == text).ok_or(Unknown)
    }
}

/// What can become of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Submitted,
    Returned,
    Published,
    Withdrawn,
}

impl Step {
    const ALL: [Self; 4] = [
        Self::Submitted,
        Self::Returned,
        Self::Published,
        Self::Withdrawn,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl FromStr for Step {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        let mut all = Self::ALL.into_iter();
        all.find(|step| step.name() == text).ok_or(Unknown)
    }
}

/// What became of a version, and by whom.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub version: u32,
    pub step: Step,
    pub actor: Actor,
    pub at: Timestamp,
    pub remark: String,
}

/// How far something has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Course {
    /// Of the newest version.
    pub state: State,
    /// The newest version.
    pub head: u32,
    /// The version that is published; the newest may be another.
    pub live: Option<u32>,
    pub begun: Timestamp,
    pub changed: Timestamp,
}

impl Course {
    /// Whether its newest version can be handed in for a review.
    pub(crate) fn can_be_submitted(&self) -> bool {
        self.after(Step::Submitted).is_some()
    }

    pub(crate) fn is_in_review(&self) -> bool {
        self.state == State::InReview
    }

    /// Why somebody may not publish the newest version, which `author` wrote.
    pub(crate) fn hinders(
        &self,
        author: &Actor,
        by: &Actor,
        needs_review: bool,
    ) -> Option<Problem> {
        let was_reviewed = self.is_in_review() || !needs_review;
        if self.after(Step::Published).is_none() || !was_reviewed {
            return Some(Problem::WrongState);
        }
        own(author, by, needs_review)
    }

    /// Refuses who has not seen the newest version.
    pub(in crate::knowledge) fn check_seen(&self, seen: u32) -> Result<(), Problem> {
        if self.head == seen {
            Ok(())
        } else {
            Err(Problem::Overtaken(self.head))
        }
    }

    /// Where a step leads: the state of the newest version, and which is published then. `None`: it cannot be taken from here.
    fn after(&self, step: Step) -> Option<(State, Option<u32>)> {
        match (step, self.state) {
            (Step::Submitted, State::Draft | State::Withdrawn) => {
                Some((State::InReview, self.live))
            }
            (Step::Returned, State::InReview) => Some((State::Draft, self.live)),
            (Step::Published, State::Draft | State::InReview | State::Withdrawn) => {
                Some((State::Published, Some(self.head)))
            }
            (Step::Withdrawn, State::Published) => Some((State::Withdrawn, None)),
            (Step::Withdrawn, state) if self.live.is_some() => Some((state, None)),
            _ => None,
        }
    }
}

/// What somebody wants to do. `seen`: the newest version that they know of.
#[derive(Debug, Clone, Copy)]
pub(in crate::knowledge) enum Act<'a> {
    Submit { seen: u32 },
    GiveBack { seen: u32, remark: &'a Remark },
    Publish { seen: u32, eyes: Eyes },
    Withdraw,
}

impl Act<'_> {
    const fn step(&self) -> Step {
        match self {
            Self::Submit { .. } => Step::Submitted,
            Self::GiveBack { .. } => Step::Returned,
            Self::Publish { .. } => Step::Published,
            Self::Withdraw => Step::Withdrawn,
        }
    }
}

/// Something that takes the course, as it is in this transaction.
pub(in crate::knowledge) struct Traveller<'a> {
    pub id: &'a str,
    pub course: Course,
    /// Of the newest version.
    pub author: &'a Actor,
    /// What the log calls it; empty where its words are not for the log.
    pub title: &'a str,
    /// What the log calls its steps.
    pub action: fn(Step) -> Action,
}

/// Takes a step, and records it. `facts`: what else the log says of it.
///
/// # Errors
/// [`Problem::Overtaken`] for who has not seen the newest version, [`Problem::WrongState`] where the step cannot be taken from here, [`Problem::Own`] for an
/// author who wants to publish while the rule is in force.
pub(in crate::knowledge) fn advance(
    tx: &Tx<'_>,
    of: &Traveller<'_>,
    act: Act<'_>,
    facts: &[(&str, Value)],
    change: &Change,
) -> Result<(), Error> {
    let (before, step) = (of.course, act.step());
    let mut remark = "";
    match act {
        Act::Submit { seen } => before.check_seen(seen)?,
        Act::GiveBack { seen, remark: said } => {
            before.check_seen(seen)?;
            remark = said.as_str();
        }
        Act::Publish { seen, eyes } => {
            before.check_seen(seen)?;
            let needs_review = eyes.need_review(settings::get_in(tx)?);
            if let Some(problem) = before.hinders(of.author, &change.by, needs_review) {
                return Err(problem.into());
            }
        }
        Act::Withdraw => {}
    }
    let (state, live) = before.after(step).ok_or(Problem::WrongState)?;
    // What is withdrawn is what was published; everything else is done with the newest.
    let version = match (step, before.live) {
        (Step::Withdrawn, Some(live)) => live,
        _ => before.head,
    };
    store::set(tx, of.id, state, live, change)?;
    store::insert_step(tx, of.id, version, step, remark, change)?;
    let mut after = json!({
        "state": state.name(),
        "live": live,
        "version": version,
        "author": of.author.to_string(),
    });
    for (name, value) in facts {
        after[name] = value.clone();
    }
    let entry = Entry::new((of.action)(step), of.id)
        .detail(of.title)
        .before(json!({ "state": before.state.name(), "live": before.live }))
        .after(after);
    audit::record(tx, change, &entry)?;
    Ok(())
}
