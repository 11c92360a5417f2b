//! `GET /api/v1/openapi.json`: what the API is, for programs. It is put together from the table of routes: method, path and scope stand there, and a
//! handler only says what goes in and what comes out.

use actix_web::{HttpResponse, web};
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{HttpMethod, Operation, PathItem};
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, InfoBuilder, License, OpenApi, OpenApiBuilder, Paths, RefOr, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use crate::web::Shell;
use crate::web::error::ErrorBody;
use crate::web::route::{Access, Route, Table};

const SCHEME: &str = "api_key";
const ERROR: &str = "ErrorBody";

/// What a route with a key can answer beside what its handler says: statuses and their codes.
fn common(route: &Route) -> Vec<(&'static str, &'static [&'static str])> {
    let mut common: Vec<(&str, &[&str])> = vec![
        ("401", &["unauthorized"]),
        ("403", &["scope_missing"]),
        ("404", &["not_found"]),
        ("429", &["too_many_connections", "too_much_at_once"]),
        ("500", &["internal"]),
        (
            "503",
            &["overloaded", "busy", "workspace_down", "not_set_up"],
        ),
    ];
    if route.takes_body() {
        common.push(("408", &["too_slow"]));
        common.push(("413", &["body_too_large"]));
    }
    if route.needs_room() {
        common.push(("507", &["disk_full", "disk_read_only"]));
    }
    common
}

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
    for response in operation.responses.responses.values_mut() {
        // What is empty is left out, and the standard asks for it.
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            "done".clone_into(&mut response.description);
        }
    }
    if let Access::Key(scope) = route.access {
        let needed = SecurityRequirement::new(SCHEME, [scope.name()]);
        operation.security = Some(vec![needed]);
        for (status, codes) in common(route) {
            let responses = &mut operation.responses.responses;
            let mut said = match responses.get(status) {
                Some(RefOr::T(response)) => vec![response.description.as_str()],
                _ => Vec::new(),
            };
            let is_new = |code: &&str| !said.iter().any(|known| known.contains(*code));
            let new: Vec<&str> = codes.iter().copied().filter(is_new).collect();
            said.extend(new);
            let description = said.join(", ");
            let response = ResponseBuilder::new()
                .description(description)
                .content(
                    "application/json",
                    Content::new(Some(Ref::from_schema_name(ERROR))),
                )
                .build();
            responses.insert(status.to_owned(), response.into());
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
            let says = |status: &str, code: &str| {
                let description = &operation["responses"][status]["description"];
                description.as_str().is_some_and(|said| said.contains(code))
            };
            for (status, code, is_said) in [
                ("401", "unauthorized", true),
                ("403", "scope_missing", true),
                ("429", "too_much_at_once", true),
                ("503", "busy", true),
                (
                    "413",
                    "body_too_large",
                    ["POST", "PUT"].contains(&route.method),
                ),
                ("507", "disk_full", route.needs_room()),
                ("507", "disk_read_only", route.needs_room()),
            ] {
                assert_eq!(
                    says(status, code),
                    is_said,
                    "{} {path} {code}",
                    route.method
                );
            }
            count += 1;
        }
        assert_eq!(count, 7);
    }

    /// Codes of what programs with a key cannot do.
    const OF_STAFF: [&str; 15] = [
        "article",
        "conflict",
        "key_malformed",
        "link_dead",
        "malformed",
        "name_taken",
        "not_permitted",
        "reason",
        "review",
        "settings",
        "sign_in",
        "too_many_attempts",
        "wording",
        "words",
        "working_copy",
    ];

    #[test]
    fn every_code_that_a_route_with_a_key_can_give_is_described() {
        let text = serde_json::to_value(description(table())).unwrap();
        let described: Vec<String> = text["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
            .flat_map(|operation| operation["responses"].as_object().unwrap().values())
            .flat_map(|response| response["description"].as_str().unwrap().split(", "))
            .map(|code| code.split(':').next().unwrap().to_owned())
            .collect();
        let source = include_str!("../error.rs");
        let is_code = |text: &&str| {
            text.len() > 2 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        };
        // What stands in quotes: every second piece. Each code is followed by its sentence, or by a variable with it.
        let pieces: Vec<&str> = source.split('"').collect();
        let codes: Vec<&str> = (1..pieces.len().saturating_sub(1))
            .step_by(2)
            .filter(|at| pieces[at + 1].trim_start().starts_with([',', '}']))
            .map(|at| pieces[at])
            .filter(is_code)
            .collect();
        assert!(codes.len() > 25, "{codes:?}");
        let missing: Vec<&&str> = codes
            .iter()
            .filter(|code| !OF_STAFF.contains(code))
            .filter(|code| !described.iter().any(|known| known == *code))
            .collect();
        assert_eq!(missing, Vec::<&&str>::new());
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
