//! Style sheets and pictures, embedded in the binary.

use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, Scope, web};
use rust_embed::RustEmbed;

use super::help;

#[derive(RustEmbed)]
#[folder = "assets/static/"]
struct Static;

pub(super) fn scope() -> Scope {
    web::scope("/static").route("/{name}", web::get().to(file))
}

/// `GET /static/{name}`
async fn file(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some(file) = Static::get(&name) else {
        return help::page_not_found().await;
    };
    let tag =
        EntityTag::new_strong(crate::crypto::hex(&file.metadata.sha256_hash()[..8])).to_string();
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
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
