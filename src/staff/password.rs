//! Passwords: which are good enough, and how they are kept.
//!
//! A password is what its owner means, not the bytes that a keyboard makes of it: it is brought into one form (NFKC) before it is measured, hashed and
//! compared.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use unicode_normalization::{UnicodeNormalization, is_nfkc};
use zeroize::Zeroizing;

use super::{EmailAddress, PersonName};
use crate::config;
use crate::crypto;
use crate::secret::SecretText;

pub(crate) const MIN_CHARS: usize = 12;
pub(crate) const MAX_CHARS: usize = 128;
/// A password that a guesser who starts with the commonest would meet within so many guesses (a power of ten) is refused.
const MIN_GUESSES_LOG10: f64 = 9.0;
const PRODUCT: &str = "anchorite";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPassword {
    #[error("a password has at least {MIN_CHARS} characters")]
    TooShort,
    #[error("a password has at most {MAX_CHARS} characters")]
    TooLong,
    #[error(
        "this password is among the first that somebody would guess: choose one that is not a common phrase, a pattern of keys or a repetition"
    )]
    Common,
    #[error(
        "this password is built on your name, your address or the name of this program: choose another"
    )]
    Personal,
    #[error("the two passwords differ")]
    Differ,
}

/// The one form of what was typed. Nobody types more than this; a longer text must not cost more.
fn normal_form(typed: &SecretText) -> Zeroizing<String> {
    const MOST: usize = 4 * MAX_CHARS;
    // With room for all of it, so that no part of it is left behind where it was before it grew.
    let mut form = Zeroizing::new(String::with_capacity(4 * MOST));
    form.extend(typed.expose().chars().take(MOST).nfkc().take(MOST));
    form
}

/// A password that is good enough for its owner, in its one form.
#[derive(Debug)]
pub(crate) struct NewPassword(SecretText);

impl NewPassword {
    /// 12 to 128 characters, whichever they are; not one of the commonest (the list is in the `zxcvbn` crate, which also sees through
    /// repetitions, key patterns and letters written as digits), and not one built on what everybody knows of its owner.
    pub(crate) fn check(
        typed: SecretText,
        email: &EmailAddress,
        name: &PersonName,
    ) -> Result<Self, BadPassword> {
        let form = normal_form(&typed);
        // From here on, there is its one form alone.
        drop(typed);
        let text = form.as_str();
        match text.chars().count() {
            ..MIN_CHARS => return Err(BadPassword::TooShort),
            MIN_CHARS..=MAX_CHARS => {}
            _ => return Err(BadPassword::TooLong),
        }
        let known = known_words(email, name);
        let inputs: Vec<&str> = known.iter().map(String::as_str).collect();
        if guesses_log10(text, &inputs) >= MIN_GUESSES_LOG10 {
            return Ok(Self(SecretText::new(text.to_owned())));
        }
        if guesses_log10(text, &[]) >= MIN_GUESSES_LOG10 {
            Err(BadPassword::Personal)
        } else {
            Err(BadPassword::Common)
        }
    }
}

/// What was typed is not in the one form, and no longer than anybody types.
fn is_other(typed: &SecretText, form: &str) -> bool {
    !is_nfkc(typed.expose())
        && typed.expose().chars().count() <= 4 * MAX_CHARS
        && typed.expose() != form
}

fn guesses_log10(password: &str, known: &[&str]) -> f64 {
    zxcvbn::zxcvbn(password, known).guesses_log10()
}

/// What everybody knows: the words of the name and of the address, and what this program is called.
fn known_words(email: &EmailAddress, name: &PersonName) -> Vec<String> {
    let words = [email.as_str(), name.as_str()]
        .into_iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() >= 3)
        .map(str::to_lowercase);
    let joined = name
        .as_str()
        .split_whitespace()
        .collect::<String>()
        .to_lowercase();
    let mut known = vec![PRODUCT.to_owned(), email.as_str().to_owned(), joined];
    known.extend(words);
    known
}

/// Hashes and compares passwords (argon2id).
#[derive(Clone)]
pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    /// Of a password that nobody has: what unknown accounts are compared with.
    nobody: String,
}

