//! Puts room aside for the day on which the disk is full, and gives back what was freed inside the databases.

use std::time::Duration;

use super::Job;

pub(super) const JOB: Job = Job {
    name: "keep a reserve on the disk",
    every: Duration::from_secs(30),
    run: |app| {
        app.give_back_room()?;
        if let Some(disk) = app.disk() {
            app.reserve.restore(disk.free)?;
        }
        Ok(None)
    },
};
