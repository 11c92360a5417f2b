//! `anchorite demo`: everything at once, on a sample knowledge base that is part of the program.

mod account;
mod history;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::ingest::{Progress, ingest_sources};
use super::{Failure, Instance, ask, connect, init, output, serve};
use crate::answer;
use crate::app::{App, OpenWorkspace};
use crate::audit::Change;
use crate::config;
use crate::knowledge::settings::Revised;
use crate::knowledge::settings::words::{self, Words};
use crate::knowledge::{self, Source, settings};
use crate::parser::MediaType;
use crate::search::Filter;
use crate::workspace::Name;

/// Creates an encrypted data folder, reads a sample knowledge base into it, asks it four questions, makes an account, and serves it.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where to create the demo's data folder [default: a temporary one, removed at the end]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to serve
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// How many visitors' questions to invent, so that the overview and the gaps show something
    #[arg(long, value_name = "N", default_value_t = 600)]
    history: usize,
    /// End after the questions
    #[arg(long)]
    once: bool,
}

#[derive(RustEmbed)]
#[folder = "assets/demo/"]
struct Sample;

#[derive(Deserialize)]
struct Questions {
    answered: Vec<String>,
    refused: Vec<String>,
}

const WORKSPACE: &str = "harbour-and-vale";

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let temporary = if arguments.data.is_none() {
        Some(
            tempfile::Builder::new()
                .prefix("anchorite-demo-")
                .tempdir()?,
        )
    } else {
        None
    };
    let data = match (&arguments.data, &temporary) {
        (Some(data), _) => data.clone(),
        (None, Some(folder)) => folder.path().join("data"),
        (None, None) => return Err("no folder for the demo".into()),
    };
    let instance = Instance { data, config: None };
    let all_right = prepare(&instance, arguments)?;
    if arguments.once {
        return Ok(if all_right {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    serve::supervise(&instance)
}

/// The settings of the building society.
fn furnish(workspace: &OpenWorkspace, change: &Change) -> Result<(), Failure> {
    // Whoever tries it is alone.
    let alone = settings::Settings {
        needs_reviewer: false,
    };
    settings::set(&workspace.db, Revised::first(alone), change)?;
    let examples = [
        "What are the savings rates?",
        "I lost my card, what should I do?",
        "How much does it cost to use my card abroad?",
    ];
    let words = Words {
        name: "Harbour & Vale Building Society".to_owned(),
        contact:
            "Call **0808 157 0100**, Monday to Friday 8am to 7pm, Saturday 9am to 1pm, or write to \
                  [help@harbourvale.example](mailto:help@harbourvale.example)."
                .to_owned(),
        examples: examples.map(ToOwned::to_owned).to_vec(),
        ..Words::default()
    };
    Ok(words::set(&workspace.db, &Revised::first(words), change)?)
}

/// Makes the instance and asks the questions. Whether each was answered, or refused, as it should.
fn prepare(instance: &Instance, arguments: &Arguments) -> Result<bool, Failure> {
    output::line(&format!(
        "Creating an encrypted data folder in {}",
        instance.data.display()
    ))?;
    let workspace: Name = WORKSPACE.parse()?;
    let listen = format!("listen = \"{}\"", arguments.listen);
    let config = config::EXAMPLE.replacen("listen = \"127.0.0.1:8443\"", &listen, 1);
    let created = init::create(&instance.data, None, &workspace, &config)?;
    let app = created.app();
    let opened = app.workspace(&workspace)?;

    furnish(&opened, &connect::change(app))?;

    let names: Vec<String> = Sample::iter()
        .filter_map(|name| name.strip_prefix("kb/").map(ToOwned::to_owned))
        .collect();
    output::line(&format!(
        "Reading the {} help articles of an invented building society",
        names.len()
    ))?;
    let progress = Progress::new(names.len());
    let report = ingest_sources(
        app,
        &opened,
        names.iter().filter_map(|name| sample(name)).map(Ok),
        &progress,
    )?;
    if let Some(failed) = report.failed.first() {
        return Err(format!("{}: {}", failed.name, failed.reason).into());
    }
    output::line(&format!(
        "{} passages in {:.1} s",
        report.passages, report.seconds
    ))?;

    let all_right = ask_all(app, &opened)?;
    output::line(&format!(
        "\nInventing {} questions of the last thirty days\n",
        arguments.history
    ))?;
    history::invent(app, &opened, arguments.history)?;
    let account = account::create(app, &connect::change(app))?;
    if arguments.data.is_some() || !arguments.once {
        output::line(&account.to_text())?;
    }
    Ok(all_right)
}

/// Asks the sample's questions. Whether each was answered, or refused, as it should.
fn ask_all(app: &App, opened: &OpenWorkspace) -> Result<bool, Failure> {
    let questions = Sample::get("questions.json").ok_or("the sample has no questions")?;
    let questions: Questions = serde_json::from_slice(&questions.data)?;
    let expected = questions
        .answered
        .iter()
        .map(|text| (text, true))
        .chain(questions.refused.iter().map(|text| (text, false)));
    let mut all_right = true;
    for (text, answered) in expected {
        output::line(&format!("\n> {text}"))?;
        let answer = answer::ask(
            app.engine(opened)?,
            &text.parse()?,
            &Filter::visitor(app.clock.now()),
        )?;
        ask::print(&answer)?;
        all_right &= (answer.class != answer::Verdict::NotFound) == answered;
    }
    Ok(all_right)
}

fn sample(name: &str) -> Option<Source> {
    let file = Sample::get(&format!("kb/{name}"))?;
    Some(Source {
        path: name.parse().ok()?,
        media: MediaType::from_file_name(name)?,
        bytes: file.data.into_owned(),
        title: None,
        label: None,
        origin: knowledge::Origin::Ingested,
    })
}
