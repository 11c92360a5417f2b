//! Whether a question is near enough to one that staff fixed the answer to.
//!
//! Near enough is: nearly the same meaning (cosine of the two questions), and nothing that turns one into the other's opposite or
//! neighbour. The second half is needed because the model hardly tells "in" from "out", Monday from Sunday or one year from the next (cosines of
//! 0.94 to 0.98). On 125 topics of IT-help questions in 1,249 human phrasings (Stack Exchange), of which every other topic had one phrasing
//! approved, 0.84 gave the approved answer to 19 % of the other phrasings and to none of the 619 questions of other topics; with three phrasings, to
//! 32 % and none. A wrong approved answer is worse than none: the engine still answers what is not near enough.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::id::ApprovedId;
use crate::knowledge::approved::Phrasing;
use crate::language::{self, Language, Phrases};
use crate::search::analysis;

/// Cosine from which two questions may be the same.
pub(crate) const NEAR: f32 = 0.84;
/// Cosine from which a phrasing is worth mentioning to staff.
const WORTH_MENTIONING: f32 = 0.6;
/// Words that replace each other in two otherwise equal questions, at most this many on each side, are what the questions differ in.
const REPLACED: usize = 2;

/// Stands for every word that asks for a price.
const PRICE: &str = "price";

/// Why a question that means nearly the same does not get the approved answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Difference {
    Meaning,
    Numbers,
    Negation,
    Opposites,
    Dates,
    /// One asks for what was or will be.
    Time,
    /// The same question about something else, or about more than this.
    Subject,
}

impl Difference {
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Meaning => "the meaning is not near enough",
            Self::Numbers => "it has other numbers",
            Self::Negation => "one of them is negated",
            Self::Opposites => "they have opposite words",
            Self::Dates => "they name other days or months",
            Self::Time => "one of them asks for what was or will be",
            Self::Subject => "it is the same question about something else",
        }
    }
}

/// The phrasing that is nearest to a question.
#[derive(Debug, Clone)]
pub(crate) struct Nearest {
    pub answer: ApprovedId,
    pub phrasing: String,
    pub cosine: f32,
    /// `None`: the question gets the answer.
    pub difference: Option<Difference>,
}

/// Finds the nearest phrasing, first among those that are near enough. `None`: there is nothing worth mentioning.
pub(super) fn nearest<'p>(
    question: &str,
    vector: &[f32],
    phrasings: impl Iterator<Item = &'p Phrasing>,
) -> Option<Nearest> {
    let asked = Words::new(question);
    let judged = phrasings.map(|phrasing| {
        let cosine: f32 = vector
            .iter()
            .zip(&phrasing.vector)
            .map(|(a, b)| a * b)
            .sum();
        (phrasing, cosine)
    });
    let mut near: Vec<_> = judged
        .filter(|(_, cosine)| *cosine >= WORTH_MENTIONING)
        .map(|(phrasing, cosine)| {
            let difference = if asked.all == Words::new(&phrasing.text).all {
                None
            } else if cosine < NEAR {
                Some(Difference::Meaning)
            } else {
                asked.difference(&Words::new(&phrasing.text))
            };
            Nearest {
                answer: phrasing.answer.clone(),
                phrasing: phrasing.text.clone(),
                cosine,
                difference,
            }
        })
        .collect();
    near.sort_by(|a, b| {
        a.difference
            .is_some()
            .cmp(&b.difference.is_some())
            .then(b.cosine.total_cmp(&a.cosine))
    });
    near.into_iter().next()
}

/// The words of a question, in lower case, without apostrophes.
struct Words {
    all: Vec<String>,
}

impl Words {
    fn new(text: &str) -> Self {
        let all = text
            .to_lowercase()
            .replace(['\'', '\u{2019}'], "")
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        Self { all }
    }

    fn has(&self, word: &str) -> bool {
        self.all.iter().any(|known| known == word)
    }

    fn of(&self, is: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        self.all
            .iter()
            .map(String::as_str)
            .filter(|word| is(word))
            .collect()
    }

    /// What tells this question from another one of nearly the same meaning.
    fn difference(&self, other: &Self) -> Option<Difference> {
        let numbers = |word: &str| word.chars().any(|c| c.is_ascii_digit());
        if self.of(numbers) != other.of(numbers) {
            return Some(Difference::Numbers);
        }
        let is_negation = |word: &str| language::any(word, |language| &language.negations);
        let negated = |words: &Self| !words.of(is_negation).is_empty();
        if negated(self) != negated(other) {
            return Some(Difference::Negation);
        }
        let dates = |word: &str| {
            // "Sundays"
            let singular = word.strip_suffix('s').unwrap_or(word);
            language::all().iter().any(|language| {
                language.weekdays.find_name(singular).is_some()
                    || language.months.find_name(singular).is_some()
                    || language.relative_days.contains(singular)
            })
        };
        let singular = |words: BTreeSet<&str>| -> BTreeSet<String> {
            words
                .into_iter()
                .map(|word| word.strip_suffix('s').unwrap_or(word).to_owned())
                .collect()
        };
        if singular(self.of(dates)) != singular(other.of(dates)) {
            return Some(Difference::Dates);
        }
        let opposed = |one: &str, two: &str| {
            self.has(one) && !self.has(two) && other.has(two) && !other.has(one)
        };
        if language::all()
            .iter()
            .flat_map(|language| language.opposites.iter())
            .any(|(one, two)| opposed(one, two) || opposed(two, one))
        {
            return Some(Difference::Opposites);
        }
        let other_time = |list: fn(&Language) -> &Phrases| {
            let asks = |words: &Self| language::all().iter().any(|l| list(l).are_in(&words.all));
            asks(self) != asks(other)
        };
        if other_time(|language| &language.relative.past)
            || other_time(|language| &language.relative.future)
        {
            return Some(Difference::Time);
        }
        let is_other = self.replaces_subject(other) || self.names_another_thing(other);
        is_other.then_some(Difference::Subject)
    }

