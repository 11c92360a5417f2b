//! The form of an approved answer, and its page.

mod progress;
mod source;

use progress::{Progress, progress};
use source::{Found, SourceFields, cited};

use super::approved_form::{ApprovedForm, ROWS, Wrong};
use super::course::NotTaken;
use super::working_copy::{self, CopyQuery, Writing};
use super::{PrefillForm, approved_id};
use crate::gap;
use crate::id::{ApprovedId, DocumentId, GapId};
use crate::knowledge;
use crate::knowledge::approved::{self, BadWording, Wording};
use crate::knowledge::diff::Line;
use crate::knowledge::review::course::State;
use crate::knowledge::review::{self, Problem};
use crate::knowledge::working_copy::{Subject, discard};
use crate::search::Label;
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/approved-edit.html",
    config = "assets/askama.toml"
)]
pub(super) struct EditPage {
    frame: Frame,
    heading: &'static str,
    /// Of one that exists.
    id: Option<String>,
    question: Field,
    phrasings: Field,
    text: Field,
    effective: Field,
    expires: Field,
    sources: Vec<SourceFields>,
    wrong_sources: String,
    /// What was looked for, and what was found; `None`: nothing was.
    find: String,
    found: Option<Vec<Found>>,
    problem: String,
    back: String,
    /// For those who may change it.
    writing: Option<Writing>,
    needs_review: bool,
    progress: Option<Progress>,
}

/// The page that answers a form.
async fn edit_page(
    desk: &Desk,
    id: Option<&str>,
    form: &ApprovedForm,
    wrong: &Wrong,
    found: Option<Vec<Found>>,
) -> Result<EditPage, Error> {
    let of = Subject::Approved(id.map(approved_id).transpose()?);
    let (needs_review, progress) = progress(desk, id, &wrong.not_taken).await?;
    let dates = form.dates().fields(&wrong.dates);
    Ok(EditPage {
        frame: desk.frame(Place::Approved),
        heading: if id.is_some() {
            "Approved answer"
        } else {
            "New approved answer"
        },
        id: id.map(ToOwned::to_owned),
        question: Field::text("question", "Question")
            .value(&*form.question)
            .error(&*wrong.question)
            .at_most(approved::MAX_QUESTION_CHARS)
            .focus(),
        phrasings: Field::area("phrasings", "Further phrasings", 4)
            .value(&*form.phrasings)
            .error(&*wrong.phrasings)
            .hint(
                "One a line. The more ways in which people ask, the more of them get this answer.",
            )
            .optional(),
        text: Field::area("text", "Answer, word for word", 8)
            .value(&*form.text)
            .error(&*wrong.text)
            .hint("Markdown: **bold**, - list, 1. step, | table |, [link](https://…).")
            .at_most(approved::MAX_ANSWER_CHARS),
        effective: dates.effective,
        expires: dates.expires,
        sources: form.source_fields(),
        wrong_sources: wrong.sources.clone(),
        find: form.find.clone(),
        found,
        problem: wrong.other.clone(),
        back: desk.at("/approved"),
        writing: desk
            .may(Permission::ManageApproved)
            .then(|| Writing::of_form(desk, of, (&form.copy, form.revision, form.seen))),
        needs_review,
        progress,
    })
}

/// As it is opened: with what was being written there before, if there is something.
async fn opened(
    desk: &Desk,
    id: Option<&str>,
    form: &ApprovedForm,
    not_taken: NotTaken,
) -> Result<EditPage, Error> {
    let mut page = edit_page(desk, id, form, &not_taken.into(), None).await?;
    if let Some(writing) = &mut page.writing {
        writing.offer(desk).await?;
    }
    Ok(page)
}

/// The text that was kept and not saved.
async fn resumed(desk: &Desk, id: Option<&str>, copy: &str) -> PageResult {
    let of = Subject::Approved(id.map(approved_id).transpose()?);
    let Some(copy) = working_copy::find(desk, copy, &of).await? else {
        return Ok(see_other(&working_copy::place(desk, &of)));
    };
    let (kept, seen) = (copy.kept, copy.typed.seen);
    let form = ApprovedForm::of_copy(copy);
    let mut page = edit_page(desk, id, &form, &Wrong::default(), None).await?;
    let head = page.progress.as_ref().map_or(0, Progress::head);
    if seen != head {
        page.problem = working_copy::overtaken(head, "answer");
    }
    if let Some(writing) = &mut page.writing {
        writing.resume(kept);
    }
    Ok(render(&page))
}

