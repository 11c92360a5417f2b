//! `anchorite ask`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Failure, Instance, NOT_FOUND, connect, output};
use crate::answer::{Answer, Question, Source, Verdict};
use crate::ask::{self, Spelling, note};
use crate::search::{Audience, Filter};
use crate::workspace::Name;

/// Asks a workspace and prints the answer, its class, and where every sentence of it stands.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    instance: Instance,
    /// The question
    question: String,
    /// The workspace that is asked
    #[arg(long, short, value_name = "NAME", default_value = "main")]
    workspace: Name,
    /// Also from documents that only staff may see; otherwise what a visitor would read
    #[arg(long)]
    as_staff: bool,
    /// Take the question as it is spelt
    #[arg(long)]
    verbatim: bool,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let question: Question = arguments.question.parse()?;
    let connected = connect::open(&arguments.instance)?;
    let app = &connected.app;
    let workspace = app.workspace(&arguments.workspace)?;
    let filter = Filter::new(
        if arguments.as_staff {
            Audience::Staff
        } else {
            Audience::Visitor
        },
        app.clock.now(),
    );
    let (answer, _) = ask::answer(
        app,
        &workspace,
        &question,
        &filter,
        Spelling::verbatim(arguments.verbatim),
    )?;
    if arguments.json {
        print_json(&answer)?;
    } else {
        print(&answer)?;
    }
    Ok(if answer.class == Verdict::NotFound {
        ExitCode::from(NOT_FOUND)
    } else {
        ExitCode::SUCCESS
    })
}

fn print_json(answer: &Answer) -> Result<(), Failure> {
    output::json(&json!({
        "class": answer.class,
        "probability": answer.probability,
        "answer": answer.to_text(),
        "parts": answer.parts,
        "citations": answer.citations,
        "choices": answer.choices,
        "approved": answer.approved,
        "mended": answer.mended.as_ref().map(|mended| json!({
            "text": mended.text,
            "words": mended.words.iter().map(|(typed, taken_for)| json!({ "typed": typed, "taken_for": taken_for })).collect::<Vec<_>>(),
        })),
        "nearest": answer.nearest,
        "notes": note::notes(answer),
        "talk": answer.talk,
        "unknown_words": answer.unknown,
        "latency_ms": answer.timings.total().as_secs_f64() * 1e3,
    }))
}

/// Why it is less than a full answer, and what to write about next.
fn print_notes(answer: &Answer) -> Result<(), Failure> {
    for note in note::notes(answer) {
        output::line(&output::one_line(&note.text))?;
    }
    Ok(())
}

/// Where a question without an answer may be looked for.
fn print_nearest(answer: &Answer) -> Result<(), Failure> {
    if !answer.nearest.is_empty() {
        output::line("The nearest pages:")?;
    }
    for page in &answer.nearest {
        output::line(&format!("  • {}", place(&page.source)))?;
        output::line(&format!("    {}", output::one_line(&page.line)))?;
    }
    Ok(())
}

/// What could be meant, each with the question that means it.
fn print_choices(answer: &Answer) -> Result<(), Failure> {
    for choice in &answer.choices {
        output::line(&format!("  • {}", output::one_line(&choice.name)))?;
        if let Some(source) = &choice.source {
            output::line(&format!("    {}", place(source)))?;
        }
        let question = output::one_line(&choice.question);
        output::line(&format!("    Ask: {question}"))?;
    }
    Ok(())
}

/// Title, headings and path, on one line.
fn place(source: &Source) -> String {
    let names: Vec<&str> = std::iter::once(source.title.as_str())
        .chain(source.heading_path.iter().map(String::as_str))
        .collect();
    output::one_line(&format!("{} ({})", names.join(" > "), source.path))
}

const WIDTH: usize = 96;

/// The answer as a person reads it in a terminal.
pub(super) fn print(answer: &Answer) -> Result<(), Failure> {
    if let Some(mended) = &answer.mended {
        let text = output::one_line(&mended.text);
        output::line(&format!(
            "Taken for “{text}” (--verbatim asks it as it is)."
        ))?;
    }
    let percent = answer.probability * 100.0;
    match answer.class {
        Verdict::NotFound => {
            output::line("Not found. The knowledge holds no answer to this question.")?;
            print_notes(answer)?;
            return print_nearest(answer);
        }
        Verdict::Answered if answer.talk.is_some() => {}
        Verdict::Answered => output::line(&format!("Answered ({percent:.0} %)"))?,
        Verdict::Partly => output::line(&format!("Partly answered ({percent:.0} %)"))?,
        Verdict::Choose => {
            output::line("Several things could be meant:")?;
            return print_choices(answer);
        }
    }
    for line in answer.to_text().lines() {
        output::line(&output::wrapped(line, WIDTH, "  "))?;
    }
    output::line("")?;
    print_notes(answer)?;
    for citation in &answer.citations {
        let source = citation
            .source
            .as_ref()
            .map_or_else(|| "a document that may not be named".to_owned(), place);
        output::line(&format!("[{}] {source}", citation.number))?;
        if citation.quote.is_empty() {
            continue;
        }
        output::line(&output::wrapped(
            &format!("“{}”", citation.quote),
            WIDTH,
            "    ",
        ))?;
    }
    Ok(())
}