    /// Whether the other says what it is about more closely, or names something in the place of what this one names.
    fn names_another_thing(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.things(), other.things());
        let own = mine.difference(&theirs).count();
        let others = theirs.difference(&mine).count();
        others > 0 && (own == 0 || own <= REPLACED && others <= REPLACED)
    }

    /// What it names: the stems of its words without those of everyday speech, and one for all that ask for a price.
    fn things(&self) -> BTreeSet<String> {
        let text = self.all.join(" ");
        let words = analysis::words(&text).into_iter();
        let named = words.filter(|word| !word.is_stop).filter_map(|word| {
            let folded = language::fold(&text[word.range]);
            if language::any(&folded, |language| &language.prices) {
                return Some(PRICE.to_owned());
            }
            let is_general = language::any(&folded, |language| &language.general);
            (!is_general).then_some(word.term)
        });
        named.collect()
    }

    /// Whether the two are the same but for a word or two that were replaced, and those carry meaning.
    fn replaces_subject(&self, other: &Self) -> bool {
        let (a, b) = (&self.all, &other.all);
        let before = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let most = a.len().min(b.len()) - before;
        let after = a
            .iter()
            .rev()
            .zip(b.iter().rev())
            .take(most)
            .take_while(|(a, b)| a == b)
            .count();
        let (mine, theirs) = (&a[before..a.len() - after], &b[before..b.len() - after]);
        let is_short = |words: &[String]| (1..=REPLACED).contains(&words.len());
        let stems = |words: &[String]| -> Vec<String> {
            let words = analysis::words(&words.join(" "));
            let matter = words.into_iter().filter(|word| !word.is_stop);
            matter.map(|word| word.term).collect()
        };
        let matters = |words: &[String]| !stems(words).is_empty();
        before + after >= 2
            && is_short(mine)
            && is_short(theirs)
            && matters(mine)
            && matters(theirs)
            && stems(mine) != stems(theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::{WIDTH, shared_pool};
    use crate::search::During;

    fn judge(approved: &str, asked: &str) -> Option<Difference> {
        let vectors = shared_pool().embed_now(&[approved, asked]).unwrap();
        let (one, two) = vectors.split_at(WIDTH);
        let phrasing = Phrasing {
            answer: ApprovedId::random(),
            text: approved.to_owned(),
            vector: one.to_vec(),
            during: During::default(),
        };
        match nearest(asked, two, std::iter::once(&phrasing)) {
            Some(nearest) => nearest.difference,
            None => Some(Difference::Meaning),
        }
    }

    #[test]
    fn the_same_question_in_other_words_is_near_enough() {
        for (approved, asked) in [
            ("How do I open an account?", "how do i open an account"),
            ("How do I open an account?", "How can I open an account"),
            ("How do I open an account?", "opening an account"),
            (
                "What is the fee for a CHAPS payment?",
                "how much does a chaps payment cost",
            ),
            (
                "What are the opening hours on Monday?",
                "when are you open on mondays?",
            ),
            (
                "How do I activate my card?",
                "my card is new, how to activate it?",
            ),
        ] {
            assert_eq!(judge(approved, asked), None, "{approved} | {asked}");
        }
    }

    #[test]
    fn a_neighbour_and_an_opposite_are_not() {
        use Difference as D;
        for (approved, asked, expected) in [
            (
                "What are the opening hours on Monday?",
                "What are the opening hours on Sunday?",
                D::Dates,
            ),
            (
                "What is the ISA allowance for 2025?",
                "What is the ISA allowance for 2026?",
                D::Numbers,
            ),
            (
                "What is the ISA allowance?",
                "What is the ISA allowance for 2026?",
                D::Numbers,
            ),
            (
                "How do I increase my overdraft limit?",
                "How do I decrease my overdraft limit?",
                D::Opposites,
            ),
            (
                "How do I transfer an ISA in?",
                "How do I transfer an ISA out?",
                D::Opposites,
            ),
            (
                "How do I report a lost card?",
                "How do I report a stolen card?",
                D::Opposites,
            ),
            (
                "Is the service free?",
                "Is the service not free?",
                D::Negation,
            ),
            ("Can I pay in cash?", "Can't I pay in cash?", D::Negation),
            (
                "Does my PIN change if my card is damaged?",
                "Does my PIN change if my card is replaced?",
                D::Subject,
            ),
            (
                "How do I open an account?",
                "What does a stamp cost?",
                D::Meaning,
            ),
        ] {
            assert_eq!(
                judge(approved, asked),
                Some(expected),
                "{approved} | {asked}"
            );
        }
    }

    #[test]
    fn another_thing_and_another_time_are_not_either() {
        use Difference as D;
        for (approved, asked, expected) in [
            (
                "What is the Easy Saver rate?",
                "regular saver rate",
                D::Subject,
            ),
            ("What is the Easy Saver rate?", "saver rate", D::Subject),
            (
                "What is the Easy Saver rate?",
                "What was the Easy Saver rate?",
                D::Time,
            ),
            (
                "How much is the overdraft rate?",
                "How much will the overdraft rate be?",
                D::Time,
            ),
        ] {
            let found = judge(approved, asked);
            assert_eq!(found, Some(expected), "{approved} | {asked}");
        }
    }
}
