//! What is known of every passage without reading its row.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Filter, Visibility};

/// Passages in memory: their lengths in terms, which share a title, and who may find them.
#[derive(Default)]
pub(super) struct Lengths {
    by_passage: HashMap<i64, Entry>,
    /// Of those that not everybody may find at any time: few, as a rule.
    restricted: HashMap<i64, Visibility>,
    total: u64,
}

#[derive(Clone, Copy)]
pub(super) struct Entry {
    length: u32,
    /// A hash of the title.
    title: u64,
    visibility: Visibility,
}

impl Entry {
    pub(super) fn new(length: u32, title: &str, visibility: Visibility) -> Self {
        let mut hasher = DefaultHasher::new();
        title.hash(&mut hasher);
        Self {
            length,
            title: hasher.finish(),
            visibility,
        }
    }
}

impl Lengths {
    pub(super) fn insert(&mut self, passage: i64, entry: Entry) {
        self.remove(passage);
        self.total += u64::from(entry.length);
        if !entry.visibility.is_unrestricted() {
            self.restricted.insert(passage, entry.visibility);
        }
        self.by_passage.insert(passage, entry);
    }

    pub(super) fn remove(&mut self, passage: i64) {
        if let Some(entry) = self.by_passage.remove(&passage) {
            self.total -= u64::from(entry.length);
            self.restricted.remove(&passage);
        }
    }

    /// Whether a passage may be found.
    pub(super) fn allows(&self, filter: &Filter, passage: i64) -> bool {
        filter.includes(passage)
            && (self.restricted.is_empty()
                || self
                    .restricted
                    .get(&passage)
                    .is_none_or(|visibility| filter.sees(visibility)))
    }

    /// Whether the title and headings of a passage may be told.
    pub(super) fn names(&self, filter: &Filter, passage: i64) -> bool {
        let entry = self.by_passage.get(&passage);
        entry.is_some_and(|entry| filter.names(&entry.visibility))
    }

    pub(super) fn count(&self) -> usize {
        self.by_passage.len()
    }

    #[expect(clippy::cast_precision_loss, reason = "a length of some hundred terms")]
    pub(super) fn get(&self, passage: i64) -> Option<f32> {
        self.by_passage
            .get(&passage)
            .map(|entry| entry.length as f32)
    }

    /// The same number for passages of the same title.
    pub(super) fn title(&self, passage: i64) -> Option<u64> {
        self.by_passage.get(&passage).map(|entry| entry.title)
    }

    pub(super) fn passages(&self) -> Vec<i64> {
        let mut passages: Vec<i64> = self.by_passage.keys().copied().collect();
        passages.sort_unstable();
        passages
    }

    #[expect(clippy::cast_precision_loss, reason = "a mean needs no more")]
    pub(super) fn mean(&self) -> f32 {
        (self.total as f32 / self.by_passage.len().max(1) as f32).max(1.0)
    }
}
