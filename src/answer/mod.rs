//! Answers a question with sentences of the approved knowledge, verbatim, each with its citation, or says that there is no answer.
//!
//! Search finds passages, [`evidence`] says what speaks for and against them, [`calibration`] turns that into a probability, and
//! [`selection`] chooses the sentences, list items and table rows that are shown. Nothing is generated: every character of an answer
//! stands in a document, or was fixed by staff ([`approved`]).

pub(crate) mod approved;
pub(crate) mod calibration;
mod choice;
mod citation;
mod condition;
mod conflict;
mod contact;
pub(crate) mod evidence;
mod fixed;
mod given;
mod judge;
mod nearest_page;
mod preference;
mod question;
mod readable;
mod request;
pub(crate) mod rerank;
mod rules;
mod section;
mod selection;
mod story;
mod table;
mod talk;
#[cfg(test)]
mod tests;
mod verdict;
mod wanted;

use std::time::Instant;

use jiff::civil::Date;

#[cfg(test)]
pub(crate) use choice::Choice;
pub(crate) use citation::{Citation, Layout, Part, Source};
pub(crate) use given::{Answer, Timings};
pub(crate) use judge::{Evidence, Judge};
#[cfg(test)]
pub(crate) use nearest_page::NearestPage;
pub(crate) use question::{BadQuestion, Question};
pub(crate) use readable::Unreadable;
pub(crate) use rules::Caveat;
pub(crate) use selection::{Omission, OmissionKind, Reason};
pub(crate) use talk::Talk;
pub(crate) use verdict::Verdict;

use crate::inference::{self, Pool};
use crate::knowledge;
use crate::knowledge::approved::Phrasings;
use crate::search::{self, Filter, Found, Hit, Index, Query};
use approved::Nearest;
use contact::Reach;
use readable::Reading;
use rerank::Asked;
use section::Section;
use wanted::Wanted;

/// Passages that are looked at: all candidates, for how far the others fall behind is evidence too.
const HITS: usize = 100;

/// The probability of an answer that holds everything that the question names exactly, and the rest of its words.
const NAMED: f64 = 0.8;
/// The same of a page that says how somebody can be reached, where nothing else is asked.
const REACHED: f64 = 0.5;

/// What is left of the odds of an answer that lacks a thing which the question names.
const DOUBT: f64 = 0.22;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Inference(#[from] inference::Error),
    #[error(transparent)]
    Search(#[from] search::Error),
    #[error(transparent)]
    Knowledge(#[from] knowledge::Error),
}

/// What an answer is made with.
#[derive(Clone, Copy)]
pub(crate) struct Engine<'a> {
    pub index: &'a Index,
    /// `None`: no answer is fixed here.
    pub phrasings: Option<&'a Phrasings>,
    pub pool: &'a Pool,
    pub judge: &'a Judge,
}

/// An answer with everything that led to it, for measuring, fitting and explaining.
pub(crate) struct Examined {
    /// As it was asked, spelling mended.
    pub question: String,
    pub answer: Answer,
    pub found: Found,
    pub features: evidence::Features,
    pub check: Option<rerank::LateInteraction>,
    /// The class that the probability alone stands for.
    pub by_probability: Verdict,
    /// What is shown, by passage and unit, and why.
    pub shown: Vec<Shown>,
    /// The phrasing of an approved answer that is nearest to the question.
    pub nearest: Option<Nearest>,
}

/// A unit that is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub passage: i64,
    /// Its place among the units of its passage.
    pub unit: usize,
    pub reason: Reason,
}

impl From<&selection::Chosen<'_>> for Shown {
    fn from(chosen: &selection::Chosen<'_>) -> Self {
        Self {
            passage: chosen.hit.passage,
            unit: chosen.index,
            reason: chosen.reason,
        }
    }
}

/// A unit of a passage, as it is compared with the question.
pub(crate) struct UnitView {
    pub text: String,
    /// Cosine with the question.
    pub score: f32,
    /// A table's header is quoted with a row, not alone.
    pub is_header: bool,
}

/// The units of a passage that was found.
pub(crate) fn units(hit: &Hit) -> Vec<UnitView> {
    let section = Section::of(hit);
    (0..section.len())
        .map(|index| UnitView {
            text: section.text(index).to_owned(),
            score: section.score(index),
            is_header: section.is_header(index),
        })
        .collect()
}

/// Answers a question with what `filter` lets be found.
pub(crate) fn ask(
    engine: Engine<'_>,
    question: &Question,
    filter: &Filter,
) -> Result<Answer, Error> {
    Ok(examine(engine, question, filter)?.answer)
}

