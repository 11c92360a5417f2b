//! What a sentence says in numbers, and whether another says otherwise of the same.

use std::collections::HashSet;

use super::analysis;
use super::identifier::Forms;

/// Share of the shorter sentence's words that both have.
const ALIKE: f32 = 0.34;

pub(crate) struct Claim {
    forms: Forms,
    /// Its words without the numbers.
    words: HashSet<String>,
}

impl Claim {
    pub(crate) fn of(text: &str) -> Self {
        let words = analysis::query_terms(text);
        Self {
            forms: Forms::of(text),
            words: words
                .into_iter()
                .filter(|term| !term.chars().any(|c| c.is_ascii_digit()))
                .collect(),
        }
    }

    /// Whether it counts, measures or dates anything, and so can be contradicted.
    pub(crate) fn has_numbers(&self) -> bool {
        self.forms.has_numbers()
    }

    /// Whether it is nearly the same sentence with another number or date.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        self.forms.disagrees_with(&other.forms) && self.is_like(other)
    }

    #[expect(clippy::cast_precision_loss, reason = "words of a sentence")]
    fn is_like(&self, other: &Self) -> bool {
        let shared = self.words.intersection(&other.words).count() as f32;
        let shorter = self.words.len().min(other.words.len()) as f32;
        shorter > 0.0 && shared >= ALIKE * shorter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_number_of_the_same_is_a_contradiction() {
        for (one, two, expected) in [
            (
                "A transfer abroad costs 5 %.",
                "For a transfer abroad we charge 7 %.",
                true,
            ),
            (
                "A transfer abroad costs 5 %.",
                "A transfer abroad costs 5 %, always.",
                false,
            ),
            ("A transfer abroad costs 5 %.", "The dog weighs 7 %.", false),
            (
                "Send it back within 14 days.",
                "You can send it back within 30 days.",
                true,
            ),
            (
                "Send it back within 14 days.",
                "Send it back within three hours.",
                false,
            ),
            ("Send it back.", "Send it back within 14 days.", false),
        ] {
            let (one_claim, two_claim) = (Claim::of(one), Claim::of(two));
            assert_eq!(one_claim.contradicts(&two_claim), expected, "{one} {two}");
            assert_eq!(two_claim.contradicts(&one_claim), expected, "{two} {one}");
        }
        assert!(!Claim::of("Send it back.").has_numbers());
    }
}
