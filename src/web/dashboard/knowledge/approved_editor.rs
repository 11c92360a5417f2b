//! The form of an approved answer.

use jiff::Timestamp;

use crate::db::Db;
use crate::gap;
use crate::id::{ApprovedId, DocumentId, GapId};
use crate::knowledge::approved::{self, BadWording, Cited, Wording};
use crate::knowledge::{self, SourcePath};
use crate::web::dashboard::prelude::*;

/// Rows for citations on the form.
const ROWS: usize = 3;

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/approved-edit.html",
    config = "assets/askama.toml"
)]
struct EditPage {
    frame: Frame,
    heading: &'static str,
    /// Of one that exists.
    id: Option<String>,
    question: Field,
    phrasings: Field,
    text: Field,
    citations: Vec<CitationFields>,
    wrong_citations: String,
    /// When it was changed last, in milliseconds.
    seen: i64,
    problem: String,
    back: String,
}

struct CitationFields {
    number: usize,
    path: String,
    quote: String,
}

#[derive(Deserialize, Default, Clone)]
pub(in crate::web) struct ApprovedForm {
    question: String,
    #[serde(default)]
    phrasings: String,
    text: String,
    #[serde(default)]
    seen: i64,
    #[serde(default)]
    path1: String,
    #[serde(default)]
    quote1: String,
    #[serde(default)]
    path2: String,
    #[serde(default)]
    quote2: String,
    #[serde(default)]
    path3: String,
    #[serde(default)]
    quote3: String,
}

impl ApprovedForm {
    fn citations(&self) -> [(&str, &str); ROWS] {
        [
            (&self.path1, &self.quote1),
            (&self.path2, &self.quote2),
            (&self.path3, &self.quote3),
        ]
    }

    fn set_citations(&mut self, citations: Vec<(String, String)>) {
        let mut given = citations.into_iter();
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
}

/// What is wrong with a form, by field.
#[derive(Default)]
struct Wrong {
    question: String,
    phrasings: String,
    text: String,
    citations: String,
    other: String,
}

impl Wrong {
    fn citations(problem: String) -> Self {
        Self {
            citations: problem,
            ..Self::default()
        }
    }

    fn of(bad: &BadWording, question: &str) -> Self {
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
            BadWording::NotQuoted(_) | BadWording::NoDocument => wrong.citations = text,
            BadWording::Overtaken => {
                wrong.other = format!(
                    "This was not saved: {bad}. Your text is still below; copy it, reload the answer, and put it in again."
                );
            }
        }
        wrong
    }
}

fn edit_page(desk: &Desk, id: Option<&str>, form: &ApprovedForm, wrong: &Wrong) -> EditPage {
    EditPage {
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
        text: Field::area("text", "Answer, word for word", 6)
            .value(&*form.text)
            .error(&*wrong.text)
            .at_most(approved::MAX_ANSWER_CHARS),
        citations: form
            .citations()
            .into_iter()
            .enumerate()
            .map(|(index, (path, quote))| CitationFields {
                number: index + 1,
                path: path.to_owned(),
                quote: quote.to_owned(),
            })
            .collect(),
        wrong_citations: wrong.citations.clone(),
        seen: form.seen,
        problem: wrong.other.clone(),
        back: desk.at("/approved"),
    }
}

#[derive(Deserialize)]
pub(in crate::web) struct NewQuery {
    /// A gap whose question is to be answered.
    gap: Option<String>,
    /// A document that the answer is to refer to.
    document: Option<String>,
}

/// `GET /dashboard/w/{workspace}/approved/new`
pub(in crate::web) async fn new_form(desk: Desk, query: Query<NewQuery>) -> PageResult {
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
    Ok(render(&edit_page(&desk, None, &form, &Wrong::default())))
}

#[derive(Deserialize)]
pub(in crate::web) struct PrefillForm {
    question: String,
}

/// `POST /dashboard/w/{workspace}/approved/prefill`: a new answer to a question, which stands in no address.
pub(in crate::web) async fn prefill(desk: Desk, form: Form<PrefillForm>) -> PageResult {
    let form = ApprovedForm {
        question: form.into_inner().question,
        ..ApprovedForm::default()
    };
    Ok(render(&edit_page(&desk, None, &form, &Wrong::default())))
}

