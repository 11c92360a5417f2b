//! What waits for a review: handed in, looked at, sent back, taken back.

use serde_json::json;

use super::waiting::{Version, Waiting, What};
use super::{Eyes, Problem, Remark, store};
use crate::audit::{self, Action, Change, Entry};
use crate::db::{Connection, Db, Tx};
use crate::id::{DocumentId, ReviewId};
use crate::knowledge::store::AsShown;
use crate::knowledge::{Error, Source, SourcePath, Summary, settings, store as documents};
use crate::parser;
use crate::search::Visibility;

/// All of it, the last handed in first; also what was sent back and not handed in again.
pub(crate) fn list(db: &Db) -> Result<Vec<Waiting>, Error> {
    Ok(db.read(store::list)?)
}

/// What waits for a document, and what of that was sent back.
pub(crate) fn of_document(db: &Db, id: &DocumentId) -> Result<Vec<Waiting>, Error> {
    Ok(db.read(|c| store::of_document(c, id))?)
}

/// With the text of a version.
pub(crate) fn get(db: &Db, id: &ReviewId) -> Result<(Waiting, Option<parser::Document>), Error> {
    let (waiting, source) = db.read(|c| {
        let waiting = store::find(c, id)?.ok_or(Problem::Gone)?;
        Ok::<_, Error>((waiting, store::find_source(c, id)?))
    })?;
    let content = match (waiting.what, source) {
        (What::Version(version), Some(source)) => {
            Some(parser::read(&source, version.media, waiting.path.as_str())?)
        }
        _ => None,
    };
    Ok((waiting, content))
}

/// Without its text. `None`: it does not wait any more, nor was it sent back.
pub(crate) fn find(db: &Db, id: &ReviewId) -> Result<Option<Waiting>, Error> {
    Ok(db.read(|c| store::find(c, id))?)
}

/// Keeps a version until it is approved, in place of one that the same person handed in before. `base`: the fingerprint of what is there.
pub(in crate::knowledge) fn submit_version(
    tx: &Tx<'_>,
    source: &Source,
    title: &str,
    base: Option<[u8; 32]>,
    visibility: Visibility,
    change: &Change,
) -> Result<(), Error> {
    let waiting = Waiting {
        id: ReviewId::random(),
        what: What::Version(Version {
            media: source.media,
        }),
        path: source.path.clone(),
        title: title.to_owned(),
        base,
        visibility,
        origin: source.origin,
        author: change.by.clone(),
        at: change.at.wall,
        returned: None,
        document: None,
    };
    put(tx, &waiting, Some(&source.bytes), change)
}

/// Keeps another label or other dates of a document until they are approved.
pub(in crate::knowledge) fn submit_visibility(
    tx: &Tx<'_>,
    document: &Summary,
    base: [u8; 32],
    visibility: Visibility,
    change: &Change,
) -> Result<(), Error> {
    let waiting = Waiting {
        id: ReviewId::random(),
        what: What::Visibility,
        path: document.path.clone(),
        title: document.title.clone(),
        base: Some(base),
        visibility,
        origin: document.origin,
        author: change.by.clone(),
        at: change.at.wall,
        returned: None,
        document: Some(document.id.clone()),
    };
    put(tx, &waiting, None, change)
}

fn put(
    tx: &Tx<'_>,
    waiting: &Waiting,
    source: Option<&[u8]>,
    change: &Change,
) -> Result<(), Error> {
    store::put(tx, waiting, source)?;
    let entry = Entry::new(Action::DocumentSubmitted, waiting.id.as_str())
        .detail(waiting.path.as_str())
        .after(facts(waiting));
    audit::record(tx, change, &entry)?;
    Ok(())
}

/// What waits, if this person may publish it as it was handed in.
pub(in crate::knowledge) fn check(
    c: &Connection,
    id: &ReviewId,
    eyes: Eyes,
    change: &Change,
) -> Result<Waiting, Error> {
    let waiting = store::find(c, id)?.ok_or(Problem::Gone)?;
    if let Some(problem) = waiting.hinders(&change.by, eyes.need_review(settings::get_in(c)?)) {
        return Err(problem.into());
    }
    let now = documents::find_shown(c, &waiting.path)?;
    if now.as_ref().map(AsShown::fingerprint) != waiting.base {
        return Err(Problem::Changed.into());
    }
    Ok(waiting)
}

/// The bytes of a version that waits.
pub(in crate::knowledge) fn source_of(
    c: &Connection,
    waiting: &Waiting,
) -> Result<Option<Source>, Error> {
    let (Some(version), Some(bytes)) =
        (waiting.what.version(), store::find_source(c, &waiting.id)?)
    else {
        return Ok(None);
    };
    Ok(Some(Source {
        path: waiting.path.clone(),
        media: version.media,
        bytes,
        title: None,
        label: Some(waiting.visibility.label),
        origin: waiting.origin,
    }))
}

/// It waits no more: it is approved, and published by whoever calls this.
pub(in crate::knowledge) fn settle(
    tx: &Tx<'_>,
    waiting: &Waiting,
    change: &Change,
) -> Result<(), Error> {
    store::delete(tx, &waiting.id)?;
    let entry = Entry::new(Action::DocumentApproved, waiting.id.as_str())
        .detail(waiting.path.as_str())
        .before(json!({ "author": waiting.author.to_string() }))
        .after(facts(waiting));
    audit::record(tx, change, &entry)?;
    Ok(())
}

/// Sends something back to its author, with a word.
pub(crate) fn send_back(
    db: &Db,
    id: &ReviewId,
    remark: &Remark,
    change: &Change,
) -> Result<(), Error> {
    db.write(|tx| {
        let waiting = store::find(tx, id)?.ok_or(Problem::Gone)?;
        if waiting.returned.is_some() {
            return Err(Problem::Gone.into());
        }
        store::set_returned(tx, id, remark.as_str(), change)?;
        let entry = Entry::new(Action::DocumentReturned, id.as_str())
            .detail(waiting.path.as_str())
            .before(json!({ "author": waiting.author.to_string() }));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// Whoever handed a version in hands in again what is published: that is their last word.
pub(in crate::knowledge) fn supersede(
    db: &Db,
    path: &SourcePath,
    change: &Change,
) -> Result<(), Error> {
    let of_path = db.read(|c| store::of_path(c, path))?;
    let is_theirs = |one: &&Waiting| one.what.is_version() && one.author == change.by;
    match of_path.iter().find(is_theirs) {
        Some(theirs) => take_back(db, &theirs.id, false, change),
        None => Ok(()),
    }
}

/// Its author thinks better of it. `may_clear`: somebody who may delete knowledge clears what another left.
pub(crate) fn take_back(
    db: &Db,
    id: &ReviewId,
    may_clear: bool,
    change: &Change,
) -> Result<(), Error> {
    db.write(|tx| {
        let waiting = store::find(tx, id)?.ok_or(Problem::Gone)?;
        if waiting.author != change.by && !may_clear {
            return Err(Problem::NotOwn.into());
        }
        store::delete(tx, id)?;
        let entry = Entry::new(Action::DocumentTakenBack, id.as_str())
            .detail(waiting.path.as_str())
            .before(facts(&waiting));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// What the log says of it: no content.
fn facts(waiting: &Waiting) -> serde_json::Value {
    json!({
        "what": waiting.what.kind(),
        "title": waiting.title,
        "label": waiting.visibility.label.name(),
        "effective": waiting.visibility.during.effective,
        "expires": waiting.visibility.during.expires,
    })
}