/// As [`ask`], with the spelling as it is.
pub(crate) fn ask_verbatim(
    engine: Engine<'_>,
    question: &Question,
    filter: &Filter,
) -> Result<Answer, Error> {
    Ok(examine_as(engine, question, filter, false)?.answer)
}

/// As [`ask`], with the evidence.
pub(crate) fn examine(
    engine: Engine<'_>,
    question: &Question,
    filter: &Filter,
) -> Result<Examined, Error> {
    examine_as(engine, question, filter, true)
}

fn examine_as(
    engine: Engine<'_>,
    question: &Question,
    filter: &Filter,
    mends: bool,
) -> Result<Examined, Error> {
    let model = engine.pool.model();
    let is_word = |word: &str| model.count_tokens(word).is_ok_and(|pieces| pieces == 1);
    if let Some(talk) = Talk::of(question.as_str()) {
        return Ok(Examined::without_search(Answer::of_talk(talk)));
    }
    let reading = readable::read(question.as_str(), is_word);
    if let Reading::Not(unreadable) = reading {
        let mut answer = Answer::new(Verdict::NotFound, 0.0);
        answer.unreadable = Some(unreadable);
        return Ok(Examined::without_search(answer));
    }
    let (written_out, mended) = match reading {
        Reading::Well if mends => {
            let text = search::written_out(question.as_str());
            let mended = engine.index.mend(&text, filter, is_word)?;
            (text, mended)
        }
        _ => (question.as_str().to_owned(), None),
    };
    let text = mended.as_ref().map_or(&written_out, |mended| &mended.text);
    let mut examined = examine_one(engine, text, filter)?;
    if let Some(request) = story::request_of_story(text) {
        let of_request = examine_one(engine, &request, filter)?;
        examined = story::of_story(examined, of_request);
    } else if examined.answer.approved.is_none() {
        let both = request::compared(text);
        let compares = both.is_some();
        let requests = both.unwrap_or_else(|| request::requests(text));
        let mut answers: Vec<(String, Examined)> = Vec::with_capacity(requests.len());
        for request in requests {
            let one = examine_request(engine, &request, answers.first(), filter)?;
            answers.push((request.text, one));
        }
        request::join(&mut examined, answers);
        if compares && examined.answer.class == Verdict::Answered {
            // Both stand beside each other; what differs is for the reader to see.
            examined.answer.class = Verdict::Partly;
        }
    }
    examined.answer.mended = mended;
    if let Reading::ByWords(language) = reading {
        examined.read_by_words(language);
    }
    Ok(examined)
}

impl Examined {
    /// Of what is no question, or none that can be read.
    fn without_search(answer: Answer) -> Self {
        Self {
            question: String::new(),
            by_probability: answer.class,
            answer,
            found: Found::default(),
            features: evidence::Features::none(),
            check: None,
            shown: Vec::new(),
            nearest: None,
        }
    }

    /// The model reads the question's language badly: only what has its words is shown, and never as a full answer.
    fn read_by_words(&mut self, language: String) {
        if self.answer.approved.is_some() {
            return;
        }
        let is_shown = matches!(self.answer.class, Verdict::Answered | Verdict::Partly);
        if is_shown && evidence::is_met(&self.found) {
            self.answer.class = Verdict::Partly;
            self.answer.caveats.push(Caveat::Language);
            return;
        }
        let mut refused = Answer::new(Verdict::NotFound, self.answer.probability);
        refused.nearest = std::mem::take(&mut self.answer.nearest);
        refused.unreadable = Some(Unreadable::Language(language));
        refused.vector = std::mem::take(&mut self.answer.vector);
        refused.timings = self.answer.timings;
        self.answer = refused;
        self.shown.clear();
    }
}

/// Answers one of several requests, by itself or with what the first one says.
fn examine_request(
    engine: Engine<'_>,
    request: &request::Request,
    first: Option<&(String, Examined)>,
    filter: &Filter,
) -> Result<Examined, Error> {
    let Some(context) = &request.in_context else {
        return examine_one(engine, &request.text, filter);
    };
    let in_context = examine_one(engine, context, filter)?;
    if request.points_back {
        return Ok(in_context);
    }
    let alone = examine_one(engine, &request.text, filter)?;
    let first = first.map(|(_, first)| first);
    Ok(request::better(alone, in_context, first))
}

