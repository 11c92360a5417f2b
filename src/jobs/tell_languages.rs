//! Tells the language of documents that were read before it was kept.

use std::time::Duration;

use super::{Job, counted, in_each_workspace};
use crate::knowledge::languages;

/// Documents of one run; the rest waits for the next.
const MOST: usize = 100;

pub(super) const JOB: Job = Job {
    name: "tell the language of documents",
    every: Duration::from_secs(30),
    run: |app| {
        let told = in_each_workspace(app, |workspace| {
            Ok(languages::tell_some(&workspace.db, MOST)?)
        })?;
        Ok(counted(told, "document"))
    },
};
