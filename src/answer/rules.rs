//! What the probability does not see, in the order in which it counts: what the question names exactly, then what it says went wrong, then
//! words that stand nowhere, then conditions that did not fit.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Serialize;

use super::contact::Reach;
use super::evidence;
use super::rerank::LateInteraction;
use super::selection::{Chosen, Reason, Selection};
use super::verdict::Verdict;
use super::wanted::{Wanted, has_trouble, is_of_measure};
use crate::language;
use crate::search::identifier::{self, Forms, Identifier, Kind};
use crate::search::stated::{Force, Standing};
use crate::search::{Found, Hit, UnitKind, analysis};

/// A word of the question that stands nowhere in the knowledge and that nothing in the best passage is like, by this cosine, makes the
/// answer a partial one.
const FOREIGN_WORD: f32 = 0.53;
/// A word of a short question that neither stands in the best passage nor has a counterpart there, by this cosine, leaves no answer where
/// there would be a partial one.
const MISSED_WORD: f32 = 0.2;
/// Terms of a short question, and of a longer one of which the passage has hardly any.
const SHORTEST_QUESTION: usize = 4;
const SHORT_QUESTION: usize = 5;
const BARELY_MET: f32 = 0.2;

/// Share of the question's weight from which a word that is not shown is named, and how many are.
const WEIGHTY: f32 = 0.15;
const LACKING: usize = 2;

/// Why an answer is less than a full one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Caveat {
    /// The question names something that what is shown does not mention.
    Missing,
    /// The question says that something failed, or is not; what is shown does not speak of that.
    Trouble,
    /// The page sets conditions that are not shown.
    Conditions,
    /// What is shown is no longer in force, or not yet.
    NotInForce,
    /// The question asks for what was or will be, and what is shown holds today.
    OfToday,
    /// Pages disagree.
    Disagree,
    /// A part of the question has no answer.
    Part,
    /// The question is in a language that is read less well.
    Language,
}

#[derive(Debug)]
pub(super) struct Ruled {
    pub class: Verdict,
    /// What the question names, as it names it, and what is shown does not.
    pub missing: Vec<String>,
    /// A thing is among it: a code, a version, something numbered, a period.
    pub misses_a_thing: bool,
    pub caveats: Vec<Caveat>,
}

impl Ruled {
    /// Whether it has a reason to be less than a full answer.
    pub(super) fn says_why(&self) -> bool {
        !(self.caveats.is_empty() && self.missing.is_empty())
    }

    fn at_most(&mut self, class: Verdict, caveat: Caveat) {
        if class.is_less_than(self.class) {
            self.class = class;
        }
        if !self.caveats.contains(&caveat) {
            self.caveats.push(caveat);
        }
    }
}

/// What is shown, with the names of where it stands.
fn shown_text(selection: &Selection<'_>) -> String {
    let mut text = String::new();
    let mut last: Option<&Hit> = None;
    for chosen in &selection.chosen {
        if last.is_none_or(|last| last.passage != chosen.hit.passage) {
            for part in std::iter::once(&chosen.hit.title).chain(&chosen.hit.heading_path) {
                text.push_str(part);
                text.push_str(".\n");
            }
            last = Some(chosen.hit);
        }
        for part in [chosen.table_header(), Some(chosen.text())]
            .into_iter()
            .flatten()
        {
            text.push_str(part);
            text.push('\n');
        }
    }
    text
}

/// What a rule looks at beside the question and what is shown.
pub(super) struct Evidence<'e> {
    pub check: &'e LateInteraction,
    pub found: &'e Found,
    /// Words of the question that stand nowhere.
    pub unknown: &'e [String],
    pub today: Date,
    /// What is found holds every code of the question.
    pub is_named: bool,
}

