//! Approved answers: staff fix the exact answer to a question, and whoever asks nearly the same gets it word for word.
//!
//! They go the way of articles: a save makes a version, which is a draft, is in review, is published or was withdrawn; what is published is given until a
//! newer version replaces it. Who may publish whose, [`super::review`] says. What is kept here is what staff wrote and the vectors of the questions;
//! whether a question is near enough is for the answer engine to say.

mod phrasings;
mod store;
#[cfg(test)]
mod tests;
mod wording;

pub(crate) use phrasings::{CitedDocument, Phrasing, Phrasings};
pub(super) use store::revision;
pub(crate) use wording::{
    BadWording, Cited, During, MAX_ANSWER_CHARS, MAX_QUESTION_CHARS, MAX_REMARK_CHARS, Wording,
};

use jiff::Timestamp;
use serde_json::json;

use super::Error;
pub(crate) use super::article::State;
use super::review::Eyes;
use super::settings;
use crate::audit::{self, Action, Actor, Change, Entry};
use crate::db::{Db, Tx};
use crate::id::{ApprovedId, DocumentId};
use crate::inference::{Pool, WIDTH};

/// An approved answer in one of its versions.
#[derive(Debug, Clone)]
pub(crate) struct Approved {
    pub id: ApprovedId,
    /// Of the newest version.
    pub state: State,
    pub head: u32,
    /// The version that is given; the newest may be another.
    pub live: Option<u32>,
    /// The first of the phrasings is its title.
    pub wording: Wording,
    /// Of this version.
    pub author: Actor,
    pub changed: Timestamp,
}

impl Approved {
    pub(crate) fn question(&self) -> &str {
        self.wording.phrasings.first().map_or("", String::as_str)
    }

    /// Why this person may not publish the newest version.
    pub(crate) fn hinders(&self, by: &Actor, needs_review: bool) -> Option<BadWording> {
        let can = match self.state {
            State::InReview => true,
            State::Draft | State::Withdrawn => !needs_review,
            State::Published => false,
        };
        if !can {
            return Some(BadWording::WrongState);
        }
        (needs_review && self.author == *by).then_some(BadWording::Own)
    }
}

/// What became of a version.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub version: u32,
    /// `submitted`, `returned`, `published` or `withdrawn`.
    pub what: String,
    pub actor: Actor,
    pub at: Timestamp,
    pub remark: String,
}

/// All approved answers in their newest versions, the last changed first, whose question or text contains `text`.
pub(crate) fn list(db: &Db, text: &str) -> Result<Vec<Approved>, Error> {
    Ok(db.read(|c| store::list(c, text))?)
}

/// Those whose newest version waits for a review.
pub(crate) fn in_review(db: &Db) -> Result<Vec<Approved>, Error> {
    let mut all = list(db, "")?;
    all.retain(|answer| answer.state == State::InReview);
    Ok(all)
}

/// The newest version.
pub(crate) fn get(db: &Db, id: &ApprovedId) -> Result<Approved, Error> {
    db.read(|c| store::find(c, id))?.ok_or(Error::Unknown)
}

/// The newest first.
pub(crate) fn steps(db: &Db, id: &ApprovedId) -> Result<Vec<Step>, Error> {
    Ok(db.read(|c| store::steps(c, id))?)
}

/// How many approved answers cite a document.
pub(crate) fn citing(db: &Db, document: &DocumentId) -> Result<usize, Error> {
    Ok(db.read(|c| store::citing(c, document))?)
}

/// Adds an approved answer, or a new version of one, as a draft. `known`: which one, and its newest version as far as the writer knows. A save without a
/// change makes no version.
pub(crate) fn save(
    db: &Db,
    pool: &Pool,
    known: Option<(&ApprovedId, u32)>,
    wording: &Wording,
    change: &Change,
) -> Result<(ApprovedId, u32), Error> {
    let texts: Vec<&str> = wording.phrasings.iter().map(String::as_str).collect();
    let vectors = pool.embed_now(&texts)?;
    let vectors: Vec<&[f32]> = vectors.chunks_exact(WIDTH).collect();
    db.write(|tx| {
        check_citations(tx, wording)?;
        let before = match known {
            Some((id, seen)) => Some(seen_in(tx, id, seen)?),
            None => None,
        };
        if let Some(before) = before.as_ref().filter(|before| before.wording == *wording) {
            return Ok((before.id.clone(), before.head));
        }
        let id = known.map_or_else(ApprovedId::random, |(id, _)| id.clone());
        check_phrasings(tx, wording, &id)?;
        let number = before.as_ref().map_or(1, |before| before.head + 1);
        store::put(tx, &id, number, wording, &vectors, change)?;
        let action = if before.is_some() {
            Action::ApprovedChanged
        } else {
            Action::ApprovedAdded
        };
        let mut entry = Entry::new(action, id.as_str()).after(facts(number, wording));
        if let Some(before) = &before {
            entry = entry.before(facts(before.head, &before.wording));
        }
        audit::record(tx, change, &entry)?;
        Ok((id, number))
    })
}

