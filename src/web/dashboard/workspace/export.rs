//! The export of what a workspace knows.

use std::vec::IntoIter;

use jiff::Timestamp;
use serde::Serialize;

use crate::app::App;
use crate::audit::{self, Action, Entry};
use crate::db::Db;
use crate::id::ApprovedId;

use crate::knowledge::approved::{self, Approved};
use crate::knowledge::article::{self, ArticleId, Whole};
use crate::knowledge::{self, Document, Origin};
use crate::search::Visibility;
use crate::web::dashboard::context::download::{self, PIECE, Piece};
use crate::web::dashboard::prelude::*;

/// Documents that are looked up at a time.
const PAGE: usize = 64;

/// `GET /dashboard/w/{workspace}/export`
pub(in crate::web) async fn form(desk: Desk) -> PageResult {
    Ok(render(&FormPage {
        about: "Every document with its text, every article and every approved answer with all their versions, as JSON Lines: one a line. That you export it stands in the log.".into(),
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
        visibility: Visibility,
        ingested: Timestamp,
        text: &'a str,
    },
    Article {
        id: &'a str,
        path: &'a str,
        state: &'a str,
        published_version: Option<u32>,
        versions: usize,
    },
    ArticleVersion {
        article: &'a str,
        number: u32,
        title: &'a str,
        markdown: &'a str,
        visibility: Visibility,
        author: String,
        saved: Timestamp,
    },
    ApprovedAnswer {
        id: &'a str,
        state: &'a str,
        published_version: Option<u32>,
        versions: usize,
        changed: Timestamp,
    },
    ApprovedAnswerVersion {
        approved_answer: &'a str,
        number: u32,
        questions: &'a [String],
        answer: &'a str,
        sources: Vec<Source<'a>>,
        effective: Option<Timestamp>,
        expires: Option<Timestamp>,
        author: String,
        saved: Timestamp,
    },
}

#[derive(Serialize)]
struct Source<'a> {
    document: &'a str,
    quote: &'a str,
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
        versions: whole.versions.len(),
    }
}

fn article_version_line<'a>(id: &'a ArticleId, version: &'a article::Version) -> Line<'a> {
    Line::ArticleVersion {
        article: id.as_str(),
        number: version.number,
        title: &version.content.title,
        markdown: &version.content.markdown,
        visibility: version.content.visibility,
        author: version.author.to_string(),
        saved: version.saved,
    }
}

fn approved_line(answer: &Approved, versions: usize) -> Line<'_> {
    Line::ApprovedAnswer {
        id: answer.id.as_str(),
        state: answer.course.state.name(),
        published_version: answer.course.live,
        versions,
        changed: answer.course.changed,
    }
}

fn approved_version_line<'a>(id: &'a ApprovedId, version: &'a approved::Version) -> Line<'a> {
    let wording = &version.wording;
    let sources = wording.citations.iter().map(|cited| Source {
        document: cited.document.as_str(),
        quote: &cited.quote,
    });
    Line::ApprovedAnswerVersion {
        approved_answer: id.as_str(),
        number: version.number,
        questions: &wording.phrasings,
        answer: &wording.text,
        sources: sources.collect(),
        effective: wording.during.effective,
        expires: wording.during.expires,
        author: version.author.to_string(),
        saved: version.saved,
    }
}

/// How far an export is.
enum At {
    /// After this path.
    Documents(String),
    /// Articles, and versions of the one before them.
    Articles(IntoIter<ArticleId>, IntoIter<(ArticleId, u32)>),
    ApprovedAnswers(IntoIter<ApprovedId>),
}

impl At {
    fn go_on(self, db: &Db) -> Result<Piece<Self>, Error> {
        let mut out = Vec::new();
        let next = match self {
            Self::Documents(after) => documents(db, after, &mut out)?,
            Self::Articles(ids, versions) => articles(db, ids, versions, &mut out)?,
            Self::ApprovedAnswers(ids) => {
                let next = approved_answers(db, ids, &mut out)?;
                if out.is_empty() {
                    return Ok(None);
                }
                next
            }
        };
        Ok(Some((out, next)))
    }
}

/// What is looked up; nothing, when it went meanwhile.
fn there<T>(found: Result<T, knowledge::Error>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(knowledge::Error::Unknown) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn articles(
    db: &Db,
    mut ids: IntoIter<ArticleId>,
    mut versions: IntoIter<(ArticleId, u32)>,
    out: &mut Vec<u8>,
) -> Result<At, Error> {
    while out.len() < PIECE {
        if let Some((id, number)) = versions.next() {
            if let Some(version) = there(article::version(db, &id, number))? {
                download::add(out, &article_version_line(&id, &version));
            }
        } else if let Some(id) = ids.next() {
            if let Some(whole) = there(article::get(db, &id))? {
                download::add(out, &article_line(&whole));
                let numbers = whole.versions.iter().rev();
                let numbers = numbers.map(|version| (id.clone(), version.number));
                versions = numbers.collect::<Vec<_>>().into_iter();
            }
        } else {
            let answers = approved::list(db, "")?.into_iter();
            let ids = answers.map(|answer| answer.id).collect::<Vec<_>>();
            return Ok(At::ApprovedAnswers(ids.into_iter()));
        }
    }
    Ok(At::Articles(ids, versions))
}

fn approved_answers(
    db: &Db,
    mut ids: IntoIter<ApprovedId>,
    out: &mut Vec<u8>,
) -> Result<At, Error> {
    while out.len() < PIECE
        && let Some(id) = ids.next()
    {
        let Some(answer) = there(approved::get(db, &id))? else {
            continue;
        };
        let versions = approved::versions(db, &id)?;
        download::add(out, &approved_line(&answer, versions.len()));
        for version in versions.iter().rev() {
            download::add(out, &approved_version_line(&id, version));
        }
    }
    Ok(At::ApprovedAnswers(ids))
}

fn documents(db: &Db, mut after: String, out: &mut Vec<u8>) -> Result<At, Error> {
    for summary in knowledge::list(db, "", Some(&after), PAGE)? {
        if let Some(document) = there(knowledge::get(db, &summary.id))? {
            download::add(out, &document_line(&document));
        }
        summary.path.as_str().clone_into(&mut after);
        if out.len() >= PIECE {
            return Ok(At::Documents(after));
        }
    }
    Ok(if out.is_empty() {
        At::Articles(article::ids(db)?.into_iter(), Vec::new().into_iter())
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
