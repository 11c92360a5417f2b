//! The editor of articles, with its preview.

use actix_web::HttpResponse;

use super::article::whole;
use super::article_form::{ArticleForm, EditorErrors};
use super::working_copy::{self, CopyQuery, Writing};
use super::{PrefillForm, VisibilityFields, document_id};
use crate::gap;
use crate::id::GapId;
use crate::knowledge;
use crate::knowledge::article::{self, ArticleId};
use crate::knowledge::review::Problem;
use crate::knowledge::working_copy::{Subject, discard};
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
    back: String,
    title: Field,
    markdown: String,
    markdown_error: String,
    preview: Html,
    fields: VisibilityFields,
    problem: String,
    writing: Writing,
}

struct Editing<'a> {
    desk: &'a Desk,
    heading: &'static str,
    of: Subject,
    back: String,
}

impl<'a> Editing<'a> {
    fn a_new_one(desk: &'a Desk) -> Self {
        Self {
            desk,
            heading: "New article",
            of: Subject::Article(None),
            back: desk.at("/knowledge"),
        }
    }

    fn of(desk: &'a Desk, id: ArticleId) -> Self {
        Self {
            desk,
            heading: "Edit the article",
            back: desk.at(&format!("/articles/{id}")),
            of: Subject::Article(Some(id)),
        }
    }

    async fn page(&self, form: &ArticleForm, errors: EditorErrors) -> Result<EditorPage, Error> {
        Ok(EditorPage {
            frame: self.desk.frame(Place::Knowledge),
            heading: self.heading,
            back: self.back.clone(),
            title: Field::text("title", "Title")
                .value(&*form.title)
                .error(errors.title)
                .at_most(article::MAX_TITLE_CHARS)
                .focus(),
            markdown: form.markdown.clone(),
            markdown_error: errors.markdown,
            preview: preview_of(self.desk, form.markdown.clone()).await?,
            fields: form.visibility().fields(&errors.visibility),
            problem: errors.other,
            writing: Writing::of_form(
                self.desk,
                self.of.clone(),
                (&form.copy, form.revision, form.seen),
            ),
        })
    }

    /// As it is opened: with what was being written here before, if there is something.
    async fn opened(&self, form: &ArticleForm) -> PageResult {
        let mut page = self.page(form, EditorErrors::default()).await?;
        page.writing.offer(self.desk).await?;
        Ok(render(&page))
    }

    /// The text that was kept and not saved. `head`: the newest version.
    async fn resumed(&self, copy: &str, head: u32) -> PageResult {
        let Some(copy) = working_copy::find(self.desk, copy, &self.of).await? else {
            return Ok(see_other(&working_copy::place(self.desk, &self.of)));
        };
        let kept = copy.kept;
        let form = ArticleForm::of_copy(copy);
        let mut errors = EditorErrors::default();
        if form.seen != head {
            errors.other = working_copy::overtaken(head, "article");
        }
        let mut page = self.page(&form, errors).await?;
        page.writing.resume(kept);
        Ok(render(&page))
    }
}

#[derive(Deserialize)]
pub(in crate::web) struct NewQuery {
    /// A gap whose question the article is to answer.
    gap: Option<String>,
    /// A working copy to go on with.
    copy: Option<String>,
}

/// `GET /dashboard/w/{workspace}/articles/new`
pub(in crate::web) async fn new_form(desk: Desk, query: Query<NewQuery>) -> PageResult {
    if let Some(copy) = &query.copy {
        return Editing::a_new_one(&desk).resumed(copy, 0).await;
    }
    let question = match &query.gap {
        Some(id) => {
            let id: GapId = id.parse().map_err(|_| Error::not_found())?;
            desk.run_in(move |_, workspace| Ok(gap::get(&workspace.db, &id)?.title))
                .await?
        }
        None => String::new(),
    };
    Editing::a_new_one(&desk).opened(&begun(&question)).await
}

/// `POST /dashboard/w/{workspace}/articles/prefill`: a new article about a question, which stands in no address.
pub(in crate::web) async fn prefill(desk: Desk, form: Form<PrefillForm>) -> PageResult {
    Editing::a_new_one(&desk)
        .opened(&begun(&form.question))
        .await
}

/// A new article that begins with a question.
fn begun(question: &str) -> ArticleForm {
    let title = question.trim_end_matches(['?', '.']).chars();
    let words: Vec<&str> = question.split_whitespace().collect();
    ArticleForm {
        title: title.take(article::MAX_TITLE_CHARS).collect(),
        markdown: if question.is_empty() {
            String::new()
        } else {
            format!("## {}\n\n", words.join(" "))
        },
        ..ArticleForm::default()
    }
}

/// `POST /dashboard/w/{workspace}/articles/new`
pub(in crate::web) async fn create(desk: Desk, form: Form<ArticleForm>) -> PageResult {
    let editing = Editing::a_new_one(&desk);
    let content = match form.read() {
        Ok(content) => content,
        Err(errors) => return Ok(unprocessable(&editing.page(&form, *errors).await?)),
    };
    let (change, writer, copy) = (
        desk.change(),
        desk.who.id().clone(),
        working_copy::id_of(&form.copy),
    );
    let id = desk
        .run_in(move |_, workspace| {
            let id = article::create(&workspace.db, &content, &change)?;
            discard(&workspace.db, &writer, &copy)?;
            Ok(id)
        })
        .await?;
    Ok(done(
        &desk.at(&format!("/articles/{id}")),
        Notice::DraftSaved,
    ))
}

/// `GET /dashboard/w/{workspace}/articles/{id}/edit`
pub(in crate::web) async fn edit_form(
    desk: Desk,
    path: Path<(String, String)>,
    query: Query<CopyQuery>,
) -> PageResult {
    let whole = whole(&desk, &path.1).await?;
    let editing = Editing::of(&desk, whole.article.id.clone());
    match &query.copy {
        Some(copy) => editing.resumed(copy, whole.article.course.head).await,
        None => editing.opened(&ArticleForm::of_version(&whole.head)).await,
    }
}

/// `POST /dashboard/w/{workspace}/articles/{id}/edit`
pub(in crate::web) async fn edit(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<ArticleForm>,
) -> PageResult {
    let id = document_id(&path.1)?;
    let editing = Editing::of(&desk, id.clone());
    let content = match form.read() {
        Ok(content) => content,
        Err(errors) => return Ok(unprocessable(&editing.page(&form, *errors).await?)),
    };
    let (change, seen, wanted) = (desk.change(), form.seen, id.clone());
    let (writer, copy) = (desk.who.id().clone(), working_copy::id_of(&form.copy));
    let saved = desk
        .run_in(move |_, workspace| {
            let saved = article::save(&workspace.db, &wanted, seen, &content, &change);
            if saved.is_ok() {
                discard(&workspace.db, &writer, &copy)?;
            }
            Ok(saved)
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
        Err(knowledge::Error::Review(problem @ Problem::Overtaken(_))) => {
            // What was typed stays on the page.
            let errors = EditorErrors {
                other: format!(
                    "This was not saved: {problem}. Your text is still below; copy it, reload the article, and put it in again."
                ),
                ..EditorErrors::default()
            };
            let page = editing.page(&form, errors).await?;
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
