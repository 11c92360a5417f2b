//! Whether a full stop ends its sentence. What it asks for is in the files of the languages, all of them at once: a text does
//! not say which it is in.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::language::{self, Language, Sentence, fold};

/// A word before or after a stop is looked at no further than this.
const MAX_WORD_BYTES: usize = 24;

/// Single letters with stops that are one abbreviation: "i. d. R."
const MAX_LETTERS: usize = 4;

/// What all languages say.
struct Rules {
    never: HashSet<&'static str>,
    before_number: HashSet<&'static str>,
    before_starter: HashSet<&'static str>,
    times: HashSet<&'static str>,
    time_zones: HashSet<&'static str>,
    before_ordinal: HashSet<&'static str>,
    before_hour: HashSet<&'static str>,
    starters: HashSet<&'static str>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let all = |list: fn(&'static Sentence) -> &'static HashSet<String>| -> HashSet<&'static str> {
        let lists = language::all().iter().map(|known| list(&known.sentence));
        lists.flatten().map(String::as_str).collect()
    };
    Rules {
        never: all(|rules| &rules.never),
        before_number: all(|rules| &rules.before_number),
        before_starter: all(|rules| &rules.before_starter),
        times: all(|rules| &rules.times),
        time_zones: all(|rules| &rules.time_zones),
        before_ordinal: all(|rules| &rules.before_ordinal),
        before_hour: all(|rules| &rules.before_hour),
        starters: all(|rules| &rules.starters),
    }
});

/// A single full stop after `before` (the sentence so far) and before `following`, which does not begin in lower case.
pub(super) fn ends_sentence(before: &str, following: &str) -> bool {
    let rules = &*RULES;
    let last = Last::of(before);
    let (word, next) = (last.word.as_str(), word_at(following));
    if last.is_all && word.bytes().all(|b| b.is_ascii_digit()) {
        // The marker of an item.
        return false;
    }
    if rules.never.contains(word) || is_letter_with_stop(&last, following) {
        return false;
    }
    if rules.is_before_number(&last)
        && (is_number(following) || rules.abbreviates_number(following))
    {
        return false;
    }
    let begins = rules.starters.contains(next.as_str());
    if is_day(word) && rules.counts(&last, following, &next) {
        return false;
    }
    if is_date(word) && begins_with_year(following) {
        return false;
    }
    if rules.times.contains(word) {
        let is_weekday = |known: &Language| known.weekdays.find(&fold(&next)).is_some();
        return !rules.time_zones.contains(next.as_str())
            && !language::all().iter().any(is_weekday);
    }
    if last.is_initial() || is_ordinal(word) || rules.before_starter.contains(word) {
        return begins;
    }
    true
}

impl Rules {
    fn is_before_number(&self, last: &Last<'_>) -> bool {
        let word = last.word.as_str();
        let folded = fold(word);
        let is_capital = last.raw.starts_with(char::is_uppercase);
        self.before_number.contains(word)
            || language::all().iter().any(|known| {
                let endings = &known.sentence.before_number_endings;
                endings.iter().any(|ending| word.ends_with(ending.as_str()))
                    || known.months.find_short(&folded).is_some()
                    // In lower case "sat" and "do" are words.
                    || (is_capital && known.weekdays.find_short(&folded).is_some())
            })
    }

    /// "No. 12" after "Ref."
    fn abbreviates_number(&self, following: &str) -> bool {
        let next = word_at(following);
        self.before_number.contains(next.as_str())
            && following
                .get(next.len()..)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|rest| is_number(rest.trim_start()))
    }

    /// A number that may be a day, `last`, is one, or counts something else: "1. May", "24. 12. 2026", "im 3. Stock".
    fn counts(&self, last: &Last<'_>, following: &str, next: &str) -> bool {
        let is_month = |known: &Language| known.months.find(&fold(next)).is_some();
        if language::all().iter().any(is_month) {
            return !self.before_hour.contains(last.previous.as_str());
        }
        let follows_day = last.previous.strip_suffix('.').is_some_and(is_day);
        begins_with_day_and_year(following)
            || (follows_day && begins_with_year(following))
            || (self.before_ordinal.contains(last.previous.as_str())
                && !self.starters.contains(next))
    }
}

