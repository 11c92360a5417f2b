//! `GET /api/v1/openapi.json`: what the API is, for programs. It is put together from the table of routes: method, path and scope stand there, and a
//! handler only says what goes in and what comes out.

use actix_web::{HttpResponse, web};
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{HttpMethod, Operation, PathItem};
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, InfoBuilder, License, OpenApi, OpenApiBuilder, Paths, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use crate::web::Shell;
use crate::web::error::ErrorBody;
use crate::web::route::{Access, Route, Table};

const SCHEME: &str = "api_key";
const ERROR: &str = "ErrorBody";

/// What every route with a key can answer too.
const COMMON: [(&str, &str); 5] = [
    ("401", "unauthorized"),
    ("403", "scope_missing"),
    ("408", "too_slow"),
    ("429", "too_many_connections"),
    ("503", "overloaded, workspace_down, not_set_up"),
];

pub(in crate::web) async fn show(shell: web::Data<Shell>) -> HttpResponse {
    HttpResponse::Ok().json(description(shell.routes))
}

fn description(routes: &Table) -> OpenApi {
    let description = "`Api-Key TOKEN`, as `anchorite keys create` prints it";
    let header = ApiKey::Header(ApiKeyValue::with_description("Authorization", description));
    let mut components = Components::new();
    components.add_security_scheme(SCHEME, SecurityScheme::ApiKey(header));
    let mut schemas = vec![(ERROR.to_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut schemas);
    let mut paths = Paths::new();
    for route in routes.rows() {
        let Some(document) = route.document else {
            continue;
        };
        let documented = document();
        schemas.extend(documented.schemas);
        let operation = completed(route, documented.operation);
        let path = route.path.replace(":.*", "");
        let item = PathItem::new(method(route.method), operation);
        match paths.paths.get_mut(&path) {
            Some(known) => known.merge_operations(item),
            None => drop(paths.paths.insert(path, item)),
        }
    }
    components.schemas.extend(schemas);
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Anchorite")
                .description(Some(
                    "Cited answers from an organisation's approved knowledge.",
                ))
                .version(env!("CARGO_PKG_VERSION"))
                .license(Some(License::new("Apache-2.0"))),
        )
        .paths(paths)
        .components(Some(components))
        .build()
}

/// With what the table says.
fn completed(route: &Route, mut operation: Operation) -> Operation {
    if let Access::Key(scope) = route.access {
        let needed = SecurityRequirement::new(SCHEME, [scope.name()]);
        operation.security = Some(vec![needed]);
        for (status, codes) in COMMON {
            let response = ResponseBuilder::new()
                .description(codes)
                .content(
                    "application/json",
                    Content::new(Some(Ref::from_schema_name(ERROR))),
                )
                .build();
            operation
                .responses
                .responses
                .entry(status.to_owned())
                .or_insert_with(|| response.into());
        }
    }
    operation
}

fn method(name: &str) -> HttpMethod {
    match name {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::routes::table;

    #[test]
    fn every_route_with_a_key_is_described_with_its_scope_and_its_errors() {
        let text = serde_json::to_value(description(table())).unwrap();
        let keyed = table()
            .rows()
            .iter()
            .filter(|route| matches!(route.access, Access::Key(_)));
        let mut count = 0;
        for route in keyed {
            let path = route.path.replace(":.*", "");
            let operation = &text["paths"][&path][route.method.to_lowercase()];
            let scope = &operation["security"][0][SCHEME][0];
            assert_eq!(scope, route.access.needs(), "{} {path}", route.method);
            for status in ["401", "403", "503"] {
                assert!(
                    operation["responses"][status].is_object(),
                    "{path} {status}"
                );
            }
            count += 1;
        }
        assert_eq!(count, 7);
    }

    #[test]
    fn every_schema_that_is_referred_to_is_there() {
        let text = serde_json::to_string(&description(table())).unwrap();
        let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mark = "#/components/schemas/";
        for (at, _) in text.match_indices(mark) {
            let name = text[at + mark.len()..].split('"').next().unwrap();
            assert!(whole["components"]["schemas"][name].is_object(), "{name}");
        }
    }
}
