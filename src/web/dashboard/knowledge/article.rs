//! Articles: writing, reviewing, publishing.

use actix_web::HttpResponse;

use super::versions::VersionRow;
use super::{VisibilityErrors, VisibilityFields, VisibilityInput};
use crate::audit::Actor;
use crate::gap;
use crate::id::{DocumentId, GapId};
use crate::knowledge::article::{self, Content, Problem, State, Whole};
use crate::knowledge::catalogue::Standing;
use crate::knowledge::{self, settings};
use crate::web::dashboard::account::FormPage;
use crate::web::dashboard::audit::{name_among, people};
use crate::web::dashboard::markdown;
use crate::web::dashboard::page::{Html, done, see_other, with_status};
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::setup::unprocessable;

pub(super) fn parse(id: &str) -> Result<DocumentId, Error> {
    id.parse().map_err(|_| Error::not_found())
}

// ---- Writing.

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/editor.html",
    config = "assets/askama.toml"
)]
struct EditorPage {
    frame: Frame,
    heading: &'static str,
    action: String,
    back: String,
    title: Field,
    markdown: String,
    markdown_error: String,
    preview: Html,
    fields: VisibilityFields,
    /// The newest version when writing began.
    seen: u32,
    problem: String,
}

#[derive(Deserialize)]
pub(in crate::web::dashboard) struct ArticleForm {
    title: String,
    markdown: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    effective: String,
    #[serde(default)]
    expires: String,
    #[serde(default)]
    seen: u32,
}

impl ArticleForm {
    fn visibility(&self) -> VisibilityInput {
        VisibilityInput {
            label: self.label.clone(),
            effective: self.effective.clone(),
            expires: self.expires.clone(),
        }
    }

    /// What was typed, or what is wrong with it.
    fn read(&self) -> Result<Content, Box<EditorErrors>> {
        let mut errors = EditorErrors::default();
        let visibility = self.visibility().read().unwrap_or_else(|wrong| {
            errors.visibility = wrong;
            crate::search::Visibility::default()
        });
        match Content::new(&self.title, &self.markdown, visibility) {
            Ok(content)
                if errors.visibility.effective.is_empty()
                    && errors.visibility.expires.is_empty() =>
            {
                return Ok(content);
            }
            Ok(_) => {}
            Err(problem @ (Problem::NoTitle | Problem::BadTitle)) => {
                errors.title = page::sentence(&problem);
            }
            Err(problem) => errors.markdown = page::sentence(&problem),
        }
        Err(Box::new(errors))
    }
}

#[derive(Default)]
struct EditorErrors {
    title: String,
    markdown: String,
    visibility: VisibilityErrors,
    other: String,
}

struct Editing<'a> {
    desk: &'a Desk,
    heading: &'static str,
    action: String,
    back: String,
}

impl<'a> Editing<'a> {
    fn a_new_one(desk: &'a Desk) -> Self {
        Self {
            desk,
            heading: "New article",
            action: desk.at("/articles/new"),
            back: desk.at("/knowledge"),
        }
    }

    fn of(desk: &'a Desk, id: &str) -> Self {
        Self {
            desk,
            heading: "Edit the article",
            action: desk.at(&format!("/articles/{id}/edit")),
            back: desk.at(&format!("/articles/{id}")),
        }
    }

    fn page(
        &self,
        title: &str,
        text: &str,
        visibility: &VisibilityInput,
        seen: u32,
        errors: EditorErrors,
    ) -> EditorPage {
        let frame = self.desk.frame(Place::Knowledge);
        EditorPage {
            heading: self.heading,
            action: self.action.clone(),
            frame,
            back: self.back.clone(),
            title: Field::text("title", "Title")
                .value(title)
                .error(errors.title)
                .at_most(article::MAX_TITLE_CHARS)
                .focus(),
            markdown: text.to_owned(),
            markdown_error: errors.markdown,
            preview: markdown::html(text),
            fields: visibility.fields(&errors.visibility),
            seen,
            problem: errors.other,
        }
    }

