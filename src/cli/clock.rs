//! `anchorite clock`

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Instance, connect, output};
use crate::clock::wall;

/// Shows how this machine's clock stands to the time that the instance has seen, and confirms it.
#[derive(Args)]
pub(super) struct Arguments {
    /// The clock is right: what has expired by it ends, and what is to be deleted after a time is deleted by it
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    instance: Instance,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let connected = connect::open(&arguments.instance)?;
    let app = &connected.app;
    let guard = app.clock.guard();
    let standing = guard.standing();
    output::line(&format!("{}: the clock is {standing}", wall()))?;
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
    if arguments.accept {
        app.accept_clock(&connect::change(app))?;
        output::line("Confirmed. A server that runs follows within a minute.")?;
    } else if !standing.is_settled() {
        output::line("If it is right, say so with --accept.")?;
    }
    Ok(ExitCode::SUCCESS)
}
