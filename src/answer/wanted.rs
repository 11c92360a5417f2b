//! What a question asks for, as far as its words tell.

use std::ops::Range;

use jiff::civil::Date;

use super::contact::Reach;
use crate::language::{self, Language};
use crate::search::Hit;
use crate::search::analysis::{self, Word};
use crate::search::identifier::{self, Forms, Identifier, Kind};
use crate::search::stated::{self, Force, Standing, Time};

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent things that words tell"
)]
pub(super) struct Wanted<'q> {
    pub text: &'q str,
    /// "How do I …?": what to do.
    pub steps: bool,
    /// "How long …?": one sentence may say it.
    pub fact: bool,
    /// What it names exactly.
    pub identifiers: Vec<Identifier>,
    /// A word or two without a request: "Order", "close my account".
    pub is_fragment: bool,
    /// The times that it names.
    pub times: Vec<Time>,
    /// It asks for what was, without naming a time.
    pub past: bool,
    /// The same for what will be.
    pub future: bool,
    /// It asks for two things beside each other.
    pub compares: bool,
    /// It says that something is not, cannot or failed.
    pub negated: bool,
    /// It asks for a way to reach somebody.
    pub reach: Reach,
}

impl<'q> Wanted<'q> {
    pub(super) fn new(text: &'q str, today: Date) -> Self {
        let words = language::words(text);
        let times = stated::times(text, today);
        let reach = Reach::of(&words);
        let any = |is: &dyn Fn(&Language) -> bool| language::all().iter().any(is);
        let steps = any(&|language| language.asks.steps.are_in(&words));
        Self {
            text,
            steps,
            fact: !steps
                && any(&|language| {
                    language.asks.fact.are_in(&words) || language.asks.fact_openers.begin(&words)
                }),
            identifiers: identifier::asked(text),
            is_fragment: reach == Reach::No && is_fragment(text, &words),
            past: times.is_empty() && any(&|language| language.relative.past.are_in(&words)),
            future: times.is_empty() && any(&|language| language.relative.future.are_in(&words)),
            times,
            compares: any(&|language| language.asks.comparisons.are_in(&words)),
            negated: has_trouble(&words),
            reach,
        }
    }

    /// Whether the question names the time in which a hit's document holds, or asks for what is old or planned.
    pub(super) fn names_time_of(&self, hit: &Hit) -> bool {
        self.states_time_of(hit) || self.asks_for_standing(hit)
    }

    /// Whether the question names a time, and a hit's document says that it is of that time.
    pub(super) fn states_time_of(&self, hit: &Hit) -> bool {
        self.times.iter().any(|time| hit.stated.covers(*time))
    }

    /// Whether the question names a time in which a hit's document does not hold.
    pub(super) fn names_other_time_than(&self, hit: &Hit) -> bool {
        let says_when = hit.stated.from.is_some() || hit.stated.until.is_some();
        says_when && !self.times.is_empty() && !self.names_time_of(hit)
    }

    /// It asks for what was or will be, and names no time.
    pub(super) fn asks_for_another_time(&self) -> bool {
        self.past || self.future
    }

    /// "Last year": a time other than today, without a year that what is shown could say.
    pub(super) fn names_time_by_today(&self, today: Date) -> bool {
        let mut identifiers = self.identifiers.iter();
        let is_now = |time: &Time| (time.first..=time.last).contains(&today);
        !self.times.is_empty()
            && !self.times.iter().any(is_now)
            && !identifiers.any(|identifier| identifier.kind == Kind::Period)
    }

    /// It asks for what was or will be, and a hit's document is of such a time.
    pub(super) fn is_of_the_other_time(&self, hit: &Hit, today: Date) -> bool {
        match hit.stated.force(today) {
            Force::Now => false,
            Force::Over => self.past,
            Force::NotYet => self.future,
        }
    }

    /// "What does the draft propose?"
    fn asks_for_standing(&self, hit: &Hit) -> bool {
        let words = language::words(self.text);
        let any = |is: &dyn Fn(&Language) -> bool| language::all().iter().any(is);
        match hit.stated.standing {
            Standing::Current => false,
            Standing::Outdated => any(&|language| language.standing.outdated.are_in(&words)),
            Standing::Draft => any(&|language| language.standing.draft.are_in(&words)),
        }
    }

    /// The same of things, such as codes.
    pub(super) fn names_a_thing_in(&self, forms: &Forms) -> bool {
        self.things().any(|thing| thing.is_in(forms))
    }

    /// What it names exactly that is a thing rather than a quantity.
    pub(super) fn things(&self) -> impl Iterator<Item = &Identifier> {
        let all = self.identifiers.iter();
        all.filter(|identifier| identifier.names_a_thing())
    }

    /// Whether a hit holds every thing that the question names.
    pub(super) fn names_nothing_else_than(&self, hit: &Hit) -> bool {
        if self.things().next().is_none() {
            return true;
        }
        let forms = hit.forms();
        self.things().all(|thing| thing.is_in(&forms))
    }

    /// Whether `other` holds what `first` holds of what the question names.
    pub(super) fn names_as_much_in(&self, first: &Hit, other: &Hit) -> bool {
        if self.things().next().is_none() {
            return true;
        }
        let (mine, theirs) = (first.forms(), other.forms());
        self.things()
            .all(|thing| !thing.is_in(&mine) || thing.is_in(&theirs))
    }

    /// Whether a word of the question is of what it names exactly.
    pub(super) fn names_exactly(&self, word: &Range<usize>) -> bool {
        let mut named = self.identifiers.iter();
        named.any(|identifier| identifier.covers(word))
    }

    /// Whether a text says something that the question names exactly.
    pub(super) fn names_something_in(&self, forms: &Forms) -> bool {
        self.identifiers
            .iter()
            .any(|identifier| identifier.is_in(forms))
    }
}

/// "How long" asks for a time, not for "long": whether the word at `place` only says what is asked for.
pub(super) fn is_of_measure(question: &str, words: &[Word], place: usize) -> bool {
    let before = &words[place.saturating_sub(1)..=place];
    let pair: Vec<String> = before
        .iter()
        .map(|word| language::fold(&question[word.range.clone()]))
        .collect();
    let asks = |language: &Language| language.asks.fact.are(&pair);
    pair.len() == 2 && language::all().iter().any(asks)
}

/// Terms of a fragment.
const FRAGMENT: usize = 2;

fn is_fragment(text: &str, words: &[String]) -> bool {
    let terms = analysis::words(text);
    let content = terms.iter().filter(|word| !word.is_stop).count();
    let asks = words
        .iter()
        .any(|word| language::any(word, |language| &language.asks.openers));
    (1..=FRAGMENT).contains(&content) && !asks && !text.chars().any(|c| c.is_ascii_digit())
}

/// Whether a text speaks of something that is not, does not work, or went wrong.
pub(super) fn has_trouble(words: &[String]) -> bool {
    words.iter().any(|word| {
        language::any(word, |language| &language.negations)
            || language::any(word, |language| &language.troubles)
    })
}