pub(super) fn rule(
    by_probability: Verdict,
    wanted: &Wanted<'_>,
    evidence: &Evidence<'_>,
    selection: &Selection<'_>,
) -> Ruled {
    let (check, found) = (evidence.check, evidence.found);
    let mut ruled = Ruled {
        class: by_probability,
        missing: Vec::new(),
        misses_a_thing: false,
        caveats: Vec::new(),
    };
    let shown = shown_text(selection);
    hold_to_names(&mut ruled, wanted, evidence, (selection, &shown));
    hold_to_time(&mut ruled, wanted, evidence, selection);
    if wanted.compares {
        ruled.at_most(Verdict::Partly, Caveat::Part);
    }
    if selection.disagrees {
        ruled.at_most(Verdict::Partly, Caveat::Disagree);
    }
    if wanted.negated && !has_trouble(&language::words(&shown)) {
        ruled.at_most(Verdict::Partly, Caveat::Trouble);
    }
    if !evidence.unknown.is_empty() && check.weakest_word < FOREIGN_WORD {
        // The knowledge answers a question, but perhaps not one about this.
        ruled.at_most(Verdict::Partly, Caveat::Missing);
    }
    let terms = found.terms.len();
    let is_short =
        terms <= SHORTEST_QUESTION || terms <= SHORT_QUESTION && evidence::met(found) < BARELY_MET;
    let asks_for_somebody = wanted.reach == Reach::Alone;
    let misses_a_word =
        check.weakest_in_passage < MISSED_WORD && !evidence.is_named && !asks_for_somebody;
    if ruled.class == Verdict::Partly && is_short && misses_a_word {
        // "Personal loan" is no kind of mortgage. In a long question, one such word may not matter.
        ruled.class = Verdict::NotFound;
    }
    if selection.has_more_conditions {
        ruled.at_most(Verdict::Partly, Caveat::Conditions);
    }
    ruled
}

/// What the question names must be in what is shown, and together with the rest that it asks of it.
fn hold_to_names(
    ruled: &mut Ruled,
    wanted: &Wanted<'_>,
    evidence: &Evidence<'_>,
    (selection, shown): (&Selection<'_>, &str),
) {
    let forms = Forms::of(shown);
    for identifier in &wanted.identifiers {
        if let Some(class) = class_without(identifier, wanted, &forms, (evidence, selection)) {
            let named = identifier.text(wanted.text).to_owned();
            if !ruled.missing.contains(&named) {
                ruled.missing.push(named);
            }
            ruled.misses_a_thing |= identifier.names_a_thing();
            ruled.at_most(class, Caveat::Missing);
        }
    }
    for name in names_without(wanted.text, evidence.found, shown) {
        if !ruled.missing.contains(&name) {
            ruled.missing.push(name);
        }
        ruled.at_most(Verdict::Partly, Caveat::Missing);
    }
    for combined in combinations_without(wanted, selection) {
        ruled.missing.push(combined);
        ruled.at_most(Verdict::Partly, Caveat::Missing);
    }
}

/// What is shown must be in force, or of the time that the question names.
fn hold_to_time(
    ruled: &mut Ruled,
    wanted: &Wanted<'_>,
    evidence: &Evidence<'_>,
    selection: &Selection<'_>,
) {
    let mut chosen = selection.chosen.iter();
    let Some(first) = chosen.find(|chosen| chosen.reason != Reason::Standing) else {
        return;
    };
    let stated = &first.hit.stated;
    let is_of_the_other_time = wanted.is_of_the_other_time(first.hit, evidence.today);
    let asks_for_it = (is_of_the_other_time || wanted.names_time_of(first.hit))
        && stated.standing != Standing::Draft;
    let is_of_today = wanted.asks_for_another_time() && !is_of_the_other_time
        || wanted.names_time_by_today(evidence.today) && !wanted.states_time_of(first.hit);
    if is_of_today {
        ruled.at_most(Verdict::Partly, Caveat::OfToday);
    }
    if stated.force(evidence.today) != Force::Now && !asks_for_it {
        ruled.at_most(Verdict::Partly, Caveat::NotInForce);
    }
    if wanted.names_other_time_than(first.hit) {
        ruled.at_most(Verdict::Partly, Caveat::Missing);
    }
}

/// The words that weigh most in the question, when what is shown has none of them: what a reader should know before relying on it. For an
/// answer that has no other reason to be less than a full one.
pub(super) fn words_without(
    question: &str,
    found: &Found,
    selection: &Selection<'_>,
) -> Vec<String> {
    let shown = shown_text(selection);
    let held: HashSet<String> = analysis::index_terms(&shown).into_iter().collect();
    let all: f32 = found.terms.iter().map(|weight| weight.idf).sum();
    let words = analysis::words(question);
    let mut lacking: Vec<(f32, String)> = words
        .iter()
        .enumerate()
        .filter(|(place, _)| !is_of_measure(question, &words, *place))
        .map(|(_, word)| word)
        .filter(|word| !word.is_stop && !held.contains(&word.term))
        .filter_map(|word| {
            let weight = found.terms.iter().find(|weight| weight.term == word.term)?;
            let text = question[word.range.clone()].to_owned();
            let is_missed = weight.idf >= WEIGHTY * all && !evidence::is_general(&text);
            is_missed.then_some((weight.idf, text))
        })
        .collect();
    lacking.sort_by(|a, b| b.0.total_cmp(&a.0));
    lacking.dedup_by(|a, b| a.1 == b.1);
    lacking
        .into_iter()
        .take(LACKING)
        .map(|(_, text)| text)
        .collect()
}

/// What the question names that stands in rows which are shown, but in none of them together with the rest that it asks of rows.
fn combinations_without(wanted: &Wanted<'_>, selection: &Selection<'_>) -> Vec<String> {
    let rows: Vec<&str> = selection
        .chosen
        .iter()
        .filter(|chosen| chosen.unit.kind == UnitKind::Row)
        .map(Chosen::text)
        .collect();
    if rows.len() < 2 {
        return Vec::new();
    }
    let asked: HashSet<String> = analysis::query_terms(wanted.text).into_iter().collect();
    let words: Vec<HashSet<String>> = rows
        .iter()
        .map(|row| {
            analysis::terms(row)
                .into_iter()
                .filter(|term| asked.contains(term))
                .collect()
        })
        .collect();
    let most = words.iter().map(HashSet::len).max().unwrap_or_default();
    let forms: Vec<Forms> = rows.iter().map(|row| Forms::of(row)).collect();
    let is_torn = |identifier: &&Identifier| {
        let holds = |row: usize| identifier.is_in(&forms[row]);
        (0..rows.len()).any(holds)
            && !(0..rows.len()).any(|row| holds(row) && words[row].len() == most)
    };
    wanted
        .identifiers
        .iter()
        .filter(is_torn)
        .map(|identifier| identifier.text(wanted.text).to_owned())
        .collect()
}

/// The most that an answer may be that does not mention what the question names. `None`: it does, or need not.
fn class_without(
    identifier: &Identifier,
    wanted: &Wanted<'_>,
    shown: &Forms,
    (evidence, selection): (&Evidence<'_>, &Selection<'_>),
) -> Option<Verdict> {
    if identifier.is_in(shown) {
        return None;
    }
    // What stands elsewhere is part of the question; what stands nowhere is another thing.
    let is_known = || {
        let mut terms = evidence.found.terms.iter();
        terms
            .any(|weight| weight.passages > 0 && identifier.forms().any(|form| form == weight.term))
    };
    match identifier.kind {
        Kind::Code | Kind::Version if is_known() => Some(Verdict::Partly),
        Kind::Code | Kind::Version => Some(Verdict::NotFound),
        // Another thing of that name, another period: a neighbour's text.
        Kind::Label if identifier.has_neighbour_in(shown) => Some(Verdict::NotFound),
        Kind::Period => {
            let covers = |chosen: &Chosen<'_>| {
                // What holds from some day on says nothing about days to come.
                let stated = &chosen.hit.stated;
                let mut times = wanted.times.iter();
                times.any(|time| {
                    stated.covers(*time) && (stated.until.is_some() || time.first <= evidence.today)
                })
            };
            if selection.chosen.iter().any(covers) {
                None
            } else if shown.has_years() && !is_known() {
                Some(Verdict::NotFound)
            } else {
                Some(Verdict::Partly)
            }
        }
        Kind::Label | Kind::Quantity => Some(Verdict::Partly),
        Kind::Count => identifier
            .has_other_count_in(shown)
            .then_some(Verdict::Partly),
        Kind::Date | Kind::Day => identifier
            .is_contradicted_by(shown)
            .then_some(Verdict::Partly),
    }
}

