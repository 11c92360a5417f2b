//! Personal data in what visitors type: recognised and left out before anything is kept.
//!
//! Recognised are e-mail addresses, payment card numbers (Luhn), bank accounts (IBAN, modulo 97) and telephone numbers. What cannot be told from other text, such as names, is not.

use std::ops::Range;

/// A kind of personal data, as its place is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Email,
    Card,
    Account,
    Telephone,
}

impl Kind {
    const fn mark(self) -> &'static str {
        match self {
            Self::Email => "[e-mail]",
            Self::Card => "[card]",
            Self::Account => "[account]",
            Self::Telephone => "[telephone]",
        }
    }
}

const CARD_DIGITS: Range<usize> = 13..20;
const TELEPHONE_DIGITS: Range<usize> = 9..16;
const IBAN_LETTERS: Range<usize> = 15..35;

/// The text with a mark in the place of what was recognised.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let begins_word = out
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric());
        let found = if begins_word { recognise(rest) } else { None };
        if let Some((length, kind)) = found {
            out.push_str(kind.mark());
            rest = &rest[length..];
        } else {
            let letter = rest.chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..letter]);
            rest = &rest[letter..];
        }
    }
    out
}

/// What the text begins with, and how many bytes of it that is.
fn recognise(text: &str) -> Option<(usize, Kind)> {
    email(text)
        .map(|length| (length, Kind::Email))
        .or_else(|| iban(text).map(|length| (length, Kind::Account)))
        .or_else(|| number(text))
}

fn email(text: &str) -> Option<usize> {
    let local = text
        .find(|c: char| !(c.is_alphanumeric() || "._%+-".contains(c)))
        .filter(|end| *end > 0 && text[*end..].starts_with('@'))?;
    let domain = &text[local + 1..];
    let end = domain
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-')))
        .unwrap_or(domain.len());
    let domain = domain[..end].trim_end_matches(['.', '-']);
    domain.contains('.').then_some(local + 1 + domain.len())
}

/// Two letters, two digits, then letters and digits in groups.
fn iban(text: &str) -> Option<usize> {
    let mut letters: Vec<u8> = Vec::new();
    let mut best = None;
    for (at, letter) in text.char_indices() {
        if letter == ' ' && letters.len() >= 4 {
            continue;
        }
        let fits = match letters.len() {
            0 | 1 => letter.is_ascii_alphabetic(),
            2 | 3 => letter.is_ascii_digit(),
            _ => letter.is_ascii_alphanumeric(),
        };
        if !fits || letters.len() >= IBAN_LETTERS.end {
            break;
        }
        letters.push(letter.to_ascii_uppercase() as u8);
        if IBAN_LETTERS.contains(&letters.len()) && modulo_97(&letters) == 1 {
            best = Some(at + 1);
        }
    }
    best
}

fn modulo_97(letters: &[u8]) -> u32 {
    let (head, tail) = letters.split_at(4);
    tail.iter().chain(head).fold(0, |sum, letter| {
        let value = char::from(*letter).to_digit(36).unwrap_or_default();
        if value < 10 {
            (sum * 10 + value) % 97
        } else {
            (sum * 100 + value) % 97
        }
    })
}

/// A card or a telephone number: digits with spaces, dashes, dots and brackets between them.
fn number(text: &str) -> Option<(usize, Kind)> {
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('));
    if !begins {
        return None;
    }
    let mut digits: Vec<u32> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    for (at, letter) in text.char_indices() {
        if let Some(digit) = letter.to_digit(10) {
            digits.push(digit);
            ends.push(at + 1);
        } else if !(matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/') || at == 0 && letter == '+')
        {
            if letter.is_alphanumeric() && ends.last() == Some(&at) {
                // "123abc" is no number of anybody's.
                return None;
            }
            break;
        }
    }
    for count in CARD_DIGITS.rev() {
        if digits.len() >= count && passes_luhn(&digits[..count]) {
            return Some((ends[count - 1], Kind::Card));
        }
    }
    let is_telephone = TELEPHONE_DIGITS.contains(&digits.len())
        && (text.starts_with(['+', '(', '0']) || digits.len() >= 10);
    is_telephone.then(|| (ends[digits.len() - 1], Kind::Telephone))
}

fn passes_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, double @ 10..) => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_is_left_out() {
        for (text, expected) in [
            (
                "My address is ada.lovelace+x@bank.example, ok?",
                "My address is [e-mail], ok?",
            ),
            (
                "card 4111 1111 1111 1111 was stolen",
                "card [card] was stolen",
            ),
            ("4111-1111-1111-1111", "[card]"),
            (
                "pay to GB82 WEST 1234 5698 7654 32 please",
                "pay to [account] please",
            ),
            ("DE89370400440532013000", "[account]"),
            (
                "call me on 07700 900123 today",
                "call me on [telephone] today",
            ),
            ("+44 20 7946 0958", "[telephone]"),
            ("(020) 7946-0958.", "[telephone]."),
        ] {
            assert_eq!(redact(text), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_and_words_stay() {
        for text in [
            "What is the ISA allowance for 2026/27?",
            "between 9.30am and 12.30pm on 24/12/2026",
            "I have 20,000 pounds and 3 accounts",
            "sort code 12-34-56",
            "error 4111111111111112x",
            "reference ABC123",
            "a@b and @home",
            "Was kostet \u{dc}berziehen?",
            "",
        ] {
            assert_eq!(redact(text), text);
        }
    }
}
