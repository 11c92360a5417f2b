//! What a workspace knows: the list, documents, articles, approved answers.

pub(in crate::web) mod approved;
pub(in crate::web) mod approved_editor;
mod approved_form;
pub(in crate::web) mod article;
mod article_form;
mod course;
pub(in crate::web) mod disagreements;
pub(in crate::web) mod document;
pub(in crate::web) mod editor;
pub(in crate::web) mod gaps;
pub(in crate::web) mod list;
pub(in crate::web) mod playground;
pub(in crate::web) mod reviews;
pub(in crate::web) mod upload;
pub(in crate::web) mod versions;
pub(in crate::web) mod working_copy;

use serde::Deserialize;

use crate::id::{ApprovedId, DocumentId};
use crate::search::{During, Label, Visibility};
use crate::web::dashboard::view::datetime;
use crate::web::dashboard::view::form::{Choice, Field};
use crate::web::error::Error;

/// The id of a document or an article, as it stands in an address.
fn document_id(text: &str) -> Result<DocumentId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

fn approved_id(text: &str) -> Result<ApprovedId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

/// A question that an article or an approved answer is to begin with; it stands in no address.
#[derive(Deserialize)]
pub(in crate::web) struct PrefillForm {
    question: String,
}

/// The fields of how far and when something may be shown.
pub(super) struct VisibilityFields {
    pub label: Choice,
    pub effective: Field,
    pub expires: Field,
}

/// What somebody typed into them.
#[derive(Debug, Clone, Default)]
pub(super) struct VisibilityInput {
    pub label: String,
    pub effective: String,
    pub expires: String,
}

#[derive(Debug, Default)]
pub(super) struct VisibilityErrors {
    pub effective: String,
    pub expires: String,
}

impl VisibilityInput {
    fn of(visibility: &Visibility) -> Self {
        Self {
            label: visibility.label.name().to_owned(),
            effective: datetime::show(visibility.during.effective),
            expires: datetime::show(visibility.during.expires),
        }
    }

    fn read(&self) -> Result<Visibility, VisibilityErrors> {
        let mut errors = VisibilityErrors::default();
        // What is no label did not come from our form; nobody outside sees what it is about.
        let label = self.label.parse().unwrap_or(Label::Staff);
        let effective = datetime::parse(&self.effective).unwrap_or_else(|error| {
            error.clone_into(&mut errors.effective);
            None
        });
        let expires = datetime::parse(&self.expires).unwrap_or_else(|error| {
            error.clone_into(&mut errors.expires);
            None
        });
        let during = During { effective, expires };
        if during.is_never() {
            "It would expire before it takes effect.".clone_into(&mut errors.expires);
        }
        if errors.effective.is_empty() && errors.expires.is_empty() {
            Ok(Visibility { label, during })
        } else {
            Err(errors)
        }
    }

    fn fields(&self, errors: &VisibilityErrors) -> VisibilityFields {
        VisibilityFields {
            label: labels().chosen(&*self.label),
            effective: Field::moment("effective", "Takes effect (UTC)")
                .value(&*self.effective)
                .error(&*errors.effective)
                .if_empty("at once"),
            expires: Field::moment("expires", "Expires (UTC)")
                .value(&*self.expires)
                .error(&*errors.expires)
                .if_empty("never"),
        }
    }
}

pub(super) fn labels() -> Choice {
    Choice::new(
        "label",
        "Label",
        Label::ALL.map(|label| (label.name(), format!("{label}: {}", label.describe()))),
    )
}
