//! Which units say little without what follows them: they are never quoted alone, and a passage does not end with them.
//!
//! A question before its answer, a line that ends with a colon, and "Problem: …" up to "Remedy: …". Lists and tables have
//! what announces them already ([`super::atom`]).

use super::UnitKind;
use super::atom::{Atom, Cut};
use super::sentence::sentences;
use crate::parser::is_question;
use crate::parser::label::{Label, bare_label, label};

/// A remedy further away from its problem is that of another one.
const MAX_UNITS_TO_REMEDY: usize = 12;

/// Marks those of one section.
pub(super) fn mark(text: &str, atoms: &mut [Atom]) {
    questions(text, atoms);
    colons(text, atoms);
    problems(text, atoms);
}

/// `atoms[at]` announces the next one.
fn lead(atoms: &mut [Atom], at: usize) {
    if at + 1 < atoms.len() {
        atoms[at].leads_in = true;
        atoms[at + 1].cut = Cut::AfterLeadIn;
    }
}

fn questions(text: &str, atoms: &mut [Atom]) {
    let asks = |atom: &Atom| {
        let is_prose = matches!(
            atom.kind,
            UnitKind::Sentence | UnitKind::Definition | UnitKind::Item { .. }
        );
        is_prose && is_question(&text[atom.range.clone()])
    };
    // Of several in a row all wait for the same answer: from the last to the first.
    for at in (0..atoms.len().saturating_sub(1)).rev() {
        if !asks(&atoms[at]) {
            continue;
        }
        let (atom, next) = (&atoms[at], &atoms[at + 1]);
        let is_alike = |other: &Atom| other.kind == atom.kind && asks(other);
        let is_answered = match (atom.kind, next.kind) {
            (UnitKind::Item { depth }, UnitKind::Item { depth: inner }) => inner > depth,
            // The last of a list of questions.
            (UnitKind::Item { .. }, _) => at == 0 || !is_alike(&atoms[at - 1]),
            _ => !asks(next) || next.leads_in,
        };
        if is_answered {
            lead(atoms, at);
        }
    }
}

fn colons(text: &str, atoms: &mut [Atom]) {
    for at in 0..atoms.len() {
        let ends = text[atoms[at].range.clone()].ends_with([':', '：']);
        if ends && atoms[at].kind == UnitKind::Sentence {
            lead(atoms, at);
        }
    }
}

fn problems(text: &str, atoms: &mut [Atom]) {
    let labels: Vec<Option<Label>> = atoms.iter().map(|atom| label_of(text, atom)).collect();
    for at in 0..atoms.len() {
        match labels[at] {
            Some(Label::Problem | Label::Cause) => {
                let after = &labels[at + 1..];
                let mut near = after.iter().take(MAX_UNITS_TO_REMEDY);
                let end =
                    near.position(|next| matches!(next, Some(Label::Problem | Label::Remedy)));
                match end.map(|end| (end, after[end])) {
                    Some((end, Some(Label::Remedy))) => {
                        (at..=at + end).for_each(|at| lead(atoms, at));
                    }
                    // Another problem, and nothing about this one.
                    Some((0, _)) => {}
                    _ => lead(atoms, at),
                }
            }
            Some(Label::Remedy) if is_bare(text, &atoms[at]) => lead(atoms, at),
            _ => {}
        }
    }
}

/// What the unit's label says it is. One that goes on to its remedy is the remedy too.
fn label_of(text: &str, atom: &Atom) -> Option<Label> {
    let text = &text[atom.range.clone()];
    let text = match atom.kind {
        UnitKind::Item { .. } => text.split_once(' ').map_or(text, |(_, text)| text),
        UnitKind::Sentence | UnitKind::Definition => text,
        UnitKind::Header | UnitKind::Row | UnitKind::Code => return None,
    };
    let term = match atom.kind {
        UnitKind::Definition => text.split('\n').next().unwrap_or_default(),
        _ => text,
    };
    let labelled = label(text).map(|(label, _)| label);
    let first = labelled.or_else(|| bare_label(term))?;
    let is_remedy = |part: &str| matches!(label(part), Some((Label::Remedy, _)));
    let goes_on = matches!(first, Label::Problem | Label::Cause)
        && sentences(text)
            .into_iter()
            .any(|range| is_remedy(&text[range]));
    Some(if goes_on { Label::Remedy } else { first })
}

/// Nothing follows the label in its unit.
fn is_bare(text: &str, atom: &Atom) -> bool {
    let text = &text[atom.range.clone()];
    bare_label(text).is_some() || label(text).is_some_and(|(_, end)| text[end..].trim().is_empty())
}
