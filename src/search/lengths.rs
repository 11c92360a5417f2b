//! What is known of every passage without reading its row.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Passages in memory: their lengths in terms, and which share a title.
#[derive(Default)]
pub(super) struct Lengths {
    by_passage: HashMap<i64, Entry>,
    total: u64,
}

#[derive(Clone, Copy)]
pub(super) struct Entry {
    length: u32,
    /// A hash of the title.
    title: u64,
}

impl Entry {
    pub(super) fn new(length: u32, title: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        title.hash(&mut hasher);
        Self {
            length,
            title: hasher.finish(),
        }
    }
}

impl Lengths {
    pub(super) fn insert(&mut self, passage: i64, entry: Entry) {
        self.remove(passage);
        self.total += u64::from(entry.length);
        self.by_passage.insert(passage, entry);
    }

    pub(super) fn remove(&mut self, passage: i64) {
        if let Some(entry) = self.by_passage.remove(&passage) {
            self.total -= u64::from(entry.length);
        }
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
