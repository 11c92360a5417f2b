//! `anchorite ingest`

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::TypedValueParser as _;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::sources::{Found, Private, Skipped, Sources};
use super::{Failure, Instance, SOME_DOCUMENTS_FAILED, connect, output, prune};
use crate::app::{App, OpenWorkspace};
use crate::knowledge;
use crate::knowledge::Source;
use crate::knowledge::ingest::{Outcome, ingest};
use crate::search::Label;
use crate::telemetry;
use crate::workspace::Name;

/// Reads Markdown, HTML and plain text into a workspace. Can be repeated: what did not change is left untouched.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    instance: Instance,
    /// Files and folders; folders are read recursively
    #[arg(required = true, value_name = "DIR_OR_FILE")]
    given: Vec<PathBuf>,
    /// The workspace to read them into
    #[arg(long, short, value_name = "NAME", default_value = "main")]
    workspace: Name,
    /// The folder in the workspace that the documents' names begin with, such as `manuals/`; with or without the slash
    #[arg(long, value_name = "FOLDER", default_value = "", value_parser = clap::builder::StringValueParser::new().map(|text| knowledge::folder_prefix(&text).into_owned()))]
    prefix: String,
    /// public: may be quoted, named and linked; unnamed: quoted only; staff: visitors find nothing of it [default: as it is, or public]
    #[arg(long, value_name = "LABEL")]
    label: Option<Label>,
    /// Remove what an earlier ingest brought in (with the prefix) and the given folders hold no more; asks when that is more than a fifth
    #[arg(long)]
    prune: bool,
    /// Prune however much goes, and even when nothing was found
    #[arg(long)]
    prune_all: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Instead of a label: what is there keeps its own, and what is new is public.
const AS_IT_IS: &str = "as-it-is";

/// What an ingest did.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    pub added: usize,
    pub replaced: usize,
    pub unchanged: usize,
    /// How far the documents may be shown: a label, or `as-it-is`.
    pub label: String,
    pub removed: Vec<String>,
    /// Why nothing was pruned although it was asked for.
    pub prune_refused: Option<String>,
    /// What was asked for and is not there now.
    pub failed: Vec<Skipped>,
    /// What a folder holds beside documents.
    pub skipped: Vec<Skipped>,
    pub notes: Vec<Skipped>,
    pub passages: usize,
    pub seconds: f64,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let connected = connect::open(&arguments.instance)?;
    let app = &connected.app;
    let workspace = app.workspace(&arguments.workspace)?;
    let folder = arguments.instance.folder();
    let private = Private::of(folder.path(), &app.config.root_key_file(&folder));
    let sources = Sources::collect(&arguments.given, &arguments.prefix, &private)?;
    // Before anything comes in: what is new must not make what goes look little.
    let pruning = if arguments.prune || arguments.prune_all {
        let there = knowledge::ingested_paths(&workspace.db, &arguments.prefix)?;
        prune::decide(&sources, there, arguments.prune_all, prune::ask_terminal)
    } else {
        Ok(Vec::new())
    };
    let mut report = ingest_files(app, &workspace, sources.found.iter(), arguments.label)?;
    report.label = arguments
        .label
        .map_or_else(|| AS_IT_IS.to_owned(), |label| label.to_string());
    match pruning {
        Ok(gone) => report.removed = knowledge::prune(&workspace.db, &gone, &connect::change(app))?,
        Err(refused) => report.prune_refused = Some(refused.to_string()),
    }
    report.failed.extend(sources.failed);
    report.skipped = sources.skipped;
    if arguments.json {
        output::json(&report)?;
    } else {
        print(&report)?;
    }
    if let Some(refused) = report.prune_refused {
        return Err(refused.into());
    }
    Ok(match report.failed.len() {
        0 => ExitCode::SUCCESS,
        failed => {
            eprintln!(
                "anchorite: {failed} of what was asked for could not be ingested: the report lists it as failed"
            );
            ExitCode::from(SOME_DOCUMENTS_FAILED)
        }
    })
}

