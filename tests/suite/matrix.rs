//! Every route, tried by everybody: the answers are in a snapshot, and follow from what `anchorite routes` says.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::Value;

use crate::support::{Browser, Instance, Page, Server, Staff, post_question, shared};

/// Who tries.
const WHO: [&str; 6] = ["nobody", "viewer", "member", "admin", "owner", "stranger"];
const ROLES: [&str; 4] = ["viewer", "member", "admin", "owner"];

/// What stands in the places of the patterns.
struct Places(Vec<(&'static str, String)>);

impl Places {
    /// A workspace that has one of everything.
    fn new(owner: &Browser<'_>) -> Self {
        shared().empty("matrix");
        let base = "/dashboard/w/matrix";
        let (_, token) = shared()
            .instance
            .create_key("matrix", &["sources_create", "sources_publish"]);
        let api = crate::support::Api::new(&shared().server, &token);
        api.put("bees.md", "# Bees\n\nThe hives are on the roof.\n")
            .has_status(201);
        api.put("gone.md", "# Wasps\n\nThere are none.\n")
            .has_status(201);
        let (_, token) = shared().instance.create_key("matrix", &["sources_create"]);
        let api = crate::support::Api::new(&shared().server, &token);
        // There are several owners, and so several who may publish.
        api.put("waits.md", "# Moths\n\nThey come at night.\n")
            .has_status(202);
        let reviews = owner.page(&format!("{base}/reviews"));
        let fields = [
            ("title", "Otters"),
            ("markdown", "They swim."),
            ("label", "public"),
            ("seen", "0"),
        ];
        let made = owner.post(&format!("{base}/articles/new"), &fields);
        let article = last(made.has_status(303).header("location"));
        let fields = [("question", "Where do otters swim?"), ("text", "Here.")];
        owner
            .post(&format!("{base}/approved/new"), &fields)
            .has_status(303);
        post_question(
            &shared().server.url("/help/matrix"),
            "How do I insure my bicycle?",
        )
        .has_status(200);
        let gap = crate::support::eventually("the gap is there", || {
            id_in(
                &owner.page(&format!("{base}/gaps")),
                &format!("{base}/gaps/"),
            )
        });
        let list = owner.page(&format!("{base}/knowledge?text=wasps"));
        let gone = id_in(&list, &format!("{base}/documents/")).unwrap();
        let removed = owner.post(&format!("{base}/documents/{gone}/delete"), &[]);
        let list = owner.page(&format!("{base}/knowledge?text=bees"));
        let approved = owner.page(&format!("{base}/approved"));
        let fields = [("email", "guest@bank.example"), ("role", "viewer")];
        owner
            .post(&format!("{base}/team/invite"), &fields)
            .has_status(200);
        let team = owner.page(&format!("{base}/team"));
        let workspaces = shared().instance.run(&["workspace", "list", "--json"]);
        let workspace = workspaces
            .json()
            .as_array()
            .unwrap()
            .iter()
            .find_map(|one| {
                (one["name"] == "matrix").then(|| one["id"].as_str().unwrap().to_owned())
            });
        let person = id_in(&owner.page("/dashboard/people"), "/dashboard/people/").unwrap();
        Self(vec![
            (
                "/documents/{id}",
                id_in(&list, &format!("{base}/documents/")).unwrap(),
            ),
            (
                "/reviews/{id}",
                id_in(&reviews, &format!("{base}/reviews/")).unwrap(),
            ),
            ("/articles/{id}", article),
            (
                "/approved/{id}",
                id_in(&approved, &format!("{base}/approved/")).unwrap(),
            ),
            ("/gaps/{id}", gap),
            (
                "/team/invitations/{id}",
                id_in(&team, &format!("{base}/team/invitations/")).unwrap(),
            ),
            (
                "/removals/{seq}",
                last(removed.has_status(303).header("location")),
            ),
            ("/versions/{number}", "1".to_owned()),
            ("/workspaces/{id}", workspace.unwrap()),
            ("/people/{id}/{act}", format!("{person}/disable")),
            ("/people/{id}", person),
            ("/static/{name}", "dashboard.js".to_owned()),
            ("/documents/{path:.*}", "bees.md".to_owned()),
            ("/{workspace}", "matrix".to_owned()),
        ])
    }

    /// An address that fits a pattern.
    fn fill(&self, pattern: &str) -> String {
        let mut path = pattern.to_owned();
        for (place, value) in &self.0 {
            let (start, _) = place.split_once('{').unwrap();
            path = path.replace(place, &format!("{start}{value}"));
        }
        // What is left are ids and tokens of nothing.
        for place in ["{id}", "{token}"] {
            path = path.replace(place, "00000000000000000000");
        }
        assert!(!path.contains('{'), "{path}");
        path
    }
}

fn last(address: &str) -> String {
    let path = address.split('?').next().unwrap();
    path.rsplit('/').next().unwrap().to_owned()
}

/// The id that follows `start` in an address of a page.
fn id_in(page: &Page, start: &str) -> Option<String> {
    page.addresses().into_iter().find_map(|address| {
        let id = address.strip_prefix(start)?.split(['/', '?', '#']).next()?;
        (id.len() == 20).then(|| id.to_owned())
    })
}

/// What came of a request, in a word.
fn outcome(browser: &Browser<'_>, method: &str, path: &str) -> String {
    let request = browser.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
    let reply = if path.ends_with("/live") {
        // It has no end.
        let response = request.send().unwrap();
        if response.status().is_success() {
            return "yes".to_owned();
        }
        crate::support::Reply::of(Ok(response))
    } else {
        browser.send(if method == "GET" {
            request
        } else {
            // Whoever may come this far is stopped for want of a token, and changes nothing.
            request.header("content-type", "application/x-www-form-urlencoded")
        })
    };
    match (reply.status, reply.header("location")) {
        (303, to) if to.starts_with("/dashboard/sign-in") => "sign in".to_owned(),
        (303, to) if to.starts_with("/dashboard/step-up") => "step up".to_owned(),
        (403, _) if reply.body.contains("this form is out of date") => "yes".to_owned(),
        (403, _) if reply.body.contains("your role does not allow this") => "no".to_owned(),
        (404, _) => "hidden".to_owned(),
        (401, _) => "no key".to_owned(),
        // Also a link that does not exist, or a form without its fields.
        (200..=303 | 400 | 410 | 422, _) => "yes".to_owned(),
        (status, _) => format!("{status}"),
    }
}

/// What must come of it, by the table.
fn expected(route: &Value, who: &str) -> &'static str {
    let is_dangerous = route["step_up"] == true;
    let enough = |needs: &str| {
        let rank = |role: &str| ROLES.iter().position(|known| *known == role).unwrap();
        who != "nobody" && who != "stranger" && rank(who) >= rank(needs)
    };
    let allowed = match route["access"].as_str().unwrap() {
        // The second half of a sign-in has to begin with the first.
        "anyone" if route["path"] == "/dashboard/sign-in/code" && route["method"] == "GET" => {
            return "sign in";
        }
        "anyone" => return "yes",
        "key" => return "no key",
        _ if who == "nobody" => return "sign in",
        "signed-in" => true,
        "workspace" if who == "stranger" => return "hidden",
        "workspace" | "instance" => enough(route["needs"].as_str().unwrap()),
        other => panic!("{other}"),
    };
    match (allowed, is_dangerous) {
        (true, true) => "step up",
        (true, false) => "yes",
        (false, _) => "no",
    }
}

#[test]
fn every_route_answers_everybody_as_the_table_says() {
    let (boss, owner) = shared().hire("owner", "main");
    owner.step_up(&boss);
    let places = Places::new(&owner);
    shared().empty("elsewhere");
    let hired = |role: &str| -> Option<(Staff, Browser<'static>)> {
        match role {
            "nobody" => None,
            "stranger" => Some(shared().hire("admin", "elsewhere")),
            role => Some(shared().hire(role, "matrix")),
        }
    };
    let people: Vec<(&str, Browser<'static>)> = WHO
        .iter()
        .map(|who| {
            let browser = hired(who).map(|(_, browser)| browser);
            (
                *who,
                browser.unwrap_or_else(|| Browser::new(&shared().server)),
            )
        })
        .collect();
    let routes = shared()
        .instance
        .run(&["routes", "--json"])
        .succeeded()
        .json();
    let mut matrix = String::new();
    let mut wrong = Vec::new();
    for route in routes.as_array().unwrap() {
        let (method, pattern) = (
            route["method"].as_str().unwrap(),
            route["path"].as_str().unwrap(),
        );
        let path = places.fill(pattern);
        let mut line = format!("{method} {pattern}:");
        for (who, browser) in &people {
            // This one ends the session that it is asked with, if it has its token, which it has not.
            let found = outcome(browser, method, &path);
            if found != expected(route, who) {
                wrong.push(format!(
                    "{method} {path} by {who}: {found}, not {}",
                    expected(route, who)
                ));
            }
            write!(line, " {who} {found},").unwrap();
        }
        writeln!(matrix, "{}", line.trim_end_matches(',')).unwrap();
    }
    assert_eq!(wrong, Vec::<String>::new());
    insta::assert_snapshot!(matrix);
}

#[test]
fn before_there_is_an_account_only_what_makes_one_is_served() {
    let instance = Instance::new();
    let server = Server::of(instance.command(&["serve"]));
    let browser = Browser::new(&server);
    let routes = instance.run(&["routes", "--json"]).succeeded().json();
    for route in routes.as_array().unwrap() {
        let (method, pattern) = (
            route["method"].as_str().unwrap(),
            route["path"].as_str().unwrap(),
        );
        let path = pattern
            .replace("{workspace}", "main")
            .replace("{path:.*}", "a.md")
            .replace(['{', '}'], "");
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let reply = browser.send(browser.request(method.clone(), &path));
        let is_closed = reply.status == 503 && reply.body.contains("not set up");
        assert_eq!(
            !is_closed,
            route["before_setup"] == true,
            "{method} {path}: {}",
            reply.status
        );
    }
}

#[test]
fn head_answers_where_get_does_and_options_says_what_may_be_asked() {
    // With one workspace alone, the start leads to its help page.
    shared().empty("matrix-second");
    let (_, owner) = shared().hire("owner", "main");
    for path in [
        "/",
        "/health",
        "/help/main",
        "/dashboard/sign-in",
        "/dashboard/account",
        "/dashboard/w/main/knowledge",
        "/api/v1/openapi.json",
        "/api/v1/documents",
    ] {
        let get = owner.get(path);
        let head = owner.send(owner.request(Method::HEAD, path));
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.body, "", "{path}");
        assert_eq!(
            head.header("content-type"),
            get.header("content-type"),
            "{path}"
        );
        let options = owner.send(owner.request(Method::OPTIONS, path));
        assert_eq!((options.status, &*options.body), (204, ""), "{path}");
        let allow = options.header("allow");
        assert!(
            allow.starts_with("GET, HEAD") && allow.ends_with("OPTIONS"),
            "{path}: {allow}"
        );
        let wrong = owner.send(owner.request(Method::PATCH, path));
        assert_eq!(
            (wrong.status, wrong.header("allow")),
            (405, allow),
            "{path}"
        );
    }
    for (path, to) in [
        ("/help/main/", "/help/main"),
        ("/dashboard/", "/dashboard"),
        (
            "/dashboard/w/main/knowledge/?text=a",
            "/dashboard/w/main/knowledge?text=a",
        ),
    ] {
        let reply = owner.get(path);
        assert_eq!(
            (reply.status, reply.header("location")),
            (308, to),
            "{path}"
        );
    }
    for path in ["//evil.example/", "/nothing/", "//help/main/"] {
        assert_eq!(owner.get(path).status, 404, "{path}");
    }
    let home = owner.get("/").has_status(302);
    assert!(
        home.header("location").starts_with("/dashboard"),
        "there are several workspaces"
    );
}

#[test]
fn what_is_in_no_table_is_refused_whoever_asks() {
    let (_, owner) = shared().hire("owner", "main");
    for (method, path) in [
        ("GET", "/dashboard/w"),
        ("GET", "/dashboard/w/main/secrets"),
        ("POST", "/dashboard/w/main"),
        ("PUT", "/dashboard/account/name"),
        ("DELETE", "/dashboard/w/main/knowledge"),
        ("GET", "/dashboard/sign-out"),
        ("GET", "/dashboard/account/sessions/end-others"),
        ("GET", "/dashboard/w/MAIN"),
        // Where the letter decides which of two routes it is.
        ("GET", "/dashboard/w/main/articles/%6Eew"),
        ("TRACE", "/dashboard/account"),
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let reply = owner.send(owner.request(method.clone(), path));
        assert!(
            [404, 405].contains(&reply.status),
            "{method} {path}: {}",
            reply.status
        );
    }
}
