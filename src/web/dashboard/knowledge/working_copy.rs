//! What somebody is writing and has not saved, as the script of the editor keeps it, and as the editor offers it again.

use actix_web::HttpResponse;
use jiff::Timestamp;
use serde::Serialize;

use super::article_form::ArticleForm;
use crate::id::WorkingCopyId;
use crate::knowledge::article::ArticleId;
use crate::knowledge::article::working_copy::{self, WorkingCopy};
use crate::web::dashboard::prelude::*;

/// What the script hears of a text that was kept.
#[derive(Serialize)]
struct KeptReply {
    revision: u32,
    at: Timestamp,
    /// The version that somebody has saved since writing began.
    overtaken_by: Option<u32>,
}

/// The same of one that was not.
#[derive(Serialize)]
struct NotKeptReply {
    problem: String,
}

/// `POST /dashboard/w/{workspace}/articles/working-copy`: keeps what was typed so far. Answers JSON.
pub(in crate::web) async fn keep(desk: Desk, form: Form<ArticleForm>) -> PageResult {
    let (writer, now) = (desk.who.id().clone(), desk.now);
    let copy = WorkingCopy {
        id: form.copy.parse().map_err(|_| Error::not_found())?,
        article: form.article()?,
        typed: form.typed(),
        revision: form.revision,
        kept: now.wall,
    };
    let kept = desk
        .run_in(move |_, workspace| Ok(working_copy::keep(&workspace.db, &writer, &copy, now)?))
        .await;
    Ok(match kept {
        Ok(kept) => HttpResponse::Ok().json(KeptReply {
            revision: kept.revision,
            at: now.wall,
            overtaken_by: kept.overtaken_by,
        }),
        Err(error) => HttpResponse::build(error.status()).json(NotKeptReply {
            problem: view::sentence(&error.message()),
        }),
    })
}

#[derive(Deserialize)]
pub(in crate::web) struct DiscardForm {
    /// The article that it is of. Empty: a new one.
    #[serde(default)]
    article: String,
}

/// `POST /dashboard/w/{workspace}/articles/working-copy/{id}/discard`
pub(in crate::web) async fn discard(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<DiscardForm>,
) -> PageResult {
    let id: WorkingCopyId = path.1.parse().map_err(|_| Error::not_found())?;
    let writer = desk.who.id().clone();
    let place = match &*form.article {
        "" => "/articles/new".to_owned(),
        article => format!("/articles/{}/edit", super::document_id(article)?),
    };
    desk.run_in(move |_, workspace| Ok(working_copy::discard(&workspace.db, &writer, &id)?))
        .await?;
    Ok(done(&desk.at(&place), Notice::TextDiscarded))
}

/// What this person was writing in an article, or in new ones, and has not saved.
pub(super) async fn offers(
    desk: &Desk,
    article: Option<ArticleId>,
) -> Result<Vec<WorkingCopy>, Error> {
    let writer = desk.who.id().clone();
    desk.run_in(move |_, workspace| {
        Ok(working_copy::list(
            &workspace.db,
            &writer,
            article.as_ref(),
        )?)
    })
    .await
}

/// One of them, by the address. `None`: it was saved or discarded meanwhile.
pub(super) async fn opened(
    desk: &Desk,
    id: &str,
    article: Option<&ArticleId>,
) -> Result<Option<WorkingCopy>, Error> {
    let Ok(id) = id.parse::<WorkingCopyId>() else {
        return Ok(None);
    };
    let writer = desk.who.id().clone();
    let copy = desk
        .run_in(move |_, workspace| Ok(working_copy::find(&workspace.db, &writer, &id)?))
        .await?;
    Ok(copy.filter(|copy| copy.article.as_ref() == article))
}