/// Ingests files, with a progress bar when a person watches.
fn ingest_files<'a>(
    app: &App,
    workspace: &OpenWorkspace,
    files: impl ExactSizeIterator<Item = &'a Found> + Send,
    label: Option<Label>,
) -> Result<Report, Failure> {
    let limit = app.config.ingest.max_file_mib * 1024 * 1024;
    let progress = Progress::new(files.len());
    let sources = files.map(|found| match found.read(limit) {
        Ok(bytes) => Ok(Source {
            path: found.path.clone(),
            media: found.media,
            bytes,
            title: None,
            label,
            origin: knowledge::Origin::Ingested,
        }),
        Err(error) => Err((found.path.to_string(), error)),
    });
    ingest_sources(app, workspace, sources, &progress)
}

/// Ingests documents that are already in memory or read as they are asked for.
pub(super) fn ingest_sources(
    app: &App,
    workspace: &OpenWorkspace,
    sources: impl Iterator<Item = Result<Source, knowledge::ingest::Unreadable>> + Send,
    progress: &Progress,
) -> Result<Report, Failure> {
    let started = Instant::now();
    let mut report = Report::default();
    let pool = app.pool()?;
    ingest(
        &workspace.db,
        pool,
        sources,
        &connect::change(app),
        |name, outcome| {
            let name = output::one_line(name);
            match outcome {
                Outcome::Added { passages, notes } => {
                    report.added += 1;
                    report.add(&name, passages, notes);
                }
                Outcome::Replaced { passages, notes } => {
                    report.replaced += 1;
                    report.add(&name, passages, notes);
                }
                // For the command line nothing waits.
                Outcome::Unchanged | Outcome::Waiting { .. } => report.unchanged += 1,
                Outcome::Failed(error) => report.failed.push(Skipped {
                    name,
                    reason: telemetry::chain(&error),
                }),
            }
            progress.step(report.passages);
        },
    )?;
    workspace.index.refresh_density()?;
    progress.finish();
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

impl Report {
    fn add(&mut self, name: &str, passages: usize, notes: Vec<String>) {
        self.passages += passages;
        self.notes.extend(notes.into_iter().map(|note| Skipped {
            name: name.to_owned(),
            reason: note,
        }));
    }
}

fn print(report: &Report) -> Result<(), Failure> {
    for (heading, lines) in [
        ("failed", &report.failed),
        ("skipped", &report.skipped),
        ("note", &report.notes),
    ] {
        for line in lines {
            output::line(&format!("{heading:8}{}: {}", line.name, line.reason))?;
        }
    }
    for path in &report.removed {
        output::line(&format!("removed {path}"))?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate to read")]
    let rate = report.passages as f64 / report.seconds.max(1e-9);
    output::line(&format!(
        "{} added, {} replaced, {} unchanged, {} removed, {} failed, {} skipped; {} passages in {:.1} s ({rate:.0} a second); label: {}",
        report.added,
        report.replaced,
        report.unchanged,
        report.removed.len(),
        report.failed.len(),
        report.skipped.len(),
        report.passages,
        report.seconds,
        if report.label == AS_IT_IS {
            "as it is, public when new"
        } else {
            &report.label
        },
    ))
}

/// Documents, passages, passages a second, time left. Drawn only on a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    pub(super) fn new(documents: usize) -> Self {
        let bar = ProgressBar::new(documents as u64);
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len} documents, {msg}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            started: Instant::now(),
        }
    }

    fn step(&self, passages: usize) {
        self.bar.inc(1);
        #[expect(clippy::cast_precision_loss, reason = "a rate to read")]
        let rate = passages as f64 / self.started.elapsed().as_secs_f64().max(1e-9);
        self.bar
            .set_message(format!("{passages} passages, {rate:.0} a second"));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
