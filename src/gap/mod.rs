//! Gaps: what visitors asked in vain, grouped by meaning.
//!
//! A question goes into a gap when nothing was found, when it was answered in part, or when the visitor said that the answer did not help. It joins the
//! group whose mean it is nearest to, or begins one. 0.65 is the cosine that grouped 1,249 phrasings of 125 IT-help topics best (pairs of one group that are of one
//! topic: 0.85; pairs of one topic that are in one group: 0.79), in whatever order they come. A gap closes when its questions, asked again, are answered, and opens again when
//! one is not.

mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::json;

use crate::answer::{self, Answer, Engine, Verdict};
use crate::audit::{self, Action, Change, Entry};
use crate::crypto;
use crate::db::{self, Db, Tx};
use crate::id::GapId;
use crate::inference::{self, Pool, dot};
use crate::knowledge;
use crate::question::{self, Awaiting, Kept, Outcome};
use crate::search::Filter;

const NEAR: f32 = 0.65;
/// Questions of a gap that are asked again.
const ASKED_AGAIN: usize = 4;
/// Questions of a gap that are shown.
const SHOWN: usize = 100;
pub(crate) const MAX_REASON_CHARS: usize = 500;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no such gap")]
    Unknown,
    #[error("a reason is needed, of at most {MAX_REASON_CHARS} characters")]
    BadReason,
    #[error("that is so already")]
    NothingToDo,
    #[error(transparent)]
    Question(#[from] question::Error),
    #[error(transparent)]
    Answer(#[from] answer::Error),
    #[error(transparent)]
    Inference(#[from] inference::Error),
    #[error(transparent)]
    Knowledge(#[from] knowledge::Error),
    #[error("gap storage")]
    Storage(#[from] db::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    /// Asked again, its questions are answered.
    Answered,
    Dismissed,
}

impl State {
    pub(crate) const ALL: [Self; 3] = [Self::Open, Self::Answered, Self::Dismissed];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
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
#[error("not a state of gaps")]
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

#[derive(Debug, Clone)]
pub(crate) struct Gap {
    pub id: GapId,
    /// The first of its questions that is kept.
    pub title: String,
    pub state: State,
    /// Why it was dismissed.
    pub reason: String,
    pub count: u64,
    pub first: Timestamp,
    pub last: Timestamp,
    pub closed: Option<Timestamp>,
}

/// Puts questions that await it into gaps, in one transaction, at most `most`. Returns how many.
pub(crate) fn group(db: &Db, pool: &Pool, most: usize) -> Result<usize, Error> {
    let awaiting = db.read(|c| question::awaiting_gap(c, most))?;
    let mut vectors = Vec::with_capacity(awaiting.len());
    for question in &awaiting {
        vectors.push(match &question.vector {
            Some(vector) => vector.clone(),
            None => pool.embed_bulk(&[&question.text])?,
        });
    }
    if !awaiting.is_empty() {
        db.write(|tx| {
            for (question, vector) in awaiting.iter().zip(&vectors) {
                put(tx, question, vector)?;
            }
            Ok::<_, Error>(())
        })?;
    }
    Ok(awaiting.len())
}

/// Puts a question into the nearest gap, or begins one.
fn put(tx: &Tx<'_>, question: &Awaiting, vector: &[f32]) -> Result<(), Error> {
    let mut nearest: Option<(f32, GapId, State, Vec<f32>)> = None;
    store::for_each_sum(tx, |gap, state, sum| {
        let norm = dot(&sum, &sum).sqrt().max(f32::MIN_POSITIVE);
        let cosine = dot(&sum, vector) / norm;
        if cosine >= NEAR && nearest.as_ref().is_none_or(|(best, ..)| cosine > *best) {
            nearest = Some((cosine, gap, state, sum));
        }
    })?;
    let gap = if let Some((_, gap, state, mut sum)) = nearest {
        for (value, add) in sum.iter_mut().zip(vector) {
            *value += add;
        }
        // One that was dismissed stays so; one that was answered is not any more.
        let state = if state == State::Answered {
            State::Open
        } else {
            state
        };
        store::join(tx, &gap, &question.text, &sum, state, question.at)?;
        gap
    } else {
        let gap = GapId::random();
        store::insert(tx, &gap, &question.text, vector, question.at)?;
        gap
    };
    Ok(question::set_gap(tx, &question.id, &gap)?)
}

/// Gaps in a state, those asked most first.
pub(crate) fn list(
    db: &Db,
    state: State,
    text: &str,
    offset: usize,
    limit: usize,
) -> Result<(Vec<Gap>, usize), Error> {
    Ok(db.read(|c| store::list(c, state, text, offset, limit))?)
}

pub(crate) fn count_open(db: &Db) -> Result<usize, Error> {
    Ok(db.read(|c| store::count(c, State::Open))?)
}

pub(crate) fn get(db: &Db, id: &GapId) -> Result<Gap, Error> {
    db.read(|c| store::find(c, id))?.ok_or(Error::Unknown)
}

/// Its questions, the last asked first.
pub(crate) fn questions(db: &Db, id: &GapId) -> Result<Vec<Kept>, Error> {
    Ok(db.read(|c| question::of_gap(c, id, SHOWN))?)
}

pub(crate) fn dismiss(db: &Db, id: &GapId, reason: &str, change: &Change) -> Result<(), Error> {
    let reason = reason.trim();
    let is_good = !reason.is_empty()
        && reason.chars().count() <= MAX_REASON_CHARS
        && !reason
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\r');
    if !is_good {
        return Err(Error::BadReason);
    }
    set_state(
        db,
        id,
        State::Dismissed,
        reason,
        Action::GapDismissed,
        change,
    )
}

pub(crate) fn reopen(db: &Db, id: &GapId, change: &Change) -> Result<(), Error> {
    set_state(db, id, State::Open, "", Action::GapReopened, change)
}

fn set_state(
    db: &Db,
    id: &GapId,
    state: State,
    reason: &str,
    action: Action,
    change: &Change,
) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::find(tx, id)?.ok_or(Error::Unknown)?;
        if before.state == state {
            return Err(Error::NothingToDo);
        }
        store::set_state(tx, id, state, reason, change.at.wall)?;
        let entry = Entry::new(action, id.as_str())
            .before(json!({ "state": before.state.name() }))
            .after(json!({ "state": state.name(), "questions": before.count }));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// Asks a gap's questions again. When most of them are answered now, and not in the way that was said not to help, the gap closes.
/// Returns whether they are.
pub(crate) fn ask_again(
    db: &Db,
    engine: Engine<'_>,
    id: &GapId,
    change: &Change,
) -> Result<bool, Error> {
    let gap = get(db, id)?;
    let kept = questions(db, id)?;
    let mut texts = vec![gap.title.clone()];
    for question in &kept {
        if texts.len() < ASKED_AGAIN && !texts.contains(&question.text) {
            texts.push(question.text.clone());
        }
    }
    let filter = Filter::visitor(change.at);
    let (mut asked, mut answered) = (0, 0);
    for text in texts {
        // What cannot be asked any more, cannot be answered.
        let Ok(question) = text.parse() else {
            continue;
        };
        let answer = answer::ask(engine, &question, &filter)?;
        let hash = hash_of(&answer);
        let did_not_help = kept
            .iter()
            .any(|kept| kept.helped == Some(false) && kept.answer_hash == hash);
        asked += 1;
        answered += usize::from(answer.class == Verdict::Answered && !did_not_help);
    }
    let is_closed = answered * 2 > asked;
    if is_closed && gap.state == State::Open {
        set_state(db, id, State::Answered, "", Action::GapAnswered, change)?;
    }
    Ok(is_closed)
}

/// Asks the questions of open gaps again when the knowledge is another than the last time, by whichever process it was changed: those asked most first,
/// `most` of them; the next call goes on with the others. Returns whether there was something to do.
pub(crate) fn ask_again_after_change(
    db: &Db,
    engine: Engine<'_>,
    most: usize,
    change: &Change,
) -> Result<bool, Error> {
    let revision = knowledge::revision(db, change.at)?;
    let is_another = db.read(store::asked_revision)? != Some(revision);
    if is_another {
        db.write(|tx| store::set_asked_revision(tx, revision))?;
    }
    let (asked, _) = ask_open_again(db, engine, most, change)?;
    Ok(is_another || asked > 0)
}

/// Goes on with a round. Returns how many were asked, and how many of them closed.
fn ask_open_again(
    db: &Db,
    engine: Engine<'_>,
    most: usize,
    change: &Change,
) -> Result<(usize, usize), Error> {
    let open = db.read(|c| store::list_to_ask(c, most))?;
    let mut closed = 0;
    for id in &open {
        match ask_again(db, engine, id, change) {
            Ok(is_closed) => closed += usize::from(is_closed),
            // Somebody was faster.
            Err(Error::NothingToDo | Error::Unknown) => {}
            Err(error) => return Err(error),
        }
        db.write(|tx| store::set_asked(tx, id))?;
    }
    Ok((open.len(), closed))
}

/// Forgets the questions that were asked before a moment, and the gaps of which nothing else is left, unless they were dismissed. What was
/// counted stays.
/// Returns how many questions.
pub(crate) fn forget_before(db: &Db, before: Timestamp) -> Result<usize, Error> {
    db.write(|tx| {
        let forgotten = question::forget_before(tx, before)?;
        if forgotten > 0 {
            store::follow_questions(tx)?;
        }
        Ok(forgotten)
    })
}

/// A hash of what an answer shows: whether a later one is another.
pub(crate) fn hash_of(answer: &Answer) -> [u8; 32] {
    crypto::sha256(answer.to_text().as_bytes())
}

pub(crate) fn outcome_of(class: Verdict) -> Outcome {
    match class {
        Verdict::Answered => Outcome::Answered,
        Verdict::Partly => Outcome::Partly,
        Verdict::Choose => Outcome::Choose,
        Verdict::NotFound => Outcome::NotFound,
    }
}
