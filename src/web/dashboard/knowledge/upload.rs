//! Documents that come in by hand: many at a time, each with its report.

use actix_multipart::{Field as Part, Multipart};
use actix_web::http::StatusCode;
use futures_util::StreamExt;

use super::labels;
use crate::knowledge::ingest::{Outcome, Source, ingest_one};
use crate::knowledge::{self, Origin, SourcePath};
use crate::parser::MediaType;
use crate::search::Label;
use crate::telemetry;
use crate::web::dashboard::prelude::*;

/// Bytes of a field that is no file.
const MAX_FIELD: usize = 2_000;
const MAX_FILES: usize = 500;

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
pub(in crate::web::dashboard) async fn form(desk: Desk) -> PageResult {
    Ok(page::render(&upload_page(&desk, Vec::new(), "")))
}

fn upload_page(desk: &Desk, reports: Vec<FileReport>, label: &str) -> UploadPage {
    UploadPage {
        frame: desk.frame(Place::Knowledge),
        label: labels().chosen(label),
        reports,
        max_mib: desk.shell.app.config.ingest.max_file_mib,
    }
}

/// `POST /dashboard/w/{workspace}/upload`
pub(in crate::web::dashboard) async fn upload(desk: Desk, body: Multipart) -> PageResult {
    let received = receive(&desk, body).await?;
    let label = received.label;
    let mut reports = Vec::new();
    for (name, bytes) in received.files {
        reports.push(match bytes {
            Ok(bytes) => store(&desk, name, bytes, &received.folder, label).await?,
            Err(problem) => FileReport::failed(&name, problem),
        });
    }
    desk.run_in(|_, workspace| Ok(workspace.index.refresh_density()?))
        .await?;
    if desk.is_partial {
        let report = reports
            .pop()
            .unwrap_or_else(|| FileReport::failed("", "no file arrived"));
        return Ok(page::render(&ReportPart {
            base: desk.at(""),
            report,
        }));
    }
    Ok(page::render(&upload_page(&desk, reports, label.name())))
}

struct Received {
    label: Label,
    /// Before the names of the files; empty or with a slash at the end.
    folder: String,
    files: Vec<(String, Result<Vec<u8>, String>)>,
}

/// Reads the parts. The token of the session comes first, unless a script sent it as a header; without it, nothing else is read.
async fn receive(desk: &Desk, mut body: Multipart) -> Result<Received, Error> {
    let mut received = Received {
        label: Label::default(),
        folder: String::new(),
        files: Vec::new(),
    };
    let mut is_ours = desk.has_token_header;
    let largest = desk.shell.app.config.ingest.max_file_mib * 1024 * 1024;
    while let Some(part) = body.next().await {
        let mut part = part.map_err(|_| broken())?;
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "csrf" => is_ours |= text(&mut part).await? == *desk.csrf,
            _ if !is_ours => return Err(crate::web::dashboard::gate::stale()),
            "label" => received.label = text(&mut part).await?.parse().unwrap_or_default(),
            "folder" => {
                let folder = text(&mut part).await?;
                let folder = folder.trim().trim_matches('/');
                received.folder = if folder.is_empty() {
                    String::new()
                } else {
                    format!("{folder}/")
                };
            }
            "files" => {
                let name = part
                    .content_disposition()
                    .and_then(|head| head.get_filename())
                    .unwrap_or_default()
                    .to_owned();
                if name.is_empty() {
                    continue;
                }
                if received.files.len() >= MAX_FILES {
                    return Err(Error::new(
                        StatusCode::PAYLOAD_TOO_LARGE,
                        "too_many",
                        format!("at most {MAX_FILES} files at a time"),
                    ));
                }
                let bytes = bytes(&mut part, largest).await?;
                received.files.push((name, bytes));
            }
            _ => {}
        }
    }
    if is_ours {
        Ok(received)
    } else {
        Err(crate::web::dashboard::gate::stale())
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

/// A file's bytes, or why it is not taken. One that is too large is read to its end and forgotten, so that the others still arrive.
async fn bytes(part: &mut Part, largest: u64) -> Result<Result<Vec<u8>, String>, Error> {
    let mut bytes = Vec::new();
    let mut length: u64 = 0;
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| broken())?;
        length += chunk.len() as u64;
        if length <= largest {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    if length > largest {
        let limit = largest / 1024 / 1024;
        return Ok(Err(format!("it is larger than {limit} MiB")));
    }
    Ok(Ok(bytes))
}

/// Stores one file. What is wrong with it is its own report; what is wrong with the server ends the request.
async fn store(
    desk: &Desk,
    name: String,
    bytes: Vec<u8>,
    folder: &str,
    label: Label,
) -> Result<FileReport, Error> {
    let Some(media) = MediaType::from_file_name(&name) else {
        return Ok(FileReport::failed(
            &name,
            "files that end in .md, .html and .txt are read",
        ));
    };
    let path = match format!("{folder}{}", name.replace('\\', "/")).parse::<SourcePath>() {
        Ok(path) => path,
        Err(error) => return Ok(FileReport::failed(&name, error.to_string())),
    };
    let change = desk.change();
    desk.run_in(move |app, workspace| {
        let source = Source {
            path: path.clone(),
            media,
            bytes,
            title: None,
            label: Some(label),
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
        Ok(FileReport {
            name,
            outcome,
            passages,
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
