//! Which passages come first whatever they are like: those that hold what the question names exactly, and those that are in force.

use std::collections::HashSet;

use jiff::Span;
use jiff::civil::Date;

use super::contact::{self, Reach};
use super::wanted::{Wanted, has_trouble};
use crate::language;
use crate::search::identifier::{Forms, Identifier, Kind};
use crate::search::stated::{Force, Stated};
use crate::search::{Found, Hit, TermWeight, Unit, UnitKind, analysis};

/// What a passage gains that holds something named, when hardly another does: a code most, for nothing else can be meant by it; and what it
/// gains more when it is about that, which it is when a heading, an item or a row begins with it.
const CODE: f32 = 0.5;
const OTHER: f32 = 0.3;
const ABOUT: f32 = 0.2;
/// The same for a year, which much speaks of.
const PERIOD: f32 = 0.1;
/// What a page gains that says that it is of the time which the question names.
const IN_TIME: f32 = 0.1;
/// Months that a page without an end is surely of.
const LATELY: i32 = 11;
/// What stands in one of so many of the passages that were found is rare. What stands in all of them, such as the name of the one product
/// that a manual is about, tells nothing.
const RARE: f32 = 20.0;
/// Share of the best score from which a passage is near what is asked.
const NEAR: f32 = 0.75;
/// What is not in force loses so much, when the question does not name its time.
const NOT_IN_FORCE: f32 = 0.2;
/// Who says that something is not or does not work is helped where the text says so too, of the same thing.
const TROUBLE: f32 = 0.1;
/// Share of the question's words, by how rare they are, that say what is the same thing.
const SAME_THING: f32 = 0.5;
/// What a table gains that has a row of all that is asked for, and as much less as the row names less of it.
const ROW: f32 = 0.15;
/// What asks for a telephone number or an address finds it where one stands, and where that is what the page is for.
const REACHES: f32 = 0.1;
const REACHES_ALONE: f32 = 0.3;
/// Bytes of a unit in which it begins.
const BEGINNING: usize = 24;

/// Brings the hits into that order.
pub(super) fn apply(wanted: &Wanted<'_>, today: Date, found: &mut Found) {
    let gains = gains_by_name(wanted, found);
    let terms = std::mem::take(&mut found.terms);
    let names_a_code = wanted.identifiers.iter().any(Identifier::is_unmistakable);
    for (hit, gain) in found.hits.iter_mut().zip(gains) {
        hit.scores.fused += gain;
        if !names_a_code {
            hit.scores.fused += ROW * share_of_a_row(hit, &terms);
        }
        if wanted.negated && speaks_of_the_trouble(hit, &terms) {
            hit.scores.fused += TROUBLE;
        }
        let is_of_the_other_time = wanted.is_of_the_other_time(hit, today);
        let is_in_time = if wanted.times.is_empty() {
            hit.stated.force(today) == Force::Now
                || is_of_the_other_time
                || wanted.names_time_of(hit)
        } else {
            !wanted.names_other_time_than(hit)
        };
        if !is_in_time {
            hit.scores.fused -= NOT_IN_FORCE;
        } else if is_of_the_other_time || is_just_of_the_time(wanted, hit) {
            hit.scores.fused += IN_TIME;
        }
        let gain = match wanted.reach {
            Reach::No => 0.0,
            Reach::Asked => REACHES,
            Reach::Alone => REACHES_ALONE,
        };
        if gain > 0.0 && contact::reaches(&hit.body) {
            let is_about = contact::is_about(hit);
            hit.scores.fused += if is_about { 2.0 * gain } else { gain };
        }
    }
    found.terms = terms;
    found
        .hits
        .sort_by(|a, b| b.scores.fused.total_cmp(&a.scores.fused));
}

/// It says a period that holds the time which the question names, or that begins a short while before: what holds from some day on says
/// nothing about years to come.
fn is_just_of_the_time(wanted: &Wanted<'_>, hit: &Hit) -> bool {
    let Stated { from, until, .. } = hit.stated;
    wanted.times.iter().any(|time| {
        let began = |from: Date| from.saturating_add(Span::new().months(LATELY)) >= time.first;
        hit.stated.covers(*time) && (until.is_some() || from.is_some_and(began))
    })
}

/// How much of the question, by how rare its words are, a table says above and at the beginning of a row whose first cell the question names:
/// "easy loan rate" of `Loan | Rate` and `Easy loan | 3 %`.
fn share_of_a_row(hit: &Hit, asked: &[TermWeight]) -> f32 {
    let terms = |text: &str| -> HashSet<String> {
        let words = analysis::words(text).into_iter();
        let names = words.filter(|word| !word.is_stop);
        names.map(|word| word.term).collect()
    };
    let of_kind = |kind: UnitKind| hit.units.iter().filter(move |unit| unit.kind == kind);
    let mut header = terms(&hit.table_header);
    for unit in of_kind(UnitKind::Header) {
        header.extend(terms(unit.text(&hit.body)));
    }
    let is_asked = |term: &String| asked.iter().any(|weight| weight.term == *term);
    let share = |row: &Unit| {
        let cell = row.text(&hit.body).split('|').next().unwrap_or_default();
        let subject = terms(cell);
        if subject.is_empty() || !subject.iter().all(is_asked) {
            return 0.0;
        }
        let is_said =
            |weight: &&TermWeight| subject.contains(&weight.term) || header.contains(&weight.term);
        asked.iter().filter(is_said).map(|weight| weight.idf).sum()
    };
    let all: f32 = asked.iter().map(|weight| weight.idf).sum();
    let best = of_kind(UnitKind::Row).map(share).fold(0.0, f32::max);
    if all > 0.0 { best / all } else { 0.0 }
}

