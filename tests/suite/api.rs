//! `/api/v1`: who may do what, and what a program is told when it may not.

use reqwest::Method;
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{Api, Instance, Reply, client, get, shared};

struct Route {
    method: Method,
    /// As the description names it.
    template: &'static str,
    /// One address of it.
    path: &'static str,
    scope: &'static str,
}

fn routes() -> Vec<Route> {
    let route = |method, template, path, scope| Route {
        method,
        template,
        path,
        scope,
    };
    vec![
        route(Method::POST, "/ask", "/ask", "chat_create"),
        route(Method::POST, "/feedback", "/feedback", "chat_create"),
        route(Method::POST, "/search", "/search", "project_search"),
        route(Method::GET, "/documents", "/documents", "sources_read"),
        route(
            Method::GET,
            "/documents/{path}",
            "/documents/a/b.md",
            "sources_read",
        ),
        route(
            Method::PUT,
            "/documents/{path}",
            "/documents/a/b.md",
            "sources_create",
        ),
        route(
            Method::DELETE,
            "/documents/{path}",
            "/documents/a/b.md",
            "sources_delete",
        ),
    ]
}

impl Route {
    /// With a body that the route accepts.
    fn fill(&self, request: RequestBuilder) -> RequestBuilder {
        match (&self.method, self.path) {
            (_, "/ask") => request.json(&json!({ "question": "Is it free?" })),
            (_, "/feedback") => {
                request.json(&json!({ "id": "00000000000000000000", "helped": true }))
            }
            (_, "/search") => request.json(&json!({ "query": "fees" })),
            (&Method::PUT, _) => request
                .header("content-type", "text/markdown")
                .body("It is free."),
            _ => request,
        }
    }

    fn send(&self, api: &Api<'_>) -> Reply {
        Reply::of(
            self.fill(api.request(self.method.clone(), self.path))
                .send(),
        )
    }

    /// With this `Authorization`, or none.
    fn send_with(&self, api: &Api<'_>, authorization: Option<&str>) -> Reply {
        let request = self.fill(api.anonymous(self.method.clone(), self.path));
        Reply::of(
            authorization
                .into_iter()
                .fold(request, |request, value| {
                    request.header("authorization", value)
                })
                .send(),
        )
    }
}

#[test]
fn every_route_refuses_who_has_no_valid_key_with_one_answer() {
    let shared = shared();
    let workspace = shared.workspace("doors");
    let (id, revoked) = shared.instance.create_key(
        "doors",
        &[
            "chat_create",
            "project_search",
            "sources_read",
            "sources_create",
            "sources_delete",
        ],
    );
    shared.instance.run(&["keys", "revoke", &id]).succeeded();
    let (_, unknown) = Instance::new().create_key("main", &["chat_create"]);
    let token = &workspace.token;
    let (body, last) = token.split_at(token.len() - 1);
    let mistyped = format!("{body}{}", if last == "A" { "B" } else { "A" });

    let presented = [
        None,
        Some(String::new()),
        Some(token.clone()),
        Some(format!("Bearer {token}")),
        Some("Api-Key".to_owned()),
        Some("Api-Key nonsense".to_owned()),
        Some(format!("Api-Key {mistyped}")),
        Some(format!("Api-Key {unknown}")),
        Some(format!("Api-Key {revoked}")),
        Some(format!("Api-Key {}", "A".repeat(6_000))),
    ];
    let mut bodies = Vec::new();
    for route in routes() {
        for authorization in &presented {
            let reply = route.send_with(&workspace, authorization.as_deref());
            reply.is_error(401, "unauthorized");
            assert_eq!(reply.header("www-authenticate"), "Api-Key");
            bodies.push(reply.body);
        }
    }
    bodies.dedup();
    assert_eq!(
        bodies.len(),
        1,
        "what was wrong is nobody's business: {bodies:?}"
    );
    assert!(workspace.paths().is_empty(), "nothing was stored");
}

