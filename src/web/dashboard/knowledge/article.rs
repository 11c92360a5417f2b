//! An article: its page, its way from draft to published, its end.

use super::course::{self, NotTaken, Outcome, SeenForm, StepRow};
use super::document_id;
use super::versions::VersionRow;
use crate::audit::Actor;
use crate::knowledge::article::{self, Whole};
use crate::knowledge::catalogue::Standing;
use crate::knowledge::review::course::Course;
use crate::knowledge::review::{self, Problem};
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{name_among, people_and_keys};
use crate::web::view::markdown;

pub(in crate::web) async fn whole(desk: &Desk, id: &str) -> Result<Whole, Error> {
    let id = document_id(id)?;
    desk.run_in(move |_, workspace| Ok(article::get(&workspace.db, &id)?))
        .await
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
    /// Why a step was not taken.
    problem: String,
    remark: Field,
    /// The published version is in force and public.
    is_on_help_page: bool,
}

impl ArticlePage {
    fn course(&self) -> &Course {
        &self.whole.article.course
    }

    fn is_own(&self) -> bool {
        self.hindrance == Some(Problem::Own)
    }
}

/// `GET /dashboard/w/{workspace}/articles/{id}`
pub(in crate::web) async fn show(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let page = article_page(&desk, &path.1, &NotTaken::default()).await?;
    Ok(render(&page))
}

async fn article_page(desk: &Desk, id: &str, not_taken: &NotTaken) -> Result<ArticlePage, Error> {
    let id = document_id(id)?;
    let (whole, body, needs_reviewer, people) = desk
        .run_in(move |app, workspace| {
            let whole = article::get(&workspace.db, &id)?;
            let body = markdown::html(&whole.head.content.markdown);
            let needs_reviewer = review::is_needed(&workspace.db, app.eyes(workspace)?)?;
            Ok((whole, body, needs_reviewer, people_and_keys(app)?))
        })
        .await?;
    let head = &whole.head;
    let name = |actor: &Actor| name_among(&people, &actor.to_string());
    let me = Actor::Staff(desk.who.id().clone());
    Ok(ArticlePage {
        frame: desk.frame(Place::Knowledge),
        standing: Standing::of(
            whole.article.course.state,
            head.content.visibility.during,
            desk.now,
        ),
        title: head.content.title.clone(),
        body,
        visibility: head.content.visibility,
        author: name(&head.author),
        versions: VersionRow::of_article(&whole, name),
        steps: StepRow::all(&whole.steps, name),
        needs_reviewer,
        hindrance: whole.hinders(&me, needs_reviewer),
        problem: not_taken.problem.clone(),
        remark: not_taken.remark_field(),
        is_on_help_page: whole
            .live()
            .is_some_and(|live| live.visibility.may_be_opened(desk.now)),
        whole,
    })
}

/// After a step, the page says that it was taken, or why not.
async fn after(desk: &Desk, id: &str, outcome: Outcome, notice: Notice) -> PageResult {
    match outcome {
        Outcome::Taken => Ok(done(&desk.at(&format!("/articles/{id}")), notice)),
        Outcome::NotTaken(why, status) => {
            let page = article_page(desk, id, &why).await?;
            Ok(with_status(status, &page))
        }
    }
}

/// `POST /dashboard/w/{workspace}/articles/{id}/submit`
pub(in crate::web) async fn submit(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (document_id(&path.1)?, desk.change(), form.seen);
    let outcome = desk
        .run_in(move |_, workspace| Outcome::of(article::submit(&workspace.db, &id, seen, &change)))
        .await?;
    after(&desk, &path.1, outcome, Notice::Submitted).await
}

/// `POST /dashboard/w/{workspace}/articles/{id}/return`
pub(in crate::web) async fn give_back(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (document_id(&path.1)?, desk.change(), form.seen);
    let outcome = course::give_back(&desk, &form.remark, move |db, remark| {
        article::give_back(db, &id, seen, remark, &change)
    });
    after(&desk, &path.1, outcome.await?, Notice::Returned).await
}

/// `POST /dashboard/w/{workspace}/articles/{id}/publish`
pub(in crate::web) async fn publish(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<SeenForm>,
) -> PageResult {
    let (id, change, seen) = (document_id(&path.1)?, desk.change(), form.seen);
    let outcome = desk
        .run_bulk_in(move |app, workspace| {
            let eyes = app.eyes(workspace)?;
            let published = article::publish(&workspace.db, app.pool()?, &id, seen, eyes, &change);
            if published.is_ok() {
                workspace.index.refresh_density()?;
            }
            Outcome::of(published)
        })
        .await?;
    after(&desk, &path.1, outcome, Notice::Published).await
}

/// `POST /dashboard/w/{workspace}/articles/{id}/withdraw`
pub(in crate::web) async fn withdraw(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (id, change) = (document_id(&path.1)?, desk.change());
    let outcome = desk
        .run_in(move |_, workspace| Outcome::of(article::withdraw(&workspace.db, &id, &change)))
        .await?;
    after(&desk, &path.1, outcome, Notice::Withdrawn).await
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
            format!("Delete “{}”?", whole.head.content.title),
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
