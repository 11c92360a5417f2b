//! What every request passes first: which row of the table it is for, and whether the server is set up. What is for no row is answered here.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ALLOW, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use super::client::{self, Client};
use super::error::Error;
use super::route::{Route, Surface};
use super::{Shell, api, dashboard, help, load, routes, view};
use crate::id::RequestId;

/// The row of the table that a request is for. Only [`enter`] puts it there.
#[derive(Clone, Copy)]
struct Matched(&'static Route);

/// The row of the table that a request is for. `None`: it did not come in by the door.
pub(super) fn route_of(request: &HttpRequest) -> Option<&'static Route> {
    request.extensions().get::<Matched>().map(|found| found.0)
}

pub(super) async fn enter(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // As the handlers are looked for.
    let whole = request.match_info().unprocessed().to_owned();
    greet(&request);
    if !view::base().is_empty() && whole == view::base() {
        let response = HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, view::at("/")))
            .finish();
        return Ok(request.into_response(response));
    }
    let Some(path) = view::below_base(&whole) else {
        let response = failure(Surface::Open, &Error::not_found());
        return Ok(request.into_response(response));
    };
    let surface = surface_of(&whole);
    let route = routes::find(request.method(), path);
    if !route.is_some_and(|route| route.is_open_before_setup)
        && let Err(error) = demand_set_up(&request).await
    {
        return Ok(request.into_response(failure(surface, &error)));
    }
    let Some(route) = route else {
        let response = no_route(&request, path, surface);
        return Ok(request.into_response(response));
    };
    request.extensions_mut().insert(Matched(route));
    load::pass(request, next, route).await
}

/// Finds out who asks.
fn greet(request: &ServiceRequest) {
    let (Some(shell), Some(peer)) = (request.app_data::<web::Data<Shell>>(), request.peer_addr())
    else {
        return;
    };
    let server = &shell.app.config.server;
    let address = client::address(
        peer.ip(),
        request.headers(),
        &server.trusted_proxies,
        server.forwarded_header,
    );
    let mut extensions = request.extensions_mut();
    let id = extensions.get::<RequestId>().cloned();
    extensions.insert(Client {
        address: Some(address),
        is_behind_proxy: address != peer.ip().to_canonical(),
        request: id.unwrap_or_else(RequestId::random),
    });
}

/// The surface of an address, whether or not there is anything.
pub(super) fn surface_of(address: &str) -> Surface {
    let path = view::below_base(address).unwrap_or_default();
    let is_below = |base: &str| {
        path.strip_prefix(base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if is_below("/api") {
        Surface::Api
    } else if is_below("/dashboard") {
        Surface::Dashboard
    } else if is_below("/help") {
        Surface::Help
    } else {
        Surface::Open
    }
}

/// An error as a surface shows it.
pub(super) fn failure(surface: Surface, error: &Error) -> HttpResponse {
    match surface {
        Surface::Api => api::failure(error),
        Surface::Dashboard => dashboard::failure(error),
        Surface::Open | Surface::Help => help::failure(error),
    }
}

/// Until there is an account, nothing is served but what makes one.
async fn demand_set_up(request: &ServiceRequest) -> Result<(), Error> {
    let shell = request
        .app_data::<web::Data<Shell>>()
        .ok_or_else(Error::not_found)?;
    if shell.app.is_known_to_be_set_up() {
        return Ok(());
    }
    let is_set_up = shell
        .blocking(|app| app.is_set_up().map_err(Error::from))
        .await?;
    if is_set_up {
        Ok(())
    } else {
        Err(Error::not_set_up())
    }
}

fn no_route(request: &ServiceRequest, path: &str, surface: Surface) -> HttpResponse {
    if let Some(allowed) = routes::allowed(path) {
        if *request.method() == Method::OPTIONS {
            return HttpResponse::NoContent()
                .insert_header((ALLOW, allowed))
                .finish();
        }
        let error = Error::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            format!("this address answers {allowed}"),
        );
        let mut response = failure(surface, &error);
        if let Ok(allowed) = allowed.parse() {
            response.headers_mut().insert(ALLOW, allowed);
        }
        return response;
    }
    // A slash at the end that nobody needs, on the way to a page. Only to an address of ours: "//elsewhere/" leads nowhere.
    let without = path.trim_end_matches('/');
    let is_ours = routes::find(request.method(), without).is_some();
    if request.method().is_safe()
        && path.ends_with('/')
        && path != "/"
        && is_ours
        && !without.starts_with("//")
    {
        let mut to = view::at(without);
        if !request.query_string().is_empty() {
            to.push('?');
            to.push_str(request.query_string());
        }
        return HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, to))
            .finish();
    }
    failure(surface, &Error::not_found())
}
