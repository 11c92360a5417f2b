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
    #[serde(default)]
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
    let mut removal = take_out(tx, &id)?;
    removal.record(tx, Action::DocumentRemoved, &id, change)?;
    Ok(removal)
}

/// Takes a document out, if there is one, and counts what went. An article may have none.
pub(super) fn take_out(tx: &Tx<'_>, id: &DocumentId) -> Result<Removal, Error> {
    let mut removal = store::count_of(tx, id)?;
    let passages = store::passage_ids(tx, id)?;
    removal.term_rows = store::count_terms(tx, &passages)?;
    store::delete(tx, id)?;
    removal.left_behind = store::count_naming(tx, id)? + store::count_terms(tx, &passages)?;
    if removal.left_behind > 0 {
        return Err(Error::LeftBehind(removal.left_behind));
    }
    Ok(removal)
}

impl Removal {
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
    let before = entry.before.clone().filter(|_| is_removal)?;
    let mut removal: Removal = serde_json::from_value(before).ok()?;
    removal.entry = entry.seq;
    Some(removal)
}
