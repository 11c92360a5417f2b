//! Keeps what is known of the time.

use std::time::Duration;

use super::Job;

pub(super) const JOB: Job = Job {
    name: "keep the clock",
    every: Duration::from_mins(1),
    run: |app| {
        app.keep_clock()?;
        Ok(None)
    },
};
