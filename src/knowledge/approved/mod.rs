//! Approved answers: staff fix the exact answer to a question, and whoever asks nearly the same gets it word for word.
//!
//! A save makes a new version; how it goes from draft to published, and who may let it, [`super::review::course`] says. What is published is given until a
//! newer version replaces it. What is kept here is what staff wrote and the vectors of the questions;
//! whether a question is near enough is for the answer engine to say.

mod phrasings;
mod store;
#[cfg(test)]
mod tests;
mod wording;

pub(crate) use phrasings::{CitedDocument, Phrasing, Phrasings};
pub(super) use store::revision;
pub(crate) use wording::{BadWording, Cited, MAX_ANSWER_CHARS, MAX_QUESTION_CHARS, Wording};

use jiff::Timestamp;
use serde_json::json;

use super::Error;
use super::review::course::{self, Act, Course, Step, Taken, Traveller};
use super::review::{self, Eyes, Remark};
use crate::audit::{self, Action, Actor, Change, Entry};
use crate::db::{Db, Tx};
use crate::id::{ApprovedId, DocumentId};
use crate::inference::{Pool, WIDTH};

/// An approved answer in one of its versions.
#[derive(Debug, Clone)]
pub(crate) struct Approved {
    pub id: ApprovedId,
    pub course: Course,
    /// The first of the phrasings is its title.
    pub wording: Wording,
    /// Of this version.
    pub author: Actor,
}

impl Approved {
    pub(crate) fn question(&self) -> &str {
        self.wording.phrasings.first().map_or("", String::as_str)
    }

    /// Why this person may not publish the newest version, which this is.
    pub(crate) fn hinders(&self, by: &Actor, needs_review: bool) -> Option<review::Problem> {
        self.course.hinders(&self.author, by, needs_review)
    }
}

/// All approved answers in their newest versions, the last changed first, whose question or text contains `text`.
pub(crate) fn list(db: &Db, text: &str) -> Result<Vec<Approved>, Error> {
    Ok(db.read(|c| store::list(c, text))?)
}

/// Those whose newest version waits for a review.
pub(crate) fn in_review(db: &Db) -> Result<Vec<Approved>, Error> {
    let mut all = list(db, "")?;
    all.retain(|answer| answer.course.is_in_review());
    Ok(all)
}

/// The newest version.
pub(crate) fn get(db: &Db, id: &ApprovedId) -> Result<Approved, Error> {
    db.read(|c| store::find(c, id))?.ok_or(Error::Unknown)
}

/// The version that is published, whether its day has come or not. `None`: none is.
pub(crate) fn published(db: &Db, id: &ApprovedId) -> Result<Option<Approved>, Error> {
    Ok(db.read(|c| store::find_live(c, id))?)
}

/// The number of the newest version.
pub(super) fn head(tx: &Tx<'_>, id: &ApprovedId) -> Result<u32, Error> {
    let answer = store::find(tx, id)?.ok_or(Error::Unknown)?;
    Ok(answer.course.head)
}

/// A version of an approved answer, as it was saved.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub number: u32,
    pub wording: Wording,
    pub author: Actor,
    pub saved: Timestamp,
}

/// The newest first.
pub(crate) fn versions(db: &Db, id: &ApprovedId) -> Result<Vec<Version>, Error> {
    Ok(db.read(|c| store::versions(c, id))?)
}

/// One of them.
pub(crate) fn version(db: &Db, id: &ApprovedId, number: u32) -> Result<Version, Error> {
    let mut all = versions(db, id)?.into_iter();
    all.find(|version| version.number == number)
        .ok_or(Error::Unknown)
}

