//! Answers a question and keeps it: the one way, for every surface on which visitors ask.
//!
//! What was answered is on the disk before the answer is given, so that nothing that was answered is lost. Where the disk takes nothing, the visitor still
//! gets the answer, and the question is counted as not kept.

pub(crate) mod note;

use crate::answer::{self, Answer, Question, Talk};
use crate::app::{self, App, News, OpenWorkspace};
use crate::gap;
use crate::id::QuestionId;
use crate::knowledge::{
    self,
    settings::words::{self, Words},
};
use crate::privacy;
use crate::question::{self, Asked, Complaint, Remark, Surface};
use crate::search::Filter;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    App(#[from] app::Error),
    #[error(transparent)]
    Answer(#[from] answer::Error),
    #[error(transparent)]
    Knowledge(#[from] knowledge::Error),
    #[error(transparent)]
    Question(#[from] question::Error),
}

/// An answer that was given.
pub(crate) struct Answered {
    pub answer: Answer,
    /// Under which its visitor can say whether it helped. `None`: it could not be kept.
    pub id: Option<QuestionId>,
    /// What staff want to be said beside it.
    pub words: Words,
}

/// What is done about misspelt words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    Mended,
    /// Whoever asks means it so.
    AsTyped,
}

impl Spelling {
    pub(crate) fn verbatim(is_verbatim: bool) -> Self {
        if is_verbatim {
            Self::AsTyped
        } else {
            Self::Mended
        }
    }
}

/// Answers a visitor's question.
pub(crate) fn ask(
    app: &App,
    workspace: &OpenWorkspace,
    question: &Question,
    spelling: Spelling,
    surface: Surface,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    let filter = Filter::visitor(now);
    let (answer, words) = answer(app, workspace, question, &filter, spelling)?;
    if answer.talk.is_some() {
        // It asked nothing.
        return Ok(Answered {
            answer,
            id: None,
            words,
        });
    }
    let text = privacy::redact(question.as_str());
    let outcome = gap::outcome_of(answer.class);
    let id = QuestionId::random();
    let asked = Asked {
        id: id.clone(),
        at: now.wall,
        outcome,
        probability: answer.probability,
        surface,
        answer_hash: gap::hash_of(&answer),
        // A vector says much of the text that it was made of: it goes with this very text or not at all.
        vector: (outcome.awaits_gap() && text == question.as_str() && !answer.vector.is_empty())
            .then(|| answer.vector.clone()),
        text,
    };
    // On a full disk, what is left is for those who make room.
    let kept = if app.has_room() {
        workspace.questions.keep(asked)
    } else {
        Err(question::NotKept::no_room())
    };
    let id = match kept {
        Ok(()) => Some(id),
        Err(not_kept) => {
            app.note_not_kept(&not_kept);
            None
        }
    };
    app.news
        .tell(News::Questions(workspace.register.id.clone()));
    Ok(Answered { answer, id, words })
}

/// Answers a question once more, for a page that goes on showing its answer. Nothing of it is kept; so it has to be the one that was kept under this id:
/// otherwise `None`.
pub(crate) fn again(
    app: &App,
    workspace: &OpenWorkspace,
    id: &QuestionId,
    question: &Question,
    spelling: Spelling,
) -> Result<Option<Answered>, Error> {
    let kept = question::find(&workspace.db, id)?;
    if kept.is_none_or(|kept| kept.text != privacy::redact(question.as_str())) {
        return Ok(None);
    }
    let filter = Filter::visitor(app.clock.now());
    let (answer, words) = answer(app, workspace, question, &filter, spelling)?;
    Ok(Some(Answered {
        answer,
        id: Some(id.clone()),
        words,
    }))
}

/// Answers a question in the words of a workspace. Nothing is kept.
pub(crate) fn answer(
    app: &App,
    workspace: &OpenWorkspace,
    question: &Question,
    filter: &Filter,
    spelling: Spelling,
) -> Result<(Answer, Words), Error> {
    let words = words::get(&workspace.db)?;
    let engine = app.engine(workspace)?;
    let mut answer = match spelling {
        Spelling::Mended => answer::ask(engine, question, filter)?,
        Spelling::AsTyped => answer::ask_verbatim(engine, question, filter)?,
    };
    put_reply(&mut answer, &words);
    Ok((answer, words))
}

/// What staff want to be replied to what is no question, where they said so.
pub(crate) fn put_reply(answer: &mut Answer, words: &Words) {
    let reply = match answer.talk {
        None => return,
        Some(Talk::Greeting) => &words.greeting,
        Some(Talk::Thanks) => &words.thanks,
        Some(Talk::WhoAreYou) => &words.who_are_you,
    };
    if let Some(part) = answer.parts.first_mut().filter(|_| !reply.is_empty()) {
        part.text.clone_from(reply);
    }
}

/// What a visitor says of an answer.
#[derive(Default)]
pub(crate) struct Feedback {
    pub helped: bool,
    /// Why it did not.
    pub complaint: Option<Complaint>,
    pub remark: Remark,
}

/// Takes note whether an answer helped, and why it did not. One that is made up, or forgotten meanwhile, is nobody's.
pub(crate) fn note_feedback(
    app: &App,
    workspace: &OpenWorkspace,
    id: &QuestionId,
    feedback: &Feedback,
) -> Result<(), question::Error> {
    let says_why = feedback.complaint.is_some() || !feedback.remark.as_str().is_empty();
    let noted = workspace.db.write(|tx| {
        if feedback.helped || !says_why {
            return question::set_helped(tx, id, feedback.helped);
        }
        let remark = feedback.remark.without_personal_data();
        question::complain(tx, id, feedback.complaint, &remark)
    });
    match noted {
        Err(question::Error::Unknown) => {}
        other => other?,
    }
    app.news
        .tell(News::Questions(workspace.register.id.clone()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, TestWorkspace};

    #[test]
    fn a_greeting_gets_the_reply_that_staff_chose() {
        let workspace = TestWorkspace::new();
        let words = Words {
            thanks: "Any time!".to_owned(),
            ..Words::default()
        };
        for (text, talk, reply) in [
            ("Hi", Talk::Greeting, Talk::Greeting.usual_reply()),
            ("Thank you!", Talk::Thanks, "Any time!"),
        ] {
            let mut answer = workspace.ask(text);
            put_reply(&mut answer, &words);
            assert_eq!(answer.talk, Some(talk));
            assert_eq!(answer.to_text(), reply);
        }
    }

    #[test]
    fn what_is_meant_as_it_is_typed_is_not_mended() {
        let workspace = TestWorkspace::new();
        workspace.put(
            "rates.md",
            "# Mortgage rates\n\nThe mortgage rates are 4 %.\n",
        );
        let question = "What are the morgage rates?".parse().unwrap();
        let filter = Filter::visitor(NOW);
        let asked = answer::ask_verbatim(workspace.engine(), &question, &filter).unwrap();
        assert_eq!(asked.mended, None);
    }
}
