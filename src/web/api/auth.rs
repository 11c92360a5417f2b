//! Who calls: checked once, in front of every route of the API.

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::ApiError;
use crate::apikey::{self, ApiKey, Scope, Token};
use crate::app::App;
use crate::audit::{Actor, Change};
use crate::clock::Moment;
use crate::id::WorkspaceId;
use crate::web::client::Client;
use crate::web::error::Error;
use crate::web::route::{Access, Route};
use crate::web::{Shell, load};

/// The holder of a key that is valid and has the scope of the route it asked for. Only [`authenticate`] makes one.
#[derive(Debug, Clone)]
pub(in crate::web) struct Caller {
    key: ApiKey,
    client: Client,
}

impl Caller {
    pub(super) fn workspace(&self) -> &WorkspaceId {
        &self.key.workspace
    }

    pub(super) fn has(&self, scope: Scope) -> bool {
        self.key.scopes.contains(&scope)
    }

    /// The same caller as its key is now. A body may take hours, and a key that was revoked meanwhile does nothing more.
    pub(super) fn renewed(self, app: &App) -> Result<Self, Error> {
        let key = apikey::find_valid(&app.control, &self.key.id, app.clock.now())?;
        Ok(Self {
            key: key.ok_or_else(unauthorized)?,
            client: self.client,
        })
    }

    /// What this caller does at that time, for the audit log.
    pub(super) fn change(&self, at: Moment) -> Change {
        Change {
            by: Actor::ApiKey(self.key.id.clone()),
            from: self.client.origin(),
            at,
            request: Some(self.client.request.clone()),
        }
    }
}

/// Reads what [`authenticate`] left. Without it there is no caller, and no way in.
impl FromRequest for Caller {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Caller>().cloned();
        std::future::ready(caller.ok_or_else(|| unauthorized().into()))
    }
}

pub(super) async fn authenticate(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match check(&request).await {
        Ok(caller) => {
            if let Some(caller) = caller {
                load::introduce(request.request());
                request.extensions_mut().insert(caller);
            }
            next.call(request).await
        }
        Err(error) => Ok(request.into_response(error.to_json())),
    }
}

async fn check(request: &ServiceRequest) -> Result<Option<Caller>, Error> {
    let route = Route::of(request.request()).ok_or_else(Error::not_found)?;
    let scope = match route.access {
        Access::Anyone => return Ok(None),
        Access::Key(scope) => scope,
        Access::SignedIn | Access::Instance(_) | Access::Workspace(_) => {
            return Err(Error::not_found());
        }
    };
    let token = presented(request).ok_or_else(unauthorized)?;
    let shell = request
        .app_data::<web::Data<Shell>>()
        .ok_or_else(unauthorized)?;
    let key = shell
        .blocking(move |app| {
            route.demand_room(app)?;
            apikey::authenticate(&app.control, &token, app.clock.now()).map_err(Error::from)
        })
        .await?
        .ok_or_else(unauthorized)?;
    if !key.scopes.contains(&scope) {
        let message = format!("this key does not have the scope {scope}");
        return Err(Error::new(StatusCode::FORBIDDEN, "scope_missing", message));
    }
    Ok(Some(Caller {
        key,
        client: Client::of(request.request()),
    }))
}

fn presented(request: &ServiceRequest) -> Option<Token> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("api-key")
        .then(|| token.trim().parse().ok())
        .flatten()
}

/// One answer for no key, a malformed one, a wrong one, an expired and a revoked one.
fn unauthorized() -> Error {
    Error::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "a valid key is needed, as `Authorization: Api-Key TOKEN`",
    )
}
