//! What visitors asked and what came of it.
//!
//! A question is kept as it was typed, but for personal data that was recognised and left out before it comes here. It is kept for a while (a setting) and
//! counted per day for longer. Who asked is not kept at all.

mod complaint;
mod log;
mod store;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::db::{self, Db, Reader, Tx};
use crate::id::{GapId, QuestionId};

pub(crate) use complaint::{Complaint, LongRemark, Remark, UnknownComplaint};
pub(crate) use log::{Log, NotKept};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no such question")]
    Unknown,
    #[error("question storage")]
    Storage(#[from] db::Error),
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    Partly,
    /// Several things could be meant, and the visitor was asked which.
    Choose,
    NotFound,
}

impl Outcome {
    pub(crate) const ALL: [Self; 4] = [Self::Answered, Self::Partly, Self::Choose, Self::NotFound];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Partly => "partly",
            Self::Choose => "choose",
            Self::NotFound => "not-found",
        }
    }

    /// Whether a question of this outcome shows a gap in the knowledge.
    pub(crate) const fn awaits_gap(self) -> bool {
        !matches!(self, Self::Answered | Self::Choose)
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Partly => "partly answered",
            Self::Choose => "asked back",
            Self::NotFound => "not found",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not an outcome of questions")]
pub(crate) struct UnknownOutcome;

impl FromStr for Outcome {
    type Err = UnknownOutcome;
    fn from_str(text: &str) -> Result<Self, UnknownOutcome> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.name() == text)
            .ok_or(UnknownOutcome)
    }
}

/// Where a question was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    Help,
    Api,
}

impl Surface {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Api => "api",
        }
    }
}

/// A question that was just answered, or not.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub id: QuestionId,
    pub at: Timestamp,
    pub text: String,
    pub outcome: Outcome,
    pub probability: f64,
    pub surface: Surface,
    /// Of what was shown.
    pub answer_hash: [u8; 32],
    /// What the model made of the text, for the gap that it goes into. Only of one that awaits a gap, and only if it was made of this very text.
    pub vector: Option<Vec<f32>>,
}

/// A question that is to be put into a gap.
#[derive(Debug, Clone)]
pub(crate) struct Awaiting {
    pub id: QuestionId,
    pub at: Timestamp,
    pub text: String,
    /// `None`: it has to be made of the text.
    pub vector: Option<Vec<f32>>,
}

/// A question as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub at: Timestamp,
    pub text: String,
    pub outcome: Outcome,
    pub probability: f64,
    /// `None`: nobody said whether the answer helped.
    pub helped: Option<bool>,
    /// Why it did not.
    pub complaint: Option<Complaint>,
    /// The same in the visitor's own words.
    pub remark: String,
    pub answer_hash: [u8; 32],
    pub gap: Option<GapId>,
}

/// What came of the questions of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Day {
    /// Such as `2026-11-25`, in UTC.
    pub date: String,
    pub answered: u64,
    /// Those that were asked back too.
    pub partly: u64,
    pub not_found: u64,
}

impl Day {
    pub(crate) fn total(&self) -> u64 {
        self.answered + self.partly + self.not_found
    }
}

/// Keeps a question and counts it.
pub(crate) fn record(tx: &Tx<'_>, asked: &Asked) -> Result<(), Error> {
    store::insert(tx, asked)?;
    store::count(tx, &day_of(asked.at), asked.outcome)?;
    Ok(())
}

/// Takes note whether an answer helped. Whoever says it again changes it. A question whose answer did not help awaits a gap, like one that was
/// not answered.
pub(crate) fn set_helped(tx: &Tx<'_>, id: &QuestionId, helped: bool) -> Result<(), Error> {
    let kept = store::find(tx, id)?.ok_or(Error::Unknown)?;
    let awaits_gap = kept.gap.is_none() && (!helped || kept.outcome.awaits_gap());
    Ok(store::set_helped(tx, id, helped, awaits_gap)?)
}

/// Takes note why an answer did not help. `remark` is without personal data already.
pub(crate) fn complain(
    tx: &Tx<'_>,
    id: &QuestionId,
    complaint: Option<Complaint>,
    remark: &Remark,
) -> Result<(), Error> {
    set_helped(tx, id, false)?;
    Ok(store::set_complaint(tx, id, complaint, remark.as_str())?)
}

/// A question as it is kept.
pub(crate) fn find(db: &Db, id: &QuestionId) -> Result<Option<Kept>, Error> {
    Ok(db.read(|c| store::find(c, id))?)
}

/// Questions that are to be put into gaps, in the order in which they came.
pub(crate) fn awaiting_gap(c: &Reader<'_>, most: usize) -> Result<Vec<Awaiting>, Error> {
    Ok(store::awaiting_gap(c, most)?)
}

/// Puts a question into a gap.
pub(crate) fn set_gap(tx: &Tx<'_>, id: &QuestionId, gap: &GapId) -> Result<(), Error> {
    Ok(store::set_gap(tx, id, gap)?)
}

/// Questions of a gap, the last asked first.
pub(crate) fn of_gap(c: &Reader<'_>, gap: &GapId, limit: usize) -> Result<Vec<Kept>, Error> {
    Ok(store::of_gap(c, gap, limit)?)
}

/// The last `days` days, the earliest first, those without a question too.
pub(crate) fn days(db: &Db, now: Timestamp, days: u16) -> Result<Vec<Day>, Error> {
    let day = jiff::SignedDuration::from_hours(24);
    let names: Vec<String> = (0..i32::from(days))
        .rev()
        .map(|ago| day_of(now - day * ago))
        .collect();
    let Some(first) = names.first() else {
        return Ok(Vec::new());
    };
    let counted = db.read(|c| store::days(c, first))?;
    let found = |day: &String, outcome: Outcome| {
        counted
            .iter()
            .find(|(known, what, _)| known == day && *what == outcome)
            .map_or(0, |(_, _, count)| *count)
    };
    Ok(names
        .iter()
        .map(|day| Day {
            date: day.clone(),
            answered: found(day, Outcome::Answered),
            partly: found(day, Outcome::Partly) + found(day, Outcome::Choose),
            not_found: found(day, Outcome::NotFound),
        })
        .collect())
}

/// Forgets the questions that were asked before a moment. What was counted stays.
pub(crate) fn forget_before(tx: &Tx<'_>, before: Timestamp) -> Result<usize, Error> {
    Ok(store::delete_before(tx, before)?)
}

fn day_of(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
