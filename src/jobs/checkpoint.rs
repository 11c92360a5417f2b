//! Moves what was written from the write-ahead logs into the databases' files: a copy of the files alone misses a minute at most, and a log that is left
//! behind holds nothing that does not belong to them.

use std::time::Duration;

use super::{Job, in_each_workspace};

pub(super) const JOB: Job = Job {
    name: "move what was written into the databases' files",
    every: Duration::from_mins(1),
    run: |app| {
        app.control.checkpoint()?;
        in_each_workspace(app, |workspace| Ok(usize::from(workspace.db.checkpoint()?)))?;
        Ok(None)
    },
};
