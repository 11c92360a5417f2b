//! What was typed into the form of an approved answer, and what is wrong with it.

use super::course::NotTaken;
use super::{VisibilityErrors, VisibilityInput};
use crate::db::Db;
use crate::knowledge;
use crate::knowledge::approved::{self, BadWording, Wording};
use crate::knowledge::review::Problem;
use crate::knowledge::working_copy::{Typed, WorkingCopy};
use crate::search::Visibility;
use crate::web::dashboard::prelude::*;

/// Rows for sources on the form.
pub(super) const ROWS: usize = 3;

#[derive(Deserialize, Default, Clone)]
pub(in crate::web) struct ApprovedForm {
    pub(super) question: String,
    #[serde(default)]
    pub(super) phrasings: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) effective: String,
    #[serde(default)]
    pub(super) expires: String,
    #[serde(default)]
    pub(super) seen: u32,
    /// The working copy of the window in which it is written.
    #[serde(default)]
    pub copy: String,
    /// How often that was kept.
    #[serde(default)]
    pub revision: u32,
    /// The answer that it is of. Empty: a new one.
    #[serde(default)]
    pub of: String,
    #[serde(default)]
    pub(super) path1: String,
    #[serde(default)]
    pub(super) quote1: String,
    #[serde(default)]
    pub(super) path2: String,
    #[serde(default)]
    pub(super) quote2: String,
    #[serde(default)]
    pub(super) path3: String,
    #[serde(default)]
    pub(super) quote3: String,
    /// What sources are looked for.
    #[serde(default)]
    pub(super) find: String,
    /// The path of one that was picked.
    #[serde(default)]
    pub(super) pick: String,
    /// The button: `find`, `submit`, `publish`; `enter` is the one that a key presses; anything else keeps a draft.
    #[serde(default)]
    pub(super) then: String,
}

impl ApprovedForm {
    /// Sources are looked for. Whoever presses Enter while there is something to find wants that, and not to save.
    pub(super) fn is_search(&self) -> bool {
        self.then == "find" || (self.then == "enter" && !self.find.trim().is_empty())
    }

    /// Words that are kept. `seen`: the newest version.
    pub(super) fn of_wording(db: &Db, wording: &Wording, seen: u32) -> Result<Self, Error> {
        let (question, phrasings) = wording.phrasings.split_first().unzip();
        let dates = VisibilityInput::of(&Visibility {
            during: wording.during,
            ..Visibility::default()
        });
        let mut form = Self {
            question: question.cloned().unwrap_or_default(),
            phrasings: phrasings.unwrap_or_default().join("\n"),
            text: wording.text.clone(),
            effective: dates.effective,
            expires: dates.expires,
            seen,
            ..Self::default()
        };
        let mut sources = Vec::new();
        for cited in &wording.citations {
            if let Some(path) = knowledge::find_path(db, &cited.document)? {
                sources.push((path, cited.quote.clone()));
            }
        }
        form.set_sources(sources);
        Ok(form)
    }

    pub(super) fn of_copy(copy: WorkingCopy) -> Self {
        let mut typed = copy.typed;
        Self {
            phrasings: typed.take("phrasings"),
            text: typed.take("text"),
            effective: typed.take("effective"),
            expires: typed.take("expires"),
            path1: typed.take("path1"),
            quote1: typed.take("quote1"),
            path2: typed.take("path2"),
            quote2: typed.take("quote2"),
            path3: typed.take("path3"),
            quote3: typed.take("quote3"),
            question: typed.title,
            seen: typed.seen,
            copy: copy.id.to_string(),
            revision: copy.revision,
            of: copy.of.id().unwrap_or_default().to_owned(),
            ..Self::default()
        }
    }

    /// What is kept of it: not what is looked for, nor the button.
    pub(super) fn typed(&self) -> Typed {
        let fields = [
            ("phrasings", &self.phrasings),
            ("text", &self.text),
            ("effective", &self.effective),
            ("expires", &self.expires),
            ("path1", &self.path1),
            ("quote1", &self.quote1),
            ("path2", &self.path2),
            ("quote2", &self.quote2),
            ("path3", &self.path3),
            ("quote3", &self.quote3),
        ];
        Typed::new(&self.question, self.seen, fields)
    }

    pub(super) fn sources(&self) -> [(&str, &str); ROWS] {
        [
            (&self.path1, &self.quote1),
            (&self.path2, &self.quote2),
            (&self.path3, &self.quote3),
        ]
    }

    fn set_sources(&mut self, sources: Vec<(String, String)>) {
        let mut given = sources.into_iter();
        for (path, quote) in [
            (&mut self.path1, &mut self.quote1),
            (&mut self.path2, &mut self.quote2),
            (&mut self.path3, &mut self.quote3),
        ] {
            if let Some((given_path, given_quote)) = given.next() {
                *path = given_path;
                *quote = given_quote;
            }
        }
    }

    pub(super) fn dates(&self) -> VisibilityInput {
        VisibilityInput {
            label: String::new(),
            effective: self.effective.clone(),
            expires: self.expires.clone(),
        }
    }
}

/// What is wrong with a form, by field.
#[derive(Default)]
pub(super) struct Wrong {
    pub question: String,
    pub phrasings: String,
    pub text: String,
    pub sources: String,
    pub dates: VisibilityErrors,
    pub other: String,
    /// Of the next step, not of the form.
    pub not_taken: NotTaken,
}

impl From<NotTaken> for Wrong {
    fn from(not_taken: NotTaken) -> Self {
        Self {
            other: not_taken.problem.clone(),
            not_taken,
            ..Self::default()
        }
    }
}

impl Wrong {
    pub(super) fn sources(problem: String) -> Self {
        Self {
            sources: problem,
            ..Self::default()
        }
    }

    pub(super) fn of(bad: &BadWording, question: &str) -> Self {
        let text = view::sentence(&bad);
        let mut wrong = Self::default();
        match bad {
            BadWording::NoQuestion => wrong.question = text,
            // Which of them it is, the first one tells.
            BadWording::LongQuestion if question.chars().count() > approved::MAX_QUESTION_CHARS => {
                wrong.question = text;
            }
            BadWording::StrangeQuestion if question.chars().any(char::is_control) => {
                wrong.question = text;
            }
            BadWording::AnsweredAlready(taken) if taken.eq_ignore_ascii_case(question.trim()) => {
                wrong.question = text;
            }
            BadWording::LongQuestion
            | BadWording::StrangeQuestion
            | BadWording::AnsweredAlready(_)
            | BadWording::ManyPhrasings => wrong.phrasings = text,
            BadWording::NoAnswer | BadWording::LongAnswer | BadWording::StrangeAnswer => {
                wrong.text = text;
            }
            BadWording::NotQuoted(_) | BadWording::NoDocument => wrong.sources = text,
            BadWording::Dates => wrong.dates.expires = text,
        }
        wrong
    }

    /// It was not saved, or went no further than that.
    pub(super) fn of_course(problem: Problem) -> Self {
        let other = match problem {
            Problem::Overtaken(_) => format!(
                "This was not saved: {problem}. Your text is still below; copy it, reload the answer, and put it in again."
            ),
            other => view::sentence(&other),
        };
        Self {
            other,
            ..Self::default()
        }
    }
}
