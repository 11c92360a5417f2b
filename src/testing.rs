//! What the tests of the domains stand on: real encrypted databases, a workspace that can be asked, a clock that is set by hand.

use std::ops::Deref;

use jiff::Timestamp;
use tempfile::TempDir;

use crate::answer::{self, Answer, Engine, Judge};
use crate::audit::Change;
use crate::config::Config;
use crate::crypto;
use crate::db::{Db, Schema, schema};
use crate::inference::shared_pool;
use crate::knowledge::Source;
use crate::knowledge::approved::Phrasings;
use crate::knowledge::ingest::{Outcome, ingest_one};
use crate::knowledge::review::Eyes;
use crate::knowledge::{Error, Origin};
use crate::parser::MediaType;
use crate::search::{Filter, Index, Label};

/// When tests take place.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

pub(crate) fn change() -> Change {
    Change::by_program(NOW)
}

/// A new database, removed at the end.
pub(crate) struct TestDb {
    pub db: Db,
    _folder: TempDir,
}

impl TestDb {
    fn new(schema: &Schema) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let db = Db::create(&path, &crypto::random_key(), schema, 2).unwrap();
        Self {
            db,
            _folder: folder,
        }
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

pub(crate) fn control_db() -> TestDb {
    TestDb::new(&schema::CONTROL)
}

pub(crate) fn vault_db() -> TestDb {
    TestDb::new(&schema::VAULT)
}

pub(crate) fn workspace_db() -> TestDb {
    TestDb::new(&schema::WORKSPACE)
}

/// A workspace whose knowledge can be changed and asked.
pub(crate) struct TestWorkspace {
    pub db: TestDb,
    pub index: Index,
    pub phrasings: Phrasings,
    pub judge: Judge,
}

impl TestWorkspace {
    pub(crate) fn new() -> Self {
        let db = workspace_db();
        Self {
            index: Index::open(db.clone(), 1_000).unwrap(),
            phrasings: Phrasings::open(db.clone()),
            judge: Judge::from_config(&Config::default().answer).unwrap(),
            db,
        }
    }

    /// Stores Markdown as a public document.
    pub(crate) fn put(&self, path: &str, markdown: &str) -> Outcome {
        self.try_put(path, markdown, None).unwrap()
    }

    pub(crate) fn try_put(
        &self,
        path: &str,
        markdown: &str,
        label: Option<Label>,
    ) -> Result<Outcome, Error> {
        let outcome = ingest_one(
            &self.db,
            shared_pool(),
            source(path, markdown, label),
            Eyes::Second,
            &change(),
        )?;
        self.index.refresh_density().unwrap();
        Ok(outcome)
    }

    pub(crate) fn engine(&self) -> Engine<'_> {
        Engine {
            index: &self.index,
            phrasings: Some(&self.phrasings),
            pool: shared_pool(),
            judge: &self.judge,
        }
    }

    /// What a visitor reads.
    pub(crate) fn ask(&self, question: &str) -> Answer {
        answer::ask(
            self.engine(),
            &question.parse().unwrap(),
            &Filter::visitor(NOW),
        )
        .unwrap()
    }
}

/// Markdown that comes in by an ingest.
pub(crate) fn source(path: &str, markdown: &str, label: Option<Label>) -> Source {
    Source {
        path: path.parse().unwrap(),
        media: MediaType::Markdown,
        bytes: markdown.as_bytes().to_vec(),
        title: None,
        label,
        origin: Origin::Ingested,
    }
}
