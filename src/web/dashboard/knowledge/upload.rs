//! Documents that come in by hand: many at a time, each with its report.

use actix_multipart::{Field as Part, Multipart};
use actix_web::http::StatusCode;
use futures_util::StreamExt;

use super::labels;
use crate::knowledge::ingest::{Outcome, Source, ingest_one};
use crate::knowledge::{self, Origin, SourcePath};
use crate::parser::{MediaType, format};
use crate::search::Label;
use crate::telemetry;
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::form::stale;
use crate::web::load::received::Received;

/// Bytes of a field that is no file.
const MAX_FIELD: usize = 2_000;
const MAX_FILES: usize = 500;
/// Instead of a label: what is there keeps its own, and what is new is public.
const AS_IT_IS: &str = "as-it-is";

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/upload.html",
    config = "assets/askama.toml"
)]
struct UploadPage {
    frame: Frame,
    label: Choice,
    reports: Vec<FileReport>,
    max_mib: u64,
}

/// What became of one file.
struct FileReport {
    name: String,
    /// `added`, `replaced`, `unchanged` or `failed`.
    outcome: &'static str,
    passages: usize,
    /// From one label to another.
    relabelled: Option<String>,
    notes: Vec<String>,
    problem: String,
    /// Of the document.
    id: Option<String>,
}

impl FileReport {
    fn failed(name: &str, problem: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            outcome: "failed",
            passages: 0,
            relabelled: None,
            notes: Vec::new(),
            problem: problem.into(),
            id: None,
        }
    }
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
            .or(AS_IT_IS, "as it is; public when it is new")
            .chosen(label.map_or(AS_IT_IS, Label::name)),
        reports,
        max_mib: desk.shell.app.config.ingest.max_file_mib,
    }
}

/// `POST /dashboard/w/{workspace}/upload`
///
/// Each file is stored before the next is read, so that no more than one is in memory.
pub(in crate::web) async fn upload(desk: Desk, mut body: Multipart) -> PageResult {
    let mut head = Head::new(desk.has_token_header);
    let mut reports = Vec::new();
    while let Some(part) = body.next().await {
        let mut part = part.map_err(|_| broken())?;
        let name = file_name(&part);
        if part.name() != Some("files") {
            head.read(&desk, &mut part).await?;
        } else if !name.is_empty() {
            reports.push(take(&desk, &head, &mut part, name, reports.len()).await?);
        }
    }
    let label = head.label()?;
    desk.run_in(|_, workspace| Ok(workspace.index.refresh_density()?))
        .await?;
    if desk.is_partial {
        let report = reports
            .pop()
            .unwrap_or_else(|| FileReport::failed("", "no file arrived"));
        return Ok(render(&ReportPart {
            base: desk.at(""),
            report,
        }));
    }
    Ok(render(&upload_page(&desk, reports, label)))
}

/// How far the files may be shown.
#[derive(Clone, Copy)]
enum Chosen {
    /// What is there keeps its label, and what is new is public.
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

fn file_name(part: &Part) -> String {
    part.content_disposition()
        .and_then(|head| head.get_filename())
        .unwrap_or_default()
        .to_owned()
}

/// Reads a file and stores it.
async fn take(
    desk: &Desk,
    head: &Head,
    part: &mut Part,
    name: String,
    before: usize,
) -> Result<FileReport, Error> {
    let label = head.label()?;
    if before >= MAX_FILES {
        return Err(Error::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_many",
            format!("at most {MAX_FILES} files at a time"),
        ));
    }
    let largest = desk.shell.app.config.ingest.max_file_mib * 1024 * 1024;
    let file = match receive(desk, part, largest).await? {
        Ok(file) => file,
        Err(problem) => return Ok(FileReport::failed(&name, problem)),
    };
    // A file takes as long as its sender likes; who was shut out in the meantime stores nothing more.
    if !desk.keep_alive().await? {
        return Ok(FileReport::failed(
            &name,
            "you were signed out before it had arrived",
        ));
    }
    store(desk, name, file, &head.folder, label).await
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
    let mut file = Some(Received::new(&desk.shell, desk.client.address)?);
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

/// Stores one file. What is wrong with it is its own report; what is wrong with the server ends the request.
async fn store(
    desk: &Desk,
    name: String,
    file: Received,
    folder: &str,
    label: Option<Label>,
) -> Result<FileReport, Error> {
    let Some(media) = MediaType::from_file_name(&name) else {
        return Ok(FileReport::failed(
            &name,
            format!("files that end in {} are read", format::extensions()),
        ));
    };
    let path = match format!("{folder}{}", name.replace('\\', "/")).parse::<SourcePath>() {
        Ok(path) => path,
        Err(error) => return Ok(FileReport::failed(&name, error.to_string())),
    };
    let change = desk.change_at(desk.shell.now());
    desk.run_bulk_in(move |app, workspace| {
        let before = knowledge::find_label(&workspace.db, &path)?;
        let source = Source {
            path: path.clone(),
            media,
            bytes: file.into_bytes()?,
            title: None,
            label,
            origin: Origin::Uploaded,
        };
        let outcome = match ingest_one(&workspace.db, app.pool()?, source, &change) {
            Ok(outcome) => outcome,
            Err(
                error @ (knowledge::Error::Unparsable(_)
                | knowledge::Error::Unreadable(_)
                | knowledge::Error::TooLong { .. }
                | knowledge::Error::IsArticle),
            ) => return Ok(FileReport::failed(&name, telemetry::chain(&error))),
            Err(error) => return Err(error.into()),
        };
        let id = knowledge::get_by_path(&workspace.db, &path)?
            .summary
            .id
            .to_string();
        let (outcome, passages, notes) = match outcome {
            Outcome::Added { passages, notes } => ("added", passages, notes),
            Outcome::Replaced { passages, notes } => ("replaced", passages, notes),
            Outcome::Unchanged => ("unchanged", 0, Vec::new()),
            Outcome::Failed(error) => {
                return Ok(FileReport::failed(&name, telemetry::chain(&error)));
            }
        };
        let relabelled = before.zip(label).filter(|(before, label)| before != label);
        Ok(FileReport {
            name,
            outcome,
            passages,
            relabelled: relabelled.map(|(before, label)| format!("{before} → {label}")),
            notes: notes.iter().map(ToString::to_string).collect(),
            problem: String::new(),
            id: Some(id),
        })
    })
    .await
}

impl UploadPage {
    fn base(&self) -> String {
        self.frame.base()
    }
}
