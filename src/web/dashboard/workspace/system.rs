//! How the instance is doing: what is wrong and what to do about it, what it does by itself, and its clock.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::App;
use crate::clock::Standing;
use crate::jobs::Report;
use crate::web::dashboard::prelude::*;

const GIB: u64 = 1024 * 1024 * 1024;

fn here() -> String {
    view::at("/dashboard/system")
}

#[derive(Template)]
#[template(
    path = "dashboard/workspace/system.html",
    config = "assets/askama.toml"
)]
struct SystemPage {
    frame: Frame,
    jobs: Vec<Job>,
    clock: Clock,
    disk: String,
    /// Databases that a check found to be damaged.
    damaged: Vec<String>,
}

struct Job {
    name: &'static str,
    every: String,
    last: Option<Timestamp>,
    took: String,
    failure: Option<String>,
    did: Option<(Timestamp, String)>,
}

struct Clock {
    wall: Timestamp,
    standing: Standing,
    /// The last first: what it should have said, what it said, by how much they differ, and whether the program ran.
    jumps: Vec<(Timestamp, Timestamp, String, bool)>,
}

impl From<Report> for Job {
    fn from(report: Report) -> Self {
        let (last, took, failure) = match report.last {
            Some(run) => (
                Some(run.at),
                format!("{} ms", run.took.as_millis()),
                run.failure,
            ),
            None => (None, String::new(), None),
        };
        Self {
            name: report.name,
            every: in_words(report.every),
            last,
            took,
            failure,
            did: report.did,
        }
    }
}

fn in_words(every: Duration) -> String {
    match every.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}

/// `GET /dashboard/system`
pub(in crate::web) async fn show(desk: Desk) -> PageResult {
    Ok(render(&page(&desk, Vec::new()).await?))
}

async fn page(desk: &Desk, damaged: Vec<String>) -> Result<SystemPage, Error> {
    let (frame, now) = (desk.frame(Place::System), desk.now);
    let jobs = desk.shell.jobs.reports().into_iter().map(Job::from);
    let jobs = jobs.collect();
    desk.run(move |app| {
        let guard = app.clock.guard();
        let jumps = guard
            .jumps()
            .map(|jump| (jump.from(), jump.to(), jump.in_words(), jump.while_off));
        Ok(SystemPage {
            frame,
            jobs,
            clock: Clock {
                wall: now.wall,
                standing: guard.standing(),
                jumps: jumps.collect(),
            },
            disk: disk(app),
            damaged,
        })
    })
    .await
}

fn disk(app: &App) -> String {
    let reserve = if app.reserve.is_there() {
        "a reserve for deletions is put aside"
    } else {
        "no reserve for deletions: it was used, or there is not enough room for one"
    };
    match app.disk() {
        Some(disk) => format!(
            "{}.{} GiB free of {} GiB; {reserve}",
            disk.free / GIB,
            disk.free % GIB * 10 / GIB,
            disk.total / GIB
        ),
        None => "unknown".to_owned(),
    }
}

/// `POST /dashboard/system/clock`: this machine's clock is right, says an owner.
pub(in crate::web) async fn accept_clock(desk: Desk) -> PageResult {
    let change = desk.change();
    desk.run(move |app| Ok(app.accept_clock(&change)?)).await?;
    Ok(done(&here(), Notice::ClockAccepted))
}

/// `POST /dashboard/system/check`: reads every page of every database.
pub(in crate::web) async fn check(desk: Desk) -> PageResult {
    let damaged = desk
        .shell
        .bulk(|app| Ok::<_, Error>(app.check_databases()?))
        .await?;
    if damaged.is_empty() {
        return Ok(done(&here(), Notice::DatabasesSound));
    }
    Ok(render(&page(&desk, damaged).await?))
}
