//! Documents that are being read: one copy of each, however many read it, and however slowly.

pub(in crate::web) mod pieces;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Weak};

use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream;
use parking_lot::Mutex;

use crate::app::OpenWorkspace;
use crate::id::{DocumentId, WorkspaceId};
use crate::knowledge::{self, Document, Summary, Version};
use crate::parser::Block;
use crate::web::error::Error;
use crate::web::load::quota::{Quota, Share};

/// A document in memory. Who holds it reads it; when nobody does, it goes.
pub(in crate::web) struct InMemory {
    pub(in crate::web) document: Document,
    version: Version,
    _bytes: Share,
}

type Slot = Arc<Mutex<Weak<InMemory>>>;

/// The documents that somebody reads at the moment.
pub(in crate::web) struct Reading {
    slots: Mutex<HashMap<(WorkspaceId, DocumentId), Slot>>,
    memory: Arc<Quota>,
}

impl Reading {
    pub(in crate::web) fn new(memory: &Arc<Quota>) -> Self {
        Self {
            slots: Mutex::default(),
            memory: Arc::clone(memory),
        }
    }

    /// What is known of a document now, and its copy. Only the first of those who read it waits for the disk.
    pub(in crate::web) fn get(
        &self,
        workspace: &OpenWorkspace,
        id: &DocumentId,
    ) -> Result<(Summary, Arc<InMemory>), Error> {
        let (summary, version) = knowledge::get_version(&workspace.db, id)?;
        let slot = self.slot(&workspace.register.id, id);
        let mut kept = slot.lock();
        if let Some(copy) = kept.upgrade().filter(|copy| copy.version == version) {
            return Ok((summary, copy));
        }
        let mut bytes = self.memory.take(None, summary.bytes)?;
        let document = knowledge::get(&workspace.db, id)?;
        let length = document.text.len() + size_of::<Block>() * document.blocks.len();
        bytes.grow((length as u64).saturating_sub(summary.bytes))?;
        let copy = Arc::new(InMemory {
            document,
            version,
            _bytes: bytes,
        });
        *kept = Arc::downgrade(&copy);
        Ok((summary, copy))
    }

    fn slot(&self, workspace: &WorkspaceId, id: &DocumentId) -> Slot {
        let mut slots = self.slots.lock();
        slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.lock().strong_count() > 0);
        let slot = slots.entry((workspace.clone(), id.clone())).or_default();
        Arc::clone(slot)
    }
}

/// Answers with what stands before and after a document, and with the document in between, made piece by piece as it is taken.
pub(in crate::web) fn answer(
    mut response: HttpResponseBuilder,
    before: impl Into<Bytes>,
    pieces: impl Iterator<Item = String> + 'static,
    after: impl Into<Bytes>,
) -> HttpResponse {
    let whole = std::iter::once(before.into())
        .chain(pieces.map(Bytes::from))
        .chain(std::iter::once(after.into()));
    response.streaming(stream::iter(whole.map(Ok::<_, Infallible>)))
}