    fn of_form(&self, form: &ArticleForm, errors: EditorErrors) -> EditorPage {
        self.page(
            &form.title,
            &form.markdown,
            &form.visibility(),
            form.seen,
            errors,
        )
    }
}

#[derive(Deserialize)]
pub(in crate::web::dashboard) struct NewQuery {
    /// A gap whose question the article is to answer.
    gap: Option<String>,
}

/// `GET /dashboard/w/{workspace}/articles/new`
pub(in crate::web::dashboard) async fn new_form(desk: Desk, query: Query<NewQuery>) -> PageResult {
    let question = match &query.gap {
        Some(id) => {
            let id: GapId = id.parse().map_err(|_| Error::not_found())?;
            desk.run_in(move |_, workspace| Ok(gap::get(&workspace.db, &id)?.title))
                .await?
        }
        None => String::new(),
    };
    Ok(page::render(&begun(&desk, &question)))
}

#[derive(Deserialize)]
pub(in crate::web::dashboard) struct PrefillForm {
    question: String,
}

/// `POST /dashboard/w/{workspace}/articles/prefill`: a new article about a question, which stands in no address.
pub(in crate::web::dashboard) async fn prefill(desk: Desk, form: Form<PrefillForm>) -> PageResult {
    Ok(page::render(&begun(&desk, &form.question)))
}

/// A new article that begins with a question.
fn begun(desk: &Desk, question: &str) -> EditorPage {
    let title: String = question
        .trim_end_matches(['?', '.'])
        .chars()
        .take(article::MAX_TITLE_CHARS)
        .collect();
    let text = if question.is_empty() {
        String::new()
    } else {
        format!(
            "## {}\n\n",
            question.split_whitespace().collect::<Vec<_>>().join(" ")
        )
    };
    let errors = EditorErrors::default();
    let usual = VisibilityInput::default();
    Editing::a_new_one(desk).page(&title, &text, &usual, 0, errors)
}

/// `POST /dashboard/w/{workspace}/articles/new`
pub(in crate::web::dashboard) async fn create(desk: Desk, form: Form<ArticleForm>) -> PageResult {
    let editing = Editing::a_new_one(&desk);
    let content = match form.read() {
        Ok(content) => content,
        Err(errors) => return Ok(unprocessable(&editing.of_form(&form, *errors))),
    };
    let change = desk.change();
    let id = desk
        .run_in(move |_, workspace| Ok(article::create(&workspace.db, &content, &change)?))
        .await?;
    Ok(done(&desk.at(&format!("/articles/{id}")), "draft"))
}

async fn whole(desk: &Desk, id: &str) -> Result<Whole, Error> {
    let id = parse(id)?;
    desk.run_in(move |_, workspace| Ok(article::get(&workspace.db, &id)?))
        .await
}

/// `GET /dashboard/w/{workspace}/articles/{id}/edit`
pub(in crate::web::dashboard) async fn edit_form(
    desk: Desk,
    path: Path<(String, String)>,
) -> PageResult {
    let whole = whole(&desk, &path.1).await?;
    let head = whole.head()?;
    let editing = Editing::of(&desk, &path.1);
    Ok(page::render(&editing.page(
        &head.content.title,
        &head.content.markdown,
        &VisibilityInput::of(&head.content.visibility),
        whole.article.head,
        EditorErrors::default(),
    )))
}

