//! What becomes of one file of an upload.

use crate::app::{App, OpenWorkspace};
use crate::audit::Change;
use crate::knowledge::Source;
use crate::knowledge::ingest::{Outcome, ingest_one};
use crate::knowledge::{self, Origin, SourcePath};
use crate::parser::{MediaType, format};
use crate::search::Label;
use crate::telemetry;
use crate::text;
use crate::web::dashboard::prelude::*;
use crate::web::load::received::Received;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileOutcome {
    Added,
    Replaced,
    /// For a review.
    Waiting,
    Unchanged,
    Failed,
}

impl FileOutcome {
    const ALL: [Self; 5] = [
        Self::Added,
        Self::Replaced,
        Self::Waiting,
        Self::Unchanged,
        Self::Failed,
    ];

    /// For people and scripts.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::Waiting => "waiting",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }

    /// Whether it was read anew.
    pub(super) const fn is_read(self) -> bool {
        !matches!(self, Self::Unchanged | Self::Failed)
    }
}

/// What became of one file.
pub(super) struct FileReport {
    pub name: String,
    pub outcome: FileOutcome,
    pub passages: usize,
    /// From one label to another.
    pub relabelled: Option<String>,
    pub notes: Vec<String>,
    pub problem: String,
    /// Of the document.
    pub id: Option<String>,
}

impl FileReport {
    pub(super) fn failed(name: &str, problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            ..Self::settled(name, FileOutcome::Failed, 0, Vec::new())
        }
    }

    fn settled(name: &str, outcome: FileOutcome, passages: usize, notes: Vec<String>) -> Self {
        Self {
            name: text::mark_hidden(name, |_| false).0.into_owned(),
            outcome,
            passages,
            relabelled: None,
            notes,
            problem: String::new(),
            id: None,
        }
    }
}

/// `2 added, 1 failed`
pub(super) fn summary(reports: &[FileReport]) -> String {
    let counts = FileOutcome::ALL.map(|outcome| {
        let those = reports.iter().filter(|report| report.outcome == outcome);
        (those.count(), outcome.name())
    });
    let said = counts.iter().filter(|(count, _)| *count > 0);
    said.map(|(count, outcome)| format!("{count} {outcome}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Stores one file. What is wrong with it is its own report; what is wrong with the server is the error.
pub(super) async fn store(
    desk: &Desk,
    name: String,
    file: Received,
    folder: &str,
    label: Option<Label>,
) -> Result<FileReport, Error> {
    let Some(media) = MediaType::from_file_name(&name) else {
        return Ok(FileReport::failed(
            &name,
            format!("files that end in {} are read", format::extensions()),
        ));
    };
    let path = match format!("{folder}{name}").parse::<SourcePath>() {
        Ok(path) => path,
        Err(error) => return Ok(FileReport::failed(&name, error.to_string())),
    };
    let change = desk.change_at(desk.shell.now());
    desk.run_bulk_in(move |app, workspace| {
        let source = Source {
            path,
            media,
            bytes: file.into_bytes()?,
            title: None,
            label,
            origin: Origin::Uploaded,
        };
        ingest(app, workspace, &name, source, &change)
    })
    .await
}

fn ingest(
    app: &App,
    workspace: &OpenWorkspace,
    name: &str,
    source: Source,
    change: &Change,
) -> Result<FileReport, Error> {
    let (path, label) = (source.path.clone(), source.label);
    let before = knowledge::find_label(&workspace.db, &path)?;
    let eyes = app.eyes(workspace)?;
    let report = match ingest_one(&workspace.db, app.pool()?, source, eyes, change) {
        Ok(Outcome::Added { passages, notes }) => {
            FileReport::settled(name, FileOutcome::Added, passages, notes)
        }
        Ok(Outcome::Replaced { passages, notes }) => {
            FileReport::settled(name, FileOutcome::Replaced, passages, notes)
        }
        Ok(Outcome::Waiting { notes }) => {
            return Ok(FileReport::settled(name, FileOutcome::Waiting, 0, notes));
        }
        Ok(Outcome::Unchanged) => FileReport::settled(name, FileOutcome::Unchanged, 0, Vec::new()),
        Ok(Outcome::Failed(error))
        | Err(
            error @ (knowledge::Error::Unparsable(_)
            | knowledge::Error::Unreadable(_)
            | knowledge::Error::TooLong { .. }
            | knowledge::Error::IsArticle),
        ) => return Ok(FileReport::failed(name, telemetry::chain(&error))),
        Err(error) => return Err(error.into()),
    };
    let relabelled = before.zip(label).filter(|(before, label)| before != label);
    Ok(FileReport {
        relabelled: relabelled.map(|(before, label)| format!("{before} → {label}")),
        id: knowledge::find_owner(&workspace.db, &path)?.map(|id| id.to_string()),
        ..report
    })
}
