//! Which passages come first whatever they are like: those that hold what the question names exactly, and those that are in force.

use jiff::civil::Date;

use super::wanted::Wanted;
use crate::search::identifier::{Forms, Identifier, Kind};
use crate::search::stated::Force;
use crate::search::{Found, Hit};

/// What a passage gains that holds something named: so much for each unit of its rarity, at most [`MOST`]; and what it gains when it is
/// about that, which it is when a heading, an item or a row begins with it.
const RARITY: f32 = 0.1;
const MOST: f32 = 0.5;
const ABOUT: f32 = 0.2;
/// Share of the best score from which a passage is near what is asked.
const NEAR: f32 = 0.75;
/// What is not in force loses so much, when the question does not name its time.
const NOT_IN_FORCE: f32 = 0.2;
/// Bytes of a unit in which it begins.
const BEGINNING: usize = 24;

/// Brings the hits into that order.
pub(super) fn apply(wanted: &Wanted<'_>, today: Date, found: &mut Found) {
    let rarity = |identifier: &Identifier| {
        let mut rarities = found
            .terms
            .iter()
            .filter(|weight| identifier.forms().any(|form| form == weight.term))
            .map(|weight| weight.idf);
        rarities.next().unwrap_or(MOST / RARITY / 2.0)
    };
    let named: Vec<(&Identifier, f32)> = wanted
        .identifiers
        .iter()
        .filter(|identifier| identifier.names_a_thing())
        .map(|identifier| (identifier, rarity(identifier)))
        .collect();
    let best = found
        .hits
        .iter()
        .map(|hit| hit.scores.fused)
        .fold(0.0, f32::max);
    for hit in &mut found.hits {
        // A code is met by itself; a year or a number only where the rest is met too.
        let is_near = hit.scores.fused >= NEAR * best;
        if !named.is_empty() {
            let all = hit.forms();
            let about = about(hit);
            for (identifier, rarity) in &named {
                if identifier.kind != Kind::Code && !is_near {
                    continue;
                }
                if identifier.is_in(&all) {
                    hit.scores.fused += (RARITY * rarity).min(MOST);
                }
                if identifier.is_in(&about) {
                    hit.scores.fused += ABOUT;
                }
            }
        }
        let is_in_time = if wanted.times.is_empty() {
            hit.stated.force(today) == Force::Now || wanted.names_time_of(hit)
        } else {
            !wanted.names_other_time_than(hit)
        };
        if !is_in_time {
            hit.scores.fused -= NOT_IN_FORCE;
        }
    }
    found
        .hits
        .sort_by(|a, b| b.scores.fused.total_cmp(&a.scores.fused));
}

/// Whether the first hit holds everything of the question that names a thing, and there is such.
pub(super) fn first_is_named(wanted: &Wanted<'_>, found: &Found) -> bool {
    let Some(first) = found.hits.first() else {
        return false;
    };
    let forms = first.forms();
    let mut named = wanted
        .identifiers
        .iter()
        .filter(|identifier| identifier.names_a_thing())
        .peekable();
    named.peek().is_some() && named.all(|identifier| identifier.is_in(&forms))
}

/// Titles, headings, and the beginnings of units.
fn about(hit: &Hit) -> Forms {
    let mut forms = Forms::of(&hit.title);
    forms.read(&hit.heading_path.join(". "));
    for unit in &hit.units {
        let text = unit.text(&hit.body).trim_start_matches("• ");
        forms.read(&text[..text.floor_char_boundary(BEGINNING)]);
    }
    forms
}
