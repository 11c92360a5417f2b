//! The published phrasings in memory, and what is given to them.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Approved, Error, store};
use crate::db::{Db, Reader};
use crate::id::ApprovedId;
use crate::knowledge::{Summary, store as documents};
use crate::search::During;

/// A question that an approved answer is given to.
#[derive(Debug, Clone)]
pub(crate) struct Phrasing {
    pub answer: ApprovedId,
    pub text: String,
    /// Unit length.
    pub vector: Vec<f32>,
    pub during: During,
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

    /// All of them, as they are now; also those whose day has not come or is over.
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
            let Some(approved) = store::find_live(c, id)? else {
                return Ok(None);
            };
            let cited = cited_documents(c, &approved)?;
            Ok(Some((approved, cited)))
        })
    }
}

/// A cited document as it is now.
pub(crate) struct CitedDocument {
    pub summary: Summary,
    pub quote: String,
    /// Characters before the quote and before its end; `None`: there is no quote, or it does not stand there any more.
    pub place: Option<(u64, u64)>,
}

fn cited_documents(c: &Reader<'_>, approved: &Approved) -> Result<Vec<CitedDocument>, Error> {
    let mut cited = Vec::new();
    for citation in &approved.wording.citations {
        let Some(summary) = documents::find_summary(c, &citation.document)? else {
            continue;
        };
        let place = if citation.quote.is_empty() {
            None
        } else {
            documents::find_text(c, &citation.document)?.and_then(|text| {
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
