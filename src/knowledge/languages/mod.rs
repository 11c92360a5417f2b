//! The languages that documents are written in, as they were told from their words when they were read.

mod store;
#[cfg(test)]
mod tests;

use super::Error;
use crate::db::Db;
use crate::language::Tongue;

/// Those of all documents, the most frequent first.
pub(crate) fn of_documents(db: &Db) -> Result<Vec<Tongue>, Error> {
    Ok(db.read(store::languages)?)
}

/// Tells the language of documents that were read before it was kept, at most `most`. Returns how many.
pub(crate) fn tell_some(db: &Db, most: usize) -> Result<usize, Error> {
    let untold = db.read(|c| store::untold(c, most))?;
    if !untold.is_empty() {
        db.write(|tx| {
            for (id, beginning) in &untold {
                store::set(tx, id, Tongue::of_text(beginning))?;
            }
            Ok::<_, Error>(())
        })?;
    }
    Ok(untold.len())
}
