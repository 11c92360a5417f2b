//! Proving again who one is, before what could do harm in the wrong hands.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::go_on::{self, GoOn, Return};
use super::sign_in::status_of;
use crate::secret::SecretText;
use crate::web::dashboard::context::desk::visit;
use crate::web::dashboard::context::kept::Kept;
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(path = "dashboard/account/step-up.html", config = "assets/askama.toml")]
struct StepUpPage {
    frame: Frame,
    password: Field,
    code: Field,
    problem: String,
    go_on: GoOn,
}

impl StepUpPage {
    fn new(desk: &Desk, go_on: GoOn, problem: String) -> Self {
        Self {
            frame: desk.frame(Place::Elsewhere),
            password: Field::password("password", "Password").focus(),
            code: Field::code("One-time code")
                .hint("A code works once: if you have just used one, wait for the next."),
            problem,
            go_on,
        }
    }
}

/// What somebody gets who has to prove who they are again first.
pub(in crate::web::dashboard) fn instead(
    desk: &Desk,
    back: &str,
    kept: Option<Kept>,
    is_partial: bool,
) -> HttpResponse {
    go_on::by("/dashboard/step-up", back, kept, is_partial, |go_on| {
        StepUpPage::new(desk, go_on, String::new())
    })
}

/// `GET /dashboard/step-up`
pub(in crate::web) async fn form(desk: Desk, query: Query<Return>) -> PageResult {
    let page = StepUpPage::new(&desk, GoOn::to(&query), String::new());
    Ok(render(&page))
}

#[derive(Deserialize)]
pub(in crate::web) struct StepUpForm {
    password: SecretText,
    code: SecretText,
    #[serde(default, rename = "return")]
    back: String,
    #[serde(default)]
    kept: String,
}

/// `POST /dashboard/step-up`
pub(in crate::web) async fn prove(
    desk: Desk,
    request: HttpRequest,
    form: Form<StepUpForm>,
) -> PageResult {
    let form = form.into_inner();
    let (who, visit) = (Arc::clone(&desk.who), visit(&request, desk.now));
    let go_on = GoOn::read(&form.back, &form.kept, &desk.shell);
    let proved = desk
        .shell
        .hashing(move |app| {
            app.accounts
                .step_up(&who, &form.password, &form.code, &visit)
        })
        .await;
    match proved {
        Ok(session) => Ok(go_on.go(&desk.shell, &session).await?),
        Err(error) => {
            let (status, text) = match &error {
                staff::Error::WrongSignIn => (
                    StatusCode::UNAUTHORIZED,
                    "Password or code is wrong, or the code was used already.".to_owned(),
                ),
                _ => status_of(&error).ok_or(error)?,
            };
            Ok(with_status(status, &StepUpPage::new(&desk, go_on, text)))
        }
    }
}
