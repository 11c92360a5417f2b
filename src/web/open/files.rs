//! `/static`: style sheets, scripts and pictures.

use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::crypto;
use crate::web::error::Error;
use crate::web::{assets, failure};

/// `GET /static/{name}`
pub(in crate::web) async fn file(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some(file) = assets::find(&name) else {
        return failure::for_visitors(&Error::not_found());
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
