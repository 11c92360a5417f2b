//! The editor of articles, with its preview.

use actix_web::HttpResponse;

use super::article::whole;
use super::{VisibilityErrors, VisibilityFields, VisibilityInput, document_id};
use crate::gap;
use crate::id::GapId;
use crate::knowledge;
use crate::knowledge::article::{self, Content, Problem};
use crate::web::dashboard::prelude::*;
use crate::web::view::markdown;

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
pub(in crate::web) struct ArticleForm {
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
            Err(problem @ (Problem::NoTitle | Problem::BadTitle | Problem::HiddenInTitle(_))) => {
                errors.title = view::sentence(&problem);
            }
            Err(problem) => errors.markdown = view::sentence(&problem),
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

    async fn page(
        &self,
        title: &str,
        text: &str,
        visibility: &VisibilityInput,
        seen: u32,
        errors: EditorErrors,
    ) -> Result<EditorPage, Error> {
        let frame = self.desk.frame(Place::Knowledge);
        Ok(EditorPage {
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
            preview: preview_of(self.desk, text.to_owned()).await?,
            fields: visibility.fields(&errors.visibility),
            seen,
            problem: errors.other,
        })
    }

    async fn of_form(&self, form: &ArticleForm, errors: EditorErrors) -> Result<EditorPage, Error> {
        self.page(
            &form.title,
            &form.markdown,
            &form.visibility(),
            form.seen,
            errors,
        )
        .await
    }
}

#[derive(Deserialize)]
pub(in crate::web) struct NewQuery {
    /// A gap whose question the article is to answer.
    gap: Option<String>,
}

/// `GET /dashboard/w/{workspace}/articles/new`
pub(in crate::web) async fn new_form(desk: Desk, query: Query<NewQuery>) -> PageResult {
    let question = match &query.gap {
        Some(id) => {
            let id: GapId = id.parse().map_err(|_| Error::not_found())?;
            desk.run_in(move |_, workspace| Ok(gap::get(&workspace.db, &id)?.title))
                .await?
        }
        None => String::new(),
    };
    Ok(render(&begun(&desk, &question).await?))
}

#[derive(Deserialize)]
pub(in crate::web) struct PrefillForm {
    question: String,
}

/// `POST /dashboard/w/{workspace}/articles/prefill`: a new article about a question, which stands in no address.
pub(in crate::web) async fn prefill(desk: Desk, form: Form<PrefillForm>) -> PageResult {
    Ok(render(&begun(&desk, &form.question).await?))
}

/// A new article that begins with a question.
async fn begun(desk: &Desk, question: &str) -> Result<EditorPage, Error> {
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
    Editing::a_new_one(desk)
        .page(&title, &text, &usual, 0, errors)
        .await
}

/// `POST /dashboard/w/{workspace}/articles/new`
pub(in crate::web) async fn create(desk: Desk, form: Form<ArticleForm>) -> PageResult {
    let editing = Editing::a_new_one(&desk);
    let content = match form.read() {
        Ok(content) => content,
        Err(errors) => return Ok(unprocessable(&editing.of_form(&form, *errors).await?)),
    };
    let change = desk.change();
    let id = desk
        .run_in(move |_, workspace| Ok(article::create(&workspace.db, &content, &change)?))
        .await?;
    Ok(done(
        &desk.at(&format!("/articles/{id}")),
        Notice::DraftSaved,
    ))
}

/// `GET /dashboard/w/{workspace}/articles/{id}/edit`
pub(in crate::web) async fn edit_form(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let whole = whole(&desk, &path.1).await?;
    let head = whole.head()?;
    let editing = Editing::of(&desk, &path.1);
    Ok(render(
        &editing
            .page(
                &head.content.title,
                &head.content.markdown,
                &VisibilityInput::of(&head.content.visibility),
                whole.article.head,
                EditorErrors::default(),
            )
            .await?,
    ))
}

/// `POST /dashboard/w/{workspace}/articles/{id}/edit`
pub(in crate::web) async fn edit(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<ArticleForm>,
) -> PageResult {
    let id = document_id(&path.1)?;
    let editing = Editing::of(&desk, id.as_str());
    let content = match form.read() {
        Ok(content) => content,
        Err(errors) => return Ok(unprocessable(&editing.of_form(&form, *errors).await?)),
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
        Ok(number) => {
            let code = if number == seen {
                Notice::NothingChanged
            } else {
                Notice::DraftSaved
            };
            Ok(done(&desk.at(&format!("/articles/{id}")), code))
        }
        Err(knowledge::Error::Article(problem @ Problem::Overtaken(_))) => {
            // What was typed stays on the page.
            let errors = EditorErrors {
                other: format!(
                    "This was not saved: {problem}. Your text is still below; copy it, reload the article, and put it in again."
                ),
                ..EditorErrors::default()
            };
            let page = editing.of_form(&form, errors).await?;
            Ok(with_status(actix_web::http::StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(in crate::web) struct PreviewForm {
    #[serde(default)]
    markdown: String,
}

/// `POST /dashboard/w/{workspace}/articles/preview`: a part of a page, for the script of the editor.
pub(in crate::web) async fn preview(desk: Desk, form: Form<PreviewForm>) -> PageResult {
    let text = form.into_inner().markdown;
    let html = preview_of(&desk, text).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(html.0))
}

/// Not on the thread that serves other people's requests: an article may be long.
async fn preview_of(desk: &Desk, text: String) -> Result<Html, Error> {
    desk.run(move |_| Ok(markdown::html(&text))).await
}