/// Answers what is asked as it stands.
fn examine_one(engine: Engine<'_>, text: &str, filter: &Filter) -> Result<Examined, Error> {
    let (index, phrasings, pool) = (engine.index, engine.phrasings, engine.pool);
    let started = Instant::now();
    let states = pool.states_now(text)?;
    let embedded = Instant::now();
    let nearest = fixed::nearest(text, &states.whole, phrasings, filter)?;
    let query = Query::new(text, states.whole.clone());
    let mut found = index.search(&query, filter, HITS)?;
    let searched = Instant::now();

    let today = filter.at().day();
    let wanted = Wanted::new(text, today);
    preference::apply(&wanted, today, &mut found);
    let asked = Asked::new(text, &states, &found);
    let check = rerank::rerank(index, pool, &asked, &mut found)?;
    let said_of_the_named = preference::said_of_the_named(&wanted, &found);
    let checked = Instant::now();
    let features = evidence::features(&found, check);
    let is_named = said_of_the_named.is_some();
    let least = least_probability(&wanted, &found, said_of_the_named.as_deref());
    let probability = engine.judge.probability(&features).max(least);
    let by_probability = engine.judge.class(probability);
    let mut answer = Answer::new(Verdict::NotFound, probability);
    answer.unknown = evidence::unknown_words(text, &found);
    let mut shown = match check {
        Some(check) => {
            let first = found.hits.first();
            let around = first.map(|first| index.around(first, &states.whole, filter));
            let around = around.transpose()?.unwrap_or_default();
            let judged = (by_probability, check, is_named);
            let at = (filter, today);
            choose_and_rule(&mut answer, judged, &wanted, (&found, &around), at)
        }
        None => Vec::new(),
    };
    if answer.class == Verdict::NotFound {
        answer.nearest = nearest_page::nearest_pages(&wanted, &found, filter);
    }
    if let (Some(near), Some(phrasings)) = (&nearest, phrasings)
        && near.difference.is_none()
        && let Some((approved, cited)) = phrasings.answer(&near.answer)?
    {
        answer = fixed::answer(&approved, &cited, near.cosine, filter);
        shown.clear();
    }
    answer.vector.clone_from(&states.whole);
    answer.timings = Timings::between([started, embedded, searched, checked]);
    Ok(Examined {
        question: text.to_owned(),
        answer,
        found,
        features,
        check,
        by_probability,
        shown,
        nearest,
    })
}

/// What the probability is at least, whatever the evidence says. `said`: what the first hit says of the codes of the question.
fn least_probability(wanted: &Wanted<'_>, found: &Found, said: Option<&str>) -> f64 {
    if said.is_some_and(|said| evidence::is_met_by(said, found)) {
        return NAMED;
    }
    let is_contact = found.hits.first().is_some_and(contact::answers);
    if wanted.reach == Reach::Alone && is_contact {
        REACHED
    } else {
        0.0
    }
}

/// Chooses what is shown and lets the rules speak.
fn choose_and_rule(
    answer: &mut Answer,
    (by_probability, check, is_named): (Verdict, rerank::LateInteraction, bool),
    wanted: &Wanted<'_>,
    (found, around): (&Found, &[Hit]),
    (filter, today): (&Filter, Date),
) -> Vec<Shown> {
    let mut selection = selection::choose(wanted, found, around);
    selection.add_other_statement(conflict::find(&selection, wanted, found, today));
    let evidence = rules::Evidence {
        check: &check,
        found,
        unknown: &answer.unknown,
        today,
        is_named,
    };
    let mut ruled = rules::rule(by_probability, wanted, &evidence, &selection);
    if ruled.class == Verdict::Partly && by_probability != Verdict::Answered {
        selection.add_elsewhere(today, wanted, found, around);
    }
    let is_unsure = ruled.class == Verdict::Partly && !ruled.says_why();
    if is_unsure && answer.unknown.is_empty() {
        ruled.missing = rules::words_without(wanted.text, found, &selection);
    }
    show(answer, ruled, wanted, found, &selection, (filter, today))
}

/// Puts what was ruled and chosen into the answer.
fn show(
    answer: &mut Answer,
    ruled: rules::Ruled,
    wanted: &Wanted<'_>,
    found: &Found,
    selection: &selection::Selection<'_>,
    (filter, today): (&Filter, Date),
) -> Vec<Shown> {
    answer.class = ruled.class;
    if ruled.misses_a_thing {
        answer.probability = doubted(answer.probability);
    }
    answer.missing = ruled.missing;
    answer.caveats = ruled.caveats;
    if answer.class == Verdict::NotFound && !wanted.is_fragment {
        return Vec::new();
    }
    let choices = choice::choices(wanted, found, filter, today);
    if !choices.is_empty() {
        answer.class = Verdict::Choose;
        answer.choices = choices;
        return Vec::new();
    }
    if answer.class == Verdict::NotFound {
        return Vec::new();
    }
    (answer.parts, answer.citations) = citation::cite(&selection.chosen, filter);
    selection.chosen.iter().map(Shown::from).collect()
}

/// The probability of an answer that lacks a thing which the question names.
fn doubted(probability: f64) -> f64 {
    let odds = DOUBT * probability / (1.0 - probability).max(f64::EPSILON);
    odds / (1.0 + odds)
}
