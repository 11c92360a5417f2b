//! The export of what a workspace knows.

use serde::Serialize;

use super::audit::download;
use crate::audit::{self, Action, Entry};
use crate::knowledge::approved::{self, Approved};
use crate::knowledge::article::{self, Whole};
use crate::knowledge::{self, Document, Origin};
use crate::web::dashboard::prelude::*;

/// `GET /dashboard/w/{workspace}/export`
pub(in crate::web) async fn form(desk: Desk) -> PageResult {
    Ok(render(&FormPage {
        about: "Every document with its text, every article with all its versions, and every approved answer, as JSON Lines: one a line. That you export it stands in the log.".into(),
        button: "Export",
        ..FormPage::new(
            desk.frame(Place::Settings),
            "Export the knowledge",
            desk.at("/settings"),
        )
    }))
}

/// One line of an export.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'a> {
    Document {
        id: &'a str,
        path: &'a str,
        title: &'a str,
        media_type: &'a str,
        origin: Origin,
        visibility: crate::search::Visibility,
        ingested: jiff::Timestamp,
        text: &'a str,
    },
    Article {
        id: &'a str,
        path: &'a str,
        state: &'a str,
        published_version: Option<u32>,
        versions: Vec<VersionLine<'a>>,
    },
    ApprovedAnswer {
        id: &'a str,
        state: &'a str,
        version: u32,
        published_version: Option<u32>,
        questions: &'a [String],
        answer: &'a str,
        documents: Vec<&'a str>,
        changed: jiff::Timestamp,
    },
}

#[derive(Serialize)]
struct VersionLine<'a> {
    number: u32,
    title: &'a str,
    markdown: &'a str,
    visibility: crate::search::Visibility,
    author: String,
    saved: jiff::Timestamp,
}

fn document_line(document: &Document) -> Line<'_> {
    let summary = &document.summary;
    Line::Document {
        id: summary.id.as_str(),
        path: summary.path.as_str(),
        title: &summary.title,
        media_type: summary.media_type,
        origin: summary.origin,
        visibility: summary.visibility,
        ingested: summary.ingested,
        text: &document.text,
    }
}

fn article_line(whole: &Whole) -> Line<'_> {
    Line::Article {
        id: whole.article.id.as_str(),
        path: whole.article.path.as_str(),
        state: whole.article.course.state.name(),
        published_version: whole.article.course.live,
        versions: whole
            .versions
            .iter()
            .map(|version| VersionLine {
                number: version.number,
                title: &version.content.title,
                markdown: &version.content.markdown,
                visibility: version.content.visibility,
                author: version.author.to_string(),
                saved: version.saved,
            })
            .collect(),
    }
}

fn approved_line(answer: &Approved) -> Line<'_> {
    Line::ApprovedAnswer {
        id: answer.id.as_str(),
        state: answer.course.state.name(),
        version: answer.course.head,
        published_version: answer.course.live,
        questions: &answer.wording.phrasings,
        answer: &answer.wording.text,
        documents: answer
            .wording
            .citations
            .iter()
            .map(|cited| cited.document.as_str())
            .collect(),
        changed: answer.course.changed,
    }
}

/// `POST /dashboard/w/{workspace}/export`
pub(in crate::web) async fn export(desk: Desk) -> PageResult {
    let change = desk.change();
    let body = desk
        .run_in(move |_, workspace| {
            let db = &workspace.db;
            db.write(|tx| audit::record(tx, &change, &Entry::new(Action::Exported, "knowledge")))?;
            let mut out = Vec::new();
            let mut add = |line: Line<'_>| {
                // Texts and numbers can be written.
                let _ = serde_json::to_writer(&mut out, &line);
                out.push(b'\n');
            };
            for summary in knowledge::list(db, "", None, usize::MAX >> 1)? {
                add(document_line(&knowledge::get(db, &summary.id)?));
            }
            for id in article::ids(db)? {
                add(article_line(&article::get(db, &id)?));
            }
            for answer in approved::list(db, "")? {
                add(approved_line(&answer));
            }
            Ok(out)
        })
        .await?;
    Ok(download(body, "anchorite-knowledge.jsonl"))
}
