//! `anchorite workspace`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, Instance, connect, output};
use crate::workspace::{self, Name};

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a workspace: an encrypted database of its own
    Create {
        #[command(flatten)]
        instance: Instance,
        /// 1 to 40 of a-z, 0-9 and -
        name: Name,
    },
    /// List workspaces
    List {
        #[command(flatten)]
        instance: Instance,
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.command {
        Command::Create { instance, name } => {
            let connected = connect::open(instance)?;
            let change = connect::change(&connected.app);
            connected.app.create_workspace(name.clone(), &change)?;
            output::line(&format!("Created the workspace {name}."))?;
        }
        Command::List { instance, json } => {
            let workspaces = workspace::list(&connect::open(instance)?.app.control)?;
            if *json {
                output::json(&workspaces)?;
            } else {
                for workspace in workspaces {
                    output::line(&format!("{}  {}", workspace.id, workspace.name))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
