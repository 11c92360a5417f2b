//! How alike the passages of a workspace are among themselves.
//!
//! A cosine of 0.6 means much in a knowledge base about everything and little in one about vaccines only. The density of the passages
//! tells which it is: the mean cosine of a passage and the five nearest of other titles. How many documents there are is measured with it,
//! for the same reason: among more of them something always looks alike.

use std::collections::HashMap;

use super::lengths::Lengths;
use super::vector::VectorIndex;
use super::{Error, row, store};
use crate::db::{self, Reader, Tx};

const NAME: &str = "density";

const NEIGHBOURS: usize = 5;
/// Passages whose neighbours are looked for.
const SAMPLE: usize = 128;
/// What is assumed of a workspace with few titles or none.
const ASSUMED: f32 = 0.7;
const RANGE: (f32, f32) = (0.3, 0.85);

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Density {
    value: f32,
    documents: usize,
    /// How many passages there were.
    passages: usize,
}

impl Default for Density {
    fn default() -> Self {
        Self {
            value: ASSUMED,
            documents: 0,
            passages: 0,
        }
    }
}

impl Density {
    pub(super) fn value(self) -> f32 {
        self.value
    }

    pub(super) fn documents(self) -> usize {
        self.documents
    }

    /// A tenth more or fewer passages change little.
    pub(super) fn is_good_for(self, passages: usize) -> bool {
        self.passages.abs_diff(passages) * 10 <= self.passages
    }

    fn to_text(self) -> String {
        format!("{} {} {}", self.value, self.documents, self.passages)
    }

    fn parse(text: &str) -> Option<Self> {
        let (value, counts) = text.split_once(' ')?;
        let (documents, passages) = counts.split_once(' ')?;
        Some(Self {
            value: value.parse().ok()?,
            documents: documents.parse().ok()?,
            passages: passages.parse().ok()?,
        })
    }
}

/// As it was measured last. `None`: never.
pub(super) fn find(c: &Reader<'_>) -> Result<Option<Density>, db::Error> {
    let Some(content) = db::find_value(c, NAME)? else {
        return Ok(None);
    };
    let density = str::from_utf8(&content).ok().and_then(Density::parse);
    density.map(Some).ok_or(db::Error::DamagedValue(NAME))
}

pub(super) fn set(tx: &Tx<'_>, density: Density) -> Result<(), db::Error> {
    db::set_value(tx, NAME, density.to_text().as_bytes())
}

pub(super) fn measure(
    c: &Reader<'_>,
    vectors: &VectorIndex,
    lengths: &Lengths,
) -> Result<Density, Error> {
    let all = lengths.passages();
    let titles: HashMap<i64, u64> = all
        .iter()
        .filter_map(|passage| Some((*passage, lengths.title(*passage)?)))
        .collect();
    let step = all.len().div_ceil(SAMPLE).max(1);
    let mut means = Vec::new();
    for passage in all.iter().step_by(step) {
        let Some(row) = store::find_index_row(c, *passage)? else {
            continue;
        };
        let other_title = |other: i64| titles.get(&other) != titles.get(passage);
        let near = vectors.search(&row::combined(&row.vectors)?, NEIGHBOURS, other_title);
        if near.len() == NEIGHBOURS {
            #[expect(clippy::cast_precision_loss, reason = "five")]
            means.push(near.iter().map(|(_, cosine)| cosine).sum::<f32>() / NEIGHBOURS as f32);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "at most the sample")]
    let value = if means.is_empty() {
        ASSUMED
    } else {
        means.iter().sum::<f32>() / means.len() as f32
    };
    Ok(Density {
        value: value.clamp(RANGE.0, RANGE.1),
        documents: store::count_documents(c)?,
        passages: all.len(),
    })
}
