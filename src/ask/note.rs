//! Why an answer is less than a full one, or is none, in plain words: the one place that says it, for every surface.

use crate::answer::{Answer, Caveat, Unreadable, Verdict};
use crate::language;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Note {
    /// Stable; programs may rely on it.
    pub code: &'static str,
    /// A sentence for people.
    pub text: String,
}

/// The reasons, those first that say most. None for a full answer and for a choice.
pub(crate) fn notes(answer: &Answer) -> Vec<Note> {
    if let Some(unreadable) = &answer.unreadable {
        return vec![unread(unreadable)];
    }
    if !matches!(answer.class, Verdict::Partly | Verdict::NotFound) {
        return Vec::new();
    }
    let mut notes = Vec::new();
    let mut say = |code, text: String| notes.push(Note { code, text });
    if !answer.unknown.is_empty() {
        let words = either(&answer.unknown);
        say(
            "not_mentioned",
            format!("Our pages do not mention {words}."),
        );
    }
    let missing = missing(answer);
    if !missing.is_empty() {
        let words = either(&missing);
        say(
            "not_shown",
            if answer.class == Verdict::NotFound {
                format!("We found no page that says this about {words}.")
            } else {
                format!("What is shown does not say this about {words}.")
            },
        );
    }
    for part in &answer.unanswered {
        let part = part.trim_end_matches(['?', '.', ' ']);
        say(
            "part",
            format!("We found no answer to this part: “{part}”."),
        );
    }
    // What is wrong with what is shown is no matter where nothing is.
    let is_shown = answer.class == Verdict::Partly;
    for caveat in answer.caveats.iter().filter(|_| is_shown) {
        if let Some((code, text)) = of_caveat(*caveat, answer) {
            say(code, text);
        }
    }
    if notes.is_empty() && answer.class == Verdict::Partly {
        notes.push(Note {
            code: "uncertain",
            text: "Our pages may answer only a part of your question.".to_owned(),
        });
    }
    notes
}

/// What the question names and what is shown does not, or not together with the rest, without the words that stand nowhere at all.
fn missing(answer: &Answer) -> Vec<String> {
    let is_unknown = |named: &String| {
        let is_in = |word: &String| named.to_lowercase().contains(&word.to_lowercase());
        answer.unknown.iter().any(is_in)
    };
    let missing = answer.missing.iter().filter(|named| !is_unknown(named));
    missing.cloned().collect()
}

/// `None`: it is said with the words that it is about.
fn of_caveat(caveat: Caveat, answer: &Answer) -> Option<(&'static str, String)> {
    let (code, text) = match caveat {
        Caveat::Missing | Caveat::Part => return None,
        Caveat::Trouble => {
            let source = answer.citations.iter().find_map(|one| one.source.as_ref());
            let text = source.map_or_else(
                || "This does not speak of something going wrong.".to_owned(),
                |source| {
                    let title = source.heading_path.last().unwrap_or(&source.title);
                    format!("This speaks of “{title}”, but not of something going wrong.")
                },
            );
            return Some(("trouble", text));
        }
        Caveat::Conditions => (
            "conditions",
            "The page sets conditions that are not shown here.",
        ),
        Caveat::NotInForce => (
            "not_in_force",
            "This is from a page that is no longer in force, or not yet.",
        ),
        Caveat::OfToday => (
            "of_today",
            "This is what holds today, not what held before or will hold.",
        ),
        Caveat::Disagree => ("disagree", "Pages disagree about this: both are shown."),
        Caveat::Language => ("language", "We read questions in English best."),
    };
    Some((code, text.to_owned()))
}

fn unread(unreadable: &Unreadable) -> Note {
    let (code, text) = match unreadable {
        Unreadable::Signs => (
            "no_words",
            "There is no word in this. Ask your question in a sentence.".to_owned(),
        ),
        Unreadable::Language(language) => ("unreadable", {
            let theirs = language::unread(language).unwrap_or_default();
            let ours = "We can read questions in English only. You seem to write in";
            format!("{theirs} {ours} {language}.")
                .trim_start()
                .to_owned()
        }),
    };
    Note { code, text }
}

