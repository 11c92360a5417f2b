//! How a workspace is doing: questions, gaps, what expires, who is here, and the state of the system.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::app::{App, OpenWorkspace};
use crate::clock::Moment;
use crate::gap::{self, Gap, State};
use crate::jobs::Report;
use crate::knowledge::catalogue::{self, Counts, Filter, Item};
use crate::question::{self, Day};
use crate::staff::Session;
use crate::web::dashboard::prelude::*;
use crate::web::tls;

const DAYS: u16 = 30;
const LISTED: usize = 5;
const EXPIRES_WITHIN_DAYS: u32 = 30;

#[derive(Template)]
#[template(
    path = "dashboard/workspace/overview.html",
    config = "assets/askama.toml"
)]
struct OverviewPage {
    frame: Frame,
    days: Vec<Day>,
    /// The same for the script that draws the chart.
    chart: String,
    total: u64,
    answered: String,
    counts: Counts,
    gaps: Vec<Gap>,
    open_gaps: usize,
    expiring: Vec<Item>,
    expiring_total: usize,
    sessions: Vec<(Session, String)>,
    system: System,
}

/// The state of the system.
struct System {
    index: String,
    disk: String,
    disk_is_low: bool,
    certificate: Option<Timestamp>,
    certificate_is_due: bool,
    /// Their names.
    failing_jobs: String,
    version: &'static str,
}

/// What the chart's script reads.
#[derive(Serialize)]
struct Chart<'a> {
    days: Vec<&'a str>,
    answered: Vec<u64>,
    partly: Vec<u64>,
    not_found: Vec<u64>,
}

/// `GET /dashboard/w/{workspace}/overview`: the page again, for the script of an open one. It asks by itself, so that does not keep the session alive.
pub(in crate::web) async fn refresh(desk: Desk) -> PageResult {
    if desk.is_partial {
        show(desk).await
    } else {
        Ok(see_other(&desk.at("")))
    }
}

/// `GET /dashboard/w/{workspace}`
pub(in crate::web) async fn show(desk: Desk) -> PageResult {
    let frame = desk.frame(Place::Overview);
    let now = desk.now;
    let failing = desk
        .shell
        .jobs
        .reports()
        .into_iter()
        .filter(Report::is_failing);
    let failing: Vec<&str> = failing.map(|report| report.name).collect();
    let failing_jobs = failing.join(", ");
    let page = desk
        .run_in(move |app, workspace| {
            let system = system(app, workspace, failing_jobs, now);
            overview(app, workspace, frame, system, now)
        })
        .await?;
    Ok(render(&page))
}

fn overview(
    app: &App,
    workspace: &OpenWorkspace,
    frame: Frame,
    system: System,
    now: Moment,
) -> Result<OverviewPage, Error> {
    let days = question::days(&workspace.db, now.wall, DAYS)?;
    let total: u64 = days.iter().map(Day::total).sum();
    let answered: u64 = days.iter().map(|day| day.answered).sum();
    let (gaps, open_gaps) = gap::list(&workspace.db, State::Open, "", 0, LISTED)?;
    let soon = Filter {
        expires_within_days: Some(EXPIRES_WITHIN_DAYS),
        ..Filter::default()
    };
    let expiring = catalogue::page(&workspace.db, &soon, now, 0, LISTED)?;
    let team = app.accounts.team(&workspace.register.id)?;
    let sessions = app.accounts.sessions(now)?;
    let here = sessions.into_iter().filter_map(|session| {
        let (person, _) = team.iter().find(|(person, _)| person.id == session.staff)?;
        Some((session, person.name.to_string()))
    });
    let column = |value: fn(&Day) -> u64| days.iter().map(value).collect();
    let chart = Chart {
        days: days.iter().map(|day| day.date.as_str()).collect(),
        answered: column(|day| day.answered),
        partly: column(|day| day.partly),
        not_found: column(|day| day.not_found),
    };
    Ok(OverviewPage {
        chart: serde_json::to_string(&chart).unwrap_or_default(),
        total,
        answered: match (answered * 100).checked_div(total) {
            Some(percent) => format!("{percent} %"),
            None => "–".to_owned(),
        },
        counts: catalogue::counts(&workspace.db)?,
        gaps,
        open_gaps,
        expiring_total: expiring.total,
        expiring: expiring.items,
        sessions: here.collect(),
        system,
        days,
        frame,
    })
}

fn system(app: &App, workspace: &OpenWorkspace, failing_jobs: String, now: Moment) -> System {
    const GIB: u64 = 1024 * 1024 * 1024;
    let (disk, disk_is_low) = match app.disk() {
        Some(disk) => (
            format!("{} GiB free of {} GiB", disk.free / GIB, disk.total / GIB),
            disk.is_low(),
        ),
        None => ("unknown".to_owned(), false),
    };
    let certificate = tls::expiry(app);
    System {
        index: workspace.index.state().to_string(),
        disk,
        disk_is_low,
        certificate_is_due: certificate
            .is_some_and(|at| at - SignedDuration::from_hours(24 * 21) <= now.wall),
        certificate,
        failing_jobs,
        version: env!("CARGO_PKG_VERSION"),
    }
}
