//! What every request passes first: which row of the table it is for, and whether the server is set up. What is for no row is answered here.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ALLOW, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};

use super::address::{at, base, below_base};
use super::client::{self, Client};
use super::error::Error;
use super::route::{Surface, Table};
use super::{Shell, failure, load};
use crate::id::RequestId;

pub(super) async fn enter(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // As the handlers are looked for.
    let whole = request.match_info().unprocessed().to_owned();
    let surface = Surface::of(&whole);
    let Some(shell) = request.app_data::<web::Data<Shell>>().cloned() else {
        let response = failure::answer(surface, &Error::not_found());
        return Ok(request.into_response(response));
    };
    greet(&request, &shell);
    if !base().is_empty() && whole == base() {
        let response = HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, at("/")))
            .finish();
        return Ok(request.into_response(response));
    }
    let Some(path) = below_base(&whole) else {
        let response = failure::answer(surface, &Error::not_found());
        return Ok(request.into_response(response));
    };
    let route = shell.routes.find(request.method(), path);
    if !route.is_some_and(|route| route.is_open_before_setup)
        && let Err(error) = demand_set_up(&shell).await
    {
        return Ok(request.into_response(failure::answer(surface, &error)));
    }
    let Some(route) = route else {
        let response = no_route(&request, shell.routes, path, surface);
        return Ok(request.into_response(response));
    };
    route.mark(&request);
    load::pass(request, next, route, &shell.load).await
}

/// Finds out who asks.
fn greet(request: &ServiceRequest, shell: &Shell) {
    let Some(peer) = request.peer_addr() else {
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

/// Until there is an account, nothing is served but what makes one.
async fn demand_set_up(shell: &Shell) -> Result<(), Error> {
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

fn no_route(
    request: &ServiceRequest,
    routes: &Table,
    path: &str,
    surface: Surface,
) -> HttpResponse {
    if let Some(allowed) = routes.allowed(path) {
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
        let mut response = failure::answer(surface, &error);
        if let Ok(allowed) = allowed.parse() {
            response.headers_mut().insert(ALLOW, allowed);
        }
        return response;
    }
    // A slash at the end that nobody needs, on the way to a page. Only to an address of ours: "//elsewhere/" leads nowhere.
    let without = path.trim_end_matches('/');
    let is_ours = routes.find(request.method(), without).is_some();
    if request.method().is_safe()
        && path.ends_with('/')
        && path != "/"
        && is_ours
        && !without.starts_with("//")
    {
        let mut to = at(without);
        if !request.query_string().is_empty() {
            to.push('?');
            to.push_str(request.query_string());
        }
        return HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, to))
            .finish();
    }
    failure::answer(surface, &Error::not_found())
}
