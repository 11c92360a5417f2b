//! An article: its page, its way from draft to published, its end.

use super::document_id;
use super::versions::VersionRow;
use crate::audit::Actor;
use crate::clock::Moment;
use crate::knowledge::article::{self, Problem, State, Whole};
use crate::knowledge::catalogue::Standing;
use crate::knowledge::{self, review};
use crate::search::Visibility;
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{name_among, people};
use crate::web::view::markdown;

pub(in crate::web) async fn whole(desk: &Desk, id: &str) -> Result<Whole, Error> {
    let id = document_id(id)?;
    desk.run_in(move |_, workspace| Ok(article::get(&workspace.db, &id)?))
        .await
}

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
pub(in crate::web) async fn show(desk: Desk, path: Path<(String, String)>) -> PageResult {
    Ok(render(&article_page(&desk, &path.1, "").await?))
}

async fn article_page(desk: &Desk, id: &str, remark_error: &str) -> Result<ArticlePage, Error> {
    let id = document_id(id)?;
    let (whole, body, needs_reviewer, people) = desk
        .run_in(move |app, workspace| {
            let whole = article::get(&workspace.db, &id)?;
            let body = markdown::html(&whole.head()?.content.markdown);
            let needs_reviewer = review::is_needed(&workspace.db, app.eyes(workspace)?)?;
            Ok((whole, body, needs_reviewer, people(app)?))
        })
        .await?;
    let head = whole.head()?.clone();
    let name = |actor: &Actor| name_among(&people, &actor.to_string());
    let me = Actor::Staff(desk.who.id().clone());
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
        standing: standing(whole.article.state, &head.content.visibility, desk.now),
        title: head.content.title.clone(),
        body,
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

fn standing(state: State, visibility: &Visibility, now: Moment) -> Standing {
    let is_over = |expires| expires <= now.expiry;
    match state {
        State::Draft => Standing::Draft,
        State::InReview => Standing::InReview,
        State::Withdrawn => Standing::Withdrawn,
        State::Published if visibility.is_in_force(now) => Standing::Published,
        State::Published if visibility.expires.is_some_and(is_over) => Standing::Expired,
        State::Published => Standing::Scheduled,
    }
}

#[derive(Deserialize)]
pub(in crate::web) struct SeenForm {
    seen: u32,
    #[serde(default)]
    remark: String,
}

/// `POST /dashboard/w/{workspace}/articles/{id}/submit`
pub(in crate::web) async fn submit(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (document_id(&path.1)?, desk.change(), form.seen);
    let place = desk.at(&format!("/articles/{id}"));
    desk.run_in(move |_, workspace| Ok(article::submit(&workspace.db, &id, seen, &change)?))
        .await?;
    Ok(done(&place, Notice::Submitted))
}

/// `POST /dashboard/w/{workspace}/articles/{id}/return`
pub(in crate::web) async fn give_back(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change) = (document_id(&path.1)?, desk.change());
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
        Ok(()) => Ok(done(&place, Notice::Returned)),
        Err(knowledge::Error::Article(problem @ Problem::LongRemark)) => {
            let page = article_page(&desk, &path.1, &view::sentence(&problem)).await?;
            Ok(unprocessable(&page))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /dashboard/w/{workspace}/articles/{id}/publish`
pub(in crate::web) async fn publish(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (document_id(&path.1)?, desk.change(), form.seen);
    let place = desk.at(&format!("/articles/{id}"));
    desk.run_bulk_in(move |app, workspace| {
        let eyes = app.eyes(workspace)?;
        article::publish(&workspace.db, app.pool()?, &id, seen, eyes, &change)?;
        Ok(workspace.index.refresh_density()?)
    })
    .await?;
    Ok(done(&place, Notice::Published))
}

/// `POST /dashboard/w/{workspace}/articles/{id}/withdraw`
pub(in crate::web) async fn withdraw(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (id, change) = (document_id(&path.1)?, desk.change());
    let place = desk.at(&format!("/articles/{id}"));
    desk.run_in(move |_, workspace| Ok(article::withdraw(&workspace.db, &id, &change)?))
        .await?;
    Ok(done(&place, Notice::Withdrawn))
}

/// `GET /dashboard/w/{workspace}/articles/{id}/delete`
pub(in crate::web) async fn delete_form(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let whole = whole(&desk, &path.1).await?;
    Ok(render(&FormPage {
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
pub(in crate::web) async fn delete(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (id, change) = (document_id(&path.1)?, desk.change());
    let removal = desk
        .run_in(move |_, workspace| Ok(article::remove(&workspace.db, &id, &change)?))
        .await?;
    Ok(see_other(&desk.at(&format!("/removals/{}", removal.entry))))
}
