//! How long statements take, in the log at the level `debug`. Values are not logged: a statement has placeholders for them.

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use tracing::Level;

pub(super) fn start(connection: &Connection) {
    if tracing::enabled!(Level::DEBUG) {
        connection.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(log));
    }
}

fn log(event: TraceEvent<'_>) {
    if let TraceEvent::Profile(statement, time) = event {
        let sql = statement.sql();
        let sql: Vec<&str> = sql.split_whitespace().collect();
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        tracing::debug!(micros, sql = sql.join(" "), "statement");
    }
}
