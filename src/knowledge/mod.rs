//! The approved knowledge of a workspace: its documents, how they come in and how they go.
//!
//! A document is stored whole or not at all: its text, its passages with their vectors and terms, and the audit entry are one
//! transaction. The same path with the same bytes is left untouched; with other bytes it is replaced.

pub(crate) mod approved;
mod document;
mod error;
pub(crate) mod ingest;
pub(crate) mod passage;
mod path;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use document::{Document, Origin, Summary};
pub(crate) use error::Error;
pub(crate) use path::SourcePath;

use crate::audit::{self, Action, Change, Entry};
use crate::db::{Db, Tx};
use crate::id::DocumentId;

/// Documents in the order of their paths, after `after`, whose path begins with `prefix`.
pub(crate) fn list(
    db: &Db,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Summary>, Error> {
    Ok(db.read(|c| store::list(c, prefix, after.unwrap_or_default(), limit))?)
}

pub(crate) fn get(db: &Db, id: &DocumentId) -> Result<Document, Error> {
    db.read(|c| store::find(c, id))?.ok_or(Error::Unknown)
}

pub(crate) fn get_by_path(db: &Db, path: &SourcePath) -> Result<Document, Error> {
    db.read(|c| match store::find_id(c, path)? {
        Some(id) => store::find(c, &id),
        None => Ok(None),
    })?
    .ok_or(Error::Unknown)
}

/// Removes a document with its passages, vectors and terms. Returns how many passages went.
pub(crate) fn remove(db: &Db, path: &SourcePath, change: &Change) -> Result<usize, Error> {
    db.write(|tx| remove_in(tx, path, change))
}

/// Removes the ingested documents whose path begins with `prefix` and for which `keep` is false; uploads and articles stay. Returns their paths.
pub(crate) fn prune(
    db: &Db,
    prefix: &str,
    keep: impl Fn(&str) -> bool,
    change: &Change,
) -> Result<Vec<String>, Error> {
    db.write(|tx| {
        let gone: Vec<String> = store::ingested_paths(tx, prefix)?
            .into_iter()
            .filter(|path| !keep(path))
            .collect();
        for path in &gone {
            remove_in(tx, &path.parse()?, change)?;
        }
        Ok(gone)
    })
}

fn remove_in(tx: &Tx<'_>, path: &SourcePath, change: &Change) -> Result<usize, Error> {
    let id = store::find_id(tx, path)?.ok_or(Error::Unknown)?;
    let summary = store::find_summary(tx, &id)?.ok_or(Error::Unknown)?;
    if summary.origin == Origin::Article {
        return Err(Error::IsArticle);
    }
    let passages = store::delete(tx, &id)?;
    let entry = Entry::new(Action::DocumentRemoved, id.as_str()).detail(path.as_str());
    audit::record(tx, change, &entry)?;
    Ok(passages)
}
