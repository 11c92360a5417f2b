//! What somebody is told who writes in a language that the model does not read, in that language.

use std::collections::HashMap;
use std::sync::LazyLock;

static SENTENCES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let source = include_str!("../../assets/language/unread.toml");
    toml::from_str(source).expect("the built-in sentences are tested")
});

/// "We can only read questions in English.", by the language's English name.
pub(crate) fn unread(language: &str) -> Option<&'static str> {
    SENTENCES.get(language).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_of_a_language_that_can_be_told() {
        for language in SENTENCES.keys() {
            let is_known = whatlang::Lang::all()
                .iter()
                .any(|known| known.eng_name() == language);
            assert!(is_known, "{language}");
        }
        assert!(unread("Japanese").is_some() && unread("Klingon").is_none());
    }
}
