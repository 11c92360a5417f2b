//! The second factor: one-time codes, and the codes on paper for when the telephone is gone.

use crate::crypto;
use crate::secret::SecretText;

const COUNT: usize = 10;
const GROUPS: usize = 4;
const GROUP: usize = 4;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Ten codes, each of 80 random bits and good for one sign-in. Shown once.
pub(crate) struct RecoveryCodes(Vec<SecretText>);

impl RecoveryCodes {
    pub(super) fn random() -> Self {
        Self((0..COUNT).map(|_| random_code()).collect())
    }

    pub(crate) fn expose(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(SecretText::expose)
    }

    pub(super) fn hashes(&self) -> Vec<[u8; 32]> {
        self.0.iter().map(|code| hash(code.expose())).collect()
    }
}

fn random_code() -> SecretText {
    let bytes: [u8; GROUPS * GROUP] = crypto::random();
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(GROUP)
        .map(|group| group.iter().collect())
        .collect();
    SecretText::new(groups.join("-"))
}

/// With 80 random bits, nothing slower than SHA-256 is needed.
fn hash(code: &str) -> [u8; 32] {
    crypto::sha256(code.replace('-', "").as_bytes())
}

/// What somebody typed as a second factor.
pub(super) enum Typed {
    /// Six digits.
    Totp(String),
    /// The hash of what may be a recovery code.
    Recovery([u8; 32]),
}

impl Typed {
    /// Spaces, dashes and case do not matter; letters that are no part of a code but look like one are read as that one.
    pub(super) fn read(text: &SecretText) -> Option<Self> {
        let letters: String = text
            .expose()
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(64)
            .map(|c| match c.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                other => other,
            })
            .collect();
        if letters.len() == 6 && letters.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::Totp(letters));
        }
        let is_code =
            letters.len() == GROUPS * GROUP && letters.bytes().all(|byte| ALPHABET.contains(&byte));
        is_code.then(|| Self::Recovery(hash(&letters)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Typed> {
        Typed::read(&SecretText::new(text.into()))
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for text in ["123456", " 123 456 ", "123-456"] {
            assert!(
                matches!(read(text), Some(Typed::Totp(code)) if code == "123456"),
                "{text}"
            );
        }
        let codes = RecoveryCodes::random();
        let (code, expected) = (codes.expose().next().unwrap(), codes.hashes()[0]);
        assert_eq!(code.len(), 19);
        for text in [code.to_owned(), code.to_uppercase(), code.replace('-', " ")] {
            assert!(
                matches!(read(&text), Some(Typed::Recovery(hash)) if hash == expected),
                "{text}"
            );
        }
        for text in [
            "",
            "12345",
            "1234567",
            "abcdef",
            "uuuu-uuuu-uuuu-uuuu",
            "\u{661}23456",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn ten_codes_differ() {
        let mut hashes = RecoveryCodes::random().hashes();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 10);
    }
}
