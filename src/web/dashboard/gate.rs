//! What stands before every handler of the dashboard: the session, the role, and whether a change comes from our own page. What is asked of a request
//! stands in the table of routes; no page is known here but the two that lead in.

mod own;
mod typed;

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};

use super::account::{kept_form, sign_in, step_up};
use super::context::cookie::{self, session_token};
use super::context::desk::Desk;
use super::view::form::stale;
use super::view::frame::Badges;
use crate::app::{App, OpenWorkspace, Trouble};
use crate::clock::Moment;
use crate::gap;
use crate::knowledge::review;
use crate::staff::{SessionToken, SignedIn};
use crate::web::address::{at, below_base};
use crate::web::client::Client;
use crate::web::error::Error;
use crate::web::route::{Access, Route};
use crate::web::{Shell, failure, load};
use crate::workspace::Name;
use own::{CSRF_HEADER, carries, comes_from_ourselves, foreign};
use typed::{Typed, kept, own_address};

/// Who asks, as far as it is known and the route wants to know it.
enum Visitor {
    /// Anybody may.
    Anyone(Option<Box<SignedIn>>),
    /// Somebody has to sign in first.
    Nobody,
    /// Somebody has to prove who they are again first.
    Stale(Box<Admitted>),
    /// The disk has no room for what somebody wants who may.
    NoRoom(Box<Admitted>, Error),
    Admitted(Box<Admitted>),
}

struct Admitted {
    who: SignedIn,
    workspace: Option<Arc<OpenWorkspace>>,
    workspaces: Vec<Name>,
    csrf: String,
    badges: Badges,
    troubles: Vec<String>,
}

pub(super) async fn check(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let stopped = match pass(&mut request).await {
        Ok(None) => {
            let has_notice = cookie::notice(request.request()).is_some();
            let mut response = next.call(request).await?;
            if let Some(instead) = typed::failed(&response) {
                return Ok(response.into_response(instead));
            }
            if has_notice && is_page(&response) {
                // It was said.
                let _ = response
                    .response_mut()
                    .add_cookie(&cookie::no_notice_cookie());
            }
            return Ok(response);
        }
        Ok(Some(instead)) => instead,
        Err(error) => failure::for_staff(&error),
    };
    Ok(request.into_response(stopped))
}

fn is_page(response: &ServiceResponse<BoxBody>) -> bool {
    !is_partial(response.request().headers())
        && response.status().is_success()
        && media(response.headers()).starts_with("text/html")
}

/// Lets a request through to its handler, or says what it is answered with instead.
async fn pass(request: &mut ServiceRequest) -> Result<Option<HttpResponse>, Error> {
    // No address of ours has an encoded letter. With one, the row that was looked up could be another than the handler that is run.
    if request.path().contains('%') {
        return Err(Error::not_found());
    }
    let route = Route::of(request.request()).ok_or_else(Error::not_found)?;
    let is_change = !route.is_safe();
    let shell = request
        .app_data::<web::Data<Shell>>()
        .map(|shell| shell.get_ref().clone())
        .ok_or_else(Error::not_found)?;
    let public = shell.app.config.server.public_origin();
    if is_change && !comes_from_ourselves(request.headers(), public.as_deref()) {
        return Err(foreign());
    }
    let token = session_token(request.request());
    let form = if is_change {
        form_of(request, &shell, token.clone()).await?
    } else {
        web::Bytes::new()
    };
    let now = shell.now();
    let name = workspace_name(request.path());
    let visitor = shell
        .blocking(move |app| look(app, token.as_ref(), route, name.as_ref(), now))
        .await?;
    let admitted = match visitor {
        Visitor::Anyone(who) => {
            if let Some(who) = who {
                request.extensions_mut().insert(Arc::new(*who));
            }
            return Ok(None);
        }
        Visitor::Nobody => {
            return Ok(Some(sign_in::instead(
                &come_back(request, route, is_change),
                kept(request.request(), route, &form),
                is_partial(request.headers()),
            )));
        }
        Visitor::Stale(admitted) => {
            let back = come_back(request, route, false);
            let kept = kept(request.request(), route, &form);
            let partial = is_partial(request.headers());
            let desk = desk(request, shell, *admitted, now, is_change);
            return Ok(Some(step_up::instead(&desk, &back, kept, partial)));
        }
        Visitor::NoRoom(admitted, error) => {
            return typed::refused(request, route, &form, &admitted.csrf, error).map(Some);
        }
        Visitor::Admitted(admitted) => *admitted,
    };
    if is_change && !carries(request.headers(), &form, route, &admitted.csrf) {
        return of_another_session(request, route, &form, &admitted);
    }
    let desk = desk(request, shell, admitted, now, is_change);
    let mut extensions = request.extensions_mut();
    extensions.insert(desk);
    extensions.insert(Typed(form));
    Ok(None)
}

/// The form of a change; empty for one with files. It is read before anybody is let in: a body may take long, and who sends it is who they are when it has
/// arrived.
async fn form_of(
    request: &mut ServiceRequest,
    shell: &Shell,
    token: Option<SessionToken>,
) -> Result<web::Bytes, Error> {
    if is_multipart(request.headers()) {
        return Ok(web::Bytes::new());
    }
    if is_alive(shell, token).await? {
        load::introduce(request.request());
    }
    read_form(request).await
}

/// What a form gets that has not the token of its session: that may be another than the one in which the page was opened.
fn of_another_session(
    request: &ServiceRequest,
    route: &'static Route,
    form: &[u8],
    admitted: &Admitted,
) -> Result<Option<HttpResponse>, Error> {
    match kept(request.request(), route, form) {
        Some(kept) if !is_partial(request.headers()) => {
            let person = admitted.who.person().name.as_str();
            Ok(Some(kept_form(&admitted.csrf, person, kept)))
        }
        _ => Err(stale()),
    }
}

