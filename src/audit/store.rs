//! The log's rows.

use jiff::Timestamp;

use crate::db::{self, Tx};

pub(super) fn insert(
    tx: &Tx<'_>,
    at: Timestamp,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), db::Error> {
    tx.prepare_cached("INSERT INTO audit_entry (at_ms, actor, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((at.as_millisecond(), actor, action, subject, detail))?;
    Ok(())
}
