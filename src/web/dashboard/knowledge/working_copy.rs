//! What somebody is writing and has not saved, as the script of the editors keeps it, and as they offer it again.

use actix_web::HttpResponse;
use jiff::Timestamp;
use serde::Serialize;

use super::approved_form::ApprovedForm;
use super::approved_id;
use super::article_form::ArticleForm;
use super::document_id;
use crate::id::WorkingCopyId;
use crate::knowledge::working_copy::{self, Listed, Subject, Typed, WorkingCopy};
use crate::web::dashboard::prelude::*;

/// What the page of an editor says of working copies. What is typed into a page without it is not kept.
pub(super) struct Writing {
    of: Subject,
    /// Where the script keeps this window's; below it, one is discarded.
    pub keep: String,
    /// Of the editor itself, to come back to.
    pub place: String,
    /// This window's.
    pub copy: WorkingCopyId,
    pub revision: u32,
    /// The newest version when writing began.
    pub seen: u32,
    /// Whether the page holds what was typed and came back with an answer, kept nowhere yet.
    pub is_typed: bool,
    /// When what is shown was kept, where it is a working copy.
    pub kept: Option<Timestamp>,
    /// What this person was writing here before, and has not saved.
    pub offers: Vec<Listed>,
}

impl Writing {
    /// Of a form that comes back to whoever sent it. `copy` and `revision`, as it sent them.
    pub(super) fn of_form(
        desk: &Desk,
        of: Subject,
        (copy, revision, seen): (&str, u32, u32),
    ) -> Self {
        Self {
            keep: desk.at(match of {
                Subject::Article(_) => "/articles/working-copy",
                Subject::Approved(_) => "/approved/working-copy",
            }),
            place: place(desk, &of),
            of,
            copy: id_of(copy),
            revision,
            seen,
            is_typed: true,
            kept: None,
            offers: Vec::new(),
        }
    }

    /// What it is of, as the form says it. Empty: a new one.
    pub(super) fn subject(&self) -> &str {
        self.of.id().unwrap_or_default()
    }

    /// As an editor is opened: with what was being written there before, if there is something.
    pub(super) async fn offer(&mut self, desk: &Desk) -> Result<(), Error> {
        let (writer, of) = (desk.who.id().clone(), self.of.clone());
        self.is_typed = false;
        self.offers = desk
            .run_in(move |_, workspace| Ok(working_copy::list(&workspace.db, &writer, &of)?))
            .await?;
        Ok(())
    }

    /// As a text is gone on with that was kept.
    pub(super) fn resume(&mut self, kept: Timestamp) {
        self.is_typed = false;
        self.kept = Some(kept);
    }
}

/// Where something is written.
pub(super) fn place(desk: &Desk, of: &Subject) -> String {
    match of {
        Subject::Article(None) => desk.at("/articles/new"),
        Subject::Article(Some(id)) => desk.at(&format!("/articles/{id}/edit")),
        Subject::Approved(None) => desk.at("/approved/new"),
        Subject::Approved(Some(id)) => desk.at(&format!("/approved/{id}")),
    }
}

/// What a form is about. Empty: a new one.
fn article_of(id: &str) -> Result<Subject, Error> {
    let id = (!id.is_empty()).then(|| document_id(id)).transpose()?;
    Ok(Subject::Article(id))
}

fn approved_of(id: &str) -> Result<Subject, Error> {
    let id = (!id.is_empty()).then(|| approved_id(id)).transpose()?;
    Ok(Subject::Approved(id))
}

/// The id of a form's working copy; a new one where none was kept.
pub(super) fn id_of(copy: &str) -> WorkingCopyId {
    copy.parse().unwrap_or_else(|_| WorkingCopyId::random())
}

/// A working copy to go on with.
#[derive(Deserialize)]
pub(in crate::web) struct CopyQuery {
    pub(super) copy: Option<String>,
}

/// One of this person's, by the address. `None`: it was saved or discarded meanwhile.
pub(super) async fn find(
    desk: &Desk,
    id: &str,
    of: &Subject,
) -> Result<Option<WorkingCopy>, Error> {
    let Ok(id) = id.parse::<WorkingCopyId>() else {
        return Ok(None);
    };
    let writer = desk.who.id().clone();
    let copy = desk
        .run_in(move |_, workspace| Ok(working_copy::find(&workspace.db, &writer, &id)?))
        .await?;
    Ok(copy.filter(|copy| copy.of == *of))
}

/// What is said above a text that was kept while somebody else saved. `head`: the newest version.
pub(super) fn overtaken(head: u32, what: &str) -> String {
    format!(
        "Version {head} was saved after you began to write. What you typed is below; copy it, reload the {what}, and put it in again."
    )
}

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
pub(in crate::web) async fn keep_article(desk: Desk, form: Form<ArticleForm>) -> PageResult {
    let of = article_of(&form.of)?;
    keep(desk, &form.copy, of, form.revision, form.typed()).await
}

/// `POST /dashboard/w/{workspace}/approved/working-copy`: the same of an approved answer.
pub(in crate::web) async fn keep_approved(desk: Desk, form: Form<ApprovedForm>) -> PageResult {
    let of = approved_of(&form.of)?;
    keep(desk, &form.copy, of, form.revision, form.typed()).await
}

async fn keep(desk: Desk, id: &str, of: Subject, revision: u32, typed: Typed) -> PageResult {
    let (writer, now) = (desk.who.id().clone(), desk.now);
    let copy = WorkingCopy {
        id: id.parse().map_err(|_| Error::not_found())?,
        of,
        typed,
        revision,
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
    /// What it is of. Empty: a new one.
    #[serde(default)]
    of: String,
}

/// `POST /dashboard/w/{workspace}/articles/working-copy/{id}/discard`
pub(in crate::web) async fn discard_article(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<DiscardForm>,
) -> PageResult {
    let of = article_of(&form.of)?;
    discard(desk, &path.1, &of).await
}

/// `POST /dashboard/w/{workspace}/approved/working-copy/{id}/discard`
pub(in crate::web) async fn discard_approved(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<DiscardForm>,
) -> PageResult {
    let of = approved_of(&form.of)?;
    discard(desk, &path.1, &of).await
}

async fn discard(desk: Desk, id: &str, of: &Subject) -> PageResult {
    let id: WorkingCopyId = id.parse().map_err(|_| Error::not_found())?;
    let (writer, place) = (desk.who.id().clone(), place(&desk, of));
    desk.run_in(move |_, workspace| Ok(working_copy::discard(&workspace.db, &writer, &id)?))
        .await?;
    Ok(done(&place, Notice::TextDiscarded))
}
