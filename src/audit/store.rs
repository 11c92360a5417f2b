//! The log's rows.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::Value;

use super::entry::{Hashes, Personal, Salt};
use super::{Change, Entry, Filter, Recorded};
use crate::crypto;
use crate::db::{self, Reader, Tx, column};
use crate::id::{RequestId, WorkspaceId};

const SELECT: &str = "SELECT e.seq, e.at_ms, e.workspace, e.actor_kind, e.actor_id, e.action, e.object, e.outcome, e.request,
        e.detail_sha256, e.origin_sha256, e.before_sha256, e.after_sha256,
        p.seq AS personal, p.detail, p.origin, p.before, p.after
    FROM audit_entry e LEFT JOIN audit_personal p ON p.seq = e.seq";

pub(super) fn insert(tx: &Tx<'_>, change: &Change, entry: &Entry<'_>) -> Result<i64, db::Error> {
    let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    let (before, after, origin) = (
        json(&entry.before),
        json(&entry.after),
        change.from.to_string(),
    );
    let salt: Salt = crypto::random();
    let hashes = Hashes::new(&salt, entry.detail, &origin, &before, &after);
    tx.prepare_cached(
        "INSERT INTO audit_entry (at_ms, workspace, actor_kind, actor_id, action, object, outcome, request,
             detail_sha256, origin_sha256, before_sha256, after_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute((
        change.at.wall.as_millisecond(),
        entry.workspace.map_or("", WorkspaceId::as_str),
        change.by.kind(),
        change.by.id(),
        entry.action.name(),
        entry.object,
        entry.outcome.name(),
        change.request.as_ref().map_or("", RequestId::as_str),
        hashes.detail,
        hashes.origin,
        hashes.before,
        hashes.after,
    ))?;
    let seq = tx.last_insert_rowid();
    tx.prepare_cached(
        "INSERT INTO audit_personal (seq, salt, detail, origin, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((seq, salt, entry.detail, origin, before, after))?;
    Ok(seq)
}

pub(super) fn list(
    c: &Reader<'_>,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Recorded>, db::Error> {
    let sql = format!(
        "{SELECT}
         WHERE (e.at_ms, e.seq) < (:at, :seq) AND e.at_ms >= :from AND e.at_ms < :until
           AND substr(e.action, 1, length(:action)) = :action
           AND (:actor = '' OR e.actor_kind || iif(e.actor_id = '', '', ':' || e.actor_id) = :actor)
           AND (:workspace = '' OR e.workspace = :workspace)
           AND (:text = '' OR instr(fold(e.object || ' ' || coalesce(p.detail, '')), :text) > 0)
         ORDER BY e.at_ms DESC, e.seq DESC LIMIT :limit"
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
    Ok(c.prepare_cached(&format!("{SELECT} WHERE e.seq = ?1"))?
        .query_row([seq], from_row)
        .optional()?)
}

pub(super) fn list_after(
    c: &Reader<'_>,
    workspace: Option<&WorkspaceId>,
    after: i64,
    limit: usize,
) -> Result<Vec<Recorded>, db::Error> {
    let sql = format!(
        "{SELECT} WHERE e.seq > ?1 AND (?2 = '' OR e.workspace = ?2) ORDER BY e.seq LIMIT ?3"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let of = workspace.map_or("", WorkspaceId::as_str);
    let rows = statement.query_map((after, of, limit), from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn last(c: &Reader<'_>) -> Result<i64, db::Error> {
    Ok(
        c.query_row("SELECT coalesce(max(seq), 0) FROM audit_entry", [], |row| {
            row.get(0)
        })?,
    )
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let (kind, id): (String, String) = (row.get("actor_kind")?, row.get("actor_id")?);
    let is_erased = row.get::<_, Option<i64>>("personal")?.is_none();
    let personal = if is_erased {
        None
    } else {
        Some(Personal {
            detail: row.get("detail")?,
            origin: row.get("origin")?,
            before: state(row, "before")?,
            after: state(row, "after")?,
        })
    };
    let mut recorded = Recorded {
        seq: row.get("seq")?,
        at: column::time(row, "at_ms")?,
        actor: if id.is_empty() {
            kind
        } else {
            format!("{kind}:{id}")
        },
        action: row.get("action")?,
        object: row.get("object")?,
        outcome: row.get("outcome")?,
        workspace: row.get("workspace")?,
        request: row.get("request")?,
        personal,
        canonical_sha256: String::new(),
        hashes: Hashes {
            detail: row.get("detail_sha256")?,
            origin: row.get("origin_sha256")?,
            before: row.get("before_sha256")?,
            after: row.get("after_sha256")?,
        },
    };
    recorded.canonical_sha256 = crypto::hex(&crypto::sha256(&recorded.canonical()));
    Ok(recorded)
}

/// How something was; nothing for an empty text.
fn state(row: &Row<'_>, name: &str) -> rusqlite::Result<Option<Value>> {
    let is_empty = row.get_ref(name)?.as_str()?.is_empty();
    if is_empty {
        Ok(None)
    } else {
        column::json(row, name).map(Some)
    }
}
