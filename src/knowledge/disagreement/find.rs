//! What of other documents disagrees with one.

use std::collections::{HashMap, HashSet};

use super::{MOST_PLACES, Said};
use crate::clock::Moment;
use crate::crypto;
use crate::id::DocumentId;
use crate::knowledge::Error;
use crate::search::claim::Claim;
use crate::search::stated::{Force, Stated};
use crate::search::subject::{Subject, name_the_same};
use crate::search::{Audience, Filter, Hit, Index, Unit, UnitKind};

/// Cosine from which two sentences may speak of the same.
const NEAR: f32 = 0.75;
/// Passages that are nearest to a sentence.
const NEAREST: usize = 12;
/// Sentences of a document that are looked at: of a longer one the first.
const MOST_UNITS: usize = 2_000;
/// A sentence that more documents have with other numbers is a form that each fills in, such as the price of a locker: no contradiction.
const FORM: usize = 4;
/// Passages that are read at a time.
const PASSAGES: u32 = 4;

/// What was found for one document.
#[derive(Default)]
pub(super) struct Found {
    pub pairs: Vec<Pair>,
    /// How many of its sentences were looked at.
    pub units: usize,
}

/// What a document and another say, the lesser of their ids first.
pub(super) struct Pair {
    pub one: DocumentId,
    pub two: DocumentId,
    /// Those that are most alike first.
    pub places: Vec<(Said, Said)>,
    pub more: usize,
    pub likeness: f32,
    /// For each two sentences that disagree the beginning of a hash, in order.
    pub texts: Vec<[u8; HASH]>,
}

impl Pair {
    /// Whether all that disagrees is among what was known. From the other document's side less may be found, or more.
    pub(super) fn is_among(&self, known: &[u8]) -> bool {
        let (known, _) = known.as_chunks::<HASH>();
        self.texts.iter().all(|text| known.contains(text))
    }
}

/// Bytes of a hash that tell two sentences from others.
const HASH: usize = 16;
/// Two sentences of a pair of documents that are told from others.
const MOST_TEXTS: usize = 200;

struct Place {
    likeness: f32,
    mine: Said,
    theirs: Said,
}

pub(super) fn of_document(
    index: &Index,
    document: &DocumentId,
    now: Moment,
) -> Result<Found, Error> {
    let filter = Filter::new(Audience::Staff, now);
    let own = index.ids_of(document)?;
    let (mut from, mut units) = (0, 0);
    let mut places: HashMap<String, (DocumentId, Vec<Place>)> = HashMap::new();
    loop {
        let passages = index.with_units(document, from, PASSAGES)?;
        if passages.is_empty() || units >= MOST_UNITS {
            break;
        }
        from += PASSAGES;
        let mut mine = Vec::new();
        let subjects: Vec<Subject> = passages.iter().map(|(hit, _)| Subject::of(hit)).collect();
        for ((hit, vectors), subject) in passages.iter().zip(&subjects) {
            for (unit, vector) in hit.units.iter().zip(vectors) {
                if let Some(claim) = claim_of(hit, unit) {
                    let sentence = Sentence {
                        hit,
                        unit,
                        claim,
                        subject,
                    };
                    mine.push((sentence, vector.as_slice()));
                }
            }
        }
        mine.truncate(MOST_UNITS - units);
        // Passages without numbers are read too.
        units += mine.len().max(1);
        if mine.is_empty() {
            continue;
        }
        let vectors: Vec<&[f32]> = mine.iter().map(|(_, vector)| *vector).collect();
        let near = index.near(&own, &vectors, &filter, NEAREST)?;
        for ((sentence, _), others) in mine.iter().zip(near) {
            let others = others
                .iter()
                .filter(|other| other.stated.force(now.day()) == Force::Now);
            let found: Vec<(&Hit, Place)> = others
                .filter_map(|other| Some((other, sentence.contradicted_in(other)?)))
                .collect();
            let documents: HashSet<&str> = found
                .iter()
                .map(|(other, _)| other.document.as_str())
                .collect();
            if documents.len() > FORM {
                continue;
            }
            for (other, place) in found {
                let (_, known) = places
                    .entry(other.document.to_string())
                    .or_insert_with(|| (other.document.clone(), Vec::new()));
                known.push(place);
            }
        }
    }
    let pairs = places.into_values();
    let pairs = pairs.map(|(other, places)| pair(document, other, places));
    Ok(Found {
        pairs: pairs.collect(),
        units,
    })
}

