//! What of a workspace's passages is held in memory, and how it follows the database.

use std::collections::HashSet;

use parking_lot::{Mutex, RwLock};

use super::density::{self, Density};
use super::lengths::{Entry, Lengths};
use super::spelling::{self, Mended, Vocabulary};
use super::vector::VectorIndex;
use super::{
    Error, Filter, Found, Hit, PassageRow, Query, Scores, TermWeight, fusion, lexical, row, store,
};
use crate::db::{Db, Reader};
use crate::id::DocumentId;
use crate::inference::dot;

/// Candidates from each of the two ways in.
const CANDIDATES: usize = 50;
/// Passages before and after one that are looked at with it.
const AROUND: u32 = 40;

/// For each unit of a passage its vector.
type UnitVectors = Vec<Vec<f32>>;

/// The search index of one workspace.
pub(crate) struct Index {
    db: Db,
    vectors: VectorIndex,
    lengths: RwLock<Lengths>,
    /// The last change that was taken over.
    position: Mutex<i64>,
    density: RwLock<Density>,
    vocabulary: Vocabulary,
}

impl Index {
    /// Reads what there is. Up to `exact_up_to` passages every question is compared with all of them; above, a graph is built in the
    /// background and exact search serves until it stands.
    pub(crate) fn open(db: Db, exact_up_to: usize) -> Result<Self, Error> {
        let index = Self {
            db,
            vectors: VectorIndex::new(exact_up_to),
            lengths: RwLock::default(),
            position: Mutex::new(0),
            density: RwLock::default(),
            vocabulary: Vocabulary::default(),
        };
        index.follow()?;
        Ok(index)
    }

    /// The passages that fit best, at most `limit`.
    pub(crate) fn search(
        &self,
        query: &Query,
        filter: &Filter,
        limit: usize,
    ) -> Result<Found, Error> {
        self.follow()?;
        let lengths = self.lengths.read();
        self.db.read(|c| {
            let lexical = lexical::search(c, &query.terms, &lengths, filter)?;
            let near = self.vectors.search(&query.vector, CANDIDATES, |passage| {
                lengths.allows(filter, passage)
            });
            let mut candidates: Vec<i64> = near.into_iter().map(|(passage, _)| passage).collect();
            candidates.extend(lexical::best(&lexical.scores, CANDIDATES));
            candidates.sort_unstable();
            candidates.dedup();

            let mut hits = Vec::with_capacity(candidates.len());
            for passage in candidates {
                let share = lexical.scores.get(&passage).copied().unwrap_or_default();
                // The row is asked again: it may have changed since the index was.
                hits.extend(
                    score(c, passage, &query.vector, share)?
                        .filter(|hit| filter.sees(&hit.visibility)),
                );
            }
            hits.sort_by(|a, b| {
                b.scores
                    .fused
                    .total_cmp(&a.scores.fused)
                    .then(a.passage.cmp(&b.passage))
            });
            hits.truncate(limit);
            let density = self.density.read();
            Ok(Found {
                hits,
                terms: lexical.terms,
                density: density.value(),
                documents: density.documents(),
            })
        })
    }

    /// The passages of a document near one that was found, that one among them, in the document's order, scored like it.
    pub(crate) fn around(
        &self,
        hit: &Hit,
        query: &[f32],
        filter: &Filter,
    ) -> Result<Vec<Hit>, Error> {
        let from = hit.ordinal.saturating_sub(AROUND);
        let to = hit.ordinal.saturating_add(AROUND);
        self.db.read(|c| {
            let mut hits = Vec::new();
            for passage in store::passages_between(c, &hit.document, from, to)? {
                let found = score(c, passage, query, 0.0)?;
                hits.extend(found.filter(|hit| filter.sees(&hit.visibility)));
            }
            Ok(hits)
        })
    }

    /// Some passages of a document from one place on, in order, each with the vectors of its units.
    pub(crate) fn with_units(
        &self,
        document: &DocumentId,
        from: u32,
        most: u32,
    ) -> Result<Vec<(Hit, UnitVectors)>, Error> {
        let to = from.saturating_add(most.saturating_sub(1));
        self.db.read(|c| {
            let mut found = Vec::new();
            for passage in store::passages_between(c, document, from, to)? {
                if let Some((hit, blobs)) = store::find_hit(c, passage)? {
                    let units = row::unpack_units(&blobs.units)?;
                    if units.len() != hit.units.len() {
                        return Err(Error::Damaged("the vectors of its units"));
                    }
                    found.push((hit, units));
                }
            }
            Ok(found)
        })
    }

    /// The passages of a document.
    pub(crate) fn ids_of(&self, document: &DocumentId) -> Result<HashSet<i64>, Error> {
        let own = self
            .db
            .read(|c| store::passages_between(c, document, 0, u32::MAX))?;
        Ok(own.into_iter().collect())
    }

