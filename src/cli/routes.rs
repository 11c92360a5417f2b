//! `anchorite routes`

use std::process::ExitCode;

use clap::Args;

use super::{Failure, output};
use crate::web::{self, Access};

/// Prints every address that the server answers, and to whom. What is not in this list is refused.
#[derive(Args)]
pub(super) struct Arguments {
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let routes = web::routes().rows();
    if arguments.json {
        output::json(&routes)?;
        return Ok(ExitCode::SUCCESS);
    }
    for route in routes {
        let needs = route.access.needs();
        let who = match route.access {
            Access::Anyone => "anyone".to_owned(),
            Access::SignedIn => "staff".to_owned(),
            Access::Instance(_) => format!("{needs} of the instance"),
            Access::Workspace(_) => format!("{needs} of the workspace"),
            Access::Key(_) => format!("API key with {needs}"),
        };
        let step_up = if route.needs_step_up {
            ", both factors in the last five minutes"
        } else {
            ""
        };
        output::line(&format!(
            "{:6} {:60} {who}{step_up}",
            route.method, route.path
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
