//! Documents that come in by hand: many at a time, each with its report.

mod file;

use std::cmp::Ordering;

use actix_multipart::{Field as Part, Multipart};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use futures_util::StreamExt;

use file::{FileOutcome, FileReport, store, summary};

use super::labels;
use crate::parser::format;
use crate::search::Label;
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::form::stale;
use crate::web::load::received::Received;

/// Bytes of a field that is no file.
const MAX_FIELD: usize = 2_000;
const MAX_FILES: usize = 500;
/// Files that a report names.
const MAX_REPORTS: usize = 2_000;
/// Instead of a label: what is there keeps its own, and what is new is for staff.
const AS_IT_IS: &str = "as-it-is";

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/upload.html",
    config = "assets/askama.toml"
)]
struct UploadPage {
    frame: Frame,
    label: Choice,
    /// How many files were stored, and how many not; empty before an upload.
    summary: String,
    reports: Vec<FileReport>,
    max_mib: u64,
}

/// A part of a page, for the script that uploads files one by one.
#[derive(Template)]
#[template(
    path = "dashboard/part/file-report.html",
    config = "assets/askama.toml"
)]
struct ReportPart {
    base: String,
    report: FileReport,
}

/// `GET /dashboard/w/{workspace}/upload`
pub(in crate::web) async fn form(desk: Desk) -> PageResult {
    Ok(render(&upload_page(&desk, Vec::new(), None)))
}

fn upload_page(desk: &Desk, reports: Vec<FileReport>, label: Option<Label>) -> UploadPage {
    UploadPage {
        frame: desk.frame(Place::Knowledge),
        label: labels()
            .or(AS_IT_IS, "as it is; staff when it is new")
            .chosen(label.map_or(AS_IT_IS, Label::name)),
        summary: summary(&reports),
        reports,
        max_mib: desk.shell.app.config.ingest.max_file_mib,
    }
}

/// `POST /dashboard/w/{workspace}/upload`
///
/// Each file is stored before the next is read, so that no more than one is in memory. Once one is settled, whatever goes wrong is said in the report:
/// nobody is left to guess what was stored.
pub(in crate::web) async fn upload(desk: Desk, mut body: Multipart) -> PageResult {
    let mut files = Files::new(desk.has_token_header);
    if let Err(error) = files.take_all(&desk, &mut body).await {
        if files.reports.is_empty() {
            return Err(error.into());
        }
        files.refuse("what came after", error.message());
    }
    let label = match files.head.label() {
        Err(error) if files.reports.is_empty() => return Err(error.into()),
        label => label.ok().flatten(),
    };
    // What was stored is stored, and said; the cause is in the log.
    let _ = desk
        .run_in(|_, workspace| Ok(workspace.index.refresh_density()?))
        .await;
    if desk.is_partial {
        let last = files.reports.pop();
        let report = last.unwrap_or_else(|| FileReport::failed("", "no file arrived"));
        return Ok(render(&ReportPart {
            base: desk.at(""),
            report,
        }));
    }
    Ok(render(&upload_page(&desk, files.reports, label)))
}

/// The files of one upload.
struct Files {
    head: Head,
    reports: Vec<FileReport>,
    /// Why those that come now are not stored.
    closed: Option<String>,
}

impl Files {
    fn new(is_ours: bool) -> Self {
        Self {
            head: Head::new(is_ours),
            reports: Vec::new(),
            closed: None,
        }
    }

    /// Reads the fields and stores the files, one after the other, until the form ends.
    ///
    /// # Errors
    /// What ends the form before its end, or the first file before it is settled.
    async fn take_all(&mut self, desk: &Desk, body: &mut Multipart) -> Result<(), Error> {
        let largest = desk.shell.app.config.ingest.max_file_mib * 1024 * 1024;
        while let Some(part) = body.next().await {
            let mut part = part.map_err(|_| broken())?;
            let name = file_name(&part);
            if part.name() != Some("files") {
                self.head.read(desk, &mut part).await?;
                continue;
            }
            if name.is_empty() {
                continue;
            }
            let label = self.head.label()?;
            if self.reports.len() >= MAX_FILES {
                self.close(&format!(
                    "at most {MAX_FILES} files are taken at a time: upload it again"
                ));
            }
            // A file that is not stored is read to its end and forgotten, so that the names of the others still arrive.
            let limit = if self.closed.is_some() { 0 } else { largest };
            match (receive(desk, &mut part, limit).await, self.closed.clone()) {
                (Err(error), _) if self.reports.is_empty() => return Err(error),
                (Err(error), _) => {
                    self.refuse(&name, error.message());
                    // Where the form ended, nothing came after.
                    let has_ended = error.status() == StatusCode::BAD_REQUEST;
                    return if has_ended { Ok(()) } else { Err(error) };
                }
                (Ok(_), Some(reason)) => self.refuse(&name, &reason),
                (Ok(Err(problem)), None) => self.reports.push(FileReport::failed(&name, problem)),
                (Ok(Ok(file)), None) => self.settle(desk, name, file, label).await?,
            }
        }
        Ok(())
    }

