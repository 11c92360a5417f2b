//! Pages that disagree: which they are, what each says, and that two of them do not contradict each other.

use crate::id::DisagreementId;
use crate::knowledge::disagreement::{self, Disagreement, State};
use crate::web::dashboard::prelude::*;

const PAGE: usize = 20;

#[derive(Deserialize)]
pub(in crate::web) struct ListQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/disagreements.html",
    config = "assets/askama.toml"
)]
struct ListPage {
    frame: Frame,
    state: State,
    found: Vec<Disagreement>,
    pages: view::Pages,
}

/// `GET /dashboard/w/{workspace}/disagreements`
pub(in crate::web) async fn list(desk: Desk, query: Query<ListQuery>) -> PageResult {
    let state = query.state.parse::<State>().unwrap_or(State::Open);
    let number = query.page.parse().unwrap_or(1).clamp(1, 1_000_000);
    let offset = (number - 1) * PAGE;
    let (found, total) = desk
        .run_in(move |_, workspace| Ok(disagreement::list(&workspace.db, state, offset, PAGE)?))
        .await?;
    let at = |number: usize| format!("state={state}&page={number}");
    Ok(render(&ListPage {
        frame: desk.frame(Place::Knowledge),
        state,
        pages: view::Pages::new(number, PAGE, (found.len(), total), at),
        found,
    }))
}

async fn set_state(desk: Desk, id: &str, state: State, notice: Notice) -> PageResult {
    let id: DisagreementId = id.parse().map_err(|_| Error::not_found())?;
    let change = desk.change();
    desk.run_in(move |_, workspace| {
        Ok(disagreement::set_state(&workspace.db, &id, state, &change)?)
    })
    .await?;
    Ok(done(&desk.at("/disagreements"), notice))
}

/// `POST /dashboard/w/{workspace}/disagreements/{id}/dismiss`
pub(in crate::web) async fn dismiss(desk: Desk, path: Path<(String, String)>) -> PageResult {
    set_state(
        desk,
        &path.1,
        State::Dismissed,
        Notice::DisagreementDismissed,
    )
    .await
}

/// `POST /dashboard/w/{workspace}/disagreements/{id}/reopen`
pub(in crate::web) async fn reopen(desk: Desk, path: Path<(String, String)>) -> PageResult {
    set_state(desk, &path.1, State::Open, Notice::DisagreementReopened).await
}