    /// For each vector, the passages that are nearest in meaning, without `own`, at most `limit`, scored by it.
    pub(crate) fn near(
        &self,
        own: &HashSet<i64>,
        vectors: &[&[f32]],
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<Vec<Hit>>, Error> {
        self.follow()?;
        self.db.read(|c| {
            let mut found = Vec::with_capacity(vectors.len());
            for vector in vectors {
                // A question that takes over a change waits for one search at most.
                let lengths = self.lengths.read();
                let near = self.vectors.search(vector, limit, |passage| {
                    !own.contains(&passage) && lengths.allows(filter, passage)
                });
                drop(lengths);
                let mut hits = Vec::with_capacity(near.len());
                for (passage, _) in near {
                    hits.extend(
                        score(c, passage, vector, 0.0)?.filter(|hit| filter.sees(&hit.visibility)),
                    );
                }
                found.push(hits);
            }
            Ok(found)
        })
    }

    /// Mends the spelling of a question against the words of the workspace that `filter` lets be read. `is_word`: whether a word, folded,
    /// is spelt right anyway.
    pub(crate) fn mend(
        &self,
        text: &str,
        filter: &Filter,
        is_word: impl Fn(&str) -> bool,
    ) -> Result<Option<Mended>, Error> {
        self.follow()?;
        let lengths = self.lengths.read();
        let may_read = |passage, is_own| {
            lengths.get(passage).is_some()
                && lengths.allows(filter, passage)
                && (is_own || lengths.names(filter, passage))
        };
        let mended = self
            .db
            .read(|c| spelling::mend(c, &self.vocabulary, text, &is_word, may_read))?;
        Ok(mended)
    }

    /// How rare terms are here.
    pub(crate) fn weigh(&self, terms: &[String]) -> Result<Vec<TermWeight>, Error> {
        let lengths = self.lengths.read();
        self.db.read(|c| lexical::weigh(c, terms, &lengths))
    }

    /// Measures how alike the passages are, when enough of them changed since the last time. To be called after an ingest.
    pub(crate) fn refresh_density(&self) -> Result<(), Error> {
        self.follow()?;
        let lengths = self.lengths.read();
        if self.density.read().is_good_for(lengths.count()) {
            return Ok(());
        }
        let measured = self
            .db
            .read(|c| density::measure(c, &self.vectors, &lengths))?;
        self.db.write(|tx| {
            density::set(tx, measured)?;
            store::notify(tx)
        })?;
        *self.density.write() = measured;
        Ok(())
    }

    /// The passages of a document, in order.
    pub(crate) fn passages_of(&self, document: &DocumentId) -> Result<Vec<PassageRow>, Error> {
        self.db.read(|c| store::passages_of(c, document))
    }

    /// How the vectors are searched now.
    pub(crate) fn state(&self) -> super::vector::State {
        self.vectors.state()
    }

    /// A filter that lets only documents pass whose path begins with `prefix`.
    pub(crate) fn under(&self, prefix: &str, filter: Filter) -> Result<Filter, Error> {
        Ok(filter.among(self.db.read(|c| store::passages_under(c, prefix))?))
    }

    /// Takes over what was committed since the last time, by whichever process.
    fn follow(&self) -> Result<(), Error> {
        let mut position = self.position.lock();
        self.db.read(|c| {
            let last = store::last_change(c)?;
            if last == *position {
                return Ok(());
            }
            let mut lengths = self.lengths.write();
            if *position == 0 || store::first_change(c)? > *position + 1 {
                self.reload(c, &mut lengths)?;
            } else {
                for change in store::changes_after(c, *position)? {
                    if let Some(row) =
                        store::find_index_row(c, change.passage)?.filter(|_| !change.removed)
                    {
                        self.insert(&mut lengths, &row)?;
                    } else {
                        lengths.remove(change.passage);
                        self.vectors.remove(change.passage);
                    }
                }
            }
            *position = last;
            *self.density.write() = density::find(c)?.unwrap_or_default();
            Ok(())
        })
    }

    /// Takes over what there is: at first, and when the log does not reach back far enough.
    fn reload(&self, c: &Reader<'_>, lengths: &mut Lengths) -> Result<(), Error> {
        let mut gone: HashSet<i64> = lengths.passages().into_iter().collect();
        let mut vectors = Vec::new();
        store::for_each_passage(c, |row| {
            gone.remove(&row.passage);
            vectors.push((row.passage, row::combined(&row.vectors)?));
            lengths.insert(row.passage, entry(&row));
            Ok(())
        })?;
        self.vectors.extend(vectors);
        for passage in gone {
            lengths.remove(passage);
            self.vectors.remove(passage);
        }
        Ok(())
    }

    fn insert(&self, lengths: &mut Lengths, row: &store::IndexRow) -> Result<(), Error> {
        self.vectors
            .insert(row.passage, &row::combined(&row.vectors)?);
        lengths.insert(row.passage, entry(row));
        Ok(())
    }
}

fn entry(row: &store::IndexRow) -> Entry {
    Entry::new(row.length, &row.title, row.visibility)
}

/// Reads a candidate from its row and scores it. `None`: it is gone.
fn score(c: &Reader<'_>, passage: i64, query: &[f32], lexical: f32) -> Result<Option<Hit>, Error> {
    let Some((mut hit, blobs)) = store::find_hit(c, passage)? else {
        return Ok(None);
    };
    let (vector, heading) = row::unpack_main(&blobs.main)?;
    let (of_passage, of_heading) = (dot(&vector, query), dot(&heading, query));
    hit.vector = vector;
    hit.unit_scores = row::score_units(&blobs.units, query)?;
    if hit.unit_scores.len() != hit.units.len() {
        return Err(Error::Damaged("the vectors of its units"));
    }
    let best_unit = hit
        .unit_scores
        .iter()
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    let best_unit = if best_unit.is_finite() {
        best_unit
    } else {
        of_passage
    };
    hit.scores = Scores {
        passage: of_passage,
        heading: of_heading,
        best_unit,
        lexical,
        fused: 0.0,
    };
    hit.scores.fused = fusion::fuse(&hit.scores);
    Ok(Some(hit))
}