#[derive(Deserialize)]
pub(in crate::web) struct NewQuery {
    /// A gap whose question is to be answered.
    gap: Option<String>,
    /// A document that the answer is to refer to.
    document: Option<String>,
    /// A working copy to go on with.
    copy: Option<String>,
}

/// `GET /dashboard/w/{workspace}/approved/new`
pub(in crate::web) async fn new_form(desk: Desk, query: Query<NewQuery>) -> PageResult {
    if let Some(copy) = &query.copy {
        return resumed(&desk, None, copy).await;
    }
    let mut form = ApprovedForm::default();
    if let Some(id) = &query.gap {
        let id: GapId = id.parse().map_err(|_| Error::not_found())?;
        let (title, others) = desk
            .run_in(move |_, workspace| {
                let gap = gap::get(&workspace.db, &id)?;
                let questions = gap::questions(&workspace.db, &id)?;
                Ok((gap.title, questions))
            })
            .await?;
        let mut phrasings: Vec<String> = Vec::new();
        for question in others {
            let text = question
                .text
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let is_new = text.chars().count() <= approved::MAX_QUESTION_CHARS
                && !text.eq_ignore_ascii_case(&title)
                && !phrasings
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(&text));
            if is_new && phrasings.len() < 20 {
                phrasings.push(text);
            }
        }
        form.question = title;
        form.phrasings = phrasings.join("\n");
    }
    if let Some(id) = &query.document {
        let id: DocumentId = id.parse().map_err(|_| Error::not_found())?;
        let path = desk
            .run_in(move |_, workspace| Ok(knowledge::get(&workspace.db, &id)?.summary.path))
            .await?;
        form.path1 = path.to_string();
    }
    Ok(render(
        &opened(&desk, None, &form, NotTaken::default()).await?,
    ))
}

/// `POST /dashboard/w/{workspace}/approved/prefill`: a new answer to a question, which stands in no address.
pub(in crate::web) async fn prefill(desk: Desk, form: Form<PrefillForm>) -> PageResult {
    let form = ApprovedForm {
        question: form.into_inner().question,
        ..ApprovedForm::default()
    };
    Ok(render(
        &opened(&desk, None, &form, NotTaken::default()).await?,
    ))
}

/// `POST /dashboard/w/{workspace}/approved/new`
pub(in crate::web) async fn create(desk: Desk, form: Form<ApprovedForm>) -> PageResult {
    save(desk, None, form.into_inner()).await
}

/// `GET /dashboard/w/{workspace}/approved/{id}`
pub(in crate::web) async fn show(
    desk: Desk,
    path: Path<(String, String)>,
    query: Query<CopyQuery>,
) -> PageResult {
    if let Some(copy) = &query.copy {
        return resumed(&desk, Some(&path.1), copy).await;
    }
    Ok(render(&shown(&desk, &path.1, NotTaken::default()).await?))
}

/// The page of an answer as it is kept.
pub(super) async fn shown(desk: &Desk, id: &str, not_taken: NotTaken) -> Result<EditPage, Error> {
    let wanted = approved_id(id)?;
    let form = desk
        .run_in(move |_, workspace| {
            let answer = approved::get(&workspace.db, &wanted)?;
            ApprovedForm::of_wording(&workspace.db, &answer.wording, answer.course.head)
        })
        .await?;
    opened(desk, Some(id), &form, not_taken).await
}

/// The same with the words of an old version, and why nobody can go back to it as it is.
pub(super) async fn shown_as_it_was(
    desk: &Desk,
    id: &str,
    number: u32,
    bad: &BadWording,
) -> Result<EditPage, Error> {
    let wanted = approved_id(id)?;
    let form = desk
        .run_in(move |_, workspace| {
            let head = approved::get(&workspace.db, &wanted)?.course.head;
            let wording = approved::version(&workspace.db, &wanted, number)?.wording;
            ApprovedForm::of_wording(&workspace.db, &wording, head)
        })
        .await?;
    let mut wrong = Wrong::of(bad, &form.question);
    wrong.other = format!(
        "Version {number} cannot come back as it was. Its words are below: change what is marked, and save them."
    );
    edit_page(desk, Some(id), &form, &wrong, None).await
}

/// `POST /dashboard/w/{workspace}/approved/{id}`
pub(in crate::web) async fn change(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<ApprovedForm>,
) -> PageResult {
    save(desk, Some(path.1.clone()), form.into_inner()).await
}

