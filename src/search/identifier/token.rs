//! The runs of letters and digits of a text, read as numbers, codes, versions and periods.

use std::ops::Range;

use crate::language::{self, Language};

/// Letters behind digits that are a word of their own, whatever it is.
const LONG_UNIT: usize = 4;

/// A run of letters and digits, with what joins them where a digit stands beside it.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent things that its letters tell"
)]
pub(super) struct Token {
    pub(super) range: Range<usize>,
    /// Folded, with what joins its parts.
    pub(super) word: String,
    /// Folded, without that.
    pub(super) joined: String,
    pub(super) has_digit: bool,
    /// Letters and digits, and no unit.
    pub(super) is_code: bool,
    /// Digits alone.
    pub(super) is_plain: bool,
    pub(super) is_ordinal: bool,
    /// A currency before it or a unit in it or behind it.
    pub(super) has_unit: bool,
    pub(super) is_capital: bool,
    /// One capital letter that is no word: "E" of "Band E".
    pub(super) is_letter: bool,
    /// One capital letter: "L" of "HP-360 L".
    pub(super) is_suffix: bool,
    /// A currency before it, or a sign behind it.
    pub(super) sign: Option<char>,
    /// Its capital is the one of its sentence, and no number behind it says that it is a name: "May I …".
    pub(super) is_capital_by_place: bool,
    /// A dash stands before it.
    pub(super) dash_before: bool,
    pub(super) number: Option<u32>,
    pub(super) version: Option<String>,
    pub(super) period: Option<String>,
    pub(super) years: Vec<u32>,
    pub(super) forms: Vec<String>,
}

impl Token {
    /// "E" of "E 101", "AX" of "AX 1200".
    pub(super) fn is_short_prefix(&self) -> bool {
        !self.has_digit
            && (1..=3).contains(&self.word.len())
            && !language::any(&self.word, |l| &l.stop_words)
            && !language::any(&self.word, |l| &l.identify.units)
    }

    /// As a number of things, in digits or in words.
    pub(super) fn count(&self) -> Option<u32> {
        if self.has_digit {
            return self.number.filter(|_| self.is_plain);
        }
        let place = |language: &Language| {
            language
                .identify
                .numbers
                .iter()
                .position(|name| *name == self.word)
        };
        let number = language::all().iter().find_map(place)?;
        u32::try_from(number).ok().filter(|number| *number > 1)
    }

    pub(super) fn is_year(&self) -> bool {
        self.is_plain
            && self.joined.len() == 4
            && self.number.is_some_and(|n| (1900..=2100).contains(&n))
            && !self.has_unit
    }
}

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    let mut last_end = 0;
    while at < chars.len() {
        if !chars[at].1.is_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        while at < chars.len() {
            let (_, c) = chars[at];
            let is_joint = is_joiner(c)
                && chars.get(at + 1).is_some_and(|(_, next)| {
                    next.is_alphanumeric()
                        && (next.is_ascii_digit() || chars[at - 1].1.is_ascii_digit())
                });
            if c.is_alphanumeric() || is_joint || unicode_normalization::char::is_combining_mark(c)
            {
                at += 1;
            } else {
                break;
            }
        }
        let end = chars.get(at).map_or(text.len(), |(byte, _)| *byte);
        let between = &text[last_end..chars[start].0];
        let after = text[end..].trim_start();
        let mut token = Token::new(&text[chars[start].0..end], chars[start].0);
        token.dash_before = between.contains(['-', '–', '—', '‑']);
        let sign_before = between.trim_end().chars().next_back();
        let sign_after = after.chars().next();
        token.sign = sign_before
            .filter(|c| matches!(c, '£' | '$' | '€' | '¥'))
            .or(sign_after.filter(|c| matches!(c, '%' | '€' | '°' | '£' | '$' | '‰')))
            .filter(|_| token.has_digit);
        token.has_unit |= token.sign.is_some();
        let ends = |c: char| matches!(c, '.' | '?' | '!' | ':' | '\n');
        token.is_capital_by_place = tokens.is_empty() || between.contains(ends);
        last_end = end;
        tokens.push(token);
    }
    for place in 1..tokens.len() {
        let is_number = tokens[place].has_digit;
        tokens[place - 1].is_capital_by_place &= !is_number;
    }
    tokens
}

fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '-' | '‐' | '‑' | '.' | ',' | '/' | '_' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}'
    )
}

impl Token {
    fn new(text: &str, start: usize) -> Self {
        let mut token = Self {
            range: start..start + text.len(),
            is_capital: text.chars().next().is_some_and(char::is_uppercase),
            is_suffix: text.len() == 1
                && text
                    .chars()
                    .all(|c| c.is_ascii_uppercase() && c != 'A' && c != 'I'),
            is_letter: text.len() == 1 && text.chars().all(|c| c.is_ascii_uppercase() && c != 'I'),
            has_digit: text.chars().any(|c| c.is_ascii_digit()),
            ..Self::default()
        };
        let parts: Vec<String> = text.split(is_joiner).map(language::fold).collect();
        token.joined = parts.concat();
        token.word = parts.join(" ");
        if !token.has_digit {
            return token;
        }
        let joiners: Vec<char> = text.chars().filter(|c| is_joiner(*c)).collect();
        token.forms.push(token.joined.clone());
        token.is_plain = token.joined.chars().all(|c| c.is_ascii_digit());
        token.number = token.joined.parse().ok();
        if token.is_plain {
            token.read_digits(&parts, &joiners);
        } else {
            token.read_mixed(&parts, &joiners);
        }
        // "E-101" is "101" too, and "5-7" both its ends; "2.6" is no "6".
        let is_dash = |c: &char| matches!(c, '-' | '‐' | '‑' | '/');
        if token.version.is_none()
            && token.period.is_none()
            && joiners.iter().all(is_dash)
            && parts.len() > 1
        {
            let numbers = parts
                .iter()
                .filter(|part| part.chars().any(|c| c.is_ascii_digit()));
            token.forms.extend(numbers.cloned());
        }
        token.forms.sort();
        token.forms.dedup();
        token
    }

