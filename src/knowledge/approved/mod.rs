//! Approved answers: staff fix the exact answer to a question, and whoever asks nearly the same gets it word for word.
//!
//! What is kept here is what staff wrote and the vectors of the questions; whether a question is near enough is for the answer engine to say.

mod store;

use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;

use super::Error;
use crate::audit::{self, Action, Change, Entry};
use crate::db::{Db, Reader};
use crate::id::{ApprovedId, DocumentId};
use crate::inference::{Pool, WIDTH};

pub(crate) const MAX_QUESTION_CHARS: usize = 500;
pub(crate) const MAX_ANSWER_CHARS: usize = 4_000;
pub(crate) const MAX_PHRASINGS: usize = 50;

/// An approved answer.
#[derive(Debug, Clone)]
pub(crate) struct Approved {
    pub id: ApprovedId,
    /// The questions that it is given to; the first is its title.
    pub phrasings: Vec<String>,
    pub text: String,
    pub citations: Vec<Cited>,
    pub author: String,
    pub created: Timestamp,
    pub changed: Timestamp,
}

impl Approved {
    pub(crate) fn question(&self) -> &str {
        self.phrasings.first().map_or("", String::as_str)
    }
}

/// A document that an approved answer refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cited {
    pub document: DocumentId,
    /// A sentence of it, word for word; empty: the whole document.
    pub quote: String,
}

/// What an approved answer is to say.
#[derive(Debug, Clone)]
pub(crate) struct Wording {
    pub phrasings: Vec<String>,
    pub text: String,
    pub citations: Vec<Cited>,
}

/// A wording that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadWording {
    #[error("a question is needed")]
    NoQuestion,
    #[error("a question has at most {MAX_QUESTION_CHARS} characters")]
    LongQuestion,
    #[error("there are at most {MAX_PHRASINGS} phrasings")]
    ManyPhrasings,
    #[error("an answer is needed")]
    NoAnswer,
    #[error("an answer has at most {MAX_ANSWER_CHARS} characters")]
    LongAnswer,
    #[error("a question has control characters")]
    StrangeQuestion,
    #[error("an answer has no control characters but line breaks")]
    StrangeAnswer,
    #[error("“{0}” has an approved answer already")]
    AnsweredAlready(String),
    #[error("somebody else changed this answer in the meantime")]
    Overtaken,
    #[error("{0} does not hold this sentence, word for word")]
    NotQuoted(String),
    #[error("a document that it cites is gone")]
    NoDocument,
}

impl Wording {
    /// Trims, drops empty and repeated phrasings, and checks what does not need the database.
    pub(crate) fn new(
        phrasings: impl IntoIterator<Item = String>,
        text: &str,
        citations: Vec<Cited>,
    ) -> Result<Self, BadWording> {
        let mut kept: Vec<String> = Vec::new();
        for phrasing in phrasings {
            let phrasing = phrasing.split_whitespace().collect::<Vec<_>>().join(" ");
            if phrasing.is_empty()
                || kept
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(&phrasing))
            {
                continue;
            }
            if phrasing.chars().count() > MAX_QUESTION_CHARS {
                return Err(BadWording::LongQuestion);
            }
            if phrasing.chars().any(char::is_control) {
                return Err(BadWording::StrangeQuestion);
            }
            kept.push(phrasing);
        }
        let text = text.replace("\r\n", "\n").trim().to_owned();
        if kept.is_empty() {
            return Err(BadWording::NoQuestion);
        }
        if kept.len() > MAX_PHRASINGS {
            return Err(BadWording::ManyPhrasings);
        }
        if text.is_empty() {
            return Err(BadWording::NoAnswer);
        }
        if text.chars().count() > MAX_ANSWER_CHARS {
            return Err(BadWording::LongAnswer);
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(BadWording::StrangeAnswer);
        }
        Ok(Self {
            phrasings: kept,
            text,
            citations,
        })
    }
}

/// All approved answers, the last changed first, whose question or text contains `text`.
pub(crate) fn list(db: &Db, text: &str) -> Result<Vec<Approved>, Error> {
    Ok(db.read(|c| store::list(c, text))?)
}

pub(crate) fn get(db: &Db, id: &ApprovedId) -> Result<Approved, Error> {
    db.read(|c| store::find(c, id))?.ok_or(Error::Unknown)
}

/// How many approved answers cite a document.
pub(crate) fn citing(db: &Db, document: &DocumentId) -> Result<usize, Error> {
    Ok(db.read(|c| store::citing(c, document))?)
}

