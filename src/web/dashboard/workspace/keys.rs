//! API keys of a workspace.

use jiff::ToSpan;

use crate::apikey::{self, ApiKey, KeyName, NewApiKey, Scope};
use crate::id::ApiKeyId;
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(path = "dashboard/workspace/keys.html", config = "assets/askama.toml")]
struct KeysPage {
    frame: Frame,
    keys: Vec<ApiKey>,
    now: jiff::Timestamp,
}

/// `GET /dashboard/w/{workspace}/keys`
pub(in crate::web) async fn list(desk: Desk) -> PageResult {
    let mut keys = desk
        .run_in(|app, workspace| Ok(apikey::list(&app.control, Some(&workspace.register.id))?))
        .await?;
    // Those that work first.
    keys.sort_by_key(|key| (!key.is_valid_at(desk.now.expiry), key.created));
    Ok(render(&KeysPage {
        frame: desk.frame(Place::Keys),
        keys,
        now: desk.now.expiry,
    }))
}

#[derive(Template)]
#[template(
    path = "dashboard/workspace/key-new.html",
    config = "assets/askama.toml"
)]
struct NewKeyPage {
    frame: Frame,
    name: Field,
    days: Choice,
    scopes: Vec<(Scope, bool)>,
    wrong_scopes: String,
}

fn new_page(
    desk: &Desk,
    form: Option<&KeyForm>,
    wrong_name: &str,
    wrong_scopes: &str,
) -> NewKeyPage {
    let chosen = |scope: Scope| form.is_some_and(|form| form.scopes().contains(&scope));
    NewKeyPage {
        frame: desk.frame(Place::Keys),
        name: Field::text("name", "Name")
            .value(form.map_or("", |form| &form.name))
            .hint("To know it by in this list, such as the site that uses it.")
            .error(wrong_name)
            .at_most(80)
            .focus(),
        days: Choice::new(
            "days",
            "Stops working",
            [
                ("30", "after 30 days"),
                ("90", "after 90 days"),
                ("365", "after a year"),
                ("0", "never"),
            ],
        )
        .chosen(form.map_or("90", |form| &form.days)),
        scopes: Scope::ALL.map(|scope| (scope, chosen(scope))).to_vec(),
        wrong_scopes: wrong_scopes.to_owned(),
    }
}

/// `GET /dashboard/w/{workspace}/keys/new`
pub(in crate::web) async fn new_form(desk: Desk) -> PageResult {
    Ok(render(&new_page(&desk, None, "", "")))
}

#[derive(Deserialize)]
pub(in crate::web) struct KeyForm {
    name: String,
    days: String,
    /// Each that is ticked.
    #[serde(default)]
    scopes: Vec<String>,
}

impl KeyForm {
    fn scopes(&self) -> Vec<Scope> {
        let known = self.scopes.iter().filter_map(|name| name.parse().ok());
        known.collect()
    }
}

#[derive(Template)]
#[template(
    path = "dashboard/workspace/key-made.html",
    config = "assets/askama.toml"
)]
struct KeyMadePage {
    frame: Frame,
    name: String,
    token: String,
}

/// `POST /dashboard/w/{workspace}/keys/new`
pub(in crate::web) async fn create(desk: Desk, form: Form<KeyForm>) -> PageResult {
    let (name, wrong_name) = match form.name.parse::<KeyName>() {
        Ok(name) if name.as_str().is_empty() => (None, "A name is needed.".to_owned()),
        Ok(name) => (Some(name), String::new()),
        Err(error) => (None, view::sentence(&error)),
    };
    let scopes = form.scopes();
    let wrong_scopes = if scopes.is_empty() {
        "Choose at least one."
    } else {
        ""
    };
    let days = form
        .days
        .parse::<i64>()
        .ok()
        .filter(|days| (0..=3650).contains(days));
    let (Some(days), Some(name), true) = (days, name, wrong_scopes.is_empty()) else {
        let page = new_page(&desk, Some(&form), &wrong_name, wrong_scopes);
        return Ok(with_status(
            actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
            &page,
        ));
    };
    let new = NewApiKey {
        workspace: desk.workspace()?.register.id.clone(),
        name: name.clone(),
        scopes,
        expires: (days > 0).then(|| desk.now.expiry + (days * 24).hours()),
    };
    let change = desk.change();
    let (_, token) = desk
        .run(move |app| Ok(apikey::create(&app.control, new, &change)?))
        .await?;
    Ok(render(&KeyMadePage {
        frame: desk.frame(Place::Keys),
        name: name.as_str().to_owned(),
        token: token.text().expose().to_owned(),
    }))
}

/// `POST /dashboard/w/{workspace}/keys/{id}/revoke`
pub(in crate::web) async fn revoke(desk: Desk, path: Path<(String, String)>) -> PageResult {
    let id: ApiKeyId = path.1.parse().map_err(|_| Error::not_found())?;
    let change = desk.change();
    desk.run_in(move |app, workspace| {
        let workspace = Some(&workspace.register.id);
        Ok(apikey::revoke(&app.control, workspace, &id, &change)?)
    })
    .await?;
    Ok(done(&desk.at("/keys"), Notice::KeyRevoked))
}
