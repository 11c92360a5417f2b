//! Removing a document, and the certificate of what went.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Error, Origin, SourcePath, store};
use crate::audit::{self, Action, Change, Entry};
use crate::db::{Db, Tx};
use crate::id::DocumentId;

/// What went with a document, counted before, and seen to be gone after, in the same transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Removal {
    pub path: String,
    pub title: String,
    /// Of its source, in hexadecimal.
    pub sha256: String,
    pub bytes: u64,
    pub passages: usize,
    /// Of passages, headings and units.
    pub vectors: usize,
    /// Rows of the full-text table.
    pub term_rows: usize,
    /// References of approved answers to it.
    pub citations: usize,
    /// Of an article.
    pub versions: usize,
    /// Rows that still name it: none, or nothing was removed at all.
    pub left_behind: usize,
    /// The number of the audit entry that holds this.
    #[serde(skip)]
    pub entry: i64,
}

/// Removes a document with its passages, vectors and terms.
pub(crate) fn remove(db: &Db, path: &SourcePath, change: &Change) -> Result<Removal, Error> {
    db.write(|tx| remove_in(tx, path, change))
}

/// The same, by its id.
pub(crate) fn remove_by_id(db: &Db, id: &DocumentId, change: &Change) -> Result<Removal, Error> {
    db.write(|tx| {
        let summary = store::find_summary(tx, id)?.ok_or(Error::Unknown)?;
        remove_in(tx, &summary.path, change)
    })
}

pub(super) fn remove_in(tx: &Tx<'_>, path: &SourcePath, change: &Change) -> Result<Removal, Error> {
    let id = store::find_id(tx, path)?.ok_or(Error::Unknown)?;
    let summary = store::find_summary(tx, &id)?.ok_or(Error::Unknown)?;
    if summary.origin == Origin::Article {
        return Err(Error::IsArticle);
    }
    super::review::delete_of_path(tx, path)?;
    let (mut removal, terms) = take_out(tx, &id)?;
    removal.verify(tx, &id, &terms)?;
    removal.record(tx, Action::DocumentRemoved, &id, change)?;
    Ok(removal)
}

/// Takes a document out, if there is one, and what approved answers say of it; counts what went. An article may have no document.
/// Also returns the passages, by which their terms can be looked for.
pub(super) fn take_out(tx: &Tx<'_>, id: &DocumentId) -> Result<(Removal, Vec<i64>), Error> {
    let mut removal = store::count_of(tx, id)?;
    removal.citations = store::count_citations(tx, id)?;
    let passages = store::passage_ids(tx, id)?;
    removal.term_rows = store::count_terms(tx, &passages)?;
    store::delete_citations(tx, id)?;
    store::delete(tx, id)?;
    Ok((removal, passages))
}

impl Removal {
    /// Looks for what may still be there. If there is anything, nothing is removed at all.
    pub(super) fn verify(
        &mut self,
        tx: &Tx<'_>,
        id: &DocumentId,
        passages: &[i64],
    ) -> Result<(), Error> {
        self.left_behind = store::count_naming(tx, id)? + store::count_terms(tx, passages)?;
        if self.left_behind > 0 {
            return Err(Error::LeftBehind(self.left_behind));
        }
        Ok(())
    }

    /// Writes the audit entry, which is the certificate.
    pub(super) fn record(
        &mut self,
        tx: &Tx<'_>,
        action: Action,
        id: &DocumentId,
        change: &Change,
    ) -> Result<(), Error> {
        let entry = Entry::new(action, id.as_str())
            .detail(&self.path)
            .before(json!(self));
        self.entry = audit::record(tx, change, &entry)?;
        Ok(())
    }
}

/// The certificate that an audit entry holds.
pub(crate) fn certificate(entry: &audit::Recorded) -> Option<Removal> {
    let is_removal = [Action::DocumentRemoved, Action::ArticleRemoved]
        .iter()
        .any(|action| action.name() == entry.action);
    let before = entry.before().cloned().filter(|_| is_removal)?;
    let mut removal: Removal = serde_json::from_value(before).ok()?;
    removal.entry = entry.seq;
    Some(removal)
}
