//! Puts room aside for the day on which the disk is full.

use std::time::Duration;

use super::Job;

pub(super) const JOB: Job = Job {
    name: "keep a reserve on the disk",
    every: Duration::from_secs(30),
    run: |app| {
        if let Some(disk) = app.disk() {
            app.reserve.restore(disk.free)?;
        }
        Ok(None)
    },
};