#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed")]
pub(crate) struct HashError(#[from] argon2::password_hash::Error);

impl Hasher {
    pub(crate) fn new(config: config::Accounts) -> Result<Self, HashError> {
        let params = Params::new(config.memory_mib * 1024, config.passes, config.lanes, None)
            .map_err(|_| argon2::password_hash::Error::ParamsInvalid)?;
        let mut hasher = Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            nobody: String::new(),
        };
        let nobody: [u8; 32] = crypto::random();
        hasher.nobody = hasher.hash_bytes(&nobody)?;
        Ok(hasher)
    }

    pub(crate) fn hash(&self, password: &NewPassword) -> Result<String, HashError> {
        self.hash_bytes(password.0.expose().as_bytes())
    }

    fn hash_bytes(&self, password: &[u8]) -> Result<String, HashError> {
        let salt: [u8; 16] = crypto::random();
        let hash: PasswordHash = self.argon2.hash_password_with_salt(password, &salt)?;
        Ok(hash.to_string())
    }

    /// Whether `password` belongs to `hash`. `None`, or a hash that nothing belongs to, costs the same.
    pub(crate) fn matches(&self, password: &SecretText, hash: Option<&str>) -> bool {
        let known = hash.filter(|hash| !hash.is_empty());
        let parsed = PasswordHash::new(known.unwrap_or(&self.nobody));
        let form = normal_form(password);
        let equal = parsed.is_ok_and(|hash| {
            let matches =
                |typed: &str| self.argon2.verify_password(typed.as_bytes(), &hash).is_ok();
            // Hashes that were made before there was one form are good once: `renewed` makes them anew.
            matches(&form) || is_other(password, &form) && matches(password.expose())
        });
        equal && known.is_some()
    }

    /// The same password under today's parameters and in its one form, when `hash` was made with weaker ones or from another form. To be called when it
    /// matched.
    pub(crate) fn renewed(
        &self,
        password: &SecretText,
        hash: &str,
    ) -> Result<Option<String>, HashError> {
        let ours = self.argon2.params();
        let weaker = PasswordHash::new(hash)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .is_none_or(|theirs| {
                theirs.m_cost() < ours.m_cost()
                    || theirs.t_cost() < ours.t_cost()
                    || theirs.p_cost() < ours.p_cost()
            });
        let form = normal_form(password);
        let is_of_old_form = || {
            is_other(password, &form)
                && !self.matches(&SecretText::new(form.to_string()), Some(hash))
        };
        (weaker || is_of_old_form())
            .then(|| self.hash_bytes(form.as_bytes()))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<NewPassword, BadPassword> {
        NewPassword::check(
            SecretText::new(password.into()),
            &"ada.lovelace@harbour.example".parse().unwrap(),
            &"Ada Lovelace".parse().unwrap(),
        )
    }

    fn hasher(memory: u32) -> Hasher {
        Hasher::new(config::Accounts {
            memory_mib: memory,
            passes: 1,
            lanes: 1,
        })
        .unwrap()
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        assert!(check("seven quiet tractors hum").is_ok());
        assert!(check("\u{fc}bermorgen-gew\u{e4}chshaus").is_ok());
        assert!(
            check("zkqvwmxjtrbp").is_ok(),
            "no digit or capital is asked for"
        );
        assert_eq!(check("k7#Qz!m2Rw@").unwrap_err(), BadPassword::TooShort);
        assert_eq!(
            check(&"longer than that ".repeat(8)).unwrap_err(),
            BadPassword::TooLong
        );
    }

    #[test]
    fn common_and_patterned_passwords_are_refused() {
        for common in [
            "password1234",
            "passwordpassword",
            "qwertyuiop12",
            "123456789012",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "P@ssw0rd1234",
            "1q2w3e4r5t6y",
            "iloveyou1234",
        ] {
            assert_eq!(check(common).unwrap_err(), BadPassword::Common, "{common}");
        }
    }

    #[test]
    fn what_everybody_knows_of_its_owner_is_refused() {
        for personal in [
            "adalovelace2026",
            "lovelacelovelace",
            "anchorite2026!",
            "Anchorite-Ada",
            "ada.lovelace@harbour.example",
        ] {
            assert!(
                matches!(
                    check(personal),
                    Err(BadPassword::Personal | BadPassword::Common)
                ),
                "{personal}"
            );
        }
    }

    #[test]
    fn a_password_matches_its_own_hash_alone() {
        let hasher = hasher(19);
        let hash = hasher
            .hash(&check("seven quiet tractors hum").unwrap())
            .unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=1,p=1$"),
            "{hash}"
        );
        let right = SecretText::new("seven quiet tractors hum".into());
        assert!(hasher.matches(&right, Some(&hash)));
        assert!(!hasher.matches(
            &SecretText::new("seven quiet tractors hum ".into()),
            Some(&hash)
        ));
        for none in [None, Some(""), Some("not a hash")] {
            assert!(!hasher.matches(&right, none), "{none:?}");
        }
    }

    #[test]
    fn a_hash_of_weaker_parameters_is_renewed() {
        let (weak, strong) = (hasher(19), hasher(20));
        let hash = weak
            .hash(&check("seven quiet tractors hum").unwrap())
            .unwrap();
        let password = SecretText::new("seven quiet tractors hum".into());
        let renewed = strong.renewed(&password, &hash).unwrap().unwrap();
        assert!(strong.matches(&password, Some(&renewed)));
        assert!(strong.renewed(&password, &renewed).unwrap().is_none());
        assert!(
            weak.renewed(&password, &renewed).unwrap().is_none(),
            "never a weaker one"
        );
    }

    #[test]
    fn a_password_is_the_same_however_a_keyboard_writes_it() {
        let hasher = hasher(19);
        let composed = "\u{fc}bermorgen-gew\u{e4}chshaus";
        let typed = SecretText::new("u\u{308}bermorgen-gewa\u{308}chshaus".into());
        let hash = hasher.hash(&check(composed).unwrap()).unwrap();
        assert!(hasher.matches(&typed, Some(&hash)));
        assert!(hasher.renewed(&typed, &hash).unwrap().is_none());
        // One that was hashed as it was typed is good once, and then it is in the one form.
        let old = hasher.hash_bytes(typed.expose().as_bytes()).unwrap();
        assert!(hasher.matches(&typed, Some(&old)));
        let renewed = hasher.renewed(&typed, &old).unwrap().unwrap();
        assert!(hasher.matches(&SecretText::new(composed.into()), Some(&renewed)));
        assert!(hasher.matches(&typed, Some(&renewed)));
    }

    #[test]
    fn length_is_that_of_the_one_form() {
        // Twelve characters as typed, six in the one form.
        assert_eq!(
            check("a\u{308}o\u{308}u\u{308}k\u{327}z\u{30c}q\u{323}").unwrap_err(),
            BadPassword::TooShort
        );
    }
}
