//! One document: what it says, how it is indexed, how far it may be shown, and its removal.

use std::sync::Arc;

use actix_web::HttpResponse;

use super::{VisibilityErrors, VisibilityFields, VisibilityInput, document_id};
use crate::app::OpenWorkspace;
use crate::audit;
use crate::clock::Moment;
use crate::id::DocumentId;
use crate::knowledge::review::{self, Waiting, What};
use crate::knowledge::{self, Removal, Shown, Summary, approved, certificate};
use crate::parser::{Block, BlockKind, Note};
use crate::search::{Label, PassageRow};
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::response::render_around;
use crate::web::reading::{InMemory, pieces};

/// A passage as it is indexed.
struct PassageView {
    id: i64,
    ordinal: u32,
    place: String,
    words: usize,
    terms: u32,
    /// The smallest pieces that an answer quotes.
    units: Vec<String>,
}

/// What reading a document came to.
struct Report {
    characters: usize,
    words: usize,
    headings: usize,
    tables: usize,
    rows: usize,
    code_blocks: usize,
    notes: Vec<String>,
}

impl Report {
    fn new(text: &str, blocks: &[Block], notes: &[Note]) -> Self {
        let count =
            |is: fn(&BlockKind) -> bool| blocks.iter().filter(|block| is(&block.kind)).count();
        Self {
            characters: text.chars().count(),
            words: text.split_whitespace().count(),
            headings: count(|kind| matches!(kind, BlockKind::Heading { .. })),
            tables: count(|kind| matches!(kind, BlockKind::TableHeader)),
            rows: count(|kind| matches!(kind, BlockKind::TableRow { .. })),
            code_blocks: count(|kind| matches!(kind, BlockKind::Code)),
            notes: notes.iter().map(ToString::to_string).collect(),
        }
    }
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/document.html",
    config = "assets/askama.toml"
)]
struct DocumentPage {
    frame: Frame,
    summary: Summary,
    is_in_force: bool,
    /// How it stands today by its own words; empty: in force.
    stated: &'static str,
    report: Report,
    body: Html,
    passages: Vec<PassageView>,
    citing: usize,
    /// What waits for it.
    waiting: Vec<Waiting>,
}

#[derive(Deserialize)]
pub(in crate::web) struct PlaceQuery {
    from: Option<usize>,
    to: Option<usize>,
}

/// `GET /dashboard/w/{workspace}/documents/{id}`
pub(in crate::web) async fn show(
    desk: Desk,
    path: Path<(String, String)>,
    place: Query<PlaceQuery>,
) -> PageResult {
    let id = document_id(&path.1)?;
    let (frame, now) = (desk.frame(Place::Knowledge), desk.now);
    let (reading, client) = (Arc::clone(&desk.shell.reading), desk.client.address);
    let shown = desk.run_in(move |_, workspace| {
        let (summary, copy) = reading.get(workspace, &id)?;
        let (from, to) = (place.from.unwrap_or(0), place.to.unwrap_or(0));
        let quoted = pieces::quoted_range(&copy.document.text, from, to);
        let page = document_page(workspace, summary, &copy, frame, now)?;
        Ok((page, pieces::Pieces::new(copy, quoted)))
    });
    let (page, pieces) = shown.await?;
    Ok(render_around(&page, pieces::PLACE, pieces, |length| {
        desk.shell.load.memory.take(client, length)
    })?)
}

fn document_page(
    workspace: &OpenWorkspace,
    summary: Summary,
    copy: &InMemory,
    frame: Frame,
    now: Moment,
) -> Result<DocumentPage, Error> {
    let (document, id) = (&copy.document, &summary.id);
    let rows = workspace.index.passages_of(id)?;
    Ok(DocumentPage {
        frame,
        is_in_force: summary.visibility.is_in_force(now),
        stated: summary.stated.badge(now.day()),
        report: Report::new(&document.text, &document.blocks, &document.notes),
        body: Html(pieces::PLACE.to_owned()),
        passages: rows.iter().map(passage_view).collect(),
        citing: approved::citing(&workspace.db, id)?,
        waiting: review::of_document(&workspace.db, id)?,
        summary,
    })
}

fn passage_view(row: &PassageRow) -> PassageView {
    PassageView {
        id: row.id,
        ordinal: row.ordinal + 1,
        place: row.heading_path.join(" › "),
        words: row.body.split_whitespace().count(),
        terms: row.length,
        units: row
            .units
            .iter()
            .map(|unit| unit.text(&row.body).to_owned())
            .collect(),
    }
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/visibility.html",
    config = "assets/askama.toml"
)]
struct VisibilityPage {
    frame: Frame,
    title: String,
    id: String,
    fields: VisibilityFields,
}

#[derive(Deserialize)]
pub(in crate::web) struct VisibilityForm {
    label: String,
    #[serde(default)]
    effective: String,
    #[serde(default)]
    expires: String,
}

