//! The words of a workspace that visitors read beside answers: who answers, how to reach a person, what to ask for instance, what is replied to a greeting.

mod store;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Action, Change, Entry};
use crate::db::Db;
use crate::knowledge::Error;
use crate::knowledge::settings::Revised;

pub(crate) const MOST_NAME: usize = 80;
pub(crate) const MOST_TEXT: usize = 500;
pub(crate) const MOST_EXAMPLES: usize = 6;
pub(crate) const MOST_EXAMPLE: usize = 200;

/// Where one is empty, staff set nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Words {
    /// Of the organisation.
    pub name: String,
    /// How to reach a person: Markdown.
    pub contact: String,
    /// Questions to begin with.
    pub examples: Vec<String>,
    /// Replies to what is no question.
    pub greeting: String,
    pub thanks: String,
    pub who_are_you: String,
}

/// What cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("a name has at most {MOST_NAME} characters on one line")]
    Name,
    #[error("this has at most {MOST_TEXT} characters, and no control characters")]
    Contact,
    #[error(
        "there are at most {MOST_EXAMPLES} questions, one a line, of at most {MOST_EXAMPLE} characters each"
    )]
    Examples,
    #[error("a reply has at most {MOST_TEXT} characters, and no control characters")]
    Greeting,
    #[error("a reply has at most {MOST_TEXT} characters, and no control characters")]
    Thanks,
    #[error("a reply has at most {MOST_TEXT} characters, and no control characters")]
    WhoAreYou,
}

impl Words {
    fn check(&self) -> Result<(), Problem> {
        let is_line = |text: &str, most: usize| {
            text.chars().count() <= most && !text.chars().any(char::is_control)
        };
        let is_text = |text: &str| {
            let is_bad = |c: char| c.is_control() && c != '\n';
            text.chars().count() <= MOST_TEXT && !text.chars().any(is_bad)
        };
        let examples = &self.examples;
        let are_lines = examples.iter().all(|line| is_line(line, MOST_EXAMPLE));
        for (is_good, problem) in [
            (is_line(&self.name, MOST_NAME), Problem::Name),
            (is_text(&self.contact), Problem::Contact),
            (
                examples.len() <= MOST_EXAMPLES && are_lines,
                Problem::Examples,
            ),
            (is_text(&self.greeting), Problem::Greeting),
            (is_text(&self.thanks), Problem::Thanks),
            (is_text(&self.who_are_you), Problem::WhoAreYou),
        ] {
            if !is_good {
                return Err(problem);
            }
        }
        Ok(())
    }
}

pub(crate) fn get(db: &Db) -> Result<Words, Error> {
    Ok(revised(db)?.value)
}

/// The same, for who may change them.
pub(crate) fn revised(db: &Db) -> Result<Revised<Words>, Error> {
    Ok(db.read(|c| store::get(c))?)
}

/// As [`crate::knowledge::settings::set`].
pub(crate) fn set(db: &Db, typed: &Revised<Words>, change: &Change) -> Result<(), Error> {
    typed.value.check()?;
    db.write(|tx| {
        let before = store::get(tx)?;
        let Some(after) = before.replaced_by(typed.clone())? else {
            return Ok(());
        };
        store::set(tx, &after)?;
        let entry = Entry::new(Action::WorkspaceSettings, "words")
            .before(json!(before.value))
            .after(json!(after.value));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{change, workspace_db};

    fn entries(db: &Db) -> usize {
        let all = audit::Filter::default();
        audit::list(db, &all, 10).unwrap().len()
    }

    #[test]
    fn words_are_kept_and_every_change_is_in_the_log() {
        let db = workspace_db();
        assert_eq!(get(&db).unwrap(), Words::default());
        let words = Words {
            name: "Harbour & Vale".to_owned(),
            contact: "Call **0808 157 0111**.\nWe are there at night too.".to_owned(),
            examples: vec!["What does a card cost?".to_owned()],
            ..Words::default()
        };
        let typed = Revised::first(words.clone());
        set(&db, &typed, &change()).unwrap();
        assert_eq!(get(&db).unwrap(), words);
        assert_eq!(entries(&db), 1);
        set(&db, &typed, &change()).unwrap();
        assert_eq!(entries(&db), 1, "nothing was changed");
    }

    #[test]
    fn two_people_do_not_undo_each_other() {
        let db = workspace_db();
        let typed = |seen: &Revised<Words>, contact: &str| Revised {
            value: Words {
                contact: contact.to_owned(),
                ..seen.value.clone()
            },
            ..*seen
        };
        let seen = revised(&db).unwrap();
        set(&db, &typed(&seen, "Call us."), &change()).unwrap();
        let refused = set(&db, &typed(&seen, "Write to us."), &change()).unwrap_err();
        assert!(matches!(refused, Error::Settings(_)), "{refused}");
        let newest = revised(&db).unwrap();
        assert_eq!(newest.value.contact, "Call us.");
        set(&db, &typed(&newest, "Write to us."), &change()).unwrap();
        assert_eq!(get(&db).unwrap().contact, "Write to us.");
    }

    #[test]
    fn what_is_too_long_or_hides_something_is_refused_by_its_field() {
        type Change = fn(&mut Words, String);
        let db = workspace_db();
        let long = "x".repeat(MOST_TEXT + 1);
        let cases: [(Change, String, Problem); 5] = [
            (
                |words, text| words.name = text,
                "a\nb".to_owned(),
                Problem::Name,
            ),
            (
                |words, text| words.contact = text,
                long.clone(),
                Problem::Contact,
            ),
            (
                |words, text| words.contact = text,
                "\u{1b}[2J".to_owned(),
                Problem::Contact,
            ),
            (
                |words, text| words.examples = vec![text; 7],
                "Why?".to_owned(),
                Problem::Examples,
            ),
            (
                |words, text| words.who_are_you = text,
                long,
                Problem::WhoAreYou,
            ),
        ];
        for (put, text, problem) in cases {
            let mut words = Words::default();
            put(&mut words, text);
            let refused = set(&db, &Revised::first(words), &change()).unwrap_err();
            assert!(matches!(refused, Error::Words(found) if found == problem));
        }
        assert_eq!(get(&db).unwrap(), Words::default());
    }

    /// What older versions stored is read: the form stays.
    #[test]
    fn the_stored_form_is_as_it_was() {
        let stored = r#"{"name":"H","contact":"c","examples":["e"],"greeting":"g","thanks":"t","who_are_you":"w"}"#;
        let words: Words = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&words).unwrap(), stored);
        let read = |stored| serde_json::from_str::<Revised<Words>>(stored).unwrap();
        assert_eq!(read(stored), Revised::first(words));
        assert_eq!(read("{}"), Revised::default());
    }
}
