//! `anchorite setup-link`

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, Instance, connect, output};
use crate::app::SetupLink;

/// Makes the link with which the first account is made, for an instance that has none, and shows it where only a person sees it.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    instance: Instance,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let connected = connect::open(&arguments.instance)?;
    let app = &connected.app;
    let Some(link) = app.setup_link(&connect::change(app))? else {
        return Err("this instance is set up already: owners invite others in the dashboard, or `anchorite user invite` does".into());
    };
    output::line(&sentence(&link))?;
    Ok(ExitCode::SUCCESS)
}

/// On a terminal, the link itself; elsewhere, where it stands: whoever has it becomes the owner, and what is printed elsewhere may be kept.
pub(super) fn sentence(link: &SetupLink) -> String {
    let file = link.file.display();
    if std::io::stdout().is_terminal() {
        format!(
            "The link works once and is also in {file}:\n\n  {}",
            link.link
        )
    } else {
        format!("The link works once and is in {file}.")
    }
}