async fn summary(desk: &Desk, id: &DocumentId) -> Result<Summary, Error> {
    let id = id.clone();
    desk.run_in(move |_, workspace| Ok(knowledge::get(&workspace.db, &id)?.summary))
        .await
}

/// `GET /dashboard/w/{workspace}/documents/{id}/change`
pub(in crate::web) async fn change_form(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let summary = summary(&desk, &document_id(&path.1)?).await?;
    let input = VisibilityInput::of(&summary.visibility);
    Ok(render(&VisibilityPage {
        frame: desk.frame(Place::Knowledge),
        title: summary.title,
        id: path.1.clone(),
        fields: input.fields(&VisibilityErrors::default()),
    }))
}

/// `POST /dashboard/w/{workspace}/documents/{id}/change`
pub(in crate::web) async fn change(
    desk: Desk,
    path: Path<(String, String)>,
    form: Form<VisibilityForm>,
) -> PageResult {
    let id = document_id(&path.1)?;
    let form = form.into_inner();
    let input = VisibilityInput {
        label: form.label,
        effective: form.effective,
        expires: form.expires,
    };
    let visibility = match input.read() {
        Ok(visibility) => visibility,
        Err(errors) => {
            let summary = summary(&desk, &id).await?;
            return Ok(unprocessable(&VisibilityPage {
                frame: desk.frame(Place::Knowledge),
                title: summary.title,
                id: path.1.clone(),
                fields: input.fields(&errors),
            }));
        }
    };
    let change = desk.change();
    let shown = desk
        .run_in(move |app, workspace| {
            Ok(knowledge::set_visibility(
                &workspace.db,
                &id,
                visibility,
                app.eyes(workspace)?,
                &change,
            )?)
        })
        .await?;
    let notice = match shown {
        Shown::Changed => Notice::DocumentChanged,
        Shown::Waiting => Notice::ChangeWaits,
    };
    Ok(done(&desk.at(&format!("/documents/{}", path.1)), notice))
}

/// `GET /dashboard/w/{workspace}/documents/{id}/delete`
pub(in crate::web) async fn delete_form(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let summary = summary(&desk, &document_id(&path.1)?).await?;
    Ok(render(&FormPage {
        about: format!(
            "{} goes with its {} passages, their vectors and terms, and references of approved answers to it. The next question cannot find it. You get a certificate of what went.",
            summary.path, summary.passages
        ),
        button: "Delete",
        is_harmful: true,
        ..FormPage::new(
            desk.frame(Place::Knowledge),
            format!("Delete “{}”?", summary.title),
            desk.at(&format!("/documents/{}", path.1)),
        )
    }))
}

/// `POST /dashboard/w/{workspace}/documents/{id}/delete`
pub(in crate::web) async fn delete(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (id, change) = (document_id(&path.1)?, desk.change());
    let removal = desk
        .run_in(move |_, workspace| Ok(knowledge::remove_by_id(&workspace.db, &id, &change)?))
        .await?;
    Ok(see_other(&desk.at(&format!("/removals/{}", removal.entry))))
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/removal.html",
    config = "assets/askama.toml"
)]
struct RemovalPage {
    frame: Frame,
    removal: Removal,
    entry: audit::Recorded,
    who: String,
}

async fn removal(desk: &Desk, seq: &str) -> Result<(Removal, audit::Recorded), Error> {
    let seq: i64 = seq.parse().map_err(|_| Error::not_found())?;
    desk.run_in(move |_, workspace| {
        let entry = audit::find(&workspace.db, seq)?.ok_or_else(Error::not_found)?;
        let removal = certificate(&entry).ok_or_else(Error::not_found)?;
        Ok((removal, entry))
    })
    .await
}

/// `GET /dashboard/w/{workspace}/removals/{seq}`
pub(in crate::web) async fn show_removal(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let (removal, entry) = removal(&desk, &path.1).await?;
    let actor = entry.actor.clone();
    let who = desk
        .run(move |app| crate::web::dashboard::view::names::name_of(app, &actor))
        .await?;
    Ok(render(&RemovalPage {
        frame: desk.frame(Place::Knowledge),
        removal,
        entry,
        who,
    }))
}

/// `GET /dashboard/w/{workspace}/removals/{seq}/certificate`
pub(in crate::web) async fn download_removal(
    desk: Desk,
    path: Path<(String, String)>,
) -> PageResult {
    let (_, entry) = removal(&desk, &path.1).await?;
    Ok(HttpResponse::Ok()
        .insert_header((
            "content-disposition",
            format!("attachment; filename=\"removal-{}.json\"", entry.seq),
        ))
        .json(entry))
}

impl DocumentPage {
    fn is_public(&self) -> bool {
        self.summary.visibility.label == Label::Public
    }
}
