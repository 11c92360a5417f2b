//! The command line: what a person types, and what they read.
//!
//! Every command works whether or not the server is running. Data goes to standard output, everything else to standard error.

mod ask;
mod clock;
mod connect;
mod demo;
mod eval;
mod ingest;
mod init;
mod keys;
mod output;
mod program;
mod prune;
mod roles;
mod routes;
mod serve;
mod setup_link;
mod sources;
mod users;
mod workspaces;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, DataFolder};
use crate::vault::daemon::Keyring;
use crate::{sandbox, telemetry};

/// Exit statuses, also in README.
const FAILED: u8 = 1;
const SOME_DOCUMENTS_FAILED: u8 = 3;
const NOT_FOUND: u8 = 4;

const EXIT_STATUSES: &str = "\
Exit status: 0 done; 1 failed; 2 wrong usage; 3 some of what was to be ingested could not be (the rest was); 4 the knowledge holds no answer. An answer in part and a choice (`choose`) end with 0.";

/// A self-hosted support bot that answers from your own documents, with citations, and says so when they hold no answer.
#[derive(Parser)]
#[command(name = "anchorite", version, after_help = EXIT_STATUSES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create an instance: data folder, root key, first workspace
    Init(init::Arguments),
    /// Run the whole instance: the vault and the web process, restarted when they fail
    Serve(serve::Arguments),
    /// Read documents into a workspace
    Ingest(ingest::Arguments),
    /// Ask a question and print the answer with its citations
    Ask(ask::Arguments),
    /// Measure retrieval, answers and refusals on a BEIR-style set
    Eval(eval::Arguments),
    /// Make, list and revoke API keys
    Keys(keys::Arguments),
    /// Make and list workspaces
    Workspace(workspaces::Arguments),
    /// List accounts, invite people, reset what they lost, shut them out
    User(users::Arguments),
    /// Show the link that makes the first account
    SetupLink(setup_link::Arguments),
    /// Show how this machine's clock stands, and confirm it
    Clock(clock::Arguments),
    /// Print every address that the server answers, and to whom
    Routes(routes::Arguments),
    /// Try it: a sample knowledge base, four questions, and a server
    Demo(demo::Arguments),
    /// Run the web process alone (what systemd does)
    Web(roles::WebArguments),
    /// Run the vault process alone (what systemd does)
    Vault(roles::VaultArguments),
}

/// Which instance a command works on.
#[derive(Args, Clone)]
struct Instance {
    /// The data folder
    #[arg(
        long,
        value_name = "DIR",
        env = "ANCHORITE_DATA",
        default_value = "/var/lib/anchorite"
    )]
    data: PathBuf,
    /// The configuration file [default: DIR/config.toml]
    #[arg(long, value_name = "FILE", env = "ANCHORITE_CONFIG")]
    config: Option<PathBuf>,
}

impl Instance {
    fn folder(&self) -> DataFolder {
        DataFolder::new(&self.data)
    }

    fn config_file(&self) -> PathBuf {
        self.config
            .clone()
            .unwrap_or_else(|| self.folder().config_file())
    }

    /// Reads the configuration and starts logging as it says.
    fn load_config(&self) -> Result<Config, Failure> {
        if self.folder().unfinished().exists() {
            return Err(format!(
                "`anchorite init` of {} was interrupted. Run it again: it begins anew",
                self.data.display()
            )
            .into());
        }
        if self.config.is_none() && !self.folder().vault().exists() {
            return Err(Keyring::missing(&self.folder().vault()).into());
        }
        self.folder().check()?;
        let config = Config::load(&self.config_file())?;
        telemetry::start(&config.log);
        Ok(config)
    }
}

/// Why a command failed: one sentence, with its causes.
type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(crate) fn main() -> ExitCode {
    sandbox::keep_files_private();
    // Before any thread exists. A machine that cannot do this is still worth serving; it is said, not skipped in silence.
    if let Err(error) = sandbox::forbid_dumps() {
        eprintln!("anchorite: warning: core dumps could not be forbidden: {error}");
    }
    // Only its looks: it works under any name.
    let _ = sandbox::take_name(c"anchorite");
    let done = match Cli::parse().command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Ingest(arguments) => ingest::run(&arguments),
        Command::Ask(arguments) => ask::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Workspace(arguments) => workspaces::run(&arguments),
        Command::User(arguments) => users::run(&arguments),
        Command::SetupLink(arguments) => setup_link::run(&arguments),
        Command::Clock(arguments) => clock::run(&arguments),
        Command::Routes(arguments) => routes::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Web(arguments) => roles::run_web(&arguments),
        Command::Vault(arguments) => roles::run_vault(&arguments),
    };
    crate::db::settle();
    done.unwrap_or_else(|failure| {
        eprintln!("anchorite: {}", telemetry::chain(&*failure));
        ExitCode::from(FAILED)
    })
}
