//! What people say that is no question to the documents: greetings, thanks, "who are you".

use serde::Serialize;

use crate::language::{self, Language, Phrases};

/// Gets a fixed reply, which staff can change, and is no gap of the knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Talk {
    Greeting,
    Thanks,
    WhoAreYou,
}

type List = fn(&Language) -> &Phrases;

impl Talk {
    /// `None`: it asks something.
    pub(super) fn of(text: &str) -> Option<Self> {
        let words = language::words(text);
        let kinds: [(Self, List); 3] = [
            (Self::Greeting, |language| &language.talk.greetings),
            (Self::Thanks, |language| &language.talk.thanks),
            (Self::WhoAreYou, |language| &language.talk.who_are_you),
        ];
        kinds
            .into_iter()
            .find(|(_, list)| {
                language::all()
                    .iter()
                    .any(|language| list(language).are(&words))
            })
            .map(|(talk, _)| talk)
    }

    /// What is replied where staff said nothing else.
    pub(crate) const fn usual_reply(self) -> &'static str {
        match self {
            Self::Greeting => "Hello! Ask your question, and I look for the answer in our pages.",
            Self::Thanks => "You are welcome. Ask whenever there is more.",
            Self::WhoAreYou => {
                "I am a program. I answer questions with sentences from our pages, word for word, and say so when they hold no answer."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_is_no_question_and_a_question_with_one_is() {
        for (text, expected) in [
            ("Hi", Some(Talk::Greeting)),
            ("Good morning!", Some(Talk::Greeting)),
            ("thank you so much!!", Some(Talk::Thanks)),
            ("Who are you?", Some(Talk::WhoAreYou)),
            ("Guten Tag", Some(Talk::Greeting)),
            ("Hi, what does a stamp cost?", None),
            ("thanks card", None),
        ] {
            assert_eq!(Talk::of(text), expected, "{text}");
        }
    }
}
