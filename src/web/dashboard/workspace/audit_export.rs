//! The export of an audit log.

use std::vec::IntoIter;

use crate::audit::{self, Action, Entry};
use crate::db::Db;
use crate::id::WorkspaceId;
use crate::web::dashboard::context::download::{self, Piece};
use crate::web::dashboard::prelude::*;

/// Entries that are looked up at a time.
const PAGE: usize = 500;

fn export_page(desk: &Desk, place: Place, back: String) -> FormPage {
    FormPage {
        about: "The whole log as JSON Lines: one entry a line, oldest first. That you export it is an entry of its own.".into(),
        button: "Export",
        ..FormPage::new(desk.frame(place), "Export the audit log", back)
    }
}

/// `GET /dashboard/audit/export`
pub(in crate::web) async fn instance_form(desk: Desk) -> PageResult {
    let back = view::at("/dashboard/audit");
    Ok(render(&export_page(&desk, Place::InstanceAudit, back)))
}

/// `GET /dashboard/w/{workspace}/audit/export`
pub(in crate::web) async fn workspace_form(desk: Desk) -> PageResult {
    let back = desk.at("/audit");
    Ok(render(&export_page(&desk, Place::Audit, back)))
}

/// How far an export is: which log, after which entry, and what the last one is.
struct At {
    logs: IntoIter<Log>,
    log: Log,
    after: i64,
}

/// A log, as it is when its export begins.
struct Log {
    db: Db,
    /// Only what is about this workspace.
    workspace: Option<WorkspaceId>,
    last: i64,
}

impl At {
    fn go_on(mut self) -> Result<Piece<Self>, Error> {
        let (of, after) = (self.log.workspace.as_ref(), self.after);
        let entries = audit::list_after(&self.log.db, of, after, PAGE)?;
        let mut out = Vec::new();
        for entry in entries
            .iter()
            .take_while(|entry| entry.seq <= self.log.last)
        {
            self.after = entry.seq;
            download::add(&mut out, entry);
        }
        if out.is_empty() {
            let Some(log) = self.logs.next() else {
                return Ok(None);
            };
            (self.log, self.after) = (log, 0);
        }
        Ok(Some((out, self)))
    }
}

/// `POST /dashboard/audit/export`
pub(in crate::web) async fn export_instance(desk: Desk) -> PageResult {
    let change = desk.change();
    let log = desk
        .run(move |app| {
            let entry = Entry::new(Action::Exported, "audit");
            let last = app.control.write(|tx| audit::record(tx, &change, &entry))?;
            Ok(Log {
                db: app.control.clone(),
                workspace: None,
                last,
            })
        })
        .await?;
    export(&desk, "anchorite-audit.jsonl", log, Vec::new()).await
}

/// `POST /dashboard/w/{workspace}/audit/export`
pub(in crate::web) async fn export_workspace(desk: Desk) -> PageResult {
    let change = desk.change();
    let (of_instance, own) = desk
        .run_in(move |app, workspace| {
            let entry = Entry::new(Action::Exported, "audit");
            let last = workspace
                .db
                .write(|tx| audit::record(tx, &change, &entry))?;
            let of_instance = Log {
                db: app.control.clone(),
                workspace: Some(workspace.register.id.clone()),
                last: audit::last(&app.control)?,
            };
            let own = Log {
                db: workspace.db.clone(),
                workspace: None,
                last,
            };
            Ok((of_instance, own))
        })
        .await?;
    export(
        &desk,
        "anchorite-workspace-audit.jsonl",
        of_instance,
        vec![own],
    )
    .await
}

async fn export(desk: &Desk, name: &str, log: Log, more: Vec<Log>) -> PageResult {
    let start = At {
        logs: more.into_iter(),
        log,
        after: 0,
    };
    Ok(download::lines(desk, name, start, |_, at: At| at.go_on()).await?)
}