/// Adds an approved answer, or changes one. `known`: which one, and when it was changed last as far as the writer knows.
pub(crate) fn save(
    db: &Db,
    pool: &Pool,
    known: Option<(&ApprovedId, Timestamp)>,
    wording: &Wording,
    change: &Change,
) -> Result<ApprovedId, Error> {
    let texts: Vec<&str> = wording.phrasings.iter().map(String::as_str).collect();
    let vectors = pool.embed_now(&texts)?;
    let vectors: Vec<&[f32]> = vectors.chunks_exact(WIDTH).collect();
    db.write(|tx| {
        for cited in &wording.citations {
            let Some(text) = super::store::find_text(tx, &cited.document)? else {
                // An article that is withdrawn may come back, with this sentence or without.
                if super::store::find_path(tx, &cited.document)?.is_some() {
                    continue;
                }
                return Err(Error::BadWording(BadWording::NoDocument));
            };
            if !cited.quote.is_empty() && !text.contains(&cited.quote) {
                let title = super::store::find_summary(tx, &cited.document)?
                    .map_or_else(String::new, |summary| summary.title);
                return Err(Error::BadWording(BadWording::NotQuoted(title)));
            }
        }
        let before = match known {
            Some((id, seen)) => {
                let before = store::find(tx, id)?.ok_or(Error::Unknown)?;
                if before.changed != seen {
                    return Err(Error::BadWording(BadWording::Overtaken));
                }
                Some(before)
            }
            None => None,
        };
        let id = known.map_or_else(ApprovedId::random, |(id, _)| id.clone());
        for phrasing in &wording.phrasings {
            if store::has_other(tx, phrasing, &id)? {
                let taken = BadWording::AnsweredAlready(phrasing.clone());
                return Err(Error::BadWording(taken));
            }
        }
        let created = before
            .as_ref()
            .map_or(change.at.wall, |before| before.created);
        store::put(tx, &id, wording, &vectors, created, change)?;
        let action = if before.is_some() {
            Action::ApprovedChanged
        } else {
            Action::ApprovedAdded
        };
        let after = Approved {
            id: id.clone(),
            phrasings: wording.phrasings.clone(),
            text: wording.text.clone(),
            citations: wording.citations.clone(),
            author: String::new(),
            created,
            changed: change.at.wall,
        };
        let mut entry = Entry::new(action, id.as_str()).after(digest(&after));
        if let Some(before) = &before {
            entry = entry.before(digest(before));
        }
        audit::record(tx, change, &entry)?;
        Ok(id)
    })
}

pub(crate) fn remove(db: &Db, id: &ApprovedId, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let before = store::find(tx, id)?.ok_or(Error::Unknown)?;
        store::delete(tx, id)?;
        let entry = Entry::new(Action::ApprovedRemoved, id.as_str()).before(digest(&before));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// What the log says of a wording: numbers and a hash, no content.
fn digest(approved: &Approved) -> serde_json::Value {
    let hash = crate::crypto::sha256(approved.text.as_bytes());
    serde_json::json!({
        "phrasings": approved.phrasings.len(),
        "citations": approved.citations.len(),
        "sha256": crate::crypto::hex(&hash),
    })
}

pub(super) use store::revision;

/// A question that an approved answer is given to.
#[derive(Debug, Clone)]
pub(crate) struct Phrasing {
    pub answer: ApprovedId,
    pub text: String,
    /// Unit length.
    pub vector: Vec<f32>,
}

/// The phrasings of a workspace in memory. They follow the database, whoever changes it.
pub(crate) struct Phrasings {
    db: Db,
    held: Mutex<(i64, Arc<Vec<Phrasing>>)>,
}

impl Phrasings {
    pub(crate) fn open(db: Db) -> Self {
        Self {
            db,
            held: Mutex::new((-1, Arc::default())),
        }
    }

    /// All of them, as they are now.
    pub(crate) fn all(&self) -> Result<Arc<Vec<Phrasing>>, Error> {
        self.db.read(|c| {
            let revision = store::revision(c)?;
            let mut held = self.held.lock();
            if held.0 != revision {
                *held = (revision, Arc::new(store::phrasings(c)?));
            }
            Ok(Arc::clone(&held.1))
        })
    }

    /// The answer of a phrasing, read within the same look at the database as its citations.
    pub(crate) fn answer(
        &self,
        id: &ApprovedId,
    ) -> Result<Option<(Approved, Vec<CitedDocument>)>, Error> {
        self.db.read(|c| {
            let Some(approved) = store::find(c, id)? else {
                return Ok(None);
            };
            let cited = cited_documents(c, &approved)?;
            Ok(Some((approved, cited)))
        })
    }
}

/// A cited document as it is now.
pub(crate) struct CitedDocument {
    pub summary: super::Summary,
    pub quote: String,
    /// Characters before the quote and before its end; `None`: there is no quote, or it does not stand there any more.
    pub place: Option<(u64, u64)>,
}

fn cited_documents(c: &Reader<'_>, approved: &Approved) -> Result<Vec<CitedDocument>, Error> {
    let mut cited = Vec::new();
    for citation in &approved.citations {
        let Some(summary) = super::store::find_summary(c, &citation.document)? else {
            continue;
        };
        let place = if citation.quote.is_empty() {
            None
        } else {
            super::store::find_text(c, &citation.document)?.and_then(|text| {
                let at = text.find(&citation.quote)?;
                let start = text[..at].chars().count() as u64;
                Some((start, start + citation.quote.chars().count() as u64))
            })
        };
        cited.push(CitedDocument {
            summary,
            quote: if place.is_some() {
                citation.quote.clone()
            } else {
                String::new()
            },
            place,
        });
    }
    Ok(cited)
}
