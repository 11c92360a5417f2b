//! The audit log: a page that lists and filters.

use actix_web::HttpResponse;
use jiff::civil;
use jiff::tz::TimeZone;

use crate::web::dashboard::view::names::{Named, name_among, people, people_and_keys};
use serde_json::Value;

use crate::audit::{self, Action, Actor, Cursor, Filter, Recorded};
use crate::knowledge::certificate;
use crate::staff::Person;
use crate::web::dashboard::prelude::*;

const PAGE: usize = 50;

#[derive(Deserialize)]
pub(in crate::web) struct AuditQuery {
    #[serde(default)]
    area: String,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    text: String,
    /// Milliseconds and number of the last entry of the page before.
    #[serde(default)]
    before: String,
}

impl AuditQuery {
    fn filter(&self) -> Filter {
        let day = |text: &str, add: i32| {
            let day = text.parse::<civil::Date>().ok()?;
            let day = day.checked_add(jiff::Span::new().days(add)).ok()?;
            Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
        };
        Filter {
            action: match self.area.as_str() {
                "" => String::new(),
                area => format!("{area}."),
            },
            actor: self.actor.clone(),
            from: day(&self.from, 0),
            until: day(&self.until, 1),
            text: self.text.trim().to_owned(),
            workspace: None,
            before: cursor(&self.before),
        }
    }

    /// The query without its place.
    fn without_place(&self) -> String {
        view::query([
            ("area", &*self.area),
            ("actor", &self.actor),
            ("from", &self.from),
            ("until", &self.until),
            ("text", &self.text),
        ])
    }
}

fn cursor(text: &str) -> Option<Cursor> {
    let (at, seq) = text.split_once('-')?;
    Some(Cursor {
        at: jiff::Timestamp::from_millisecond(at.parse().ok()?).ok()?,
        seq: seq.parse().ok()?,
    })
}

/// An entry as it is shown.
struct Line {
    entry: Recorded,
    who: String,
    changes: Vec<(String, String, String)>,
    /// The entry is the certificate of a removal.
    is_removal: bool,
}

#[derive(Template)]
#[template(path = "dashboard/workspace/audit.html", config = "assets/askama.toml")]
struct AuditPage {
    frame: Frame,
    title: &'static str,
    here: String,
    query: AuditQuery,
    areas: Vec<String>,
    actors: Named,
    lines: Vec<Line>,
    next: Option<String>,
    is_first: bool,
}

/// `GET /dashboard/audit`
pub(in crate::web) async fn of_instance(desk: Desk, query: Query<AuditQuery>) -> PageResult {
    let filter = query.filter();
    let (lines, actors) = desk
        .run(move |app| {
            let entries = audit::list(&app.control, &filter, PAGE + 1)?;
            let people = people(app)?;
            Ok((lines(entries, &people), people))
        })
        .await?;
    let title = "Audit log of the instance";
    let frame = desk.frame(Place::InstanceAudit);
    Ok(respond(
        frame,
        title,
        view::at("/dashboard/audit"),
        query.into_inner(),
        lines,
        actors,
    ))
}

/// `GET /dashboard/w/{workspace}/audit`
pub(in crate::web) async fn of_workspace(desk: Desk, query: Query<AuditQuery>) -> PageResult {
    let filter = query.filter();
    let (lines, actors) = desk
        .run_in(move |app, workspace| {
            // What happens in the workspace is in its own log; who may enter it is in the instance's.
            let about = Filter {
                workspace: Some(workspace.register.id.clone()),
                ..filter.clone()
            };
            let mut entries = audit::list(&workspace.db, &filter, PAGE + 1)?;
            entries.extend(audit::list(&app.control, &about, PAGE + 1)?);
            entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.seq)));
            entries.truncate(PAGE + 1);
            // Who works elsewhere is nobody's business here, unless an entry names them.
            let (people, team) = (
                people_and_keys(app)?,
                app.accounts.team(&workspace.register.id)?,
            );
            let is_here = |actor: &str| {
                let on_team = |(person, _): &(Person, Role)| {
                    Actor::Staff(person.id.clone()).to_string() == actor
                };
                team.iter().any(on_team) || entries.iter().any(|entry| entry.actor == actor)
            };
            let here = people
                .iter()
                .filter(|(actor, _)| is_here(actor))
                .cloned()
                .collect();
            Ok((lines(entries, &people), here))
        })
        .await?;
    let (title, here) = ("Audit log", desk.at("/audit"));
    let frame = desk.frame(Place::Audit);
    Ok(respond(
        frame,
        title,
        here,
        query.into_inner(),
        lines,
        actors,
    ))
}

fn respond(
    frame: Frame,
    title: &'static str,
    here: String,
    query: AuditQuery,
    mut lines: Vec<Line>,
    actors: Named,
) -> HttpResponse {
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(|line| {
        let (at, seq) = (line.entry.at.as_millisecond(), line.entry.seq);
        let query = query.without_place();
        let separator = if query.is_empty() { "" } else { "&" };
        format!("{here}?{query}{separator}before={at}-{seq}")
    });
    let mut areas: Vec<String> = Action::ALL
        .iter()
        .filter_map(|action| action.name().split('.').next().map(ToOwned::to_owned))
        .collect();
    areas.sort_unstable();
    areas.dedup();
    render(&AuditPage {
        frame,
        title,
        here,
        is_first: query.before.is_empty(),
        query,
        areas,
        actors,
        lines,
        next,
    })
}

/// Entries with the names of who did it.
fn lines(entries: Vec<Recorded>, people: &Named) -> Vec<Line> {
    let line = |entry: Recorded| Line {
        who: name_among(people, &entry.actor),
        changes: changes(&entry),
        is_removal: certificate(&entry).is_some(),
        entry,
    };
    entries.into_iter().map(line).collect()
}

/// What changed, as name, before and after.
fn changes(entry: &Recorded) -> Vec<(String, String, String)> {
    let value = |side: Option<&Value>, name: &str| -> String {
        match side.and_then(|side| side.get(name)) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    };
    let mut names: Vec<String> = [entry.before(), entry.after()]
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|side| side.keys().cloned())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            let (before, after) = (value(entry.before(), &name), value(entry.after(), &name));
            (name, before, after)
        })
        .filter(|(_, before, after)| before != after)
        .collect()
}