/// Names in the question, as far as capitals tell, that what is shown does not hold.
fn names_without(question: &str, found: &Found, shown: &str) -> Vec<String> {
    let words = analysis::words(question);
    let is_capital = |text: &str| text.chars().next().is_some_and(char::is_uppercase);
    let capitals = words
        .iter()
        .filter(|word| is_capital(&question[word.range.clone()]))
        .count();
    // Who writes every word so, tells nothing by it.
    if capitals * 2 > words.len() {
        return Vec::new();
    }
    let held: HashSet<String> = analysis::index_terms(shown).into_iter().collect();
    let begins_sentence = |at: usize| {
        let before = question[..at].trim_end();
        before.is_empty() || before.ends_with(['.', '?', '!', ':', '\n'])
    };
    let exact = identifier::asked(question);
    words
        .iter()
        .filter(|word| {
            let text = &question[word.range.clone()];
            is_capital(text)
                && !evidence::is_general(text)
                && !exact.iter().any(|exact| exact.covers(&word.range))
                && !word.is_stop
                && text.chars().nth(1).is_some()
                && !begins_sentence(word.range.start)
                && !text.chars().any(|c| c.is_ascii_digit())
                && found.terms.iter().any(|weight| weight.term == word.term)
                && !held.contains(&word.term)
        })
        .map(|word| question[word.range.clone()].to_owned())
        .collect()
}
