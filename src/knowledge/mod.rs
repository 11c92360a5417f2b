//! The approved knowledge of a workspace: its documents, how they come in and how they go.
//!
//! A document is stored whole or not at all: its text, its passages with their vectors and terms, and the audit entry are one
//! transaction. The same path with the same bytes is left untouched; with other bytes it is replaced.

pub(crate) mod approval;
pub(crate) mod approved;
pub(crate) mod article;
pub(crate) mod catalogue;
pub(crate) mod diff;
pub(crate) mod disagreement;
mod document;
mod error;
pub(crate) mod ingest;
pub(crate) mod languages;
pub(crate) mod passage;
mod path;
mod removal;
pub(crate) mod review;
pub(crate) mod settings;
mod source;
mod store;
#[cfg(test)]
mod tests;
pub(crate) mod working_copy;

pub(crate) use document::{Document, Origin, Summary};
pub(crate) use error::Error;
pub(crate) use path::SourcePath;
pub(crate) use removal::{Removal, certificate, remove, remove_by_id};
pub(crate) use source::Source;

use std::borrow::Cow;

use crate::audit::{self, Action, Change, Entry};
use crate::clock::Moment;
use crate::db::{Db, Tx};
use crate::id::DocumentId;
use crate::search::{Label, Visibility};
use review::Eyes;

/// What changes when questions may find something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Revision {
    pub passages: i64,
    pub approved: i64,
    /// When a document that was there before last took effect (milliseconds since 1970).
    pub effect_ms: i64,
}

pub(crate) fn revision(db: &Db, now: Moment) -> Result<Revision, Error> {
    Ok(db.read(|c| {
        Ok::<_, crate::db::Error>(Revision {
            passages: store::last_change(c)?,
            approved: approved::revision(c)?,
            effect_ms: store::last_effect(c, now)?,
        })
    })?)
}

/// Documents in the order of their paths, after `after`, whose path begins with `prefix`.
pub(crate) fn list(
    db: &Db,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Summary>, Error> {
    Ok(db.read(|c| store::list(c, prefix, after.unwrap_or_default(), limit))?)
}

/// The same, of those that everybody may open at a moment: public, and in force.
pub(crate) fn list_open(
    db: &Db,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
    now: Moment,
) -> Result<Vec<Summary>, Error> {
    Ok(db.read(|c| store::list_open(c, prefix, after.unwrap_or_default(), limit, now))?)
}

/// The label of the document at a path.
pub(crate) fn find_label(db: &Db, path: &SourcePath) -> Result<Option<Label>, Error> {
    Ok(db
        .read(|c| store::find_hash(c, path))?
        .map(|(_, label)| label))
}

/// The document or the article that has a path. An article need not be published.
pub(crate) fn find_owner(db: &Db, path: &SourcePath) -> Result<Option<DocumentId>, Error> {
    Ok(db.read(|c| store::find_owner(c, path))?)
}

/// The path of a document or an article. An article need not be published.
pub(crate) fn find_path(db: &Db, id: &DocumentId) -> Result<Option<String>, Error> {
    Ok(db.read(|c| store::find_path(c, id))?)
}

/// Which text a document has: of two that are equal, the text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    sha256: [u8; 32],
    title: String,
    ingested: jiff::Timestamp,
}

/// What is known of a document, and which text it has, without the text.
pub(crate) fn get_version(db: &Db, id: &DocumentId) -> Result<(Summary, Version), Error> {
    let found = db.read(|c| {
        let Some(summary) = store::find_summary(c, id)? else {
            return Ok(None);
        };
        let hash = store::find_hash(c, &summary.path)?;
        Ok::<_, crate::db::Error>(hash.map(|(sha256, _)| (summary, sha256)))
    })?;
    let (summary, sha256) = found.ok_or(Error::Unknown)?;
    let version = Version {
        sha256,
        title: summary.title.clone(),
        ingested: summary.ingested,
    };
    Ok((summary, version))
}

