//! What the templates are given.

use askama::Template;

use crate::id::QuestionId;
use crate::web::view::answer::{AnswerView, Group};
use crate::web::view::{self, Html};

#[derive(Template)]
#[template(path = "help/ask.html", config = "assets/askama.toml")]
pub(super) struct Ask {
    pub workspace: String,
    pub question: String,
    pub outcome: Option<Outcome>,
}

pub(super) enum Outcome {
    /// `None`: it could not be kept, so nobody can say whether it helped.
    Answer(AnswerView, Option<QuestionId>),
    Problem(String),
}

#[derive(Template)]
#[template(path = "help/thanks.html", config = "assets/askama.toml")]
pub(super) struct Thanks {
    pub workspace: String,
    pub helped: bool,
}

#[derive(Template)]
#[template(path = "help/document.html", config = "assets/askama.toml")]
pub(super) struct Document {
    pub workspace: String,
    pub title: String,
    pub path: String,
    pub body: Html,
}