/// A unit of it says that something is not or does not work, and has most of the question's words.
fn speaks_of_the_trouble(hit: &Hit, asked: &[TermWeight]) -> bool {
    let all: f32 = asked.iter().map(|weight| weight.idf).sum();
    let says = |unit: &Unit| {
        let text = unit.text(&hit.body);
        let held: HashSet<String> = analysis::index_terms(text).into_iter().collect();
        let held = asked.iter().filter(|weight| held.contains(&weight.term));
        held.map(|weight| weight.idf).sum::<f32>() >= SAME_THING * all
            && has_trouble(&language::words(text))
    };
    hit.units.iter().any(says)
}

/// What each hit gains by what the question names.
fn gains_by_name(wanted: &Wanted<'_>, found: &Found) -> Vec<f32> {
    let named: Vec<&Identifier> = wanted.things().collect();
    let hits = &found.hits;
    let mut gains = vec![0.0; hits.len()];
    if named.is_empty() {
        return gains;
    }
    let best = hits.iter().map(|hit| hit.scores.fused).fold(0.0, f32::max);
    let shares = shares_of_the_rest(wanted, found);
    let forms: Vec<Forms> = hits.iter().map(Hit::forms).collect();
    let about: Vec<Forms> = hits.iter().map(about).collect();
    for identifier in named {
        let held = forms.iter().filter(|forms| identifier.is_in(forms)).count();
        let rarity = rarity(held, hits.len());
        for (place, hit) in hits.iter().enumerate() {
            let says_when = hit.stated.from.is_some() || hit.stated.until.is_some();
            let gain = match identifier.kind {
                _ if identifier.is_unmistakable() => CODE,
                // A year or a number is met only where the rest is met too; a page's own time counts by itself.
                _ if hit.scores.fused < NEAR * best => continue,
                Kind::Period if says_when && !wanted.times.is_empty() => continue,
                Kind::Period => PERIOD,
                _ => OTHER,
            };
            let weight = rarity * shares[place];
            if identifier.is_in(&forms[place]) {
                gains[place] += weight * gain;
            }
            if identifier.kind != Kind::Period && identifier.is_in(&about[place]) {
                gains[place] += weight * ABOUT;
            }
        }
    }
    gains
}

/// How many of the question's words that name nothing exactly each hit holds, by how rare they are, against the one that holds most: a page
/// on cleaning is meant by "cleaning the filter of the HM 180", not each page that the HM 180 stands on.
fn shares_of_the_rest(wanted: &Wanted<'_>, found: &Found) -> Vec<f32> {
    let rest: HashSet<String> = analysis::words(wanted.text)
        .into_iter()
        .filter(|word| !word.is_stop && !wanted.names_exactly(&word.range))
        .map(|word| word.term)
        .collect();
    let is_of_rest = |weight: &&TermWeight| weight.passages > 0 && rest.contains(&weight.term);
    let held = |hit: &Hit| -> f32 {
        let terms: HashSet<String> = analysis::index_terms(&hit.whole_text())
            .into_iter()
            .collect();
        let rest = found.terms.iter().filter(is_of_rest);
        rest.filter(|weight| terms.contains(&weight.term))
            .map(|weight| weight.idf)
            .sum()
    };
    let held: Vec<f32> = found.hits.iter().map(held).collect();
    let most = held.iter().copied().fold(0.0, f32::max);
    let share = |held: f32| if most > 0.0 { held / most } else { 1.0 };
    held.into_iter().map(share).collect()
}

/// From 0, of what all of the passages hold, to 1.
#[expect(clippy::cast_precision_loss, reason = "at most a hundred passages")]
fn rarity(held: usize, of: usize) -> f32 {
    let rarity = (of as f32 / held.max(1) as f32).ln() / RARE.ln();
    rarity.clamp(0.0, 1.0)
}

/// What the first hit says of the codes and versions of the question. `None`: there are none, or it lacks one.
pub(super) fn said_of_the_named(wanted: &Wanted<'_>, found: &Found) -> Option<String> {
    let first = found.hits.first()?;
    let named: Vec<&Identifier> = wanted
        .identifiers
        .iter()
        .filter(|identifier| identifier.is_unmistakable())
        .collect();
    let holds_all = |forms: &Forms| named.iter().all(|identifier| identifier.is_in(forms));
    if named.is_empty() || !holds_all(&first.forms()) {
        return None;
    }
    let headings = first.names();
    if holds_all(&Forms::of(&headings)) {
        return Some(first.whole_text());
    }
    let mut said = format!("{headings}\n{}", first.table_header);
    for unit in &first.units {
        let text = unit.text(&first.body);
        let forms = Forms::of(text);
        if named.iter().any(|identifier| identifier.is_in(&forms)) {
            said.push('\n');
            said.push_str(text);
        }
    }
    Some(said)
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
