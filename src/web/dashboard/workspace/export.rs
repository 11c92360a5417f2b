//! The export of what a workspace knows.

use std::vec::IntoIter;

use serde::Serialize;

use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::db::Db;

use crate::knowledge::approved::{self, Approved};
use crate::knowledge::article::{self, ArticleId, Whole};
use crate::knowledge::{self, Document, Origin};
use crate::web::dashboard::context::download::{self, PIECE, Piece};
use crate::web::dashboard::prelude::*;

/// Documents that are looked up at a time.
const PAGE: usize = 64;

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

/// How far an export is.
enum At {
    /// After this path.
    Documents(String),
    Articles(IntoIter<ArticleId>),
    ApprovedAnswers(IntoIter<Approved>),
}

impl At {
    fn go_on(self, db: &Db) -> Result<Piece<Self>, Error> {
        let mut out = Vec::new();
        let next = match self {
            Self::Documents(after) => documents(db, after, &mut out)?,
            Self::Articles(mut ids) => {
                while out.len() < PIECE {
                    let Some(id) = ids.next() else {
                        let answers = approved::list(db, "")?.into_iter();
                        return Ok(Some((out, Self::ApprovedAnswers(answers))));
                    };
                    match article::get(db, &id) {
                        Ok(whole) => download::add(&mut out, &article_line(&whole)),
                        // It went meanwhile.
                        Err(knowledge::Error::Unknown) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                Self::Articles(ids)
            }
            Self::ApprovedAnswers(mut answers) => {
                while out.len() < PIECE
                    && let Some(answer) = answers.next()
                {
                    download::add(&mut out, &approved_line(&answer));
                }
                if out.is_empty() {
                    return Ok(None);
                }
                Self::ApprovedAnswers(answers)
            }
        };
        Ok(Some((out, next)))
    }
}

fn documents(db: &Db, mut after: String, out: &mut Vec<u8>) -> Result<At, Error> {
    for summary in knowledge::list(db, "", Some(&after), PAGE)? {
        match knowledge::get(db, &summary.id) {
            Ok(document) => download::add(out, &document_line(&document)),
            // It went meanwhile.
            Err(knowledge::Error::Unknown) => {}
            Err(error) => return Err(error.into()),
        }
        summary.path.as_str().clone_into(&mut after);
        if out.len() >= PIECE {
            return Ok(At::Documents(after));
        }
    }
    Ok(if out.is_empty() {
        At::Articles(article::ids(db)?.into_iter())
    } else {
        At::Documents(after)
    })
}

/// `POST /dashboard/w/{workspace}/export`
pub(in crate::web) async fn export(desk: Desk) -> PageResult {
    let (change, workspace) = (desk.change(), desk.workspace()?);
    desk.run_in(move |_, workspace| {
        let entry = Entry::new(Action::Exported, "knowledge");
        Ok(workspace
            .db
            .write(|tx| audit::record(tx, &change, &entry))?)
    })
    .await?;
    let start = At::Documents(String::new());
    let go_on = move |_: &App, at: At| at.go_on(&workspace.db);
    Ok(download::lines(&desk, "anchorite-knowledge.jsonl", start, go_on).await?)
}
