//! `anchorite clock`

use std::process::ExitCode;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Failure, Instance, connect, output};
use crate::clock::{Guard, Standing, wall};

/// Shows how this machine's clock stands to the time that the instance has seen, and confirms it.
#[derive(Args)]
pub(super) struct Arguments {
    /// The clock is right: what has expired by it ends, and what is to be deleted after a time is deleted by it
    #[arg(long)]
    accept: bool,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    instance: Instance,
}

/// How the clock stands, for programs. When it was confirmed, as it stood before.
#[derive(Serialize)]
struct Report {
    /// What the machine says.
    now: Timestamp,
    /// `right`, `ahead` or `behind`.
    standing: &'static str,
    differs_by_s: i64,
    /// The last ones, the latest first.
    jumps: Vec<Jump>,
    /// It was confirmed just now.
    accepted: bool,
}

#[derive(Serialize)]
struct Jump {
    from: Timestamp,
    to: Timestamp,
    while_off: bool,
}

impl Report {
    fn new(guard: &Guard, accepted: bool) -> Self {
        let (standing, by) = match guard.standing() {
            Standing::Agree => ("right", SignedDuration::ZERO),
            Standing::Ahead { by } => ("ahead", by),
            Standing::Behind { by } => ("behind", by),
        };
        let jumps = guard.jumps().map(|jump| Jump {
            from: jump.from(),
            to: jump.to(),
            while_off: jump.while_off,
        });
        Self {
            now: wall(),
            standing,
            differs_by_s: by.as_secs(),
            jumps: jumps.collect(),
            accepted,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let connected = connect::open(&arguments.instance)?;
    let app = &connected.app;
    let guard = app.clock.guard();
    if !arguments.json {
        print(&guard)?;
    }
    if arguments.accept {
        app.accept_clock(&connect::change(app))?;
    }
    if arguments.json {
        output::json(&Report::new(&guard, arguments.accept))?;
    } else if arguments.accept {
        output::line("Confirmed. A server that runs follows within a minute.")?;
    } else if !guard.standing().is_settled() {
        output::line("If it is right, say so with --accept.")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(guard: &Guard) -> Result<(), Failure> {
    output::line(&format!("{}: the clock is {}", wall(), guard.standing()))?;
    for jump in guard.jumps() {
        output::line(&format!(
            "  jumped {}, from {} to {}{}",
            jump.in_words(),
            jump.from(),
            jump.to(),
            if jump.while_off {
                ", while nothing ran"
            } else {
                ""
            }
        ))?;
    }
    Ok(())
}
