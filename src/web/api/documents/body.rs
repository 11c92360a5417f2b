//! What the API says of a document.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::knowledge::Summary;
use crate::language::Tongue;
use crate::search::stated::Stated;

#[derive(Serialize, ToSchema)]
pub(super) struct DocumentBody {
    id: String,
    path: String,
    title: String,
    media_type: String,
    /// Of the source.
    bytes: u64,
    passages: usize,
    /// RFC 3339.
    ingested: String,
    stated: StatedBody,
    /// In which it is written, as ISO 639-3 writes it, such as `eng`; null when that cannot be told.
    language: Option<&'static str>,
}

/// What the document says about its own time.
#[derive(Serialize, ToSchema)]
struct StatedBody {
    /// `current` when it says nothing else, `outdated` or `draft`.
    standing: &'static str,
    /// The first day of its period, such as `2026-04-01`.
    from: Option<String>,
    /// The last day.
    until: Option<String>,
    /// What that means today: `now`, `over` or `not_yet`. What is not in force answers after what is.
    force: &'static str,
}

impl DocumentBody {
    pub(super) fn new(summary: Summary, today: Date) -> Self {
        Self {
            id: summary.id.to_string(),
            path: summary.path.to_string(),
            title: summary.title,
            media_type: summary.media_type.to_owned(),
            bytes: summary.bytes,
            passages: summary.passages,
            ingested: summary.ingested.to_string(),
            stated: StatedBody::new(&summary.stated, today),
            language: summary.language.map(Tongue::code),
        }
    }
}

impl StatedBody {
    fn new(stated: &Stated, today: Date) -> Self {
        Self {
            standing: stated.standing.name(),
            from: stated.from.map(|day| day.to_string()),
            until: stated.until.map(|day| day.to_string()),
            force: stated.force(today).name(),
        }
    }
}
