//! The log's rows.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::Value;

use super::{Change, Entry, Filter, Recorded};
use crate::db::{self, Reader, Tx};
use crate::id::WorkspaceId;

const COLUMNS: &str =
    "seq, at_ms, actor, action, subject, detail, workspace, origin, before, after";

pub(super) fn insert(tx: &Tx<'_>, change: &Change, entry: &Entry<'_>) -> Result<i64, db::Error> {
    let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    tx.prepare_cached(
        "INSERT INTO audit_entry (at_ms, actor, action, subject, detail, workspace, origin, before, after)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute((
        change.at.as_millisecond(),
        change.by.to_string(),
        entry.action.name(),
        entry.subject,
        entry.detail,
        entry.workspace.map_or("", WorkspaceId::as_str),
        change.from.to_string(),
        json(&entry.before),
        json(&entry.after),
    ))?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn list(
    c: &Reader<'_>,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Recorded>, db::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_entry
         WHERE (at_ms, seq) < (:at, :seq) AND at_ms >= :from AND at_ms < :until
           AND substr(action, 1, length(:action)) = :action
           AND (:actor = '' OR actor = :actor)
           AND (:workspace = '' OR workspace = :workspace)
           AND (:text = '' OR instr(fold(subject || ' ' || detail), :text) > 0)
         ORDER BY at_ms DESC, seq DESC LIMIT :limit"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let (at, seq) = filter.before.map_or((i64::MAX, i64::MAX), |cursor| {
        (cursor.at.as_millisecond(), cursor.seq)
    });
    let rows = statement.query_map(
        named_params! {
            ":at": at,
            ":seq": seq,
            ":from": filter.from.map_or(i64::MIN, jiff::Timestamp::as_millisecond),
            ":until": filter.until.map_or(i64::MAX, jiff::Timestamp::as_millisecond),
            ":action": filter.action,
            ":actor": filter.actor,
            ":workspace": filter.workspace.as_ref().map_or("", WorkspaceId::as_str),
            ":text": db::fold(&filter.text),
            ":limit": limit,
        },
        from_row,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn find(c: &Connection, seq: i64) -> Result<Option<Recorded>, db::Error> {
    Ok(
        c.prepare_cached(&format!("SELECT {COLUMNS} FROM audit_entry WHERE seq = ?1"))?
            .query_row([seq], from_row)
            .optional()?,
    )
}

pub(super) fn for_each<E: From<db::Error>>(
    c: &Reader<'_>,
    workspace: Option<&WorkspaceId>,
    mut visit: impl FnMut(Recorded) -> Result<(), E>,
) -> Result<(), E> {
    let sql =
        format!("SELECT {COLUMNS} FROM audit_entry WHERE ?1 = '' OR workspace = ?1 ORDER BY seq");
    let mut statement = c.prepare(&sql).map_err(db::Error::from)?;
    let mut rows = statement
        .query([workspace.map_or("", WorkspaceId::as_str)])
        .map_err(db::Error::from)?;
    while let Some(row) = rows.next().map_err(db::Error::from)? {
        visit(from_row(row).map_err(db::Error::from)?)?;
    }
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let json = |text: String| serde_json::from_str(&text).ok();
    Ok(Recorded {
        seq: row.get(0)?,
        at: db::time_column(row, 1)?.unwrap_or_default(),
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        detail: row.get(5)?,
        workspace: row.get(6)?,
        origin: row.get(7)?,
        before: json(row.get(8)?),
        after: json(row.get(9)?),
    })
}
