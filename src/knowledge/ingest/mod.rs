//! From sources to stored documents, in three steps that run side by side: read and cut, embed, store.
//!
//! Small documents travel in groups, so that the model gets full batches and the disk gets fewer transactions; a group is committed
//! whole. A source that cannot be read becomes one [`Outcome::Failed`] and the others go on. Whatever ends the process, what is stored
//! are complete documents.

mod embed;
mod prepare;

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use jiff::Timestamp;

use super::document::NewDocument;
use super::review::{self, Eyes};
use super::{Error, Source, settings, store};
use crate::audit::{self, Action, Change, Entry};
use crate::db::{Db, Tx};
use crate::id::DocumentId;
use crate::inference::Pool;
use crate::search::{self, Visibility};

use prepare::Prepared;

/// Passages in a group: enough for the model's batches to be full whatever the lengths, little enough to be stored in one go.
const GROUP_PASSAGES: usize = 96;
/// Sources in a group at most: unchanged ones have no passages, and their fate should be heard of too.
const GROUP_SOURCES: usize = 256;

/// What became of one source. Its notes say what was repaired or left out, and what makes it give way to others.
#[derive(Debug)]
pub(crate) enum Outcome {
    Added {
        passages: usize,
        notes: Vec<String>,
    },
    Replaced {
        passages: usize,
        notes: Vec<String>,
    },
    /// The same bytes were there already, with the same label.
    Unchanged,
    /// It is kept until somebody else has approved it. What is published under its path stays.
    Waiting {
        notes: Vec<String>,
    },
    Failed(Error),
}

/// Stores one document, or keeps it for a review.
pub(crate) fn ingest_one(
    db: &Db,
    pool: &Pool,
    source: Source,
    eyes: Eyes,
    change: &Change,
) -> Result<Outcome, Error> {
    let path = source.path.clone();
    let prepared = prepare::prepare(db, Ok(source));
    if matches!(&prepared, Err(settled) if matches!(settled.outcome, Outcome::Unchanged)) {
        review::supersede(db, &path, change)?;
    }
    if let Ok(prepared) = &prepared
        && let Some(outcome) = db.write(|tx| hold(tx, prepared, eyes, change))?
    {
        return settled(outcome);
    }
    let embedded = embed::embed(pool, vec![prepared])?;
    let mut outcome = None;
    store_group(db, embedded, eyes, change, &mut |_, done| {
        outcome = Some(done);
    })?;
    settled(outcome.ok_or(Error::Unknown)?)
}

fn settled(outcome: Outcome) -> Result<Outcome, Error> {
    match outcome {
        Outcome::Failed(error) => Err(error),
        done => Ok(done),
    }
}

/// A source that was read, cut and embedded, and can be stored within somebody's transaction.
pub(super) struct Ready {
    prepared: Prepared,
    passages: Vec<search::NewPassage>,
}

/// Reads, cuts and embeds a source.
pub(super) fn make_ready(pool: &Pool, source: Source) -> Result<Ready, Error> {
    let prepared = prepare::read(source)?;
    let embedded = embed::embed(pool, vec![Ok(prepared)])?;
    match embedded.into_iter().next() {
        Some(Ok((prepared, passages))) => Ok(Ready { prepared, passages }),
        _ => Err(Error::Unknown),
    }
}

impl Ready {
    /// Stores it as the document with this id. Returns how many passages it has.
    pub(super) fn put(
        &self,
        tx: &Tx<'_>,
        id: &DocumentId,
        visibility: Visibility,
        at: Timestamp,
    ) -> Result<usize, Error> {
        store::put(tx, id, &self.prepared.document(at, Some(visibility)))?;
        search::add_passages(tx, id, &self.passages)?;
        Ok(self.passages.len())
    }

    /// Stores it under its path, in place of what is there.
    pub(super) fn replace(&self, tx: &Tx<'_>, change: &Change) -> Result<(), Error> {
        match store_document(tx, &self.prepared, &self.passages, change)? {
            Outcome::Failed(error) => Err(error),
            _ => Ok(()),
        }
    }
}

/// A source that could not even be read: its name, and why.
pub(crate) type Unreadable = (String, Error);

