//! Deletes what was put aside before an upgrade, by the clock that deletes: what is removed from the knowledge or forgotten after it is still in there.

use std::time::Duration;

use super::{Job, counted, in_each_workspace};
use crate::db::SNAPSHOTS_KEPT;

pub(super) const JOB: Job = Job {
    name: "delete snapshots from before upgrades",
    every: Duration::from_hours(1),
    run: |app| {
        let before = app.clock.now().deletion - SNAPSHOTS_KEPT;
        let of_instance = app.control.forget_snapshots(before)?;
        let of_workspaces = in_each_workspace(app, |workspace| {
            Ok(workspace.db.forget_snapshots(before)?)
        })?;
        Ok(counted(of_instance + of_workspaces, "snapshot"))
    },
};