#[test]
fn every_route_needs_its_own_scope_and_no_other() {
    let shared = shared();
    let workspace = shared.workspace("scopes");
    workspace.put("a/b.md", "It is free.").has_status(201);
    let all = [
        "chat_create",
        "project_search",
        "sources_read",
        "sources_create",
        "sources_delete",
    ];
    for scope in all {
        let (_, one) = shared.instance.create_key("scopes", &[scope]);
        let others: Vec<&str> = all.into_iter().filter(|other| *other != scope).collect();
        let (_, others) = shared.instance.create_key("scopes", &others);
        let (one, others) = (
            Api::new(&shared.server, &one),
            Api::new(&shared.server, &others),
        );
        for route in routes().into_iter().filter(|route| route.scope == scope) {
            let refused = route.send(&others);
            refused.is_error(403, "scope_missing");
            assert!(refused.body.contains(scope), "{}", refused.body);
            let reply = route.send(&one);
            assert!((200..300).contains(&reply.status), "{}", reply.body);
        }
        for route in routes().into_iter().filter(|route| route.scope != scope) {
            route.send(&one).is_error(403, "scope_missing");
        }
    }
}

#[test]
fn a_key_opens_its_own_workspace_only() {
    let (mine, other) = (shared().workspace("mine"), shared().workspace("other"));
    let text = "# Vault\n\nThe blue vault opens at noon.\n";
    mine.put("vault.md", text).has_status(201);
    let id = mine.document("vault.md").json()["id"]
        .as_str()
        .unwrap()
        .to_owned();

    other.document("vault.md").is_error(404, "document_unknown");
    other.delete("vault.md").is_error(404, "document_unknown");
    assert!(other.paths().is_empty() && other.search("blue vault").is_empty());
    assert_eq!(
        other.ask("When does the blue vault open?")["class"],
        "not_found"
    );
    other
        .put("vault.md", "# Vault\n\nThe red vault never opens.\n")
        .has_status(201);
    get(&shared().server.url(&format!("/help/other/documents/{id}"))).has_status(404);

    let kept = mine.document("vault.md").has_status(200).json();
    assert!(
        kept["id"] == id.as_str() && kept["text"].as_str().unwrap().contains("The blue vault"),
        "{kept}"
    );
    assert_eq!(mine.search("vault").len(), 1);
}

#[test]
fn what_is_not_served_is_a_json_error() {
    let api = shared().api();
    for (method, route) in [
        (Method::GET, "/nothing"),
        (Method::GET, ""),
        (Method::GET, "/"),
        (Method::GET, "/documents/"),
        (Method::GET, "/ask"),
        (Method::DELETE, "/search"),
        (Method::POST, "/documents"),
        (Method::PATCH, "/documents/a.md"),
        (Method::POST, "/documents/a.md"),
        (Method::POST, "/openapi.json"),
        (Method::PUT, "/ask/"),
    ] {
        let reply = Reply::of(api.request(method.clone(), route).send());
        assert!(
            matches!(reply.status, 400 | 404 | 405),
            "{method} {route}: {}",
            reply.status
        );
        let code = reply.json()["error"]["code"].as_str().unwrap().to_owned();
        assert!(
            ["not_found", "method_not_allowed", "path_malformed"].contains(&code.as_str()),
            "{method} {route}: {code}"
        );
        let anonymous = Reply::of(api.anonymous(method.clone(), route).send());
        assert!(
            matches!(anonymous.status, 401 | 404 | 405),
            "{method} {route}: {}",
            anonymous.status
        );
    }
}

#[test]
fn a_body_that_cannot_be_read_is_refused_with_a_stable_code() {
    let api = shared().api();
    for route in ["/ask", "/search"] {
        let field = if route == "/ask" { "question" } else { "query" };
        let send = |media: &str, body: String| {
            Reply::of(
                api.request(Method::POST, route)
                    .header("content-type", media)
                    .body(body)
                    .send(),
            )
        };
        let good = json!({ field: "Is it free?" }).to_string();
        send("application/json", good.clone()).has_status(200);
        send("text/plain", good.clone()).is_error(415, "content_type");
        send("application/x-www-form-urlencoded", good).is_error(415, "content_type");
        for broken in [
            "",
            "{",
            "null",
            "[]",
            "{}",
            "{\"question\": 1, \"query\": 1}",
            "\u{0}",
        ] {
            send("application/json", broken.to_owned()).is_error(400, "body_malformed");
        }
        send("application/json", "[".repeat(60_000)).is_error(400, "body_malformed");
        send(
            "application/json",
            json!({ field: "?", "workspace": "other" }).to_string(),
        )
        .is_error(400, "body_malformed");
        send(
            "application/json",
            json!({ field: "x".repeat(70_000) }).to_string(),
        )
        .is_error(413, "body_too_large");
    }
}

