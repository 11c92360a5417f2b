//! What never reaches a disk or a log.

use std::fs;
use std::path::Path;

use serde_json::json;
use walkdir::WalkDir;

use crate::support::{
    Api, Browser, Instance, PASSWORD, Reply, Server, Staff, eventually, folder_of, get,
    post_question, write,
};

/// Words that occur nowhere by chance.
const IN_DOCUMENT: &str = "quagswagging-halibut";
const IN_NAME: &str = "vexillological-ocelot";
const IN_QUESTION: &str = "borborygmic-pangolin";
const IN_KEY_NAME: &str = "zygodactyl-axolotl";

/// The files under `folder` that contain `needle`.
fn files_with(folder: &Path, needle: &[u8]) -> Vec<String> {
    let files = WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    let holds = |entry: &walkdir::DirEntry| {
        let content = fs::read(entry.path()).unwrap();
        content.windows(needle.len()).any(|window| window == needle)
    };
    files
        .filter(holds)
        .map(|entry| entry.path().display().to_string())
        .collect()
}

const SCOPES: [&str; 6] = [
    "chat_create",
    "project_search",
    "sources_read",
    "sources_create",
    "sources_publish",
    "sources_delete",
];

/// Sends the planted words through every door there is.
fn use_everything(instance: &Instance, server: &Server, api: &Api, token: &str) {
    let named = ["keys", "create", "--scope", "chat_create", "--name"];
    let named: Vec<&str> = named.into_iter().chain([IN_KEY_NAME]).collect();
    instance.run(&named).succeeded();
    let text = format!("# Fish\n\nThe {IN_DOCUMENT} is served on Fridays with peas.\n");
    let files = folder_of(&[(&*format!("{IN_NAME}.md"), &text)]);
    instance.ingest(files.path(), &[]);
    api.put(&format!("{IN_NAME}/second.md"), &text)
        .has_status(201);
    // Long enough that what is written spills from one page to another.
    api.put("long.md", &text.repeat(400)).has_status(201);
    let question = format!("When is the {IN_DOCUMENT} served to the {IN_QUESTION}?");
    api.ask(&question);
    assert!(!api.search(&question).is_empty());
    let help = post_question(&server.url("/help/main"), &question);
    assert!(help.has_status(200).body.contains(IN_QUESTION));
    get(&server.url(&format!("/help/{IN_QUESTION}?q={IN_QUESTION}"))).has_status(404);
    get(&server.url(&format!("/{IN_QUESTION}"))).has_status(404);
    api.get(&format!("/documents?after={IN_QUESTION}"))
        .has_status(200);
    api.post("/ask", &json!({ "question": question, IN_QUESTION: true }))
        .has_status(400);
    api.document(&format!("{IN_NAME}.md")).has_status(200);
    api.delete(&format!("{IN_NAME}/second.md")).has_status(200);
    let wrong = Reply::of(
        api.anonymous(reqwest::Method::GET, "/documents")
            .header("authorization", format!("Api-Key {token}x"))
            .send(),
    );
    assert_eq!(wrong.status, 401);
}

/// The same at the desk of a member of staff.
fn use_the_dashboard(browser: &Browser<'_>, ada: &Staff) {
    browser.sign_in(ada);
    browser.step_up(ada);
    let base = "/dashboard/w/main";
    let text = format!("The {IN_DOCUMENT} is served on Fridays with peas.\n");
    let fields = [
        ("title", IN_NAME),
        ("markdown", &*text),
        ("label", "public"),
        ("seen", "0"),
    ];
    browser
        .post(&format!("{base}/articles/new"), &fields)
        .has_status(303);
    let question = format!("Where is the {IN_QUESTION}?");
    let fields = [("question", &*question), ("text", &*text)];
    browser
        .post(&format!("{base}/approved/new"), &fields)
        .has_status(303);
    browser
        .post(&format!("{base}/playground"), &fields[..1])
        .has_status(200);
    browser
        .get(&format!("{base}/knowledge?text={IN_QUESTION}"))
        .has_status(200);
    browser.post(&format!("{base}/export"), &[]).has_status(200);
    eventually("the question is kept", || {
        let page = browser.page(&format!("{base}/gaps"));
        page.html.contains(IN_QUESTION).then_some(())
    });
}

/// As it is written, and its bytes.
fn root_key_of(instance: &Instance) -> (String, Vec<u8>) {
    let file = fs::read_to_string(instance.root_key()).unwrap();
    let written = file.trim().to_owned();
    let bytes = (0..32)
        .map(|at| u8::from_str_radix(&written[2 * at..][..2], 16).unwrap())
        .collect();
    (written, bytes)
}

fn size_of_wals(instance: &Instance) -> u64 {
    let files = WalkDir::new(instance.data())
        .into_iter()
        .map(Result::unwrap);
    files
        .filter(|entry| entry.path().to_string_lossy().ends_with("-wal"))
        .map(|entry| entry.metadata().unwrap().len())
        .sum()
}

/// The log when the lines of the last requests have come.
fn whole_log(server: &Server) -> String {
    eventually("the requests are logged", || {
        let log = server.log();
        let is_whole = log.contains("request")
            && log.contains("/api/v1/ask")
            && log.contains("/help/{workspace}");
        is_whole.then_some(log)
    })
}

