//! Writes the ends of sessions that the disk did not take when they came.

use std::time::Duration;

use super::{Job, counted};

pub(super) const JOB: Job = Job {
    name: "write down which sessions have ended",
    every: Duration::from_secs(10),
    run: |app| {
        let written = app.accounts.write_ends()?;
        Ok(counted(written, "session"))
    },
};