/// The newest first.
pub(crate) fn steps(db: &Db, id: &ApprovedId) -> Result<Vec<Taken>, Error> {
    Ok(db.read(|c| course::steps(c, id.as_str()))?)
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
            Some((id, seen)) => {
                let before = store::find(tx, id)?.ok_or(Error::Unknown)?;
                before.course.check_seen(seen)?;
                Some(before)
            }
            None => None,
        };
        if let Some(before) = before.as_ref().filter(|before| before.wording == *wording) {
            return Ok((before.id.clone(), before.course.head));
        }
        let id = known.map_or_else(ApprovedId::random, |(id, _)| id.clone());
        check_phrasings(tx, wording, &id)?;
        let number = before.as_ref().map_or(1, |before| before.course.head + 1);
        let action = if before.is_some() {
            course::set_head(tx, id.as_str(), number, change)?;
            Action::ApprovedChanged
        } else {
            course::begin(tx, id.as_str(), change)?;
            store::insert(tx, &id)?;
            Action::ApprovedAdded
        };
        store::insert_version(tx, &id, number, wording, &vectors, change)?;
        let mut entry = Entry::new(action, id.as_str()).after(facts(number, wording));
        if let Some(before) = &before {
            entry = entry.before(facts(before.course.head, &before.wording));
        }
        audit::record(tx, change, &entry)?;
        Ok((id, number))
    })
}

/// Makes an old version the newest again, as a draft. Returns the number of the newest.
///
/// # Errors
/// [`BadWording`] where it cannot be kept as it was: a document that it cites has changed or gone, or another answer has its question by now.
pub(crate) fn roll_back(
    db: &Db,
    pool: &Pool,
    id: &ApprovedId,
    to: u32,
    change: &Change,
) -> Result<u32, Error> {
    let head = get(db, id)?.course.head;
    let wording = version(db, id, to)?.wording;
    let (_, number) = save(db, pool, Some((id, head)), &wording, change)?;
    Ok(number)
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

/// Asks for a review of the newest version.
pub(crate) fn submit(db: &Db, id: &ApprovedId, seen: u32, change: &Change) -> Result<(), Error> {
    advance(db, id, Act::Submit { seen }, change)
}

/// Gives the newest version back to its author, with a remark.
pub(crate) fn give_back(
    db: &Db,
    id: &ApprovedId,
    seen: u32,
    remark: &Remark,
    change: &Change,
) -> Result<(), Error> {
    advance(db, id, Act::GiveBack { seen, remark }, change)
}

/// Publishes the newest version: from now on, or from its day on, it is what is given.
pub(crate) fn publish(
    db: &Db,
    id: &ApprovedId,
    seen: u32,
    eyes: Eyes,
    change: &Change,
) -> Result<(), Error> {
    advance(db, id, Act::Publish { seen, eyes }, change)
}

/// It is given to nobody any more; its versions stay.
pub(crate) fn withdraw(db: &Db, id: &ApprovedId, change: &Change) -> Result<(), Error> {
    advance(db, id, Act::Withdraw, change)
}

fn advance(db: &Db, id: &ApprovedId, act: Act<'_>, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::find(tx, id)?.ok_or(Error::Unknown)?;
        let traveller = Traveller {
            id: id.as_str(),
            course: before.course,
            author: &before.author,
            title: "",
            action: |step| match step {
                Step::Submitted => Action::ApprovedSubmitted,
                Step::Returned => Action::ApprovedReturned,
                Step::Published => Action::ApprovedPublished,
                Step::Withdrawn => Action::ApprovedWithdrawn,
            },
        };
        course::advance(tx, &traveller, act, &[], change)?;
        if matches!(act, Act::Publish { .. }) {
            // What it rests on may have gone while it waited.
            check_citations(tx, &before.wording)?;
        }
        Ok(store::raise_revision(tx)?)
    })
}

pub(crate) fn remove(db: &Db, id: &ApprovedId, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::find(tx, id)?.ok_or(Error::Unknown)?;
        course::delete(tx, id.as_str())?;
        store::raise_revision(tx)?;
        let entry = Entry::new(Action::ApprovedRemoved, id.as_str())
            .before(facts(before.course.head, &before.wording));
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