/// `POST /dashboard/w/{workspace}/articles/{id}/edit`
pub(in crate::web::dashboard) async fn edit(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<ArticleForm>,
) -> PageResult {
    let id = parse(&path.1)?;
    let editing = Editing::of(&desk, id.as_str());
    let content = match form.read() {
        Ok(content) => content,
        Err(errors) => return Ok(unprocessable(&editing.of_form(&form, *errors))),
    };
    let (change, seen, wanted) = (desk.change(), form.seen, id.clone());
    let saved = desk
        .run_in(move |_, workspace| {
            Ok(article::save(
                &workspace.db,
                &wanted,
                seen,
                &content,
                &change,
            ))
        })
        .await?;
    match saved {
        Ok(_) => Ok(done(&desk.at(&format!("/articles/{id}")), "draft")),
        Err(knowledge::Error::Article(problem @ Problem::Overtaken(_))) => {
            // What was typed stays on the page.
            let errors = EditorErrors {
                other: format!(
                    "This was not saved: {problem}. Your text is still below; copy it, reload the article, and put it in again."
                ),
                ..EditorErrors::default()
            };
            let page = editing.of_form(&form, errors);
            Ok(with_status(actix_web::http::StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(in crate::web::dashboard) struct PreviewForm {
    #[serde(default)]
    markdown: String,
}

/// `POST /dashboard/w/{workspace}/articles/preview`: a part of a page, for the script of the editor.
pub(in crate::web::dashboard) async fn preview(desk: Desk, form: Form<PreviewForm>) -> PageResult {
    let text = form.into_inner().markdown;
    let html = desk.run(move |_| Ok(markdown::html(&text).0)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(html))
}

// ---- Reading and moving on.

struct StepRow {
    what: &'static str,
    version: u32,
    who: String,
    at: jiff::Timestamp,
    remark: String,
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/article.html",
    config = "assets/askama.toml"
)]
struct ArticlePage {
    frame: Frame,
    whole: Whole,
    standing: Standing,
    title: String,
    body: Html,
    visibility: crate::search::Visibility,
    author: String,
    versions: Vec<VersionRow>,
    steps: Vec<StepRow>,
    needs_reviewer: bool,
    hindrance: Option<Problem>,
    remark: Field,
    /// The published version is in force and public.
    is_on_help_page: bool,
}

impl ArticlePage {
    fn is_in_review(&self) -> bool {
        self.whole.article.state == State::InReview
    }

    fn can_be_submitted(&self) -> bool {
        matches!(self.whole.article.state, State::Draft | State::Withdrawn)
    }

    fn is_live(&self) -> bool {
        self.whole.article.live.is_some()
    }

    fn is_own(&self) -> bool {
        self.hindrance == Some(Problem::OwnArticle)
    }
}

/// `GET /dashboard/w/{workspace}/articles/{id}`
pub(in crate::web::dashboard) async fn show(
    desk: Desk,
    path: Path<(String, String)>,
) -> PageResult {
    Ok(page::render(&article_page(&desk, &path.1, "").await?))
}

async fn article_page(desk: &Desk, id: &str, remark_error: &str) -> Result<ArticlePage, Error> {
    let id = parse(id)?;
    let (whole, needs_reviewer, people) = desk
        .run_in(move |app, workspace| {
            Ok((
                article::get(&workspace.db, &id)?,
                settings::get(&workspace.db)?.needs_reviewer,
                people(app)?,
            ))
        })
        .await?;
    let head = whole.head()?.clone();
    let name = |actor: &Actor| name_among(&people, &actor.to_string());
    let me = Actor::Staff(desk.who.id().clone());
    let standing = match whole.article.state {
        State::Draft => Standing::Draft,
        State::InReview => Standing::InReview,
        State::Withdrawn => Standing::Withdrawn,
        State::Published => {
            let visibility = &head.content.visibility;
            if visibility.is_in_force(desk.now) {
                Standing::Published
            } else if visibility
                .expires
                .is_some_and(|expires| expires <= desk.now)
            {
                Standing::Expired
            } else {
                Standing::Scheduled
            }
        }
    };
    let steps = whole.steps.iter().map(|step| StepRow {
        what: match step.what.as_str() {
            "submitted" => "submitted for review",
            "returned" => "given back",
            "published" => "published",
            _ => "withdrawn",
        },
        version: step.version,
        who: name(&step.actor),
        at: step.at,
        remark: step.remark.clone(),
    });
    let live = whole.article.live.and_then(|live| whole.version(live));
    Ok(ArticlePage {
        frame: desk.frame(Place::Knowledge),
        standing,
        title: head.content.title.clone(),
        body: markdown::html(&head.content.markdown),
        visibility: head.content.visibility,
        author: name(&head.author),
        versions: VersionRow::all(&whole, &name),
        steps: steps.collect(),
        needs_reviewer,
        hindrance: whole.hinders(&me, needs_reviewer),
        remark: Field::area("remark", "What should change?", 3)
            .error(remark_error)
            .at_most(article::MAX_REMARK_CHARS)
            .optional(),
        is_on_help_page: live.is_some_and(|live| live.content.visibility.may_be_opened(desk.now)),
        whole,
    })
}

#[derive(Deserialize)]
pub(in crate::web::dashboard) struct SeenForm {
    seen: u32,
    #[serde(default)]
    remark: String,
}

/// `POST /dashboard/w/{workspace}/articles/{id}/submit`
pub(in crate::web::dashboard) async fn submit(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (parse(&path.1)?, desk.change(), form.seen);
    let place = desk.at(&format!("/articles/{id}"));
    desk.run_in(move |_, workspace| Ok(article::submit(&workspace.db, &id, seen, &change)?))
        .await?;
    Ok(done(&place, "submitted"))
}

/// `POST /dashboard/w/{workspace}/articles/{id}/return`
pub(in crate::web::dashboard) async fn give_back(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change) = (parse(&path.1)?, desk.change());
    let (place, form) = (desk.at(&format!("/articles/{id}")), form.into_inner());
    let returned = desk
        .run_in(move |_, workspace| {
            Ok(article::give_back(
                &workspace.db,
                &id,
                form.seen,
                &form.remark,
                &change,
            ))
        })
        .await?;
    match returned {
        Ok(()) => Ok(done(&place, "returned")),
        Err(knowledge::Error::Article(problem @ Problem::LongRemark)) => {
            let page = article_page(&desk, &path.1, &page::sentence(&problem)).await?;
            Ok(unprocessable(&page))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /dashboard/w/{workspace}/articles/{id}/publish`
pub(in crate::web::dashboard) async fn publish(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (parse(&path.1)?, desk.change(), form.seen);
    let place = desk.at(&format!("/articles/{id}"));
    desk.run_in(move |app, workspace| {
        article::publish(&workspace.db, app.pool()?, &id, seen, &change)?;
        Ok(workspace.index.refresh_density()?)
    })
    .await?;
    Ok(done(&place, "published"))
}

/// `POST /dashboard/w/{workspace}/articles/{id}/withdraw`
pub(in crate::web::dashboard) async fn withdraw(
    desk: Desk,
    path: Path<(String, String)>,
) -> PageResult {
    let (id, change) = (parse(&path.1)?, desk.change());
    let place = desk.at(&format!("/articles/{id}"));
    desk.run_in(move |_, workspace| Ok(article::withdraw(&workspace.db, &id, &change)?))
        .await?;
    Ok(done(&place, "withdrawn-article"))
}

/// `GET /dashboard/w/{workspace}/articles/{id}/delete`
pub(in crate::web::dashboard) async fn delete_form(
    desk: Desk,
    path: Path<(String, String)>,
) -> PageResult {
    let whole = whole(&desk, &path.1).await?;
    Ok(page::render(&FormPage {
        about: format!(
            "The article goes with all of its {} versions, and the next question cannot find it. You get a certificate of what went. To take it out for a while only, withdraw it.",
            whole.versions.len()
        ),
        button: "Delete",
        is_harmful: true,
        ..FormPage::new(
            desk.frame(Place::Knowledge),
            format!("Delete “{}”?", whole.head()?.content.title),
            desk.at(&format!("/articles/{}", path.1)),
        )
    }))
}

/// `POST /dashboard/w/{workspace}/articles/{id}/delete`
pub(in crate::web::dashboard) async fn delete(
    desk: Desk,
    path: Path<(String, String)>,
) -> PageResult {
    let (id, change) = (parse(&path.1)?, desk.change());
    let removal = desk
        .run_in(move |_, workspace| Ok(article::remove(&workspace.db, &id, &change)?))
        .await?;
    Ok(see_other(&desk.at(&format!("/removals/{}", removal.entry))))
}
