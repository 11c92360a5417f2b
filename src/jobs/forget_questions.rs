//! Forgets questions that have been kept for long enough, by the clock that deletes.

use std::time::Duration;

use jiff::SignedDuration;

use super::{Job, counted, in_each_workspace};
use crate::gap;

pub(super) const JOB: Job = Job {
    name: "forget old questions",
    every: Duration::from_mins(10),
    run: |app| {
        let days = i64::from(app.config.questions.keep_days);
        let before = app.clock.now().deletion - SignedDuration::from_hours(24 * days);
        let forgotten = in_each_workspace(app, |workspace| {
            app.demand_room(true)?;
            Ok(gap::forget_before(&workspace.db, before)?)
        })?;
        Ok(counted(forgotten, "question"))
    },
};
