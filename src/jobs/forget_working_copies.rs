//! Forgets what was typed and not saved a long time ago, by the clock that deletes.

use std::time::Duration;

use super::{Job, counted, in_each_workspace};
use crate::knowledge::working_copy;

pub(super) const JOB: Job = Job {
    name: "forget old working copies",
    every: Duration::from_mins(10),
    run: |app| {
        let now = app.clock.now();
        let forgotten = in_each_workspace(app, |workspace| {
            app.demand_room(true)?;
            Ok(working_copy::forget_old(&workspace.db, now)?)
        })?;
        Ok(counted(forgotten, "working copy"))
    },
};