pub(crate) fn get(db: &Db, id: &DocumentId) -> Result<Document, Error> {
    db.read(|c| store::find(c, id))?.ok_or(Error::Unknown)
}

pub(crate) fn find_id(db: &Db, path: &SourcePath) -> Result<Option<DocumentId>, Error> {
    Ok(db.read(|c| store::find_id(c, path))?)
}

#[cfg(test)]
pub(crate) fn get_by_path(db: &Db, path: &SourcePath) -> Result<Document, Error> {
    db.read(|c| match store::find_id(c, path)? {
        Some(id) => store::find(c, &id),
        None => Ok(None),
    })?
    .ok_or(Error::Unknown)
}

/// What became of a change of how far and when a document may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Changed,
    /// It shows visitors more, and waits for somebody else.
    Waiting,
}

/// Changes how far, and in which time, a document may be shown. It counts for the next question, unless it needs a review first.
pub(crate) fn set_visibility(
    db: &Db,
    id: &DocumentId,
    visibility: Visibility,
    eyes: Eyes,
    change: &Change,
) -> Result<Shown, Error> {
    db.write(|tx| {
        let summary = store::find_summary(tx, id)?.ok_or(Error::Unknown)?;
        if summary.origin == Origin::Article {
            return Err(Error::IsArticle);
        }
        let before = store::find_shown(tx, &summary.path)?.ok_or(Error::Unknown)?;
        let settings = settings::get_in(tx)?;
        if eyes.hold(settings, Some(before), before.content, &visibility) {
            review::submit_visibility(tx, &summary, before.fingerprint(), visibility, change)?;
            return Ok(Shown::Waiting);
        }
        show(tx, id, visibility, change)?;
        Ok(Shown::Changed)
    })
}

fn show(
    tx: &Tx<'_>,
    id: &DocumentId,
    visibility: Visibility,
    change: &Change,
) -> Result<(), Error> {
    let before = store::find_summary(tx, id)?.ok_or(Error::Unknown)?;
    if before.visibility == visibility {
        return Ok(());
    }
    store::set_visibility(tx, id, &visibility)?;
    let entry = Entry::new(Action::DocumentChanged, id.as_str())
        .detail(before.path.as_str())
        .before(serde_json::json!(before.visibility))
        .after(serde_json::json!(visibility));
    audit::record(tx, change, &entry)?;
    Ok(())
}

/// With what the paths of all documents in a folder begin: its name and a slash. Empty: all documents.
pub(crate) fn folder_prefix(folder: &str) -> Cow<'_, str> {
    if folder.is_empty() || folder.ends_with('/') {
        Cow::Borrowed(folder)
    } else {
        Cow::Owned(format!("{folder}/"))
    }
}

/// Paths of the documents in `folder` that `anchorite ingest` brought in. Those that came in another way are not a folder's to prune.
pub(crate) fn ingested_paths(db: &Db, folder: &str) -> Result<Vec<String>, Error> {
    let prefix = folder_prefix(folder);
    Ok(db.read(|c| store::ingested_paths(c, &prefix))?)
}

/// Removes documents that were ingested. One that came in another way in the meantime stays. Returns the paths of what went.
pub(crate) fn prune(db: &Db, gone: &[String], change: &Change) -> Result<Vec<String>, Error> {
    let mut removed = Vec::new();
    for group in gone.chunks(PRUNED_AT_ONCE) {
        removed.extend(db.write(|tx| prune_group(tx, group, change))?);
    }
    Ok(removed)
}

/// Others write in between.
const PRUNED_AT_ONCE: usize = 64;

fn prune_group(tx: &Tx<'_>, group: &[String], change: &Change) -> Result<Vec<String>, Error> {
    let mut removed = Vec::new();
    for path in group {
        let path: SourcePath = path.parse()?;
        if store::find_origin(tx, &path)? == Some(Origin::Ingested) {
            removal::remove_in(tx, &path, change)?;
            removed.push(path.to_string());
        }
    }
    Ok(removed)
}
