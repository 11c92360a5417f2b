//! The sources of an approved answer on its form, and the search by which they are picked. It is a button of the form, so that it needs no script.

use crate::app::OpenWorkspace;
use crate::clock::Moment;
use crate::db::Db;
use crate::knowledge::approved::Cited;
use crate::knowledge::catalogue::{self, Filter};
use crate::knowledge::{self, SourcePath};
use crate::search::Label;
use crate::web::dashboard::knowledge::approved_form::ApprovedForm;
use crate::web::error::Error;

/// What a search shows.
const FOUND: usize = 8;

pub(super) struct SourceFields {
    pub number: usize,
    pub path: String,
    pub quote: String,
}

/// A document or an article that a search found.
#[derive(Clone)]
pub(super) struct Found {
    pub title: String,
    pub path: String,
    pub label: Label,
}

impl ApprovedForm {
    /// Puts what was picked into the first empty row. Returns whether there was one.
    pub(super) fn pick(&mut self, picked: &str) -> bool {
        for path in [&mut self.path1, &mut self.path2, &mut self.path3] {
            if path.trim().is_empty() {
                picked.clone_into(path);
                return true;
            }
        }
        false
    }

    pub(super) fn source_fields(&self) -> Vec<SourceFields> {
        let rows = self.sources().into_iter().zip(1..);
        rows.map(|((path, quote), number)| SourceFields {
            number,
            path: path.to_owned(),
            quote: quote.to_owned(),
        })
        .collect()
    }
}

/// Documents and articles whose title or path holds `text`.
pub(super) fn find(
    workspace: &OpenWorkspace,
    text: &str,
    now: Moment,
) -> Result<Vec<Found>, Error> {
    let filter = Filter {
        text: text.to_owned(),
        ..Filter::default()
    };
    let page = catalogue::page(&workspace.db, &filter, now, 0, FOUND)?;
    let found = page.items.into_iter().map(|item| Found {
        title: item.title,
        path: item.path,
        label: item.visibility.label,
    });
    Ok(found.collect())
}

/// The documents that a form refers to, or what is wrong with one.
pub(super) fn cited(db: &Db, form: &ApprovedForm) -> Result<Result<Vec<Cited>, String>, Error> {
    let mut all = Vec::new();
    for (path, quote) in form.sources() {
        let (path, quote) = (path.trim(), quote.trim());
        if path.is_empty() && quote.is_empty() {
            continue;
        }
        if path.is_empty() {
            return Ok(Err(format!("Which document holds “{quote}”?")));
        }
        let found = match path.parse::<SourcePath>() {
            Ok(path) => knowledge::find_owner(db, &path)?,
            Err(_) => None,
        };
        let Some(document) = found else {
            return Ok(Err(format!("There is no document with the path {path}.")));
        };
        all.push(Cited {
            document,
            quote: quote.to_owned(),
        });
    }
    Ok(Ok(all))
}
