//! Puts questions that were not answered into gaps.

use std::time::Duration;

use super::{Job, counted, in_each_workspace};
use crate::app::News;
use crate::gap;

/// Questions that are grouped at a time; the rest waits for the next run.
const MOST: usize = 200;

pub(super) const JOB: Job = Job {
    name: "group unanswered questions into gaps",
    every: Duration::from_secs(2),
    run: |app| {
        let pool = app.pool()?;
        let grouped = in_each_workspace(app, |workspace| {
            let grouped = gap::group(&workspace.db, pool, MOST)?;
            if grouped > 0 {
                app.news.tell(News::Gaps(workspace.register.id.clone()));
            }
            Ok(grouped)
        })?;
        Ok(counted(grouped, "question"))
    },
};
