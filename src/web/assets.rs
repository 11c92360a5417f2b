//! Style sheets, scripts and pictures, embedded in the binary.
//!
//! What we wrote is in `assets/static`; `assets/vendor` is built from npm packages (`make assets`). A page asks for a file with the
//! version of all of them, so that a browser never mixes the files of two versions.

use std::borrow::Cow;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::error::Error;
use super::{help, view};
use crate::crypto;

#[derive(RustEmbed)]
#[folder = "assets/static/"]
struct Static;

#[derive(RustEmbed)]
#[folder = "assets/vendor/"]
struct Vendor;

/// A hash of all files.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<Cow<'_, str>> = Static::iter().chain(Vendor::iter()).collect();
    names.sort_unstable();
    let hashes: Vec<u8> = names
        .iter()
        .filter_map(|name| find(name))
        .flat_map(|file| file.metadata.sha256_hash())
        .collect();
    crypto::hex(&crypto::sha256(&hashes)[..4])
});

/// The address of a file, of this version.
pub(super) fn address(name: &str) -> String {
    view::at(&format!("/static/{name}?v={}", *VERSION))
}

fn find(name: &str) -> Option<EmbeddedFile> {
    Static::get(name).or_else(|| Vendor::get(name))
}

/// `GET /static/{name}`
pub(super) async fn file(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some(file) = find(&name) else {
        return help::failure(&Error::not_found());
    };
    let tag = EntityTag::new_strong(crypto::hex(&file.metadata.sha256_hash()[..8])).to_string();
    let mut response = match request.headers().get(IF_NONE_MATCH) {
        Some(known) if known.as_bytes() == tag.as_bytes() => HttpResponse::NotModified(),
        _ => HttpResponse::Ok(),
    };
    response
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, "max-age=3600"))
        .content_type(content_type(&name))
        .body(file.data)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
