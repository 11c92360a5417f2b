//! What a visitor says of an answer, which stays on the page.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::pages::{self, Outcome, Site, Step};
use super::{open, page, shown};
use crate::answer::Question;
use crate::app::{App, OpenWorkspace};
use crate::ask::{self, Feedback, Spelling};
use crate::id::QuestionId;
use crate::question::{Complaint, Remark};
use crate::web::error::Error;
use crate::web::{Shell, failure};

#[derive(Deserialize)]
pub(in crate::web) struct FeedbackForm {
    /// Its id.
    question: String,
    helped: String,
    /// The question itself, so that its answer can be shown again.
    #[serde(default)]
    asked: String,
    #[serde(default)]
    verbatim: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    remark: String,
}

impl FeedbackForm {
    fn feedback(&self) -> Feedback {
        Feedback {
            helped: self.helped == "yes",
            complaint: self.reason.parse::<Complaint>().ok(),
            remark: self.remark(),
        }
    }

    /// No browser sends more than the field takes; what comes all the same is cut.
    fn remark(&self) -> Remark {
        let start: String = self.remark.chars().take(Remark::MOST).collect();
        start.parse().unwrap_or_default()
    }

    /// What the page asks next.
    fn step(&self) -> Step {
        let says_why = !self.reason.is_empty() || !self.remark.trim().is_empty();
        match (self.helped == "yes", says_why) {
            (true, _) => Step::Thanks,
            (false, false) => Step::AsksWhy,
            (false, true) => Step::ThanksForWhy,
        }
    }
}

/// `POST /help/{workspace}/feedback`: whether an answer helped, and why it did not. Only who asked knows the question's id.
pub(in crate::web) async fn note(
    shell: web::Data<Shell>,
    name: web::Path<String>,
    form: web::Form<FeedbackForm>,
) -> HttpResponse {
    let form = form.into_inner();
    let noted = shell
        .blocking(move |app| {
            let workspace = open(app, &name)?;
            let id: QuestionId = form.question.parse().map_err(|_| Error::not_found())?;
            ask::note_feedback(app, &workspace, &id, &form.feedback())?;
            noted(app, &workspace, &id, form)
        })
        .await;
    match noted {
        Ok(Noted::WithAnswer(with_answer)) => page(Ok(*with_answer)),
        Ok(Noted::Alone(thanks)) => page(Ok(thanks)),
        Err(error) => failure::for_visitors(&error),
    }
}

enum Noted {
    WithAnswer(Box<pages::Ask>),
    /// The question is not known any more, or never was.
    Alone(pages::Thanks),
}

fn noted(
    app: &App,
    workspace: &OpenWorkspace,
    id: &QuestionId,
    form: FeedbackForm,
) -> Result<Noted, Error> {
    let site = Site::of(workspace)?;
    let (step, is_verbatim) = (form.step(), !form.verbatim.is_empty());
    let spelling = Spelling::verbatim(is_verbatim);
    let answered = match form.asked.parse::<Question>() {
        Ok(question) => ask::again(app, workspace, id, &question, spelling)?,
        Err(_) => None,
    };
    Ok(match answered {
        Some(answered) => Noted::WithAnswer(Box::new(pages::Ask {
            site,
            question: form.asked,
            is_verbatim,
            outcome: Some(Outcome::Answer(shown(workspace, answered, step))),
        })),
        None => Noted::Alone(pages::Thanks {
            site,
            helped: form.helped == "yes",
        }),
    })
}
