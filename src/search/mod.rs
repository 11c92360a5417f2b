//! Finds the passages of one workspace that may answer a question.
//!
//! Two ways in: vectors held in memory, compared exactly or through a graph, and the terms of an encrypted full-text table. The
//! candidates of both are read back from their live rows, scored in full there and put into one order, so that nothing deleted can
//! surface. The index follows the database: a write is one transaction of rows, whoever makes it, and every search first takes over
//! what was committed since the last one.

pub(crate) mod analysis;
pub(crate) mod claim;
mod density;
mod fusion;
pub(crate) mod identifier;
mod index;
mod lengths;
mod lexical;
mod row;
mod spelling;
pub(crate) mod stated;
mod stem;
mod store;
pub(crate) mod subject;
#[cfg(test)]
mod tests;
mod unit;
pub mod vector;
mod visibility;

use identifier::Forms;
use serde::Serialize;

pub(crate) use index::Index;
pub(crate) use row::Vectors;
pub(crate) use spelling::{Mended, written_out};
pub(crate) use store::{during_of, in_force_sql, stated_in_force_sql, stated_of, visibility_of};
pub(crate) use unit::{Unit, UnitKind};
pub(crate) use visibility::{Audience, During, Filter, Label, UnknownLabel, Visibility};

use crate::db::{self, Tx};
use crate::id::DocumentId;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("search storage")]
    Storage(#[from] db::Error),
    #[error("a stored passage cannot be read: {0}")]
    Damaged(&'static str),
}

/// A passage that is about to be stored.
pub(crate) struct NewPassage {
    pub ordinal: u32,
    pub title: String,
    pub heading_path: Vec<String>,
    pub table_header: String,
    pub body: String,
    /// Characters before the passage in the document's text.
    pub start_char: u64,
    /// As many as `vectors` has.
    pub units: Vec<Unit>,
    pub vectors: Vectors,
}

/// A question, ready to be searched for.
pub(crate) struct Query {
    pub terms: Vec<String>,
    /// Unit length.
    pub vector: Vec<f32>,
}

impl Query {
    pub(crate) fn new(text: &str, vector: Vec<f32>) -> Self {
        Self {
            terms: analysis::query_terms(text),
            vector,
        }
    }
}

/// How well a passage fits, each part on its own scale and all of them in one number.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Scores {
    /// Cosine of question and passage.
    pub passage: f32,
    /// Cosine of question and title with headings.
    pub heading: f32,
    /// Highest cosine of question and a unit of the passage.
    pub best_unit: f32,
    /// BM25 as a share of what this question could reach.
    pub lexical: f32,
    pub fused: f32,
}

/// A passage that was found.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub passage: i64,
    pub document: DocumentId,
    pub path: String,
    pub visibility: Visibility,
    /// What its document says about its own time.
    pub stated: stated::Stated,
    pub ordinal: u32,
    pub title: String,
    pub heading_path: Vec<String>,
    pub table_header: String,
    pub body: String,
    pub start_char: u64,
    pub units: Vec<Unit>,
    /// The document has no other passage.
    pub is_whole_document: bool,
    /// Of the passage.
    pub vector: Vec<f32>,
    /// Cosine of the question and each unit.
    pub unit_scores: Vec<f32>,
    pub scores: Scores,
}

impl Hit {
    /// Everything that it says: title, headings, the header of its table, and itself.
    pub(crate) fn whole_text(&self) -> String {
        format!(
            "{}.\n{}.\n{}\n{}",
            self.title,
            self.heading_path.join(". "),
            self.table_header,
            self.body
        )
    }

    /// Its title and headings.
    pub(crate) fn names(&self) -> String {
        format!("{} {}", self.title, self.heading_path.join(" "))
    }

    /// What of that identifies.
    pub(crate) fn forms(&self) -> Forms {
        Forms::of(&self.whole_text())
    }
}

/// A passage as it is indexed, for people to look at.
#[derive(Debug, Clone)]
pub(crate) struct PassageRow {
    pub id: i64,
    pub ordinal: u32,
    pub heading_path: Vec<String>,
    pub body: String,
    /// In terms.
    pub length: u32,
    pub units: Vec<Unit>,
}

/// What one search found, with what is needed to judge it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Best first.
    pub hits: Vec<Hit>,
    /// The question's terms and how rare each is.
    pub terms: Vec<TermWeight>,
    /// How alike the workspace's passages are among themselves.
    pub density: f32,
    /// How many documents the workspace has, about.
    pub documents: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct TermWeight {
    pub term: String,
    /// Inverse document frequency; highest for a term that no passage holds.
    pub idf: f32,
    /// Passages that hold it, of those that may be found, as far as they were looked at.
    pub passages: usize,
}

/// Changes that the log keeps: enough for any process that is awake.
const CHANGES_KEPT: i64 = 100_000;

/// Stores the passages of a document.
pub(crate) fn add_passages(
    tx: &Tx<'_>,
    document: &DocumentId,
    passages: &[NewPassage],
) -> Result<(), Error> {
    for passage in passages {
        store::insert(tx, document, passage)?;
    }
    store::trim_changes(tx, CHANGES_KEPT)?;
    Ok(())
}