fn check_citations(tx: &Tx<'_>, wording: &Wording) -> Result<(), Error> {
    for cited in &wording.citations {
        let Some(text) = super::store::find_text(tx, &cited.document)? else {
            // An article that is withdrawn may come back, with this sentence or without.
            if super::store::find_path(tx, &cited.document)?.is_some() {
                continue;
            }
            return Err(BadWording::NoDocument.into());
        };
        if !cited.quote.is_empty() && !text.contains(&cited.quote) {
            let title = super::store::find_summary(tx, &cited.document)?
                .map_or_else(String::new, |summary| summary.title);
            return Err(BadWording::NotQuoted(title).into());
        }
    }
    Ok(())
}

fn check_phrasings(tx: &Tx<'_>, wording: &Wording, id: &ApprovedId) -> Result<(), Error> {
    for phrasing in &wording.phrasings {
        if store::has_other(tx, phrasing, id)? {
            return Err(BadWording::AnsweredAlready(phrasing.clone()).into());
        }
    }
    Ok(())
}

/// The newest version, if it is the one that was seen.
fn seen_in(tx: &Tx<'_>, id: &ApprovedId, seen: u32) -> Result<Approved, Error> {
    let approved = store::find(tx, id)?.ok_or(Error::Unknown)?;
    if approved.head != seen {
        return Err(BadWording::Overtaken.into());
    }
    Ok(approved)
}

/// Asks for a review of the newest version.
pub(crate) fn submit(db: &Db, id: &ApprovedId, seen: u32, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = seen_in(tx, id, seen)?;
        if !matches!(before.state, State::Draft | State::Withdrawn) {
            return Err(BadWording::WrongState.into());
        }
        let step = ("submitted", Action::ApprovedSubmitted, "");
        advance(tx, &before, State::InReview, before.live, step, change)
    })
}

/// Gives the newest version back to its author, with a remark.
pub(crate) fn give_back(
    db: &Db,
    id: &ApprovedId,
    seen: u32,
    remark: &str,
    change: &Change,
) -> Result<(), Error> {
    let remark = remark.replace("\r\n", "\n");
    if remark.chars().count() > MAX_REMARK_CHARS {
        return Err(BadWording::LongRemark.into());
    }
    db.write(|tx| {
        let before = seen_in(tx, id, seen)?;
        if before.state != State::InReview {
            return Err(BadWording::WrongState.into());
        }
        let step = ("returned", Action::ApprovedReturned, remark.trim());
        advance(tx, &before, State::Draft, before.live, step, change)
    })
}

/// Publishes the newest version: from now on, or from its day on, it is what is given.
pub(crate) fn publish(
    db: &Db,
    id: &ApprovedId,
    seen: u32,
    eyes: Eyes,
    change: &Change,
) -> Result<(), Error> {
    db.write(|tx| {
        let before = seen_in(tx, id, seen)?;
        let needs_review = eyes.need_review(settings::get_in(tx)?);
        if let Some(problem) = before.hinders(&change.by, needs_review) {
            return Err(problem.into());
        }
        // What it rests on may have gone while it waited.
        check_citations(tx, &before.wording)?;
        let step = ("published", Action::ApprovedPublished, "");
        advance(tx, &before, State::Published, Some(seen), step, change)
    })
}

/// It is given to nobody any more; its versions stay.
pub(crate) fn withdraw(db: &Db, id: &ApprovedId, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::find(tx, id)?.ok_or(Error::Unknown)?;
        if before.live.is_none() {
            return Err(BadWording::WrongState.into());
        }
        let state = match before.state {
            State::Published => State::Withdrawn,
            other => other,
        };
        let step = ("withdrawn", Action::ApprovedWithdrawn, "");
        advance(tx, &before, state, None, step, change)
    })
}

fn advance(
    tx: &Tx<'_>,
    before: &Approved,
    state: State,
    live: Option<u32>,
    (what, action, remark): (&str, Action, &str),
    change: &Change,
) -> Result<(), Error> {
    store::set_state(tx, &before.id, state, live, change)?;
    store::insert_step(tx, before, what, remark, change)?;
    let entry = Entry::new(action, before.id.as_str())
        .before(json!({ "state": before.state.name(), "live": before.live }))
        .after(json!({
            "state": state.name(),
            "live": live,
            "version": before.head,
            "author": before.author.to_string(),
        }));
    audit::record(tx, change, &entry)?;
    Ok(())
}

pub(crate) fn remove(db: &Db, id: &ApprovedId, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::find(tx, id)?.ok_or(Error::Unknown)?;
        store::delete(tx, id)?;
        let entry = Entry::new(Action::ApprovedRemoved, id.as_str())
            .before(facts(before.head, &before.wording));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// What the log says of a version: numbers and a hash, no content.
fn facts(number: u32, wording: &Wording) -> serde_json::Value {
    let hash = crate::crypto::sha256(wording.text.as_bytes());
    json!({
        "version": number,
        "phrasings": wording.phrasings.len(),
        "citations": wording.citations.len(),
        "effective": wording.during.effective,
        "expires": wording.during.expires,
        "sha256": crate::crypto::hex(&hash),
    })
}
