//! Approved answers: the list, and taking one away.

use crate::id::ApprovedId;
use crate::knowledge::approved::{self, Approved};
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::names::{name_among, people};

struct Row {
    answer: Approved,
    author: String,
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/approved.html",
    config = "assets/askama.toml"
)]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    text: String,
}

#[derive(Deserialize)]
pub(in crate::web) struct ListQuery {
    #[serde(default)]
    text: String,
}

/// `GET /dashboard/w/{workspace}/approved`
pub(in crate::web) async fn list(desk: Desk, query: Query<ListQuery>) -> PageResult {
    let text = query.text.clone();
    let rows = desk
        .run_in(move |app, workspace| {
            let people = people(app)?;
            let answers = approved::list(&workspace.db, &text)?;
            Ok(answers
                .into_iter()
                .map(|answer| Row {
                    author: name_among(&people, &answer.author),
                    answer,
                })
                .collect())
        })
        .await?;
    Ok(render(&ListPage {
        frame: desk.frame(Place::Approved),
        rows,
        text: query.into_inner().text,
    }))
}

/// `GET /dashboard/w/{workspace}/approved/{id}/delete`
pub(in crate::web) async fn delete_form(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: ApprovedId = path.1.parse().map_err(|_| Error::not_found())?;
    let answer = desk
        .run_in(move |_, workspace| Ok(approved::get(&workspace.db, &id)?))
        .await?;
    Ok(render(&FormPage {
        about: "Whoever asks it gets an answer from the documents again, if they hold one.".into(),
        button: "Remove",
        is_harmful: true,
        ..FormPage::new(
            desk.frame(Place::Approved),
            format!("Remove the answer to “{}”?", answer.question()),
            desk.at(&format!("/approved/{}", path.1)),
        )
    }))
}

/// `POST /dashboard/w/{workspace}/approved/{id}/delete`
pub(in crate::web) async fn delete(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: ApprovedId = path.1.parse().map_err(|_| Error::not_found())?;
    let change = desk.change();
    desk.run_in(move |_, workspace| Ok(approved::remove(&workspace.db, &id, &change)?))
        .await?;
    Ok(done(&desk.at("/approved"), Notice::ApprovedRemoved))
}