/// A sentence of the document that is compared.
struct Sentence<'a> {
    hit: &'a Hit,
    unit: &'a Unit,
    claim: Claim,
    subject: &'a Subject,
}

impl Sentence<'_> {
    /// The sentence of another document's passage that is most like it, if that gives another number.
    fn contradicted_in(&self, other: &Hit) -> Option<Place> {
        let near = other.units.iter().zip(&other.unit_scores);
        let (theirs, claim, score) = near
            .filter(|(_, score)| **score >= NEAR)
            .filter_map(|(unit, score)| Some((unit, claim_of(other, unit)?, *score)))
            .max_by(|(.., a), (.., b)| a.total_cmp(b))?;
        let is_one_thing = || {
            let (mine, theirs) = (self.unit.text(&self.hit.body), theirs.text(&other.body));
            name_the_same(mine, theirs) && self.subject.may_be(&Subject::of(other))
        };
        (self.claim.contradicts(&claim) && is_one_thing()).then(|| Place {
            likeness: score,
            mine: said(self.hit, self.unit),
            theirs: said(other, theirs),
        })
    }
}

/// What a sentence says in numbers, if it gives any, and none about its own document.
fn claim_of(hit: &Hit, unit: &Unit) -> Option<Claim> {
    if unit.kind == UnitKind::Header {
        return None;
    }
    let text = unit.text(&hit.body);
    let claim = Claim::of(text);
    let is_about_itself = || !Stated::read("", std::iter::once(text)).is_nothing();
    (claim.has_numbers() && !is_about_itself()).then_some(claim)
}

fn said(hit: &Hit, unit: &Unit) -> Said {
    let characters = |to: u32| hit.body[..to as usize].chars().count() as u64;
    Said {
        heading: hit.heading_path.last().cloned().unwrap_or_default(),
        text: unit.text(&hit.body).to_owned(),
        start: hit.start_char + characters(unit.start),
        end: hit.start_char + characters(unit.end),
    }
}

fn pair(document: &DocumentId, other: DocumentId, mut places: Vec<Place>) -> Pair {
    places.sort_by(|a, b| {
        b.likeness
            .total_cmp(&a.likeness)
            .then(a.mine.start.cmp(&b.mine.start))
    });
    let likeness = places.first().map_or(0.0, |place| place.likeness);
    let is_first = document.as_str() < other.as_str();
    let mut places: Vec<(Said, Said)> = places
        .into_iter()
        .map(|place| {
            if is_first {
                (place.mine, place.theirs)
            } else {
                (place.theirs, place.mine)
            }
        })
        .collect();
    let texts = places.iter().take(MOST_TEXTS);
    let mut texts: Vec<[u8; HASH]> = texts.map(|(one, two)| hash(one, two)).collect();
    texts.sort_unstable();
    texts.dedup();
    let more = places.len().saturating_sub(MOST_PLACES);
    places.truncate(MOST_PLACES);
    let (one, two) = if is_first {
        (document.clone(), other)
    } else {
        (other, document.clone())
    };
    Pair {
        one,
        two,
        places,
        more,
        likeness,
        texts,
    }
}

fn hash(one: &Said, two: &Said) -> [u8; HASH] {
    let texts = serde_json::json!([one.text, two.text]).to_string();
    let mut beginning = [0; HASH];
    beginning.copy_from_slice(&crypto::sha256(texts.as_bytes())[..HASH]);
    beginning
}