/// `POST /dashboard/w/{workspace}/approved/new`
pub(in crate::web) async fn create(desk: Desk, form: Form<ApprovedForm>) -> PageResult {
    save(desk, None, form.into_inner()).await
}

/// `GET /dashboard/w/{workspace}/approved/{id}`
pub(in crate::web) async fn show(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: ApprovedId = path.1.parse().map_err(|_| Error::not_found())?;
    let form = desk
        .run_in(move |_, workspace| {
            let answer = approved::get(&workspace.db, &id)?;
            let mut form = ApprovedForm {
                question: answer.question().to_owned(),
                phrasings: answer.phrasings[1..].join("\n"),
                text: answer.text.clone(),
                seen: answer.changed.as_millisecond(),
                ..ApprovedForm::default()
            };
            let mut citations = Vec::new();
            for cited in answer.citations {
                if let Some(path) = knowledge::find_path(&workspace.db, &cited.document)? {
                    citations.push((path, cited.quote));
                }
            }
            form.set_citations(citations);
            Ok(form)
        })
        .await?;
    Ok(render(&edit_page(
        &desk,
        Some(&path.1),
        &form,
        &Wrong::default(),
    )))
}

/// `POST /dashboard/w/{workspace}/approved/{id}`
pub(in crate::web) async fn change(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<ApprovedForm>,
) -> PageResult {
    save(desk, Some(path.1.clone()), form.into_inner()).await
}

async fn save(desk: Desk, id: Option<String>, form: ApprovedForm) -> PageResult {
    let parsed = match &id {
        Some(id) => Some(id.parse::<ApprovedId>().map_err(|_| Error::not_found())?),
        None => None,
    };
    let (change, given) = (desk.change(), form.clone());
    let saved = desk
        .run_in(move |app, workspace| {
            let citations = match cited(&workspace.db, &given)? {
                Ok(citations) => citations,
                Err(problem) => return Ok(Err(Wrong::citations(problem))),
            };
            let phrasings = std::iter::once(given.question.clone())
                .chain(given.phrasings.lines().map(ToOwned::to_owned));
            let wrong = |bad: &BadWording| Ok(Err(Wrong::of(bad, &given.question)));
            let wording = match Wording::new(phrasings, &given.text, citations) {
                Ok(wording) if !given.question.trim().is_empty() => wording,
                Ok(_) => return wrong(&BadWording::NoQuestion),
                Err(bad) => return wrong(&bad),
            };
            let seen = Timestamp::from_millisecond(given.seen).unwrap_or_default();
            let known = parsed.as_ref().map(|id| (id, seen));
            match approved::save(&workspace.db, app.pool()?, known, &wording, &change) {
                Ok(id) => Ok(Ok(id)),
                Err(knowledge::Error::BadWording(bad)) => wrong(&bad),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    match saved {
        Ok(_) => Ok(done(&desk.at("/approved"), Notice::ApprovedSaved)),
        Err(wrong) => Ok(unprocessable(&edit_page(
            &desk,
            id.as_deref(),
            &form,
            &wrong,
        ))),
    }
}

/// The documents that a form refers to, or what is wrong with one.
fn cited(db: &Db, form: &ApprovedForm) -> Result<Result<Vec<Cited>, String>, Error> {
    let mut all = Vec::new();
    for (path, quote) in form.citations() {
        let (path, quote) = (path.trim(), quote.trim());
        if path.is_empty() && quote.is_empty() {
            continue;
        }
        if path.is_empty() {
            return Ok(Err(format!("Which document holds “{quote}”?")));
        }
        let found = match path.parse::<SourcePath>() {
            Ok(path) => knowledge::find_owner(db, &path)?,
            Err(_) => None,
        };
        let Some(document) = found else {
            return Ok(Err(format!("There is no document with the path {path}.")));
        };
        all.push(Cited {
            document,
            quote: quote.to_owned(),
        });
    }
    Ok(Ok(all))
}
