//! `anchorite keys`.

use crate::support::{Api, shared};

#[test]
fn a_token_is_shown_once_and_lists_do_not_hold_it() {
    let instance = &shared().instance;
    shared().workspace("listed");
    let made = instance
        .run(&[
            "keys",
            "create",
            "--workspace",
            "listed",
            "--scope",
            "sources_read",
            "--name",
            "the shop",
        ])
        .succeeded();
    let token = made.stdout.trim();
    let (id, secret) = token.strip_prefix("ank_").unwrap().split_once('_').unwrap();
    assert_eq!(secret.len(), 49, "{token}");
    assert!(
        made.stderr.contains("only time that it is shown")
            && made.stderr.contains(id)
            && !made.stderr.contains(secret),
        "{}",
        made.stderr
    );

    let text = instance
        .run(&["keys", "list", "--workspace", "listed"])
        .succeeded()
        .stdout;
    let json = instance
        .run(&["keys", "list", "--workspace", "listed", "--json"])
        .succeeded();
    for listed in [&text, &json.stdout] {
        assert!(
            listed.contains(id) && listed.contains("sources_read"),
            "{listed}"
        );
        assert!(
            !listed.contains(secret) && !listed.contains("hash"),
            "{listed}"
        );
    }
    assert_eq!(
        text.lines().count(),
        2,
        "one line for each of the two keys:\n{text}"
    );
    assert_eq!(json.json()[1]["name"], "the shop");
}

#[test]
fn a_name_that_hides_a_character_is_refused_and_the_character_named() {
    for (name, character) in [("the\nshop", "U+000A"), ("the \u{202e}pohs", "U+202E")] {
        let arguments = ["keys", "create", "--scope", "sources_read", "--name", name];
        let finished = shared().instance.run(&arguments).ended_with(2);
        let expected =
            format!("a name cannot have the invisible character {character}: type it again");
        assert!(finished.stderr.contains(&expected), "{finished:#?}");
    }
}

#[test]
fn a_revoked_key_stops_working_at_once() {
    let shared = shared();
    let (id, token) = shared.instance.create_key("main", &["sources_read"]);
    let api = Api::new(&shared.server, &token);
    api.get("/documents").has_status(200);
    shared.instance.run(&["keys", "revoke", &id]).succeeded();
    api.get("/documents").is_error(401, "unauthorized");
    assert!(
        shared
            .instance
            .run(&["keys", "list"])
            .succeeded()
            .stdout
            .lines()
            .any(|line| line.contains(&id) && line.contains("revoked"))
    );
    let sentence = shared.instance.run(&["keys", "revoke", &id]).was_refused();
    assert!(sentence.contains("there is no such API key"), "{sentence}");
}

#[test]
fn a_key_that_is_used_is_listed_as_used() {
    let shared = shared();
    let (id, token) = shared.instance.create_key("main", &["sources_read"]);
    let listed = || {
        let keys = shared
            .instance
            .run(&["keys", "list", "--json"])
            .succeeded()
            .json();
        keys.as_array()
            .unwrap()
            .iter()
            .find(|key| key["id"] == id.as_str())
            .unwrap()
            .clone()
    };
    assert!(listed()["last_used"].is_null());
    Api::new(&shared.server, &token)
        .get("/documents")
        .has_status(200);
    assert!(listed()["last_used"].is_string());
}

#[test]
fn a_key_of_an_unknown_workspace_or_without_a_scope_is_not_made() {
    let instance = &shared().instance;
    shared().workspace("unmade");
    let sentence = instance
        .run(&[
            "keys",
            "create",
            "--workspace",
            "nobody",
            "--scope",
            "chat_create",
        ])
        .was_refused();
    assert!(sentence.contains("no workspace named nobody"), "{sentence}");
    instance
        .run(&["keys", "create", "--workspace", "unmade"])
        .ended_with(2);
    let listed = instance
        .run(&["keys", "list", "--workspace", "unmade", "--json"])
        .succeeded()
        .json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}