/// What stands before a stop.
struct Last<'a> {
    raw: &'a str,
    /// In lower case; letters with stops and spaces between them ("z. B") are one word, without the spaces.
    word: String,
    /// The word before it, in lower case, with its own stop.
    previous: String,
    /// There is nothing before it.
    is_all: bool,
}

impl<'a> Last<'a> {
    fn of(before: &'a str) -> Self {
        let window =
            &before[before.ceil_char_boundary(before.len().saturating_sub(2 * MAX_WORD_BYTES))..];
        let start = word_start(window);
        let raw = &window[start..];
        let mut word = raw.to_lowercase();
        let mut rest = &window[..start];
        if is_letter(raw) {
            for _ in 1..MAX_LETTERS {
                let Some(ahead) = rest.trim_end().strip_suffix('.') else {
                    break;
                };
                let letter = &ahead[word_start(ahead)..];
                if !is_letter(letter) {
                    break;
                }
                word = format!("{}.{word}", letter.to_lowercase());
                rest = &ahead[..ahead.len() - letter.len()];
            }
        }
        let rest = rest.trim_end();
        Self {
            raw,
            word,
            previous: rest[word_start(rest)..].to_lowercase(),
            is_all: rest.is_empty() && window.len() == before.len(),
        }
    }

    /// "J." of "J. Smith"
    fn is_initial(&self) -> bool {
        is_letter(self.raw) && self.raw.starts_with(char::is_uppercase)
    }
}

/// Where the last word of `text` begins.
fn word_start(text: &str) -> usize {
    text.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '/' | '“' | '„' | '»'))
        .map_or(0, |i| text.ceil_char_boundary(i + 1))
}

/// The word that `text` begins with, in lower case.
fn word_at(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '\'' | '’'))
        .take(MAX_WORD_BYTES)
        .collect::<String>()
        .to_lowercase()
}

fn is_letter(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

/// A letter with a stop follows on a letter with a stop: "z. B.", "e. g."
fn is_letter_with_stop(last: &Last<'_>, following: &str) -> bool {
    let mut chars = following.chars();
    is_letter(last.raw)
        && chars.next().is_some_and(char::is_alphabetic)
        && chars.next() == Some('.')
}

/// "12", "#12", "§ 3", "B-12"
fn is_number(text: &str) -> bool {
    let token = text.split_whitespace().next().unwrap_or_default();
    let is_code =
        |c: char| c.is_ascii_digit() || c.is_uppercase() || matches!(c, '-' | '/' | '.' | ',');
    token.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '#' | '§'))
        || (token.contains(|c: char| c.is_ascii_digit()) && token.chars().all(is_code))
}

/// The day of a month, or a range of days: "1", "24", "1.–5", "1./2".
fn is_day(word: &str) -> bool {
    let start = word
        .rfind(['-', '–', '/'])
        .map_or(0, |at| word.ceil_char_boundary(at + 1));
    let (before, digits) = word.split_at(start);
    let is_range = |c: char| c.is_ascii_digit() || matches!(c, '-' | '–' | '/' | '.');
    before.chars().all(is_range) && is_at_most(digits, 31)
}

/// "24.12"
fn is_date(word: &str) -> bool {
    word.split_once('.')
        .is_some_and(|(day, month)| is_day(day) && is_at_most(month, 12))
}

fn is_at_most(digits: &str, most: u8) -> bool {
    let is_number = digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
    is_number
        && digits
            .parse()
            .is_ok_and(|number: u8| (1..=most).contains(&number))
}

/// "3rd"
fn is_ordinal(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && matches!(&word[digits..], "st" | "nd" | "rd" | "th")
}

fn begins_with_year(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && matches!(text.as_bytes()[0], b'1' | b'2')
}

/// "5. 2026" after "1."
fn begins_with_day_and_year(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits)
        && text[digits..]
            .strip_prefix('.')
            .is_some_and(|rest| begins_with_year(rest.trim_start()))
}
