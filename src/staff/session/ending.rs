//! Ending sessions, whatever the disk does.
//!
//! An end that cannot be written counts at once for this process, and is written as soon as the disk takes it. Until then its row is still there: a server
//! that is started again would take the session for alive. So whoever ends one hears how far it came ([`Ending`]).

use std::collections::HashMap;

use parking_lot::Mutex;

use super::{Accounts, Error, Session, SignedIn, end_all_in, store};
use crate::audit::{self, Action, Change, Entry};
use crate::db::{self, Tx};
use crate::id::{SessionId, StaffId};
use crate::telemetry;

/// How far the end of a session came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Ending {
    OnDisk,
    /// For as long as this process runs, or until it is written.
    InMemory,
}

/// Ends that are not written yet. They are of sessions whose rows are there: while the disk takes nothing, no further ones begin.
#[derive(Default)]
pub(in crate::staff) struct Ended(Mutex<HashMap<SessionId, End>>);

impl Ended {
    pub(super) fn has(&self, session: &SessionId) -> bool {
        self.0.lock().contains_key(session)
    }

    fn note(&self, end: End, why: &db::Error) {
        tracing::warn!(
            cause = telemetry::chain(why),
            "a session has ended and its end could not be written: until it is, a restart would bring the session back"
        );
        self.0.lock().insert(end.session.clone(), end);
    }
}

/// The end of one session, by its owner.
#[derive(Debug, Clone)]
struct End {
    action: Action,
    staff: StaffId,
    session: SessionId,
    name: String,
    change: Change,
}

impl End {
    fn new(action: Action, of: &SignedIn, session: &SessionId, change: &Change) -> Self {
        Self {
            action,
            staff: of.id().clone(),
            session: session.clone(),
            name: of.person().name.to_string(),
            change: change.clone(),
        }
    }

    /// False: there is no such session of theirs any more.
    fn write(&self, tx: &Tx<'_>) -> Result<bool, db::Error> {
        if !store::delete(tx, &self.staff, &self.session)? {
            return Ok(false);
        }
        let object = match self.action {
            Action::SignedOut => self.staff.as_str(),
            _ => self.session.as_str(),
        };
        let entry = Entry::new(self.action, object).detail(&self.name);
        audit::record(tx, &self.change, &entry)?;
        Ok(true)
    }
}

impl Accounts {
    /// Ends this session.
    pub(crate) fn sign_out(&self, who: &SignedIn, change: &Change) -> Ending {
        let end = End::new(Action::SignedOut, who, who.session(), change);
        match self.control.write(|tx| end.write(tx)) {
            Ok(_) => Ending::OnDisk,
            Err(error) => {
                self.ended.note(end, &error);
                Ending::InMemory
            }
        }
    }

    /// Ends one of one's own sessions.
    pub(crate) fn end_session(
        &self,
        of: &SignedIn,
        session: &SessionId,
        change: &Change,
    ) -> Result<Ending, Error> {
        let end = End::new(Action::SessionEnded, of, session, change);
        match self.control.write(|tx| end.write(tx)) {
            Ok(true) => Ok(Ending::OnDisk),
            Ok(false) => Err(Error::Unknown),
            Err(error) => {
                let is_own = |own: &Session| own.id == *session;
                if !self.sessions_of(of.id(), change.at)?.iter().any(is_own) {
                    return Err(Error::Unknown);
                }
                self.ended.note(end, &error);
                Ok(Ending::InMemory)
            }
        }
    }

    /// Ends all of one's own sessions but this one.
    pub(crate) fn end_other_sessions(
        &self,
        of: &SignedIn,
        change: &Change,
    ) -> Result<Ending, Error> {
        let written = self.control.write(|tx| {
            let ended = end_all_in(tx, of.id(), Some(of.session()))?;
            let entry = Entry::new(Action::SessionEnded, of.id().as_str())
                .detail(of.person().name.as_str())
                .after(serde_json::json!({ "ended": ended }));
            audit::record(tx, change, &entry)?;
            Ok(())
        });
        let error = match written {
            Ok(()) => return Ok(Ending::OnDisk),
            Err(Error::Storage(error)) => error,
            Err(error) => return Err(error),
        };
        for other in self.sessions_of(of.id(), change.at)? {
            if other.id != *of.session() {
                let end = End::new(Action::SessionEnded, of, &other.id, change);
                self.ended.note(end, &error);
            }
        }
        Ok(Ending::InMemory)
    }

    /// Writes the ends that could not be written. Returns how many.
    pub(crate) fn write_ends(&self) -> Result<usize, Error> {
        let ends: Vec<End> = self.ended.0.lock().values().cloned().collect();
        for end in &ends {
            self.control.write(|tx| end.write(tx))?;
            self.ended.0.lock().remove(&end.session);
        }
        Ok(ends.len())
    }
}
