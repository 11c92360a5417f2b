//! Where somebody goes on who had to sign in first, or to prove who they are, with what they had typed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::kept_form;
use crate::staff::SessionToken;
use crate::web::dashboard::context::cookie::session_cookie;
use crate::web::dashboard::context::kept::Kept;
use crate::web::dashboard::prelude::*;
use crate::web::dashboard::view::response::checked_return;

/// What somebody gets who has to pass a page first: the way there, with what was typed that page itself, and a script is told to go there.
pub(super) fn by<P: Template>(
    page: &str,
    back: &str,
    kept: Option<Kept>,
    is_partial: bool,
    show: impl FnOnce(GoOn) -> P,
) -> HttpResponse {
    let back = checked_return(back);
    let place = format!("{}?return={}", view::at(page), view::encode(&back));
    if is_partial {
        return HttpResponse::Unauthorized()
            .insert_header(("hx-redirect", place))
            .finish();
    }
    if kept.is_none() {
        return see_other(&place);
    }
    with_status(StatusCode::UNAUTHORIZED, &show(GoOn { back, kept }))
}

#[derive(Deserialize)]
pub(in crate::web) struct Return {
    #[serde(default, rename = "return")]
    back: String,
}

impl Return {
    pub(super) fn to(&self) -> String {
        checked_return(&self.back)
    }
}

/// Where somebody goes on who has signed in, or has proved who they are again.
pub(super) struct GoOn {
    pub(super) back: String,
    /// What they had typed before.
    pub(super) kept: Option<Kept>,
}

impl GoOn {
    /// Back to a page, with nothing typed.
    pub(super) fn to(query: &Return) -> Self {
        Self {
            back: query.to(),
            kept: None,
        }
    }

    /// As it came back from a form.
    pub(super) fn read(back: &str, kept: &str, shell: &Shell) -> Self {
        Self {
            back: checked_return(back),
            kept: Kept::parse(kept, shell.routes),
        }
    }

    /// The fields that carry it to the next page.
    pub(super) fn fields(&self) -> Html {
        let mut fields = view::hidden_field("return", &self.back).0;
        if let Some(kept) = &self.kept {
            fields.push_str(&kept.field().0);
        }
        Html(fields)
    }

    /// Goes on, in a session that was just begun or renewed.
    pub(super) async fn go(
        self,
        shell: &Shell,
        session: &SessionToken,
    ) -> Result<HttpResponse, Error> {
        let mut response = match self.kept {
            Some(kept) => {
                let (token, now) = (session.clone(), shell.now());
                let (csrf, person) = shell
                    .blocking(move |app| {
                        let who = app.accounts.signed_in(&token, now, false)?;
                        let who = who.ok_or(staff::Error::SignInExpired)?;
                        let person = who.person().name.to_string();
                        Ok::<_, Error>((app.accounts.csrf_token(&who)?, person))
                    })
                    .await?;
                kept_form::kept_form(&csrf, &person, kept)
            }
            None => see_other(&self.back),
        };
        response.add_cookie(&session_cookie(session))?;
        Ok(response)
    }
}
