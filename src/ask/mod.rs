//! Answers a question and keeps it: the one way, for every surface on which visitors ask.
//!
//! What was answered is on the disk before the answer is given, so that nothing that was answered is lost. Where the disk takes nothing, the visitor still
//! gets the answer, and the question is counted as not kept.

use crate::answer::{self, Answer, Question};
use crate::app::{self, App, News, OpenWorkspace};
use crate::gap;
use crate::id::QuestionId;
use crate::privacy;
use crate::question::{self, Asked, Surface};
use crate::search::Filter;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    App(#[from] app::Error),
    #[error(transparent)]
    Answer(#[from] answer::Error),
}

/// An answer that was given.
pub(crate) struct Answered {
    pub answer: Answer,
    /// Under which its visitor can say whether it helped. `None`: it could not be kept.
    pub id: Option<QuestionId>,
}

/// Answers a visitor's question.
pub(crate) fn ask(
    app: &App,
    workspace: &OpenWorkspace,
    question: &Question,
    surface: Surface,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    let answer = answer::ask(app.engine(workspace)?, question, &Filter::visitor(now))?;
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
        vector: (outcome.awaits_gap() && text == question.as_str()).then(|| answer.vector.clone()),
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
    Ok(Answered { answer, id })
}

/// Takes note whether an answer helped. One that is made up, or forgotten meanwhile, is nobody's.
pub(crate) fn set_helped(
    app: &App,
    workspace: &OpenWorkspace,
    id: &QuestionId,
    helped: bool,
) -> Result<(), question::Error> {
    match workspace
        .db
        .write(|tx| question::set_helped(tx, id, helped))
    {
        Err(question::Error::Unknown) => {}
        other => other?,
    }
    app.news
        .tell(News::Questions(workspace.register.id.clone()));
    Ok(())
}