#[test]
fn a_search_has_from_1_to_50_hits() {
    let api = shared().api();
    let search = |limit: Value| api.post("/search", &json!({ "query": "account", "limit": limit }));
    for (limit, expected) in [(1, 1), (7, 7), (50, 50)] {
        assert_eq!(
            search(json!(limit)).has_status(200).json()["hits"]
                .as_array()
                .unwrap()
                .len(),
            expected
        );
    }
    for limit in [0, 51] {
        search(json!(limit)).is_error(400, "limit");
    }
    search(json!(-1)).is_error(400, "body_malformed");
    search(json!("10")).is_error(400, "body_malformed");
}

#[test]
fn a_search_under_a_prefix_finds_nothing_else() {
    let api = shared().api();
    for under in ["savings/", "savings/isa", "cards/lost-card.md"] {
        let hits = api.search_under("how much does it cost to transfer money", under);
        assert!(!hits.is_empty(), "{under}");
        assert!(
            hits.iter()
                .all(|hit| hit["path"].as_str().unwrap().starts_with(under)),
            "{hits:?}"
        );
    }
    for under in ["nothing/", "savings%", "Savings/", "avings/"] {
        assert!(api.search_under("savings", under).is_empty(), "{under}");
    }
    assert!(api.search_under("savings", "").len() > 10);
}

#[test]
fn the_openapi_document_lists_every_route_with_what_opens_it() {
    let document = get(&shared().server.url("/api/v1/openapi.json"))
        .has_status(200)
        .json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(
        document["components"]["securitySchemes"]["api_key"]["name"],
        "Authorization"
    );
    let mut described = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let scopes = &operation["security"][0]["api_key"];
            described.push(format!(
                "{} {path} {}",
                method.to_uppercase(),
                scopes[0].as_str().unwrap()
            ));
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers.keys().any(|status| status.starts_with('2')),
                "{method} {path} describes what comes when all is well"
            );
            for status in ["401", "403"] {
                assert!(
                    answers.contains_key(status),
                    "{method} {path} describes {status}"
                );
            }
            if operation.get("requestBody").is_some() {
                for status in ["413", "415"] {
                    assert!(
                        operation["responses"].get(status).is_some(),
                        "{method} {path} describes {status}"
                    );
                }
            }
            let parameters = path.matches('{').count();
            let in_path = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "path")
                .count();
            assert_eq!(in_path, parameters, "{method} {path}");
        }
    }
    let mut expected: Vec<String> = routes()
        .iter()
        .map(|route| format!("{} /api/v1{} {}", route.method, route.template, route.scope))
        .collect();
    described.sort();
    expected.sort();
    assert_eq!(described, expected);
    references(&document, &mut |reference| {
        let pointer = reference
            .strip_prefix('#')
            .expect("a reference within the document");
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    });
}

fn references(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            fields
                .iter()
                .for_each(|(name, value)| match (name.as_str(), value) {
                    ("$ref", Value::String(reference)) => visit(reference),
                    _ => references(value, visit),
                });
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, visit)),
        _ => {}
    }
}

#[test]
fn the_api_needs_no_more_than_one_connection_and_keeps_it() {
    let client = client().build().unwrap();
    let url = shared().server.url("/health");
    let peers: Vec<_> = (0..5)
        .map(|_| client.get(&url).send().unwrap())
        .map(|response| (response.version(), response.text().unwrap()))
        .collect();
    assert!(
        peers
            .iter()
            .all(|(version, body)| *version == reqwest::Version::HTTP_11 && body == "ok\n"),
        "{peers:?}"
    );
}
