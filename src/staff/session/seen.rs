//! Uses of sessions that could not be written, because the disk takes nothing.

use std::collections::HashMap;

use jiff::Timestamp;
use parking_lot::Mutex;

use super::Session;
use crate::id::SessionId;

/// More sessions than an instance has people.
const MOST: usize = 10_000;

#[derive(Default)]
pub(in crate::staff) struct Seen(Mutex<HashMap<SessionId, Timestamp>>);

impl Seen {
    pub(super) fn note(&self, session: &SessionId, at: Timestamp) {
        let mut seen = self.0.lock();
        if seen.len() < MOST || seen.contains_key(session) {
            seen.insert(session.clone(), at);
        }
    }

    pub(super) fn forget(&self, session: &SessionId) {
        self.0.lock().remove(session);
    }

    /// The later of what is stored and what is held here.
    pub(super) fn apply(&self, session: &mut Session) {
        if let Some(at) = self.0.lock().get(&session.id) {
            session.seen = session.seen.max(*at);
        }
    }
}
