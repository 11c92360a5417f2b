//! Somebody else approves what waits, and it is published.

use super::review::{self, Eyes, Problem};
use super::{Error, ingest, show};
use crate::audit::Change;
use crate::db::Db;
use crate::id::ReviewId;
use crate::inference::Pool;

/// Publishes what waits.
///
/// # Errors
/// [`Problem::Own`] for its author while the rule is in force, [`Problem::Changed`] when the document is another by now, [`Problem::Gone`].
pub(crate) fn approve(
    db: &Db,
    pool: &Pool,
    id: &ReviewId,
    eyes: Eyes,
    change: &Change,
) -> Result<(), Error> {
    let source = db.read(|c| {
        let waiting = review::check(c, id, eyes, change)?;
        review::source_of(c, &waiting)
    })?;
    let ready = source
        .map(|source| ingest::make_ready(pool, source))
        .transpose()?;
    db.write(|tx| {
        // Reading and embedding took a while; one that was handed in anew has another id.
        let waiting = review::check(tx, id, eyes, change)?;
        review::settle(tx, &waiting, change)?;
        if let Some(ready) = ready {
            return ready.replace(tx, change);
        }
        let document = waiting.document.as_ref().ok_or(Problem::Changed)?;
        show(tx, document, waiting.visibility, change)
    })
}
