//! `anchorite keys`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::{Timestamp, ToSpan};

use super::{Failure, Instance, connect, output};
use crate::apikey::{self, KeyName, NewApiKey, Scope};
use crate::id::ApiKeyId;
use crate::workspace::{self, Name};

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a key for one workspace and print its token, this once
    Create {
        #[command(flatten)]
        instance: Instance,
        /// The workspace that it opens
        #[arg(long, short, value_name = "NAME", default_value = "main")]
        workspace: Name,
        /// What it may do; repeat it for several
        #[arg(long, value_name = "SCOPE", required = true, help = format!("What it may do: {}; repeat it for several", scope_names()))]
        scope: Vec<Scope>,
        /// A name to know it by in lists
        #[arg(long, value_name = "TEXT", default_value = "")]
        name: KeyName,
        /// Days until it stops working [default: never]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        expires_in: Option<u16>,
        #[arg(long)]
        json: bool,
    },
    /// List keys; their tokens cannot be shown again
    List {
        #[command(flatten)]
        instance: Instance,
        /// Only of this workspace
        #[arg(long, short, value_name = "NAME")]
        workspace: Option<Name>,
        #[arg(long)]
        json: bool,
    },
    /// End a key at once
    Revoke {
        #[command(flatten)]
        instance: Instance,
        /// As `keys list` shows it
        id: ApiKeyId,
    },
}

fn scope_names() -> String {
    Scope::ALL.map(Scope::name).join(", ")
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.command {
        Command::Create {
            instance,
            workspace,
            scope,
            name,
            expires_in,
            json,
        } => {
            create(instance, workspace, scope, name, *expires_in, *json)?;
        }
        Command::List {
            instance,
            workspace,
            json,
        } => list(instance, workspace.as_ref(), *json)?,
        Command::Revoke { instance, id } => {
            let app = connect::open(instance)?.app;
            apikey::revoke(&app.control, None, id, &connect::change(&app))?;
            output::line(&format!("Revoked {id}."))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn create(
    instance: &Instance,
    workspace: &Name,
    scopes: &[Scope],
    name: &KeyName,
    days: Option<u16>,
    json: bool,
) -> Result<(), Failure> {
    let connected = connect::open(instance)?;
    let app = &connected.app;
    let workspace = workspace::get_by_name(&app.control, workspace)?;
    let now = app.clock.now().expiry;
    let expires = days
        .map(|days| now.checked_add((i64::from(days) * 24).hours()))
        .transpose()?;
    let new = NewApiKey {
        workspace: workspace.id,
        name: name.clone(),
        scopes: scopes.to_vec(),
        expires,
    };
    let (key, token) = apikey::create(&app.control, new, &connect::change(app))?;
    if json {
        return output::json(&serde_json::json!({ "key": key, "token": token.text().expose() }));
    }
    output::line(token.text().expose())?;
    eprintln!(
        "This is the only time that it is shown. Send it as `Authorization: Api-Key TOKEN`. Its id is {}.",
        key.id
    );
    Ok(())
}

fn list(instance: &Instance, workspace: Option<&Name>, json: bool) -> Result<(), Failure> {
    let connected = connect::open(instance)?;
    let app = &connected.app;
    let workspace = workspace
        .map(|name| workspace::get_by_name(&app.control, name))
        .transpose()?;
    let keys = apikey::list(
        &app.control,
        workspace.as_ref().map(|workspace| &workspace.id),
    )?;
    if json {
        return output::json(&keys);
    }
    let day = |time: Option<Timestamp>, none: &str| {
        time.map_or_else(
            || none.to_owned(),
            |time| time.strftime("%Y-%m-%d").to_string(),
        )
    };
    for key in keys {
        let state = if key.revoked.is_some() {
            "revoked"
        } else if key.is_valid_at(app.clock.now().expiry) {
            "valid"
        } else {
            "expired"
        };
        let scopes = key
            .scopes
            .iter()
            .map(|scope| scope.name())
            .collect::<Vec<_>>()
            .join(",");
        output::line(&format!(
            "{}  {state:7}  made {}  expires {}  last used {}  {scopes}  {}",
            key.id,
            day(Some(key.created), ""),
            day(key.expires, "never"),
            day(key.last_used, "never"),
            output::one_line(&key.name),
        ))?;
    }
    Ok(())
}
