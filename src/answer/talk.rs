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

/// What the words begin with, and how many of them it is: the longest.
fn begins(words: &[String]) -> Option<(Talk, usize)> {
    let kinds: [(Talk, List); 3] = [
        (Talk::Greeting, |language| &language.talk.greetings),
        (Talk::Thanks, |language| &language.talk.thanks),
        (Talk::WhoAreYou, |language| &language.talk.who_are_you),
    ];
    let longest = |(talk, list): (Talk, List)| {
        let all = language::all().iter();
        let ends = all.filter_map(|language| list(language).longest(words));
        Some((talk, ends.max()?))
    };
    let said = kinds.into_iter().filter_map(longest);
    said.max_by_key(|(_, end)| *end)
}

impl Talk {
    /// `None`: it asks something. Of several in one message the last that is no greeting counts.
    pub(super) fn of(text: &str) -> Option<Self> {
        let words = language::words(text);
        let mut said = None;
        let mut at = 0;
        while at < words.len() {
            if let Some((talk, end)) = begins(&words[at..]) {
                said = Some(match said {
                    Some(before) if talk == Self::Greeting => before,
                    _ => talk,
                });
                at += end;
            } else if language::any(&words[at], |language| &language.talk.fillers) {
                at += 1;
            } else {
                return None;
            }
        }
        said
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
            ("thanks mate, that helped", Some(Talk::Thanks)),
            ("Thanks, that is all.", Some(Talk::Thanks)),
            ("Good morning, can you help me?", Some(Talk::WhoAreYou)),
            ("Hello there and thank you very much", Some(Talk::Thanks)),
            ("so that", None),
            ("thanks for the card", None),
            ("Hi, what does a stamp cost?", None),
            ("thanks card", None),
        ] {
            assert_eq!(Talk::of(text), expected, "{text}");
        }
    }
}