#[test]
fn no_secret_and_no_content_is_in_a_file_or_a_log() {
    let instance = Instance::new();
    instance.set("level = \"info\"", "level = \"trace\"");
    let temporary = instance.folder().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let mut command = instance.command(&["serve"]);
    command.env("TMPDIR", &temporary);
    let server = Server::of(command);
    let ada = instance.set_up(&server).unwrap();

    let (id, token) = instance.create_key("main", &SCOPES);
    let api = Api::new(&server, &token);
    use_everything(&instance, &server, &api, &token);
    let browser = Browser::new(&server);
    use_the_dashboard(&browser, &ada);
    let totp_key = totp_rs::Secret::try_from_base32(&ada.totp_secret).unwrap();
    let session = browser.cookie("__Host-anchorite-session").unwrap();
    let (used, unused) = (ada.code(), ada.code());
    Browser::new(&server).sign_in_with(&ada, &used);

    let (root_key, raw_root_key) = root_key_of(&instance);
    let secret = token.rsplit_once('_').unwrap().1;
    let needles: [(&str, &[u8]); 15] = [
        ("a document's text", IN_DOCUMENT.as_bytes()),
        // The terms of the full-text table.
        ("a word of a document", &IN_DOCUMENT.as_bytes()[..8]),
        ("a document's name", IN_NAME.as_bytes()),
        ("a question", IN_QUESTION.as_bytes()),
        ("a key's name", IN_KEY_NAME.as_bytes()),
        ("a token", secret.as_bytes()),
        ("the root key", root_key.as_bytes()),
        ("the root key's bytes", &raw_root_key),
        ("SQLite's header", b"SQLite format 3"),
        ("a password", PASSWORD.as_bytes()),
        (
            "the key of an authenticator app",
            ada.totp_secret.as_bytes(),
        ),
        ("the bytes of that key", &totp_key),
        ("a session", session.as_bytes()),
        ("a recovery code", used.as_bytes()),
        ("another recovery code", unused.as_bytes()),
    ];
    assert!(
        size_of_wals(&instance) > 0,
        "the write-ahead logs are looked at while they hold something"
    );
    let check = |when: &str| {
        for (what, needle) in needles {
            for folder in [&instance.data(), &temporary] {
                assert_eq!(
                    files_with(folder, needle),
                    Vec::<String>::new(),
                    "{what} {when}"
                );
            }
        }
    };
    check("while the server runs");
    assert_eq!(
        server.end_with(nix::sys::signal::Signal::SIGTERM).code(),
        Some(0)
    );
    check("after its end");

    let log = whole_log(&server);
    for secret in [
        IN_DOCUMENT,
        "served on Fridays",
        IN_NAME,
        IN_QUESTION,
        IN_KEY_NAME,
        secret,
        root_key.as_str(),
        instance.recovery_code(),
        PASSWORD,
        &ada.totp_secret,
        &session,
        &used,
    ] {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
    }
    assert!(
        !log.contains("peas") && !log.contains(&format!("{id}_")),
        "{log}"
    );

    // The search above does find what is there.
    write(
        &instance.data().join("workspaces/planted"),
        format!("...{IN_DOCUMENT}..."),
    );
    assert_eq!(
        files_with(&instance.data(), IN_DOCUMENT.as_bytes()).len(),
        1
    );
}

/// A workspace `broken`, whose database is damaged behind the server's back.
fn damage_a_workspace(instance: &Instance) {
    instance.run(&["workspace", "create", "broken"]).succeeded();
    let listed = instance
        .run(&["workspace", "list", "--json"])
        .succeeded()
        .json();
    let broken = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|workspace| workspace["name"] == "broken")
        .unwrap();
    let database = instance
        .data()
        .join("workspaces")
        .join(broken["id"].as_str().unwrap())
        .join("store.db");
    fs::write(
        &database,
        b"not a database at all, but long enough to be looked at".repeat(200),
    )
    .unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", database.display()));
    }
}

#[test]
fn an_error_body_says_nothing_about_the_inside() {
    let instance = Instance::new();
    let (_, token) = instance.create_key("main", &["sources_read"]);
    damage_a_workspace(&instance);
    let server = instance.serve();
    let api = Api::new(&server, &token);

    let reply = get(&server.url("/help/broken")).has_status(503);
    assert!(
        reply
            .body
            .contains("this workspace cannot be used at the moment"),
        "{}",
        reply.body
    );
    assert!(
        !reply.body.contains("store.db")
            && !reply.body.contains(instance.folder().to_str().unwrap()),
        "{}",
        reply.body
    );
    // The answer may arrive before the line of the log is read.
    eventually("the log says how", || {
        server
            .log()
            .contains("is not a database of this instance")
            .then_some(())
    });
    api.get("/documents").has_status(200);
}

#[test]
fn a_damaged_workspace_keeps_no_other_waiting() {
    let instance = Instance::new();
    let (_, token) = instance.create_key("main", &SCOPES);
    damage_a_workspace(&instance);
    let server = Server::of(instance.command(&["serve"]));
    let ada = instance.set_up(&server).unwrap();
    let api = Api::new(&server, &token);
    api.put("bees.md", "# Bees\n\nThe hives are on the roof.\n")
        .has_status(201);
    let question = "How do I replace a damaged card?";
    post_question(&server.url("/help/main"), question).has_status(200);
    let browser = Browser::new(&server);
    browser.sign_in(&ada);
    let gaps = |state: &str| browser.page(&format!("/dashboard/w/main/gaps?state={state}"));
    eventually("the question is kept", || {
        gaps("open").html.contains(question).then_some(())
    });
    eventually("the damage is said", || {
        server.log().contains("a workspace is down").then_some(())
    });
    api.put(
        "cards.md",
        "# Replace a card\n\nTo replace a damaged card, call us. The new card comes within six working days.\n",
    )
    .has_status(201);
    eventually("the gap closes", || {
        gaps("answered").html.contains(question).then_some(())
    });
}
