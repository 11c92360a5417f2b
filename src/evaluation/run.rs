//! Builds a temporary encrypted workspace and asks every question of a set.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::Set;
use super::beir::Document;
use crate::answer::{self, Engine, Examined, Judge};
use crate::audit::Change;
use crate::crypto;
use crate::db::{self, Db, schema};
use crate::inference::Pool;
use crate::knowledge;
use crate::knowledge::Source;
use crate::knowledge::ingest::{Outcome, ingest};
use crate::search::{self, Filter, Index};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("no temporary folder: {0}")]
    Folder(#[from] std::io::Error),
    #[error("document {id}: {source}")]
    Document {
        id: String,
        source: knowledge::Error,
    },
    #[error("question {id}: {source}")]
    Question {
        id: String,
        source: answer::BadQuestion,
    },
    #[error(transparent)]
    Knowledge(#[from] knowledge::Error),
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error(transparent)]
    Search(#[from] search::Error),
    #[error(transparent)]
    Answer(#[from] answer::Error),
}

/// One question and what came of it.
pub(crate) struct Asked {
    /// Its place in the set.
    pub question: usize,
    /// The document of each passage found.
    pub documents: Vec<String>,
    /// Ids of the documents found, best first, each once.
    pub ranking: Vec<String>,
    /// The document of the first citation.
    pub first_cited: Option<String>,
    /// The document of each citation that names one.
    pub cited: Vec<String>,
    pub examined: Examined,
}

pub(crate) struct Measured {
    pub passages: usize,
    pub ingest: Duration,
    pub asked: Vec<Asked>,
}

impl Asked {
    /// `ids`: of the documents, by path.
    fn new(question: usize, examined: Examined, ids: &HashMap<String, String>) -> Self {
        let id = |path: &str| ids.get(path).cloned().unwrap_or_default();
        let hits = examined.found.hits.iter();
        let documents: Vec<String> = hits.map(|hit| id(&hit.path)).collect();
        let mut ranking: Vec<String> = Vec::new();
        for id in &documents {
            if !ranking.contains(id) {
                ranking.push(id.clone());
            }
        }
        let citations = examined.answer.citations.iter();
        let cited: Vec<String> = citations
            .filter_map(|citation| citation.source.as_ref())
            .map(|source| id(&source.path))
            .collect();
        Self {
            question,
            documents,
            ranking,
            first_cited: cited.first().cloned(),
            cited,
            examined,
        }
    }
}

/// Ingests the set and asks its questions, one after the other. `step` hears how many of how many are done.
pub(crate) fn measure(
    set: &Set,
    pool: &Pool,
    judge: &Judge,
    exact_up_to: usize,
    mut step: impl FnMut(&str, usize, usize),
) -> Result<Measured, Error> {
    let folder = tempfile::tempdir()?;
    let db = Db::create(
        &folder.path().join("store.db"),
        &crypto::random_key(),
        &schema::WORKSPACE,
        2,
    )?;
    let started = Instant::now();
    let (passages, ids) = ingest_set(&db, pool, set, &mut step)?;
    let ingest = started.elapsed();
    let index = Index::open(db, exact_up_to)?;
    index.refresh_density()?;
    let engine = Engine {
        index: &index,
        phrasings: None,
        pool,
        judge,
    };
    let filter = Filter::visitor(set.at.unwrap_or_else(crate::clock::wall));
    // The first question of a process pays for pages that the later ones find in memory.
    if let Some(first) = set
        .questions
        .first()
        .and_then(|question| question.text.parse().ok())
    {
        answer::ask(engine, &first, &filter)?;
    }
    let mut asked = Vec::with_capacity(set.questions.len());
    for (place, question) in set.questions.iter().enumerate() {
        let text = question.text.parse().map_err(|source| Error::Question {
            id: question.id.clone(),
            source,
        })?;
        let examined = answer::examine(engine, &text, &filter)?;
        asked.push(Asked::new(place, examined, &ids));
        step("questions", place + 1, set.questions.len());
    }
    Ok(Measured {
        passages,
        ingest,
        asked,
    })
}

/// Returns the number of passages, and the ids of the set by the paths that stand for them.
fn ingest_set(
    db: &Db,
    pool: &Pool,
    set: &Set,
    step: &mut impl FnMut(&str, usize, usize),
) -> Result<(usize, HashMap<String, String>), Error> {
    // Ids may be anything; paths may not.
    let path = |place: usize| match &set.documents[place] {
        file if file.is_file => file.id.clone(),
        _ => format!("{place}.txt"),
    };
    let ids: HashMap<String, String> = set
        .documents
        .iter()
        .enumerate()
        .map(|(place, document)| (path(place), document.id.clone()))
        .collect();
    let source = |(place, document): (usize, &Document)| {
        let path = path(place);
        match path.parse() {
            Ok(parsed) => Ok(Source {
                path: parsed,
                media: document.media(),
                bytes: document.text.clone().into_bytes(),
                title: Some(document.title.clone()).filter(|title| !title.trim().is_empty()),
                label: None,
                origin: knowledge::Origin::Ingested,
            }),
            Err(error) => Err((path, knowledge::Error::BadPath(error))),
        }
    };
    let change = Change::by_program(crate::clock::wall());
    let (mut passages, mut done, mut failed) = (0, 0, None);
    ingest(
        db,
        pool,
        set.documents.iter().enumerate().map(source),
        &change,
        |path, outcome| {
            done += 1;
            step("documents", done, set.documents.len());
            match outcome {
                Outcome::Added {
                    passages: count, ..
                }
                | Outcome::Replaced {
                    passages: count, ..
                } => passages += count,
                Outcome::Unchanged | Outcome::Waiting { .. } => {}
                Outcome::Failed(source) => {
                    failed.get_or_insert(Error::Document {
                        id: ids.get(path).cloned().unwrap_or_default(),
                        source,
                    });
                }
            }
        },
    )?;
    match failed {
        Some(error) => Err(error),
        None => Ok((passages, ids)),
    }
}
