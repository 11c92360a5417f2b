//! A document that a visitor reads, at the place that an answer quotes.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::pages::{self, Site};
use super::{head, open};
use crate::knowledge;
use crate::web::error::Error;
use crate::web::reading::{self, pieces};
use crate::web::{Shell, failure, view};

#[derive(Deserialize)]
pub(in crate::web) struct Place {
    /// Characters of the text.
    from: Option<usize>,
    to: Option<usize>,
}

/// `GET /help/{workspace}/documents/{id}`
pub(in crate::web) async fn show(
    shell: web::Data<Shell>,
    path: web::Path<(String, String)>,
    place: Option<web::Query<Place>>,
) -> HttpResponse {
    // A link that somebody cut short still shows the document.
    let place = place.map_or(
        Place {
            from: None,
            to: None,
        },
        web::Query::into_inner,
    );
    let (name, id) = path.into_inner();
    let reading = Arc::clone(&shell.reading);
    let shown = shell
        .blocking(move |app| {
            let workspace = open(app, &name)?;
            let id = id.parse().map_err(|_| Error::not_found())?;
            let (summary, copy) = reading.get(&workspace, &id)?;
            let now = app.clock.now();
            if !summary.visibility.may_be_opened(now) {
                return Err(knowledge::Error::Unknown.into());
            }
            let (from, to) = (place.from.unwrap_or(0), place.to.unwrap_or(0));
            let quoted = pieces::quoted_range(&copy.document.text, from, to);
            let page = pages::Document {
                site: Site::of(&workspace)?,
                body: view::Html(pieces::PLACE.to_owned()),
                badge: summary.stated.badge(now.day()),
                title: summary.title,
                path: summary.path.to_string(),
            };
            Ok::<_, Error>((page, pieces::Pieces::new(copy, quoted)))
        })
        .await;
    let (page, pieces) = match shown {
        Ok(shown) => shown,
        Err(error) => return failure::for_visitors(&error),
    };
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => return failure::unrendered(&error),
    };
    let (before, after) = html.split_once(pieces::PLACE).unwrap_or((&html, ""));
    reading::answer(
        head(StatusCode::OK),
        before.to_owned(),
        pieces,
        after.to_owned(),
    )
}
