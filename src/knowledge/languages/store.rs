//! The languages in the documents' rows.

use crate::db::{self, Reader, Tx, column};
use crate::id::DocumentId;
use crate::language::Tongue;

pub(super) fn languages(c: &Reader<'_>) -> Result<Vec<Tongue>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT language FROM document WHERE language <> '' GROUP BY language ORDER BY count(*) DESC, language",
    )?;
    let rows = statement.query_map([], |row| column::parsed(row, "language"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Documents that nobody has looked at, with the beginning of their text.
pub(super) fn untold(c: &Reader<'_>, most: usize) -> Result<Vec<(DocumentId, String)>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT d.id, substr(t.text, 1, 4000) AS beginning FROM document d JOIN document_content t ON t.document_id = d.id
         WHERE d.language IS NULL LIMIT ?1",
    )?;
    let rows = statement.query_map([most], |row| {
        Ok((column::parsed(row, "id")?, row.get("beginning")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Unless it was read again in the meantime.
pub(super) fn set(tx: &Tx<'_>, id: &DocumentId, language: Option<Tongue>) -> Result<(), db::Error> {
    tx.prepare_cached("UPDATE document SET language = ?2 WHERE id = ?1 AND language IS NULL")?
        .execute((id.as_str(), language.map_or("", Tongue::code)))?;
    Ok(())
}

#[cfg(test)]
pub(super) fn forget(tx: &Tx<'_>) -> Result<(), db::Error> {
    tx.execute("UPDATE document SET language = NULL", [])?;
    Ok(())
}