async fn save(desk: Desk, id: Option<String>, mut form: ApprovedForm) -> PageResult {
    if form.is_search() || !form.pick.is_empty() {
        return pick(&desk, id.as_deref(), &mut form).await;
    }
    let known = id.as_deref().map(approved_id).transpose()?;
    let saved = match read(&desk, &form).await? {
        Ok(wording) => keep(&desk, known, wording, &form).await?,
        Err(wrong) => Err(wrong),
    };
    match saved {
        Ok((id, notice)) => Ok(done(&desk.at(&format!("/approved/{id}")), notice)),
        Err(wrong) => {
            let page = edit_page(&desk, id.as_deref(), &form, &wrong, None).await?;
            Ok(unprocessable(&page))
        }
    }
}

/// The form again, with what was found or picked.
async fn pick(desk: &Desk, id: Option<&str>, form: &mut ApprovedForm) -> PageResult {
    let mut wrong = Wrong::default();
    let picked = std::mem::take(&mut form.pick);
    let found = if picked.is_empty() {
        let (text, now) = (form.find.clone(), desk.now);
        Some(
            desk.run_in(move |_, workspace| source::find(workspace, &text, now))
                .await?,
        )
    } else {
        if !form.pick(&picked) {
            wrong.sources = format!("There are {ROWS} sources already.");
        }
        form.find.clear();
        None
    };
    Ok(render(&edit_page(desk, id, form, &wrong, found).await?))
}

/// What was typed, or what is wrong with it.
async fn read(desk: &Desk, form: &ApprovedForm) -> Result<Result<Wording, Wrong>, Error> {
    let during = match form.dates().read() {
        Ok(visibility) => visibility.during,
        Err(dates) => {
            return Ok(Err(Wrong {
                dates,
                ..Wrong::default()
            }));
        }
    };
    let given = form.clone();
    let sources = desk
        .run_in(move |_, workspace| cited(&workspace.db, &given))
        .await?;
    let sources = match sources {
        Ok(sources) => sources,
        Err(problem) => return Ok(Err(Wrong::sources(problem))),
    };
    let phrasings =
        std::iter::once(form.question.clone()).chain(form.phrasings.lines().map(ToOwned::to_owned));
    let wording = match Wording::new(phrasings, &form.text, sources, during) {
        Ok(_) if form.question.trim().is_empty() => Err(BadWording::NoQuestion),
        other => other,
    };
    Ok(wording.map_err(|bad| Wrong::of(&bad, &form.question)))
}

/// Saves it, and takes the step that was asked for.
async fn keep(
    desk: &Desk,
    known: Option<ApprovedId>,
    wording: Wording,
    form: &ApprovedForm,
) -> Result<Result<(ApprovedId, Notice), Wrong>, Error> {
    let (change, seen, then) = (desk.change(), form.seen, form.then.clone());
    let (question, may_publish) = (form.question.clone(), desk.may(Permission::Publish));
    let (writer, copy) = (desk.who.id().clone(), working_copy::id_of(&form.copy));
    desk.run_in(move |app, workspace| {
        let db = &workspace.db;
        let known = known.as_ref().map(|id| (id, seen));
        let keep = || {
            let (id, version) = approved::save(db, app.pool()?, known, &wording, &change)?;
            let is_new = version != seen;
            // A draft goes on its way as it is, too.
            let can_go_on = is_new || approved::get(db, &id)?.course.state == State::Draft;
            let eyes = app.eyes(workspace)?;
            let needs_review = review::is_needed(db, eyes)?;
            let notice = match then.as_str() {
                "publish" if can_go_on && may_publish && !needs_review => {
                    approved::publish(db, &id, version, eyes, &change)?;
                    Notice::ApprovedPublished
                }
                "publish" | "submit" if can_go_on => {
                    approved::submit(db, &id, version, &change)?;
                    Notice::Submitted
                }
                _ if is_new => Notice::ApprovedSaved,
                _ => Notice::NothingChanged,
            };
            discard(db, &writer, &copy)?;
            Ok::<_, Failed>((id, notice))
        };
        match keep() {
            Ok(done) => Ok(Ok(done)),
            Err(Failed::Wording(bad)) => Ok(Err(Wrong::of(&bad, &question))),
            Err(Failed::Course(problem)) => Ok(Err(Wrong::of_course(problem))),
            Err(Failed::Other(error)) => Err(error),
        }
    })
    .await
}

/// What is said beside the form, and what is not.
enum Failed {
    Wording(BadWording),
    Course(Problem),
    Other(Error),
}

impl From<knowledge::Error> for Failed {
    fn from(error: knowledge::Error) -> Self {
        match error {
            knowledge::Error::BadWording(bad) => Self::Wording(bad),
            knowledge::Error::Review(problem) => Self::Course(problem),
            other => Self::Other(other.into()),
        }
    }
}

impl From<crate::app::Error> for Failed {
    fn from(error: crate::app::Error) -> Self {
        Self::Other(error.into())
    }
}
