//! `anchorite ask`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Failure, Instance, NOT_FOUND, connect, output};
use crate::answer::{self, Answer, Question, Verdict};
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
    let answer = answer::ask(app.engine(&workspace)?, &question, &filter)?;
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
        "approved": answer.approved,
        "unknown_words": answer.unknown,
        "latency_ms": answer.timings.total().as_secs_f64() * 1e3,
    }))
}

/// Often the reason for a refusal, and what to write about next.
fn print_unknown(answer: &Answer) -> Result<(), Failure> {
    if answer.unknown.is_empty() || answer.class == Verdict::Answered {
        return Ok(());
    }
    let words: Vec<String> = answer
        .unknown
        .iter()
        .map(|word| format!("“{}”", output::one_line(word)))
        .collect();
    output::line(&format!("It does not mention {}.", words.join(", ")))
}

const WIDTH: usize = 96;

/// The answer as a person reads it in a terminal.
pub(super) fn print(answer: &Answer) -> Result<(), Failure> {
    let percent = answer.probability * 100.0;
    match answer.class {
        Verdict::NotFound => {
            output::line("Not found. The knowledge holds no answer to this question.")?;
            return print_unknown(answer);
        }
        Verdict::Answered => output::line(&format!("Answered ({percent:.0} %)"))?,
        Verdict::Partly => output::line(&format!("Partly answered ({percent:.0} %)"))?,
    }
    for line in answer.to_text().lines() {
        output::line(&output::wrapped(line, WIDTH, "  "))?;
    }
    output::line("")?;
    print_unknown(answer)?;
    for citation in &answer.citations {
        let source = citation.source.as_ref().map_or_else(
            || "a document that may not be named".to_owned(),
            |source| {
                let place: Vec<&str> = std::iter::once(source.title.as_str())
                    .chain(source.heading_path.iter().map(String::as_str))
                    .collect();
                format!("{} ({})", place.join(" > "), source.path)
            },
        );
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
