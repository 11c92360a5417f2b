//! `anchorite user`: accounts from a shell on the machine, for when nobody can sign in.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Failure, Instance, connect, output};
use crate::app::{App, Posted};
use crate::staff::{
    Authority, EmailAddress, Error, Issued, Membership, Person, PersonName, Role, Target,
};
use crate::workspace::{Name, Workspace};

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List accounts with their roles
    List {
        #[command(flatten)]
        instance: Instance,
        #[arg(long)]
        json: bool,
    },
    /// Invite somebody and print the link, good once and for three days
    Invite {
        #[command(flatten)]
        instance: Instance,
        email: EmailAddress,
        /// owner (of the whole instance), admin, member or viewer
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// The workspace; an owner is invited to all of them
        #[arg(long, short, value_name = "NAME", default_value = "main")]
        workspace: Name,
    },
    /// Make a forgotten password worthless and print the link to choose a new one
    ResetPassword(One),
    /// Make lost one-time and recovery codes worthless and print the link to set up new ones
    ResetTotp(One),
    /// Shut somebody out at once
    Disable(One),
    /// Let somebody in again
    Enable(One),
}

#[derive(Args)]
struct One {
    #[command(flatten)]
    instance: Instance,
    email: EmailAddress,
}

/// An account as it is listed.
#[derive(Serialize)]
struct Row<'a> {
    email: &'a EmailAddress,
    name: &'a PersonName,
    /// Such as `owner` or `member of main`.
    roles: Vec<String>,
    is_disabled: bool,
    last_sign_in: Option<jiff::Timestamp>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.command {
        Command::List { instance, json } => list(&connect::open(instance)?.app, *json)?,
        Command::Invite {
            instance,
            email,
            role,
            workspace,
        } => invite(&connect::open(instance)?.app, email, *role, workspace)?,
        Command::ResetPassword(one) => one.act(|app, person| {
            let change = connect::change(app);
            let issued = app
                .accounts
                .reset_password(Authority::Operator, &person.id, &change)?;
            post(app, &issued, &person.email)
        })?,
        Command::ResetTotp(one) => one.act(|app, person| {
            let change = connect::change(app);
            let issued = app
                .accounts
                .reset_totp(Authority::Operator, &person.id, &change)?;
            post(app, &issued, &person.email)
        })?,
        Command::Disable(one) => one.act(|app, person| {
            let change = connect::change(app);
            app.accounts
                .disable(Authority::Operator, &person.id, &change)?;
            output::line(&format!("{} is shut out.", person.email))
        })?,
        Command::Enable(one) => one.act(|app, person| {
            let change = connect::change(app);
            app.accounts
                .enable(Authority::Operator, &person.id, &change)?;
            output::line(&format!("{} can sign in again.", person.email))
        })?,
    }
    Ok(ExitCode::SUCCESS)
}

impl One {
    fn act(&self, act: impl FnOnce(&App, &Person) -> Result<(), Failure>) -> Result<(), Failure> {
        let connected = connect::open(&self.instance)?;
        let person = connected.app.accounts.find_by_email(&self.email)?;
        act(&connected.app, &person.ok_or(Error::Unknown)?)
    }
}

fn list(app: &App, json: bool) -> Result<(), Failure> {
    let workspaces = app.workspaces()?;
    let people = app.accounts.list()?;
    let rows: Vec<Row<'_>> = people
        .iter()
        .map(|(person, memberships)| Row {
            email: &person.email,
            name: &person.name,
            roles: roles(person, memberships, &workspaces),
            is_disabled: person.disabled.is_some(),
            last_sign_in: person.last_sign_in,
        })
        .collect();
    if json {
        return output::json(&rows);
    }
    for row in rows {
        let state = if row.is_disabled { "  disabled" } else { "" };
        let roles = row.roles.join(", ");
        output::line(&format!("{}  {}  {roles}{state}", row.email, row.name))?;
    }
    Ok(())
}

fn roles(person: &Person, memberships: &[Membership], workspaces: &[Workspace]) -> Vec<String> {
    let owner = person.is_owner.then(|| Role::Owner.name().to_owned());
    let others = memberships.iter().filter_map(|membership| {
        let workspace = workspaces
            .iter()
            .find(|workspace| workspace.id == membership.workspace)?;
        Some(format!("{} of {}", membership.role.name(), workspace.name))
    });
    owner.into_iter().chain(others).collect()
}

fn invite(app: &App, email: &EmailAddress, role: Role, workspace: &Name) -> Result<(), Failure> {
    let target = match role {
        Role::Owner => Target::Instance,
        role => Target::Workspace(Membership {
            workspace: app.workspace(workspace)?.register.id.clone(),
            role,
        }),
    };
    let change = connect::change(app);
    let issued = app
        .accounts
        .invite(Authority::Operator, email, &target, &change)?;
    post(app, &issued, email)
}

/// Sends a link, and prints it unless a mail server took it.
fn post(app: &App, issued: &Issued, to: &EmailAddress) -> Result<(), Failure> {
    match app.post(issued, "The administrator of this server")? {
        Posted::Sent => output::line(&format!("Sent to {to}.")),
        Posted::Shown { link } => output::line(&format!("Pass this on to {to}:\n\n  {link}")),
        Posted::Failed { reason } => Err(format!(
            "the letter was not sent: {reason}. Its link is worthless now; try again"
        )
        .into()),
    }
}