/// Whether a session is there. Looking does not keep it alive.
async fn is_alive(shell: &Shell, token: Option<SessionToken>) -> Result<bool, Error> {
    let (Some(token), now) = (token, shell.now()) else {
        return Ok(false);
    };
    shell
        .blocking(move |app| Ok(app.accounts.signed_in(&token, now, false)?.is_some()))
        .await
}

fn desk(
    request: &ServiceRequest,
    shell: Shell,
    admitted: Admitted,
    now: Moment,
    is_change: bool,
) -> Desk {
    Desk {
        shell,
        who: Arc::new(admitted.who),
        workspace: admitted.workspace,
        workspaces: Arc::new(admitted.workspaces),
        csrf: admitted.csrf.into(),
        client: Client::of(request.request()),
        path: own_address(request.request()).into(),
        notice: cookie::notice(request.request()),
        badges: admitted.badges,
        troubles: Arc::new(admitted.troubles),
        now,
        is_partial: is_partial(request.headers()),
        has_token_header: is_change && request.headers().contains_key(CSRF_HEADER),
    }
}

fn look(
    app: &App,
    token: Option<&SessionToken>,
    route: &Route,
    name: Option<&Name>,
    now: Moment,
) -> Result<Visitor, Error> {
    // First, so that what draws on the reserve has its room.
    let room = route.demand_room(app);
    let who = match token {
        Some(token) => app.accounts.signed_in(token, now, !route.is_quiet)?,
        None => None,
    };
    if route.access == Access::Anyone {
        room?;
        return Ok(Visitor::Anyone(who.map(Box::new)));
    }
    let Some(who) = who else {
        return Ok(Visitor::Nobody);
    };
    let admitted = Box::new(admit(app, who, route, name)?);
    if route.needs_step_up && !admitted.who.is_fresh(now) {
        return Ok(Visitor::Stale(admitted));
    }
    Ok(match room {
        Ok(()) => Visitor::Admitted(admitted),
        Err(error) => Visitor::NoRoom(admitted, error.into()),
    })
}

/// Refuses what the role does not allow. A workspace in which somebody has no role does not exist for them.
fn admit(app: &App, who: SignedIn, route: &Route, name: Option<&Name>) -> Result<Admitted, Error> {
    let mut workspaces = app.workspaces()?;
    workspaces.retain(|workspace| who.role_in(&workspace.id).is_some());
    let found = |name: Option<&Name>| {
        let known = workspaces.iter().find(|known| Some(&known.name) == name);
        known.ok_or_else(Error::not_found)
    };
    let allowed = match route.access {
        Access::Anyone | Access::SignedIn => true,
        Access::Instance(permission) => who.may(permission, None),
        Access::Workspace(permission) => who.may(permission, Some(&found(name)?.id)),
        Access::Key(_) => return Err(Error::not_found()),
    };
    if !allowed {
        return Err(Error::new(
            StatusCode::FORBIDDEN,
            "role",
            "your role does not allow this",
        ));
    }
    // Whoever may do nothing in it does not even hear whether it is up.
    let workspace = match route.access {
        Access::Workspace(_) => Some(app.workspace(&found(name)?.name)?),
        _ => None,
    };
    Ok(Admitted {
        csrf: app.accounts.csrf_token(&who)?,
        badges: match &workspace {
            Some(open) => Badges {
                open_gaps: gap::count_open(&open.db)?,
                reviews: review::count(&open.db)?,
            },
            None => Badges::default(),
        },
        troubles: troubles(app, &who)?,
        workspaces: workspaces.into_iter().map(|known| known.name).collect(),
        workspace,
        who,
    })
}

/// What is wrong, for those whom it concerns.
fn troubles(app: &App, who: &SignedIn) -> Result<Vec<String>, Error> {
    let troubles = app.troubles()?;
    let concerns = |trouble: &&Trouble| who.person().is_owner || trouble.concerns_everybody();
    Ok(troubles
        .iter()
        .filter(concerns)
        .map(ToString::to_string)
        .collect())
}

/// The body of a form, which stays there for the handler.
async fn read_form(request: &mut ServiceRequest) -> Result<web::Bytes, Error> {
    let body = request.extract::<web::Bytes>().await.map_err(|_| {
        Error::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_long",
            "the form is too long",
        )
    })?;
    request.set_payload(Payload::from(body.clone()));
    Ok(body)
}

fn media(headers: &HeaderMap) -> &str {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn is_multipart(headers: &HeaderMap) -> bool {
    media(headers).starts_with("multipart/form-data")
}

fn is_form(headers: &HeaderMap) -> bool {
    media(headers).starts_with("application/x-www-form-urlencoded")
}

/// Where to come back to: this page or the one that the route names; for a change whose sender is unknown, the start.
fn come_back(request: &ServiceRequest, route: &Route, is_change: bool) -> String {
    if is_change {
        return at("/dashboard");
    }
    let own = own_address(request.request());
    // The page that it names is the last part of its own address before what it is about.
    match route
        .back_to
        .and_then(|page| own.find(&format!("{page}/")).map(|at| at + page.len()))
    {
        Some(end) => own[..end].to_owned(),
        None => own,
    }
}

fn workspace_name(address: &str) -> Option<Name> {
    below_base(address)?
        .strip_prefix("/dashboard/w/")?
        .split('/')
        .next()?
        .parse()
        .ok()
}

fn is_partial(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}
