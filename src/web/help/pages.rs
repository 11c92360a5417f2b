//! What the templates are given.

use askama::Template;

use crate::answer::Verdict;
use crate::app::OpenWorkspace;
use crate::id::{DocumentId, QuestionId};
use crate::knowledge::settings::words::{self, Words};
use crate::question::{Complaint, Remark};
use crate::web::error::Error;
use crate::web::view::answer::{AnswerView, Group};
use crate::web::view::{self, Html, markdown};

/// What all pages of a workspace say.
pub(super) struct Site {
    pub workspace: String,
    /// Who answers here.
    pub name: String,
    /// Questions to begin with.
    pub examples: Vec<String>,
    /// How to reach a person. Empty: staff did not say.
    pub contact: Html,
}

impl Site {
    pub(super) fn of(workspace: &OpenWorkspace) -> Result<Self, Error> {
        let words = words::get(&workspace.db)?;
        Ok(Self::new(workspace.register.name.as_str(), &words))
    }

    pub(super) fn new(workspace: &str, words: &Words) -> Self {
        Self {
            workspace: workspace.to_owned(),
            name: Some(words.name.clone())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| workspace.to_owned()),
            examples: words.examples.clone(),
            contact: markdown::below_title(&words.contact),
        }
    }

    /// An address below this workspace's.
    pub(super) fn at(&self, rest: &str) -> String {
        view::at(&format!("/help/{}{rest}", self.workspace))
    }

    fn says_how_to_reach_a_person(&self) -> bool {
        !self.contact.0.is_empty()
    }
}

#[derive(Template)]
#[template(path = "help/ask.html", config = "assets/askama.toml")]
pub(super) struct Ask {
    pub site: Site,
    pub question: String,
    /// Its spelling is meant so.
    pub is_verbatim: bool,
    pub outcome: Option<Outcome>,
}

pub(super) enum Outcome {
    Answer(Shown),
    Problem(String),
}

/// An answer, with what its visitor is asked about it.
pub(super) struct Shown {
    pub answer: AnswerView,
    /// `None`: it could not be kept, so nobody can say whether it helped.
    pub id: Option<QuestionId>,
    pub step: Step,
}

impl Shown {
    /// A person may be needed: nothing, or not all, was found, none of a choice may be meant, or it did not help.
    fn needs_person(&self) -> bool {
        let did_not_help = matches!(self.step, Step::AsksWhy | Step::ThanksForWhy);
        self.answer.class != Verdict::Answered || did_not_help
    }

    /// Under which its visitor can say whether it helped.
    fn feedback(&self) -> Option<&QuestionId> {
        let is_answer =
            !self.answer.is_not_found() && !self.answer.is_choice() && !self.answer.is_talk;
        self.id.as_ref().filter(|_| is_answer)
    }
}

/// How far a visitor came in saying whether an answer helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Did it help?
    Asks,
    Thanks,
    /// Why did it not?
    AsksWhy,
    ThanksForWhy,
}

#[derive(Template)]
#[template(path = "help/thanks.html", config = "assets/askama.toml")]
pub(super) struct Thanks {
    pub site: Site,
    pub helped: bool,
}

/// A document among others.
pub(super) struct Listed {
    pub title: String,
    pub id: DocumentId,
    /// That it is old, to come or a draft, by its own words. Empty: it is in force.
    pub badge: &'static str,
}

/// Some of the documents that everybody may open.
#[derive(Template)]
#[template(path = "help/browse.html", config = "assets/askama.toml")]
pub(super) struct Browse {
    pub site: Site,
    pub documents: Vec<Listed>,
    pub is_first: bool,
    /// Of the documents that come after these.
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "help/document.html", config = "assets/askama.toml")]
pub(super) struct Document {
    pub site: Site,
    pub title: String,
    pub path: String,
    /// As in a list.
    pub badge: &'static str,
    pub body: Html,
}
