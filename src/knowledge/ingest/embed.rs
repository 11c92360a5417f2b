//! Gives the passages of a group their vectors.

use std::collections::HashMap;

use super::{Embedded, Error, Group, Prepared};
use crate::inference::{PartedText, Pool, WIDTH};
use crate::search::{NewPassage, Vectors};

/// Passages that are embedded before their vectors are packed: bounds the memory of a long document.
const SLICE: usize = 256;

pub(super) fn embed(pool: &Pool, group: Group) -> Result<Embedded, Error> {
    let mut work: Vec<Job> = Vec::new();
    for prepared in group.iter().flatten() {
        for (ordinal, _) in prepared.passages().iter().enumerate() {
            work.push(Job::new(prepared, ordinal));
        }
    }
    let mut packed = Vec::with_capacity(work.len());
    for slice in work.chunks(SLICE) {
        packed.extend(embed_slice(pool, slice)?);
    }
    let mut packed = packed.into_iter();
    group
        .into_iter()
        .map(|entry| match entry {
            Ok(prepared) => {
                let passages = prepared.passages().len();
                let vectors = packed.by_ref().take(passages);
                let passages = vectors
                    .enumerate()
                    .map(|(ordinal, vectors)| new_passage(&prepared, ordinal, vectors));
                let passages = passages.collect();
                Ok(Ok((prepared, passages)))
            }
            Err(settled) => Ok(Err(settled)),
        })
        .collect()
}

/// What the model reads for one passage.
struct Job {
    heading: String,
    text: PartedText,
}

impl Job {
    fn new(prepared: &Prepared, ordinal: usize) -> Self {
        let (content, passage) = (prepared.content(), &prepared.passages()[ordinal]);
        let text = passage.index_text(content);
        // The passage's own slice comes last in what is indexed.
        let start = text.len() - passage.range.len();
        let span =
            |unit: &crate::search::Unit| start + unit.start as usize..start + unit.end as usize;
        let spans = passage.units.iter().map(span).collect();
        Self {
            heading: passage
                .heading_path
                .last()
                .unwrap_or(&content.title)
                .clone(),
            text: PartedText { text, spans },
        }
    }
}

fn embed_slice(pool: &Pool, jobs: &[Job]) -> Result<Vec<Vectors>, Error> {
    // Passages under one heading share its vector.
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut headings: Vec<&str> = Vec::new();
    for job in jobs {
        places.entry(&job.heading).or_insert_with(|| {
            headings.push(&job.heading);
            headings.len() - 1
        });
    }
    let heading_vectors = pool.embed_bulk(&headings)?;
    let texts: Vec<&PartedText> = jobs.iter().map(|job| &job.text).collect();
    let mut parts = pool.embed_parts_bulk(&texts)?;

    // A unit past the model's 256 tokens has no states of its own, and is embedded by itself.
    let mut missing: Vec<(usize, usize)> = Vec::new();
    for (job, part) in parts.iter().enumerate() {
        let units = part.spans.chunks_exact(WIDTH).enumerate();
        missing.extend(
            units
                .filter(|(_, vector)| vector.iter().all(|value| *value == 0.0))
                .map(|(unit, _)| (job, unit)),
        );
    }
    let texts: Vec<&str> = missing
        .iter()
        .map(|(job, unit)| &jobs[*job].text.text[jobs[*job].text.spans[*unit].clone()])
        .collect();
    let vectors = pool.embed_bulk(&texts)?;
    for ((job, unit), vector) in missing.into_iter().zip(vectors.chunks_exact(WIDTH)) {
        parts[job].spans[unit * WIDTH..][..WIDTH].copy_from_slice(vector);
    }

    let packed = jobs.iter().zip(&parts).map(|(job, part)| {
        let heading = places[job.heading.as_str()] * WIDTH;
        Vectors::pack(
            &part.whole,
            &heading_vectors[heading..][..WIDTH],
            &part.spans,
        )
    });
    Ok(packed.collect())
}

fn new_passage(prepared: &Prepared, ordinal: usize, vectors: Vectors) -> NewPassage {
    let (content, passage) = (prepared.content(), &prepared.passages()[ordinal]);
    let table_header = passage
        .table_header
        .clone()
        .map_or("", |range| &content.text[range]);
    NewPassage {
        ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
        title: content.title.clone(),
        heading_path: passage.heading_path.clone(),
        table_header: table_header.to_owned(),
        body: content.text[passage.range.clone()].to_owned(),
        start_char: passage.start_char as u64,
        units: passage.units.clone(),
        vectors,
    }
}
