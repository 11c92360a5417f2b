//! What somebody is writing and has not saved: kept every few seconds, so that nothing is lost when a browser closes or a session ends.
//!
//! A working copy is of an article or of an approved answer, of one that exists or of a new one. It is its writer's alone and one window's: two people,
//! or two windows, never overwrite each other. It is no version, nobody else sees it, no question finds it, and the log says nothing of it. It goes when
//! its text is saved or discarded, with what it is of, or when it is old.

mod store;
mod subject;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

pub(crate) use subject::Subject;

use super::Error;
use super::article::MAX_MARKDOWN_BYTES;
use crate::clock::Moment;
use crate::db::Db;
use crate::id::{StaffId, WorkingCopyId};

/// Of one writer in one workspace.
const MAX_COPIES: usize = 50;
/// Of all fields together: the longest text, and what stands beside it.
const MAX_BYTES: usize = MAX_MARKDOWN_BYTES + 8 * 1024;
/// After its last change.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What stands in an editor, as it was typed: it may still be wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The title of an article, the question of an approved answer.
    pub title: String,
    /// The other fields by their names, but for empty ones.
    pub fields: BTreeMap<String, String>,
    /// The newest version when writing began; 0 for a new one.
    pub seen: u32,
}

impl Typed {
    pub(crate) fn new<'a>(
        title: &str,
        seen: u32,
        fields: impl IntoIterator<Item = (&'a str, &'a String)>,
    ) -> Self {
        let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            title: title.to_owned(),
            fields: fields
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .collect(),
            seen,
        }
    }

    /// Takes a field out; empty where there is none.
    pub(crate) fn take(&mut self, name: &str) -> String {
        self.fields.remove(name).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        self.title.len() + self.fields.values().map(String::len).sum::<usize>()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct WorkingCopy {
    pub id: WorkingCopyId,
    pub of: Subject,
    pub typed: Typed,
    /// How often it was kept.
    pub revision: u32,
    pub kept: Timestamp,
}

/// One in a list.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub id: WorkingCopyId,
    pub title: String,
    pub kept: Timestamp,
}

/// What became of a text that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub revision: u32,
    /// The version that somebody has saved since writing began.
    pub overtaken_by: Option<u32>,
}

/// Why a text cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("what is not saved yet has at most {} KiB", MAX_BYTES / 1024)]
    Long,
    #[error("another window has kept a newer text of it: go on there, or reload this page")]
    KeptElsewhere,
    #[error(
        "it was saved or discarded in another window: copy what you need, and reload this page"
    )]
    NotKeptAnyMore,
    #[error("you have {MAX_COPIES} texts that you have not saved: save or discard some of them")]
    Many,
}

/// Forgets those that are old, whoever wrote them. Returns how many.
pub(crate) fn forget_old(db: &Db, at: Moment) -> Result<usize, Error> {
    db.write(|tx| Ok(store::forget(tx, at.deletion - KEPT_FOR)?))
}

/// Keeps what was typed. `copy.revision`: how often it was kept when this window last heard of it; another number now: nothing is kept.
pub(crate) fn keep(
    db: &Db,
    writer: &StaffId,
    copy: &WorkingCopy,
    at: Moment,
) -> Result<Kept, Error> {
    if copy.typed.bytes() > MAX_BYTES {
        return Err(Problem::Long.into());
    }
    db.write(|tx| {
        let head = copy.of.head(tx)?;
        match store::find(tx, writer, &copy.id)? {
            Some(known) if known.of != copy.of => return Err(Error::Unknown),
            Some(known) if known.revision != copy.revision => {
                return Err(Problem::KeptElsewhere.into());
            }
            None if copy.revision > 0 => return Err(Problem::NotKeptAnyMore.into()),
            None if store::count(tx, writer)? >= MAX_COPIES => {
                return Err(Problem::Many.into());
            }
            Some(_) | None => {}
        }
        let revision = copy.revision + 1;
        if !store::put(tx, writer, copy, revision, at.wall)? {
            return Err(Error::Unknown);
        }
        Ok(Kept {
            revision,
            overtaken_by: head.filter(|head| *head != copy.typed.seen),
        })
    })
}

/// One of this writer's own.
pub(crate) fn find(
    db: &Db,
    writer: &StaffId,
    id: &WorkingCopyId,
) -> Result<Option<WorkingCopy>, Error> {
    Ok(db.read(|c| store::find(c, writer, id))?)
}

/// Those of this writer about it, the newest first.
pub(crate) fn list(db: &Db, writer: &StaffId, of: &Subject) -> Result<Vec<Listed>, Error> {
    Ok(db.read(|c| store::list(c, writer, of))?)
}

/// Lets go of one: its text is saved, or not wanted. One that is not there is none the less gone.
pub(crate) fn discard(db: &Db, writer: &StaffId, id: &WorkingCopyId) -> Result<(), Error> {
    Ok(db.write(|tx| store::delete(tx, writer, id))?)
}
