//! Reads a source and cuts it into passages.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Outcome, Unreadable};
use crate::crypto;
use crate::db::Db;
use crate::knowledge::document::NewDocument;
use crate::knowledge::passage::{self, Passage};
use crate::knowledge::{Error, Source, SourcePath, store};
use crate::language::Tongue;
use crate::parser::{self, TitleFrom};
use crate::search::stated::Stated;
use crate::search::{UnitKind, Visibility};

/// Some four million words. What is longer is data rather than something to ask about.
const MAX_PASSAGES: usize = 20_000;

/// A source that will not be embedded, because it is unchanged or because it failed.
pub(super) struct Settled {
    pub name: String,
    pub outcome: Outcome,
}

/// A source that was read and cut.
pub(super) struct Prepared {
    source: Source,
    sha256: [u8; 32],
    content: parser::Document,
    passages: Vec<Passage>,
}

impl Prepared {
    pub(super) fn path(&self) -> &SourcePath {
        &self.source.path
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    pub(super) fn content(&self) -> &parser::Document {
        &self.content
    }

    pub(super) fn passages(&self) -> &[Passage] {
        &self.passages
    }

    /// What was repaired or left out, and what it says about its own time, as sentences.
    pub(super) fn notes(&self, today: Date) -> Vec<String> {
        let notes = self.content.notes.iter().map(ToString::to_string);
        notes.chain(self.stated().note(today)).collect()
    }

    /// `before`: how far and when the document that it replaces may be shown, which counts where its source does not say.
    pub(super) fn document(
        &self,
        ingested: Timestamp,
        before: Option<Visibility>,
    ) -> NewDocument<'_> {
        let usual = before.unwrap_or(Visibility {
            label: self.source.origin.usual_label(),
            ..Visibility::default()
        });
        NewDocument {
            path: &self.source.path,
            media: self.source.media,
            sha256: self.sha256,
            bytes: self.source.bytes.len() as u64,
            content: &self.content,
            ingested,
            visibility: Visibility {
                label: self.source.label.unwrap_or(usual.label),
                ..usual
            },
            origin: self.source.origin,
            stated: self.stated(),
            language: Tongue::of_text(&self.content.text),
        }
    }

    /// What it says about its own time.
    fn stated(&self) -> Stated {
        let passages = self.passages.iter();
        let sentences = passages.flat_map(|passage| {
            let text = passage.text(&self.content);
            let prose = passage.units.iter();
            let prose = prose.filter(|unit| unit.kind != UnitKind::Code);
            prose.map(move |unit| unit.text(text))
        });
        Stated::read(&self.content.title, sentences)
    }
}

pub(super) fn prepare(db: &Db, source: Result<Source, Unreadable>) -> Result<Prepared, Settled> {
    let source = source.map_err(|(name, error)| Settled {
        name,
        outcome: Outcome::Failed(error),
    })?;
    let name = source.path.to_string();
    match cut(db, source) {
        Ok(Some(prepared)) => Ok(prepared),
        Ok(None) => Err(Settled {
            name,
            outcome: Outcome::Unchanged,
        }),
        Err(error) => Err(Settled {
            name,
            outcome: Outcome::Failed(error),
        }),
    }
}

fn cut(db: &Db, source: Source) -> Result<Option<Prepared>, Error> {
    if let Some((known, label)) = db.read(|c| store::find_hash(c, &source.path))?
        && known == hash(&source)
        && source.label.is_none_or(|given| given == label)
    {
        return Ok(None);
    }
    read(source).map(Some)
}

/// The title that was given is part of what the document is.
fn hash(source: &Source) -> [u8; 32] {
    match &source.title {
        Some(title) => crypto::sha256(&[title.as_bytes(), &[0], &source.bytes].concat()),
        None => crypto::sha256(&source.bytes),
    }
}

/// Reads a source and cuts it, whether it is new or not.
pub(super) fn read(source: Source) -> Result<Prepared, Error> {
    let sha256 = hash(&source);
    let mut content = parser::read(&source.bytes, source.media, source.path.as_str())?;
    if let Some(title) = &source.title {
        content.title.clone_from(title);
        content.title_from = TitleFrom::Given;
    }
    let passages = passage::split(&content);
    if passages.len() > MAX_PASSAGES {
        return Err(Error::TooLong {
            passages: passages.len(),
            limit: MAX_PASSAGES,
        });
    }
    Ok(Prepared {
        source,
        sha256,
        content,
        passages,
    })
}
