//! `anchorite eval`

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, output};
use crate::answer::Judge;
use crate::config::Config;
use crate::evaluation::{Measured, Outcome, Report, Set, fit, left_out, measure};
use crate::inference::{Model, Pool};

/// Measures a BEIR-style set: builds a temporary encrypted workspace of it, asks every question, and compares.
///
/// DIR holds corpus.jsonl (id, title, text, optional type), queries.jsonl (id, text, optional answerable and answers) and qrels.tsv
/// (query-id, corpus-id, score). Nothing of an instance is read or changed.
#[derive(Args)]
pub(super) struct Arguments {
    /// Folders with a set each
    #[arg(required = true, value_name = "DIR")]
    sets: Vec<PathBuf>,
    /// A configuration whose thresholds, calibration and search settings are measured [default: the built-in ones]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ask only N questions of each set
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Which N questions
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Print the figures as JSON: an object for one set, a list for several
    #[arg(long, conflicts_with = "fit")]
    json: bool,
    /// Write what came of each question to a file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    outcomes: Option<PathBuf>,
    /// Fit the confidence to these sets and print the calibration file; the figures go to standard error
    #[arg(long)]
    fit: bool,
}

fn bar() -> Result<ProgressBar, Failure> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{msg} {bar:30} {pos}/{len}, {eta} left",
    )?);
    bar.enable_steady_tick(Duration::from_millis(200));
    Ok(bar)
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = arguments
        .config
        .as_ref()
        .map_or_else(|| Ok(Config::default()), |path| Config::load(path))?;
    let judge = Judge::from_config(&config.answer)?;
    let threads = match config.inference.threads {
        0 => Pool::default_threads(),
        set => set,
    };
    let pool = Pool::new(Model::load()?, threads)?;
    let mut outcomes = arguments
        .outcomes
        .as_ref()
        .map(File::create)
        .transpose()?
        .map(BufWriter::new);
    let mut measured: Vec<(Set, Measured)> = Vec::new();
    let mut reports: Vec<Report> = Vec::new();
    for folder in &arguments.sets {
        let mut set = Set::load(folder)?;
        if let Some(count) = arguments.sample {
            set.sample(count, arguments.seed);
        }
        let bar = bar()?;
        let exact_up_to = config.search.exact_up_to;
        let outcome = measure(&set, &pool, &judge, exact_up_to, |what, done, all| {
            bar.set_message(format!("{}: {what}", set.name));
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        })?;
        bar.finish_and_clear();
        if let Some(file) = &mut outcomes {
            for asked in &outcome.asked {
                serde_json::to_writer(&mut *file, &Outcome::new(&set, asked))?;
                file.write_all(b"\n")?;
            }
        }
        let report = Report::new(&set, &outcome);
        if arguments.fit {
            eprintln!("{}", report.to_text());
        } else if !arguments.json {
            output::line(&report.to_text())?;
        }
        reports.push(report);
        measured.push((set, outcome));
    }
    if let Some(mut file) = outcomes {
        file.flush()?;
    }
    match (arguments.fit, arguments.json, reports.as_slice()) {
        (true, _, _) => {
            let file = format!("{}{}", left_out(&measured), fit(&measured).to_toml());
            output::line(file.trim_end())?;
        }
        (_, true, [one]) => output::json(one)?,
        (_, true, several) => output::json(&several)?,
        _ => {}
    }
    Ok(ExitCode::SUCCESS)
}