    /// Stores one file. What is wrong with it is its own report; what is wrong with the server ends an upload that has nothing to say yet, and closes one
    /// that has.
    async fn settle(
        &mut self,
        desk: &Desk,
        name: String,
        file: Received,
        label: Option<Label>,
    ) -> Result<(), Error> {
        match take(desk, name.clone(), file, &self.head.folder, label).await {
            Ok(report) => self.reports.push(report),
            Err(error) if self.reports.is_empty() => return Err(error),
            Err(error) => {
                self.close("the server could not store a file before it: upload it again");
                self.reports
                    .push(FileReport::failed(&name, error.message()));
            }
        }
        Ok(())
    }

    fn close(&mut self, reason: &str) {
        self.closed.get_or_insert_with(|| reason.to_owned());
    }

    /// Says of a file that it was not stored. The report has an end, however many names are sent.
    fn refuse(&mut self, name: &str, reason: &str) {
        match self.reports.len().cmp(&MAX_REPORTS) {
            Ordering::Less => self.reports.push(FileReport::failed(name, reason)),
            Ordering::Equal => self
                .reports
                .push(FileReport::failed("all that came after", reason)),
            Ordering::Greater => {}
        }
    }
}

/// How far the files may be shown.
#[derive(Clone, Copy)]
enum Chosen {
    /// What is there keeps its label, and what is new is for staff.
    AsItIs,
    Label(Label),
}

/// What comes before the files. The token of the session is first, unless a script sent it as a header; without it, nothing else is read.
struct Head {
    is_ours: bool,
    chosen: Option<Chosen>,
    /// Before the names of the files; empty or with a slash at the end.
    folder: String,
}

impl Head {
    fn new(is_ours: bool) -> Self {
        Self {
            is_ours,
            chosen: None,
            folder: String::new(),
        }
    }

    async fn read(&mut self, desk: &Desk, part: &mut Part) -> Result<(), Error> {
        let name = part.name().unwrap_or_default().to_owned();
        let text = text(part).await?;
        match name.as_str() {
            "csrf" => self.is_ours |= text == *desk.csrf,
            _ if !self.is_ours => return Err(stale()),
            "label" if text == AS_IT_IS => self.chosen = Some(Chosen::AsItIs),
            "label" => self.chosen = text.parse().ok().map(Chosen::Label),
            "folder" => {
                let folder = text.trim().trim_matches('/');
                if !folder.is_empty() {
                    self.folder = format!("{folder}/");
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The label for all files, or `None` for what each has. No file is stored without a choice: it would be public by accident.
    fn label(&self) -> Result<Option<Label>, Error> {
        if !self.is_ours {
            return Err(stale());
        }
        match self.chosen {
            Some(Chosen::AsItIs) => Ok(None),
            Some(Chosen::Label(label)) => Ok(Some(label)),
            None => Err(broken()),
        }
    }
}

/// As its sender wrote it. Browsers mean a backslash as it stands, where the library takes it for an escape.
fn file_name(part: &Part) -> String {
    let head = part.headers().get(CONTENT_DISPOSITION);
    let written = head.map(|head| String::from_utf8_lossy(head.as_bytes()));
    let with_backslash = written.as_deref().and_then(|head| {
        let (_, rest) = head.split_once("filename=\"")?;
        let (name, _) = rest.rsplit_once('"')?;
        name.contains('\\').then_some(name)
    });
    let read = || {
        let head = part.content_disposition();
        head.and_then(|head| head.get_filename())
            .unwrap_or_default()
    };
    with_backslash.unwrap_or_else(read).to_owned()
}

/// Stores a file that arrived, unless its sender was shut out in the meantime: it takes as long as they like.
async fn take(
    desk: &Desk,
    name: String,
    file: Received,
    folder: &str,
    label: Option<Label>,
) -> Result<FileReport, Error> {
    if desk.keep_alive().await? {
        store(desk, name, file, folder, label).await
    } else {
        Ok(FileReport::failed(
            &name,
            "you were signed out before it had arrived",
        ))
    }
}

fn broken() -> Error {
    Error::new(
        StatusCode::BAD_REQUEST,
        "malformed",
        "the upload did not arrive whole",
    )
}

async fn text(part: &mut Part) -> Result<String, Error> {
    let bytes = part
        .bytes(MAX_FIELD)
        .await
        .map_err(|_| broken())?
        .map_err(|_| broken())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A file, or why it is not taken. One that is too large is read to its end and forgotten, so that the others still arrive.
async fn receive(
    desk: &Desk,
    part: &mut Part,
    largest: u64,
) -> Result<Result<Received, String>, Error> {
    let mut file = Some(Received::new(&desk.shell.load, desk.client.address)?);
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| broken())?;
        match &mut file {
            Some(taken) if taken.length() + chunk.len() as u64 <= largest => {
                taken.push(&chunk).await?;
            }
            _ => file = None,
        }
    }
    let limit = largest / 1024 / 1024;
    Ok(file.ok_or_else(|| format!("it is larger than {limit} MiB")))
}

impl UploadPage {
    fn base(&self) -> String {
        self.frame.base()
    }
}
