//! What somebody is writing and has not saved: kept every few seconds, so that nothing is lost when a browser closes or a session ends.
//!
//! A working copy is its writer's alone and one window's: two people, or two windows, never overwrite each other. It is no version, nobody else sees
//! it, no question finds it, and the log says nothing of it. It goes when its text is saved or discarded, with its article, or when it is old.

mod store;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::content::MAX_MARKDOWN_BYTES;
use super::{ArticleId, Problem};
use crate::clock::Moment;
use crate::db::Db;
use crate::id::{StaffId, WorkingCopyId};
use crate::knowledge::Error;

/// Of one writer in one workspace.
pub(crate) const MAX_COPIES: usize = 50;
/// Bytes of everything beside the text.
const MAX_REST_BYTES: usize = 8 * 1024;
/// After its last change.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The fields of the editor, as they were typed: they may still be wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    pub title: String,
    pub markdown: String,
    pub label: String,
    pub effective: String,
    pub expires: String,
    /// The newest version when writing began; 0 for a new article.
    pub seen: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct WorkingCopy {
    pub id: WorkingCopyId,
    /// `None`: of a new article.
    pub article: Option<ArticleId>,
    pub typed: Typed,
    /// How often it was kept.
    pub revision: u32,
    pub kept: Timestamp,
}

/// What became of a text that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub revision: u32,
    /// The version of the article that somebody has saved since writing began.
    pub overtaken_by: Option<u32>,
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
    let typed = &copy.typed;
    let rest = [&typed.title, &typed.label, &typed.effective, &typed.expires];
    if typed.markdown.len() > MAX_MARKDOWN_BYTES
        || rest.iter().map(|text| text.len()).sum::<usize>() > MAX_REST_BYTES
    {
        return Err(Problem::LongText.into());
    }
    db.write(|tx| {
        let head = match &copy.article {
            Some(id) => Some(
                super::store::find(tx, id)?
                    .ok_or(Error::Unknown)?
                    .course
                    .head,
            ),
            None => None,
        };
        match store::find(tx, writer, &copy.id)? {
            Some(known) if known.article != copy.article => return Err(Error::Unknown),
            Some(known) if known.revision != copy.revision => {
                return Err(Problem::KeptElsewhere.into());
            }
            None if copy.revision > 0 => return Err(Problem::NotKeptAnyMore.into()),
            None if store::count(tx, writer)? >= MAX_COPIES => {
                return Err(Problem::ManyCopies.into());
            }
            Some(_) | None => {}
        }
        let revision = copy.revision + 1;
        if !store::put(tx, writer, copy, revision, at.wall)? {
            return Err(Error::Unknown);
        }
        Ok(Kept {
            revision,
            overtaken_by: head.filter(|head| *head != typed.seen),
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

/// Those of this writer about an article, or about new ones, the newest first.
pub(crate) fn list(
    db: &Db,
    writer: &StaffId,
    article: Option<&ArticleId>,
) -> Result<Vec<WorkingCopy>, Error> {
    Ok(db.read(|c| store::list(c, writer, article))?)
}

/// Lets go of one: its text is saved, or not wanted. One that is not there is none the less gone.
pub(crate) fn discard(db: &Db, writer: &StaffId, id: &WorkingCopyId) -> Result<(), Error> {
    Ok(db.write(|tx| store::delete(tx, writer, id))?)
}
