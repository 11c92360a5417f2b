//! What requests and answers may take of this machine while clients are slow: time, memory, room on the disk.
//!
//! A body has to arrive in time, and an answer be taken; what is held of either counts against a budget, of its client and of all; files that are on their
//! way in lie encrypted on the disk. All of it stands here and in [`super::connection`]: no handler knows of it, but those that take files, which
//! ask for a [`received::Received`].

pub(super) mod farewell;
mod incoming;
pub(super) mod outgoing;
pub(super) mod pace;
pub(super) mod quota;
pub(super) mod received;

use std::path::Path;
use std::sync::Arc;

use actix_http::ConnectionType;
use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;

use super::client::Client;
use super::error::Error;
use super::failure;
use super::route::Route;
use crate::config::Config;
use incoming::Arriving;
pub(super) use incoming::introduce;
use outgoing::Held;
use quota::{Exhausted, Quota};

const MIB: u64 = 1024 * 1024;
/// Bytes of bodies that are held, of requests and of answers.
const IN_FLIGHT: u64 = 48 * MIB;
const IN_FLIGHT_OF_CLIENT: u64 = 12 * MIB;
/// The same of bodies whose sender is nobody that we know. What these take is nobody's who is signed in or has a key.
const OF_STRANGERS: u64 = 16 * MIB;
const OF_STRANGERS_OF_CLIENT: u64 = 4 * MIB;
/// Bytes of documents that are read. They are nobody's: a visitor who reads slowly keeps nobody from being answered.
const READ: u64 = 128 * MIB;
/// Downloads of all that a workspace holds.
const EXPORTS: u64 = 4;
const EXPORTS_OF_CLIENT: u64 = 2;
/// Files that are on their way in: how many there may be at a time, and how many of the largest size their room on the disk is for.
const FILES: u64 = 256;
const FILES_OF_CLIENT: u64 = 64;
const LARGEST_FILES: u64 = 16;
const LARGEST_FILES_OF_CLIENT: u64 = 8;

/// The budgets of the instance.
#[derive(Clone)]
pub(super) struct Load {
    /// Requests that come through a proxy; from elsewhere, connections are counted.
    requests: Arc<Quota>,
    pub(super) memory: Arc<Quota>,
    strangers: Arc<Quota>,
    /// One copy of each document that somebody reads, however many do.
    pub(super) documents: Arc<Quota>,
    /// Downloads of all that a workspace holds: of each, one text may be in memory at a time.
    pub(super) exports: Arc<Quota>,
    files: Arc<Quota>,
    file_bytes: Arc<Quota>,
    /// Where files lie until they have arrived.
    spool: Arc<Path>,
}

impl Load {
    pub(super) fn new(config: &Config, folder: &Path) -> Self {
        let largest = config.ingest.max_file_mib * MIB;
        Self {
            requests: Quota::new(
                "requests",
                config.server.connections_per_client as u64,
                u64::MAX,
            ),
            memory: Quota::new("bytes in memory", IN_FLIGHT_OF_CLIENT, IN_FLIGHT),
            documents: Quota::new("documents that are read", READ, READ),
            strangers: Quota::new("bytes of strangers", OF_STRANGERS_OF_CLIENT, OF_STRANGERS),
            exports: Quota::new("exports", EXPORTS_OF_CLIENT, EXPORTS),
            files: Quota::new("uploads", FILES_OF_CLIENT, FILES),
            file_bytes: Quota::new(
                "bytes of uploads",
                LARGEST_FILES_OF_CLIENT * largest,
                LARGEST_FILES * largest,
            ),
            spool: folder.into(),
        }
    }
}

impl From<Exhausted> for Error {
    fn from(exhausted: Exhausted) -> Self {
        match exhausted {
            Exhausted::OfClient => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_much_at_once",
                "too much is on its way to or from your address already; wait for it, then try again",
            ),
            Exhausted::InAll => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "too much is on its way to and from everybody already; try again in a moment",
            ),
        }
    }
}

/// Lets a request through to its handler, its body paced, and holds what its answer takes.
pub(super) async fn pass(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
    route: &Route,
    load: &Load,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let client = Client::of(request.request());
    let turn = if client.is_behind_proxy {
        let Ok(turn) = load.requests.take(client.address, 1) else {
            let refused = last(failure::answer(
                route.surface,
                &Error::too_many_connections(),
            ));
            return Ok(request.into_response(refused));
        };
        Some(turn)
    } else {
        None
    };
    let arriving = Arriving::new(&mut request, load, client.address, route);
    let mut response = next.call(request).await?;
    if let Some(error) = arriving.failure() {
        response = response.into_response(last(failure::answer(route.surface, &error)));
    }
    drop(arriving);
    let length = match response.response().body().size() {
        BodySize::Sized(length) => length,
        BodySize::None | BodySize::Stream => 0,
    };
    let bytes = match load.memory.take(client.address, length) {
        Ok(bytes) => Some(bytes),
        Err(exhausted) => {
            let error = Error::from(exhausted);
            response = response.into_response(failure::answer(route.surface, &error));
            None
        }
    };
    let held = Held::new(turn, bytes);
    response.response_mut().extensions_mut().insert(held);
    Ok(response)
}

/// The last answer of its connection: what is left of the request is not waited for.
fn last(mut response: HttpResponse) -> HttpResponse {
    response
        .head_mut()
        .set_connection_type(ConnectionType::Close);
    response
}