    /// Digits, perhaps with separators.
    fn read_digits(&mut self, parts: &[String], joiners: &[char]) {
        if joiners.is_empty() {
            let trimmed = self.joined.trim_start_matches('0');
            if !trimmed.is_empty() && trimmed.len() < self.joined.len() {
                self.forms.push(trimmed.to_owned());
            }
            return;
        }
        self.is_plain = false;
        let all = |c: char| joiners.iter().all(|joiner| *joiner == c);
        if all('/') && parts.len() == 2 && parts[0].len() == 4 && matches!(parts[1].len(), 2 | 4) {
            let first: u32 = parts[0].parse().unwrap_or_default();
            let second: u32 = parts[1].parse().unwrap_or_default();
            let second = if parts[1].len() == 2 {
                first / 100 * 100 + second
            } else {
                second
            };
            self.period = Some(format!("{first}/{second}"));
            self.years = vec![first, second];
            self.forms = vec![
                format!("{first}/{second}"),
                first.to_string(),
                second.to_string(),
            ];
            return;
        }
        let numbers: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
        if (all('.') || all('/') || all('-'))
            && parts.len() == 3
            && let Some((day, month)) = day_and_month(&numbers, parts)
        {
            self.forms.push(date_form(day, month));
            if all('.') {
                // It may as well be a version.
                self.forms.push(version_form(parts));
            }
            return;
        }
        if all('.') && parts.len() >= 3 && !is_grouped(parts) {
            let version = version_form(parts);
            self.forms = vec![version.clone()];
            self.version = Some(version);
            return;
        }
        let separators = matches!(
            joiners[0],
            ',' | '.' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}'
        );
        if is_grouped(parts) && separators {
            self.forms = vec![self.joined.clone()];
            if parts.len() == 2 && matches!(joiners[0], '.' | ',') {
                self.forms.push(decimal_form(&parts[0], &parts[1]));
            }
        } else if separators && parts.len() == 2 {
            self.forms = vec![decimal_form(&parts[0], &parts[1])];
        } else if separators && is_grouped(&parts[..parts.len() - 1]) {
            // "1,234.50"
            let (fraction, whole) = parts.split_last().expect("there are parts");
            self.forms = vec![decimal_form(&whole.concat(), fraction)];
        }
    }

    /// Letters and digits.
    fn read_mixed(&mut self, parts: &[String], joiners: &[char]) {
        if let Some(rest) = self.joined.strip_prefix('v')
            && rest.chars().all(|c| c.is_ascii_digit())
        {
            let numbers: Vec<String> = parts
                .iter()
                .map(|part| part.trim_start_matches('v').to_owned())
                .filter(|part| !part.is_empty())
                .collect();
            let version = version_form(&numbers);
            self.forms.push(version.clone());
            self.version = Some(version);
            return;
        }
        let digits = self
            .joined
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.joined.len());
        let (number, unit) = self.joined.split_at(digits);
        let is_ordinal = language::any(unit, |l| &l.identify.ordinals);
        // "300rupees" is no code.
        let is_word = unit.len() >= LONG_UNIT && unit.chars().all(char::is_alphabetic);
        let is_unit = is_word || language::any(unit, |l| &l.identify.units);
        if !number.is_empty() && (is_ordinal || is_unit) {
            self.is_ordinal = is_ordinal;
            self.has_unit = !self.is_ordinal;
            self.number = number.parse().ok();
            self.is_plain = self.is_ordinal;
            // "2.5kg" is read as "2.5".
            let last = parts
                .last()
                .map(|part| part.trim_end_matches(unit).to_owned())
                .unwrap_or_default();
            let mut parts: Vec<String> = parts[..parts.len() - 1].to_vec();
            parts.push(last);
            let mut digits = Self {
                joined: number.to_owned(),
                is_plain: true,
                ..Self::default()
            };
            digits.forms.push(number.to_owned());
            digits.read_digits(&parts, joiners);
            self.forms.extend(digits.forms);
            if unit == "k" {
                self.forms.push(format!("{number}000"));
            }
            return;
        }
        self.is_code = true;
    }
}

/// "10,000", "1.234.567"
fn is_grouped(parts: &[String]) -> bool {
    parts.len() >= 2
        && (1..=3).contains(&parts[0].len())
        && parts[1..].iter().all(|part| part.len() == 3)
}

fn decimal_form(whole: &str, fraction: &str) -> String {
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}·{fraction}")
    }
}

fn version_form(parts: &[String]) -> String {
    parts.join("·")
}

/// Of "24.12.2026", "24/12/26", "2026-12-24".
fn day_and_month(numbers: &[u32], parts: &[String]) -> Option<(u32, usize)> {
    let [first, second, third] = numbers else {
        return None;
    };
    let (day, month) = match (parts[0].len(), parts[2].len()) {
        (4, _) => (*third, *second),
        (1 | 2, 2 | 4) => (*first, *second),
        _ => return None,
    };
    ((1..=31).contains(&day) && (1..=12).contains(&month)).then(|| (day, month as usize - 1))
}

pub(super) fn date_form(day: u32, month: usize) -> String {
    format!("date{day}m{month}")
}
