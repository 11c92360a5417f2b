//! Looks for pages that disagree: compares documents that came in, were read again or came into force.

use std::time::Duration;

use super::{Job, counted, in_each_workspace};
use crate::knowledge::disagreement;

/// Sentences that are looked at in one run; the rest waits for the next. Each takes a search in memory and no work of the model.
const MOST: usize = 400;

pub(super) const JOB: Job = Job {
    name: "look for pages that disagree",
    every: Duration::from_secs(5),
    run: |app| {
        let compared = in_each_workspace(app, |workspace| {
            let now = app.clock.now();
            Ok(disagreement::compare_some(
                &workspace.db,
                &workspace.index,
                MOST,
                now,
            )?)
        })?;
        Ok(counted(compared, "document"))
    },
};