/// Stores many documents, for the command line, which is a second pair of eyes. `done` hears of every source, by its path, when its fate is settled.
///
/// # Errors
/// Only what concerns all of them: the database, the model.
pub(crate) fn ingest<I>(
    db: &Db,
    pool: &Pool,
    sources: I,
    change: &Change,
    mut done: impl FnMut(&str, Outcome),
) -> Result<(), Error>
where
    I: Iterator<Item = Result<Source, Unreadable>> + Send,
{
    thread::scope(|scope| {
        let (to_embed, from_prepare) = sync_channel(1);
        let (to_store, from_embed) = sync_channel(1);
        scope.spawn(move || {
            let mut group = Vec::new();
            let mut passages = 0;
            for source in sources {
                let prepared = prepare::prepare(db, source);
                passages += prepared
                    .as_ref()
                    .map_or(0, |prepared| prepared.passages().len());
                group.push(prepared);
                if passages >= GROUP_PASSAGES || group.len() >= GROUP_SOURCES {
                    passages = 0;
                    // A receiver that went away has met an error and reports it.
                    if to_embed.send(std::mem::take(&mut group)).is_err() {
                        return;
                    }
                }
            }
            let _ = to_embed.send(group);
        });
        scope.spawn(move || embed_groups(pool, &from_prepare, &to_store));
        for group in from_embed {
            store_group(db, group?, Eyes::Second, change, &mut done)?;
        }
        Ok(())
    })
}

type Group = Vec<Result<Prepared, prepare::Settled>>;
type Embedded = Vec<Result<(Prepared, Vec<search::NewPassage>), prepare::Settled>>;

fn embed_groups(
    pool: &Pool,
    from: &Receiver<Group>,
    to: &std::sync::mpsc::SyncSender<Result<Embedded, Error>>,
) {
    for group in from {
        let embedded = embed::embed(pool, group);
        let failed = embedded.is_err();
        if to.send(embedded).is_err() || failed {
            return;
        }
    }
}

fn store_group(
    db: &Db,
    group: Embedded,
    eyes: Eyes,
    change: &Change,
    done: &mut impl FnMut(&str, Outcome),
) -> Result<(), Error> {
    let outcomes = db.write(|tx| {
        group
            .into_iter()
            .map(|entry| match entry {
                Ok((prepared, passages)) => {
                    // Embedding took a while, in which the setting may have changed.
                    let outcome = match hold(tx, &prepared, eyes, change)? {
                        Some(held) => held,
                        None => store_document(tx, &prepared, &passages, change)?,
                    };
                    Ok((prepared.path().to_string(), outcome))
                }
                Err(settled) => Ok((settled.name, settled.outcome)),
            })
            .collect::<Result<Vec<_>, Error>>()
    })?;
    for (name, outcome) in outcomes {
        done(&name, outcome);
    }
    Ok(())
}

/// Keeps a document for a review, if it needs one.
fn hold(
    tx: &Tx<'_>,
    prepared: &Prepared,
    eyes: Eyes,
    change: &Change,
) -> Result<Option<Outcome>, Error> {
    let before = store::find_shown(tx, prepared.path())?;
    let usual = before.map(|shown| shown.visibility);
    let document = prepared.document(change.at.wall, usual);
    let settings = settings::get_in(tx)?;
    let content = store::Content {
        sha256: document.sha256,
        media: document.media,
    };
    if !eyes.hold(settings, before, content, &document.visibility) {
        return Ok(None);
    }
    if store::is_article(tx, prepared.path())? {
        return Ok(Some(Outcome::Failed(Error::IsArticle)));
    }
    review::submit_version(
        tx,
        prepared.source(),
        &prepared.content().title,
        before.as_ref().map(store::AsShown::fingerprint),
        document.visibility,
        change,
    )?;
    Ok(Some(Outcome::Waiting {
        notes: prepared.notes(change.at.day()),
    }))
}

fn store_document(
    tx: &Tx<'_>,
    prepared: &Prepared,
    passages: &[search::NewPassage],
    change: &Change,
) -> Result<Outcome, Error> {
    let before = match store::find_id(tx, prepared.path())? {
        Some(id) => store::find_summary(tx, &id)?,
        None => None,
    };
    // Published or not: an article's document needs its path.
    if store::is_article(tx, prepared.path())? {
        return Ok(Outcome::Failed(Error::IsArticle));
    }
    // A replaced document keeps its id: links to it stay good.
    let id = before
        .as_ref()
        .map_or_else(DocumentId::random, |before| before.id.clone());
    let usual = before.as_ref().map(|before| before.visibility);
    let document: NewDocument<'_> = prepared.document(change.at.wall, usual);
    store::put(tx, &id, &document)?;
    search::add_passages(tx, &id, passages)?;
    let action = if before.is_some() {
        Action::DocumentReplaced
    } else {
        Action::DocumentAdded
    };
    let mut entry = Entry::new(action, id.as_str()).detail(prepared.path().as_str());
    // How far it may be shown is part of the change.
    let after = document.visibility;
    match &before {
        None => entry = entry.after(serde_json::json!(after)),
        Some(before) if before.visibility != after => {
            entry = entry
                .before(serde_json::json!(before.visibility))
                .after(serde_json::json!(after));
        }
        Some(_) => {}
    }
    audit::record(tx, change, &entry)?;
    let (passages, notes) = (passages.len(), prepared.notes(change.at.day()));
    Ok(if before.is_some() {
        Outcome::Replaced { passages, notes }
    } else {
        Outcome::Added { passages, notes }
    })
}
