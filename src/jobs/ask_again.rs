//! Asks the questions of open gaps again when the knowledge has changed.

use std::time::Duration;

use super::{Job, counted, in_each_workspace};
use crate::app::News;
use crate::audit::Change;
use crate::gap;

/// Gaps that are asked again after a change.
const MOST: usize = 200;

pub(super) const JOB: Job = Job {
    name: "ask gaps again after a change of the knowledge",
    every: Duration::from_secs(5),
    run: |app| {
        let changed = in_each_workspace(app, |workspace| {
            let change = Change::by_program(app.clock.now());
            let engine = app.engine(workspace)?;
            let did = gap::ask_again_after_change(&workspace.db, engine, MOST, &change)?;
            if did {
                app.news.tell(News::Gaps(workspace.register.id.clone()));
            }
            Ok(usize::from(did))
        })?;
        Ok(counted(changed, "workspace"))
    },
};
