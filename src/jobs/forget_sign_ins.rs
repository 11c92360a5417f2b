//! Forgets sessions, links and attempts to sign in whose time is over, by the clock that deletes.

use std::time::Duration;

use super::Job;

pub(super) const JOB: Job = Job {
    name: "forget sign-ins that are over",
    every: Duration::from_mins(10),
    run: |app| {
        app.accounts.purge(app.clock.now())?;
        Ok(None)
    },
};