/// “one”, “two” or “three”
fn either(words: &[String]) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        text.push_str(match index {
            0 => "",
            _ if index + 1 == words.len() => " or ",
            _ => ", ",
        });
        text.extend(["“", word, "”"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Citation, Source};

    fn said(answer: &Answer) -> Vec<(&'static str, String)> {
        let notes = notes(answer).into_iter();
        notes.map(|note| (note.code, note.text)).collect()
    }

    fn answer(class: Verdict) -> Answer {
        Answer::new(class, 0.5)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_full_answer_and_a_choice_have_nothing_to_explain() {
        for class in [Verdict::Answered, Verdict::Choose] {
            let mut answer = answer(class);
            answer.unknown = words(&["zebra"]);
            answer.caveats = vec![Caveat::Conditions];
            assert_eq!(said(&answer), []);
        }
    }

    #[test]
    fn what_is_not_mentioned_is_named_once() {
        let mut answer = answer(Verdict::Partly);
        answer.unknown = words(&["E101", "zebra"]);
        answer.missing = words(&["error E101", "Kiel"]);
        answer.caveats = vec![Caveat::Missing];
        assert_eq!(
            said(&answer),
            [
                (
                    "not_mentioned",
                    "Our pages do not mention “E101” or “zebra”.".to_owned()
                ),
                (
                    "not_shown",
                    "What is shown does not say this about “Kiel”.".to_owned()
                ),
            ]
        );
        answer.class = Verdict::NotFound;
        assert_eq!(
            said(&answer)[1].1,
            "We found no page that says this about “Kiel”."
        );
    }

    #[test]
    fn every_caveat_and_every_part_without_an_answer_is_said() {
        let mut answer = answer(Verdict::Partly);
        answer.unanswered = words(&["what does the shed cost?"]);
        answer.caveats = vec![
            Caveat::Part,
            Caveat::Trouble,
            Caveat::Conditions,
            Caveat::NotInForce,
            Caveat::OfToday,
            Caveat::Disagree,
            Caveat::Language,
        ];
        answer.citations = vec![Citation {
            number: 1,
            quote: String::new(),
            source: Some(Source {
                document: "0123456789abcdefghjk".parse().unwrap(),
                path: "a.md".to_owned(),
                title: "Cards".to_owned(),
                heading_path: vec!["Freeze a card".to_owned()],
                start: 0,
                end: 0,
            }),
        }];
        let texts: Vec<String> = said(&answer).into_iter().map(|(_, text)| text).collect();
        assert_eq!(
            texts,
            [
                "We found no answer to this part: “what does the shed cost”.",
                "This speaks of “Freeze a card”, but not of something going wrong.",
                "The page sets conditions that are not shown here.",
                "This is from a page that is no longer in force, or not yet.",
                "This is what holds today, not what held before or will hold.",
                "Pages disagree about this: both are shown.",
                "We read questions in English best.",
            ]
        );
        answer.citations.clear();
        assert_eq!(
            said(&answer)[1].1,
            "This does not speak of something going wrong."
        );
    }

    #[test]
    fn an_answer_in_part_always_says_why() {
        assert_eq!(said(&answer(Verdict::Partly))[0].0, "uncertain");
        assert_eq!(said(&answer(Verdict::NotFound)), []);
    }

    #[test]
    fn who_writes_in_another_language_is_told_so() {
        let mut answer = answer(Verdict::NotFound);
        answer.unknown = words(&["駐車場"]);
        answer.unreadable = Some(Unreadable::Language("Japanese".to_owned()));
        let text = "英語の質問しか読むことができません。 We can read questions in English only. You seem to write in Japanese.";
        assert_eq!(said(&answer), [("unreadable", text.to_owned())]);
        answer.unreadable = Some(Unreadable::Signs);
        assert_eq!(said(&answer)[0].0, "no_words");
    }
}
