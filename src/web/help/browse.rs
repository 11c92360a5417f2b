//! The help pages themselves, to look through: what everybody may open, and nothing else.

use actix_web::{HttpResponse, web};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::pages::{Browse, Listed, Site};
use super::{open, page};
use crate::knowledge;
use crate::web::Shell;
use crate::web::error::Error;

/// Titles on a page.
const LISTED: usize = 50;

#[derive(Default, Deserialize)]
pub(in crate::web) struct BrowseQuery {
    /// The path of the last document of the page before.
    #[serde(default)]
    after: String,
}

/// `GET /help/{workspace}/pages`
pub(in crate::web) async fn list(
    shell: web::Data<Shell>,
    name: web::Path<String>,
    query: Option<web::Query<BrowseQuery>>,
) -> HttpResponse {
    let after = query.map(web::Query::into_inner).unwrap_or_default().after;
    let listed = shell
        .blocking(move |app| {
            let workspace = open(app, &name)?;
            let site = Site::of(&workspace)?;
            let now = app.clock.now();
            // One more says whether there is a next page.
            let mut found = knowledge::list_open(&workspace.db, "", Some(&after), LISTED + 1, now)?;
            let has_more = found.len() > LISTED;
            found.truncate(LISTED);
            let last = found.last().filter(|_| has_more);
            let next = last.map(|last| {
                let path = utf8_percent_encode(last.path.as_str(), NON_ALPHANUMERIC);
                site.at(&format!("/pages?after={path}"))
            });
            let documents = found.into_iter().map(|document| Listed {
                badge: document.stated.badge(now.day()),
                title: document.title,
                id: document.id,
            });
            Ok::<_, Error>(Browse {
                documents: documents.collect(),
                is_first: after.is_empty(),
                next,
                site,
            })
        })
        .await;
    page(listed)
}
