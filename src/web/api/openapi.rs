//! `GET /api/v1/openapi.json`: what the API is, for programs.

use actix_web::HttpResponse;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{ask, documents, search};
use crate::web::error::ErrorBody;

#[derive(OpenApi)]
#[openapi(
    info(title = "Anchorite", description = "Cited answers from an organisation's approved knowledge.", license(name = "Apache-2.0")),
    paths(ask::ask, ask::feedback, search::search, documents::list, documents::get, documents::put, documents::delete),
    components(schemas(ErrorBody)),
    modifiers(&Security)
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let description = "`Api-Key TOKEN`, as `anchorite keys create` prints it";
        let header = ApiKey::Header(ApiKeyValue::with_description("Authorization", description));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(header));
    }
}

pub(super) async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Document::openapi())
}
