//! `/api/v1/documents`: storing, listing, reading and removing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Api, Instance, Reply, encoded, shared};

#[test]
fn a_document_is_added_replaced_left_alone_and_removed() {
    let api = shared().workspace("cycle");
    let outcome = |reply: Reply, status: u16| {
        reply.has_status(status).json()["outcome"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let text = "# Lift\n\nThe lift of the west wing stops at nine.\n";

    assert_eq!(outcome(api.put("lift.md", text), 201), "added");
    assert_eq!(outcome(api.put("lift.md", text), 200), "unchanged");
    let first = api.document("lift.md").has_status(200).json();
    assert_eq!(
        (&first["path"], &first["title"], &first["media_type"]),
        (&json!("lift.md"), &json!("Lift"), &json!("text/markdown"))
    );
    assert_eq!(
        (first["bytes"].as_u64().unwrap(), &first["passages"]),
        (text.len() as u64, &json!(1))
    );
    assert!(
        first["text"]
            .as_str()
            .unwrap()
            .contains("The lift of the west wing stops at nine."),
        "{first}"
    );

    assert_eq!(
        outcome(
            api.put(
                "lift.md",
                "# Lift\n\nThe lift of the west wing is being repaired.\n"
            ),
            200
        ),
        "replaced"
    );
    assert_eq!(api.document("lift.md").json()["id"], first["id"]);
    assert!(
        api.search("lift")
            .iter()
            .all(|hit| !hit["text"].as_str().unwrap().contains("nine"))
    );

    assert_eq!(
        api.delete("lift.md").has_status(200).json(),
        json!({ "passages": 1 })
    );
    for reply in [api.document("lift.md"), api.delete("lift.md")] {
        reply.is_error(404, "document_unknown");
    }
}

#[test]
fn a_removed_document_is_never_found_again() {
    let api = shared().workspace("removed");
    api.put(
        "a.md",
        "# Bees\n\nThe hives on the roof are opened on Tuesdays.\n",
    )
    .has_status(201);
    api.put("b.md", "# Doors\n\nThe doors are painted green.\n")
        .has_status(201);
    let question = "When are the hives on the roof opened?";
    assert_eq!(api.ask(question)["citations"][0]["source"]["path"], "a.md");
    api.delete("a.md").has_status(200);
    assert!(
        api.search("hives on the roof")
            .iter()
            .all(|hit| hit["path"] == "b.md")
    );
    assert!(
        api.ask(question)["citations"]
            .as_array()
            .unwrap()
            .iter()
            .all(|citation| citation["source"]["path"] == "b.md")
    );
    assert_eq!(api.paths(), ["b.md"]);
}

#[test]
fn a_name_may_be_any_relative_path() {
    let api = shared().workspace("names");
    let long = format!("{}.md", "n".repeat(497));
    let names = [
        "plain.md",
        "deep/er/and/deeper.md",
        "with space.md",
        "été/übersicht – 東京.md",
        "a+b&c=d.md",
        "100%.md",
        "50%25.md",
        "what?.md",
        "#1.md",
        "semi;colon:at@.md",
        "'quotes\".md",
        "..a/b...md",
        "search",
        long.as_str(),
    ];
    for name in names {
        api.put(name, &format!("# Named\n\nThis is {name}.\n"))
            .has_status(201);
        let document = api.document(name).has_status(200).json();
        assert_eq!(document["path"], name);
        assert!(document["text"].as_str().unwrap().len() > 10, "{document}");
    }
    let mut expected = names.map(str::to_owned);
    expected.sort();
    assert_eq!(api.paths(), expected);
    for name in names {
        api.delete(name).has_status(200);
    }
    assert!(api.paths().is_empty());
}

#[test]
fn a_name_that_leads_outside_or_breaks_a_line_is_refused() {
    let api = shared().workspace("bad-names");
    let long = "n".repeat(501);
    for name in [
        "..%2Fescape.md",
        "a%2F..%2F..%2Fescape.md",
        "%2Fetc%2Fpasswd",
        "a%2F%2Fb.md",
        "a%0Ab.md",
        "a%00.md",
        "a%5Cb.md",
        "a%2F",
        &long,
    ] {
        for method in [Method::PUT, Method::GET, Method::DELETE] {
            let request = api
                .request(method, &format!("/documents/{name}"))
                .header("content-type", "text/markdown")
                .body("Text.");
            Reply::of(request.send()).is_error(400, "path_malformed");
        }
    }
    assert!(api.paths().is_empty());
}

#[test]
fn the_content_type_says_what_a_document_is() {
    let api = shared().workspace("types");
    let stored = |name: &str| api.document(name).has_status(200).json();
    api.put_as(
        "text/html; charset=utf-8",
        "page",
        "<h1>Page</h1><p>One &amp; two.</p>",
    )
    .has_status(201);
    assert_eq!(stored("page")["media_type"], "text/html");
    assert!(
        stored("page")["text"]
            .as_str()
            .unwrap()
            .contains("One & two.")
    );
    api.put_as("text/plain", "plain.md", "# not a heading")
        .has_status(201);
    assert_eq!(stored("plain.md")["media_type"], "text/plain");
    // Without a type, the name decides.
    let untyped = |name: &str| {
        Reply::of(
            api.request(Method::PUT, &format!("/documents/{name}"))
                .body("# Title\n\nText.")
                .send(),
        )
    };
    untyped("by-name.md").has_status(201);
    assert_eq!(stored("by-name.md")["media_type"], "text/markdown");
    untyped("no-name").is_error(415, "content_type");
    for media in [
        "application/pdf",
        "application/json",
        "image/png",
        "nonsense",
    ] {
        api.put_as(media, "a.md", "Text.")
            .is_error(415, "content_type");
    }
    assert_eq!(api.paths(), ["by-name.md", "page", "plain.md"]);
}

#[test]
fn a_document_that_cannot_be_read_is_refused_and_the_old_one_stays() {
    let api = shared().workspace("unreadable");
    api.put("a.md", "It stays.").has_status(201);
    for body in [&b""[..], b"  \n", b"caf\xe9", b"\x7fELF\0\0\0"] {
        api.put_as("text/markdown", "a.md", body.to_vec())
            .is_error(422, "document_unreadable");
    }
    assert!(
        api.document("a.md").json()["text"]
            .as_str()
            .unwrap()
            .contains("It stays.")
    );
    assert_eq!(api.search("stays").len(), 1);
}

#[test]
fn a_document_over_the_configured_size_is_refused() {
    let instance = Instance::new();
    instance.set("max_file_mib = 64", "max_file_mib = 1");
    let (_, token) = instance.create_key("main", &["sources_create", "sources_read"]);
    let server = instance.serve();
    let api = Api::new(&server, &token);
    api.put_as("text/plain", "edge.txt", "a".repeat(1024 * 1024))
        .has_status(201);
    api.put_as("text/plain", "over.txt", "a".repeat(1024 * 1024 + 1))
        .is_error(413, "body_too_large");
    assert_eq!(api.paths(), ["edge.txt"]);
}

#[test]
fn a_list_is_read_page_by_page_and_by_prefix() {
    let api = shared().api();
    let all = api.paths();
    assert!(all.len() >= 30 && all.is_sorted(), "{all:?}");
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = api
            .get(&format!("/documents?limit=7&after={}", encoded(&after)))
            .has_status(200)
            .json();
        let paths: Vec<String> = page["documents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|document| document["path"].as_str().unwrap().to_owned())
            .collect();
        assert!(paths.len() <= 7);
        paged.extend(paths);
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    assert_eq!(paged, all);

    let savings = api.get("/documents?prefix=savings/").has_status(200).json();
    let expected = all
        .iter()
        .filter(|path| path.starts_with("savings/"))
        .count();
    assert_eq!(savings["documents"].as_array().unwrap().len(), expected);
    assert_eq!(savings["next"], Value::Null);
    assert_eq!(
        api.get("/documents?prefix=savings%25").json()["documents"],
        json!([])
    );
}

#[test]
fn a_list_query_that_is_not_understood_is_refused() {
    let api = shared().api();
    for limit in ["0", "1001"] {
        api.get(&format!("/documents?limit={limit}"))
            .is_error(400, "limit");
    }
    for query in [
        "limit=x",
        "limit=-1",
        "limit=",
        "offset=3",
        "prefix=a&prefix=b",
    ] {
        api.get(&format!("/documents?{query}"))
            .is_error(400, "query_malformed");
    }
}

#[test]
fn only_what_everybody_may_open_is_listed_read_and_found_by_its_name() {
    let api = shared().workspace("open-only");
    let files = [
        ("public", "hall", "The hall is open on Mondays."),
        ("unnamed", "attic", "The attic is open on Tuesdays."),
        ("staff", "cellar", "The cellar is open on Wednesdays."),
    ];
    for (label, name, text) in files {
        let folder = crate::support::folder_of(&[(&*format!("rooms/{name}.md"), text)]);
        shared()
            .instance
            .ingest(folder.path(), &["-w", "open-only", "--label", label]);
    }
    assert_eq!(api.paths(), ["rooms/hall.md"]);
    api.document("rooms/hall.md").has_status(200);
    for hidden in ["rooms/attic.md", "rooms/cellar.md"] {
        let reply = api.document(hidden).has_status(404);
        assert_eq!(reply.json()["error"]["code"], "document_unknown");
    }
    let search = |under: Option<&str>| {
        let body = json!({ "query": "when is it open", "limit": 10, "under": under });
        let reply = api.post("/search", &body).has_status(200).json();
        let hits = reply["hits"].as_array().unwrap().clone();
        hits.iter()
            .map(|hit| hit["text"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let all = search(None);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(
        all.iter().any(|text| text.contains("attic")),
        "it may be quoted"
    );
    assert_eq!(
        search(Some("rooms/")).len(),
        1,
        "and not be found by its name"
    );
    assert!(search(Some("rooms/attic")).is_empty());
}
