//! `anchorite serve`: three processes that start, fail and end together.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::Signal;

use crate::support::{
    Api, Browser, EXECUTABLE, Instance, Server, children, eventually, get, is_running, kill,
    shared, totp,
};

#[track_caller]
fn child(server: &Server, role: &str) -> u32 {
    match children(server.pid(), role)[..] {
        [one] => one,
        ref other => panic!("one {role} process, not {other:?}"),
    }
}

#[track_caller]
fn new_child(server: &Server, role: &str, before: u32) -> u32 {
    eventually("a new process", || {
        children(server.pid(), role)
            .into_iter()
            .find(|pid| *pid != before)
    })
}

#[test]
fn a_killed_web_process_is_started_again_and_answers() {
    let instance = Instance::new();
    let server = instance.serve();
    assert_eq!(get(&server.url("/health")).body, "ok\n");
    let (web, vault) = (child(&server, "web"), child(&server, "vault"));
    kill(web, Signal::SIGKILL);
    server.wait_for_announcement();
    assert_ne!(child(&server, "web"), web);
    assert_eq!(child(&server, "vault"), vault, "the vault goes on");
    get(&server.url("/help/main")).has_status(200);
}

#[test]
fn a_killed_vault_is_started_again_and_nobody_notices() {
    let instance = Instance::new();
    let server = instance.serve();
    let (web, vault) = (child(&server, "web"), child(&server, "vault"));
    kill(vault, Signal::SIGKILL);
    get(&server.url("/help/main")).has_status(200);
    new_child(&server, "vault", vault);
    eventually("the new vault listens", || {
        (instance.run(&["workspace", "create", "more"]).status == 0).then_some(())
    });
    // To open this workspace the web process needs its key, over a connection that died with the old vault.
    get(&server.url("/help/more")).has_status(200);
    assert_eq!(child(&server, "web"), web, "the web process goes on");
}

#[test]
fn a_vault_that_is_killed_again_and_again_is_back_at_once_and_lets_people_sign_in() {
    let instance = Instance::new();
    let server = Server::of(instance.command(&["serve"]));
    let staff = instance.set_up(&server).unwrap();
    for _ in 0..3 {
        let vault = child(&server, "vault");
        kill(vault, Signal::SIGKILL);
        new_child(&server, "vault", vault);
    }
    let log = server.log();
    let pauses: Vec<u64> = log
        .split("pause_ms=")
        .skip(1)
        .map(|rest| rest.split_whitespace().next().unwrap().parse().unwrap())
        .collect();
    assert!(
        pauses.len() == 3 && pauses.iter().all(|pause| *pause <= 200),
        "{pauses:?}: {log}"
    );
    let socket = instance.data().join("run/vault.sock");
    eventually("the new vault listens", || {
        UnixStream::connect(&socket).ok()
    });
    // The vault checks the codes of an authenticator app.
    Browser::new(&server).sign_in_with(&staff, &totp(&staff.totp_secret, 1));
}

#[test]
fn a_program_that_is_replaced_while_it_runs_goes_on_as_it_was() {
    let beside = Path::new(EXECUTABLE).parent().unwrap();
    let folder = tempfile::tempdir_in(beside).unwrap();
    let [program, upgrade] = ["anchorite", "upgrade"].map(|name| folder.path().join(name));
    fs::hard_link(EXECUTABLE, &program).unwrap();
    fs::write(&upgrade, "#!/bin/sh\nexit 1\n").unwrap();
    let instance = Instance::new();
    let mut command = Command::new(&program);
    command
        .arg("serve")
        .env("ANCHORITE_DATA", instance.data())
        .env_remove("ANCHORITE_CONFIG")
        .env_remove("CREDENTIALS_DIRECTORY");
    let server = Server::of(command);
    instance.set_up(&server);
    fs::rename(&upgrade, &program).unwrap();
    for role in ["web", "vault"] {
        let before = child(&server, role);
        kill(before, Signal::SIGKILL);
        let after = new_child(&server, role, before);
        eventually("its name is back", || {
            let name = fs::read_to_string(format!("/proc/{after}/comm")).ok()?;
            (name == "anchorite\n").then_some(())
        });
        if role == "web" {
            server.wait_for_announcement();
        }
    }
    get(&server.url("/help/main")).has_status(200);
}

#[test]
fn a_signal_ends_all_three_processes_in_good_order() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let instance = Instance::new();
        let server = instance.serve();
        let (web, vault) = (child(&server, "web"), child(&server, "vault"));
        let status = server.end_with(signal);
        assert_eq!(status.code(), Some(0), "{signal}: {}", server.log());
        assert!(
            !is_running(web) && !is_running(vault),
            "{signal} leaves a process behind"
        );
        assert!(!server.log().contains("ERROR"), "{}", server.log());
    }
}

#[test]
fn no_process_outlives_a_killed_supervisor() {
    let instance = Instance::new();
    let server = instance.serve();
    let (web, vault) = (child(&server, "web"), child(&server, "vault"));
    server.end_with(Signal::SIGKILL);
    eventually("both end", || {
        (!is_running(web) && !is_running(vault)).then_some(())
    });
    // Nothing of it stands in the way of the next one.
    get(&instance.serve().url("/health")).has_status(200);
}

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let server = &shared().server;
    for arguments in [&["serve"][..], &["web"], &["vault"]] {
        let finished = shared().instance.run(arguments);
        assert!(matches!(finished.status, 1 | 78), "{finished:#?}");
        let said = [
            "is being served already",
            "is being served by another process already",
            "another process listens there",
        ];
        assert!(
            said.iter().any(|part| finished.stderr.contains(part)),
            "{arguments:?}: {}",
            finished.stderr
        );
        assert_eq!(finished.stdout, "");
    }
    get(&server.url("/health")).has_status(200);
}

#[test]
fn a_port_that_is_taken_is_refused_with_the_setting_that_changes_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let instance = Instance::new();
    instance.set(
        "listen = \"127.0.0.1:0\"",
        &format!("listen = \"{}\"", taken.local_addr().unwrap()),
    );
    let sentence = instance.run(&["serve"]).was_refused();
    assert!(
        sentence.contains("cannot listen on") && sentence.contains("server.listen"),
        "{sentence}"
    );
}

/// Ends with its test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        kill(self.0.id(), Signal::SIGTERM);
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_whose_output_nobody_reads_goes_on() {
    let instance = Instance::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    instance.set(
        "listen = \"127.0.0.1:0\"",
        &format!("listen = \"{address}\""),
    );
    let mut command = instance.command(&["serve"]);
    let mut process = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(process.stdout.take());
    let _served = Served(process);
    eventually("it listens", || TcpStream::connect(address).ok());
    let health = format!("https://localhost:{}/health", address.port());
    assert_eq!(get(&health).body, "ok\n");
}

#[test]
fn a_command_works_whether_or_not_the_server_runs() {
    let instance = Instance::new();
    let files = crate::support::folder_of(&[(
        "tea.md",
        "# Tea\n\nThe staff kitchen serves nettle tea at four.\n",
    )]);
    let ask = || {
        instance
            .run(&["ask", "When is nettle tea served?", "--json"])
            .succeeded()
            .json()
    };

    instance.ingest(files.path(), &[]);
    let offline = ask();
    let server = instance.serve();
    let online = ask();
    instance.run(&["workspace", "create", "online"]).succeeded();
    server.end_with(Signal::SIGTERM);
    for name in ["answer", "citations", "class", "probability"] {
        assert_eq!(offline[name], online[name]);
    }
    assert_eq!(
        instance
            .run(&["workspace", "list", "--json"])
            .succeeded()
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn the_running_server_sees_at_once_what_a_command_did() {
    let workspace = shared().workspace("at-once");
    let files = crate::support::folder_of(&[(
        "tea.md",
        "# Tea\n\nThe staff kitchen serves nettle tea at four.\n",
    )]);
    let options = ["--workspace", "at-once", "--prune"];
    assert_eq!(workspace.search("nettle tea").len(), 0);

    shared().instance.ingest(files.path(), &options);
    assert_eq!(workspace.search("nettle tea")[0]["path"], "tea.md");

    crate::support::write(
        &files.path().join("tea.md"),
        "# Tea\n\nThe staff kitchen serves elderflower cordial at five.\n",
    );
    shared().instance.ingest(files.path(), &options);
    assert!(
        workspace
            .search("nettle tea")
            .iter()
            .all(|hit| !hit["text"].as_str().unwrap().contains("nettle"))
    );

    std::fs::remove_file(files.path().join("tea.md")).unwrap();
    // Nothing is left in the folder: that is meant.
    let options = ["--workspace", "at-once", "--prune-all"];
    assert_eq!(
        shared().instance.ingest(files.path(), &options)["removed"][0],
        "tea.md"
    );
    assert_eq!(workspace.search("elderflower cordial").len(), 0);
    assert_eq!(workspace.paths(), Vec::<String>::new());
}

#[test]
fn a_certificate_is_kept_over_a_restart() {
    let instance = Instance::new();
    let certificate = |server: &Server| {
        let client = crate::support::client().tls_info(true).build().unwrap();
        let response = client.get(server.url("/health")).send().unwrap();
        response
            .extensions()
            .get::<reqwest::tls::TlsInfo>()
            .unwrap()
            .peer_certificate()
            .unwrap()
            .to_vec()
    };
    let server = instance.serve();
    let first = certificate(&server);
    server.end_with(Signal::SIGTERM);
    assert_eq!(certificate(&instance.serve()), first);
}

#[test]
fn an_api_key_is_good_after_a_restart() {
    let instance = Instance::new();
    let (_, token) = instance.create_key("main", &["sources_read"]);
    for _ in 0..2 {
        let server = instance.serve();
        Api::new(&server, &token).get("/documents").has_status(200);
        server.end_with(Signal::SIGTERM);
    }
}

#[test]
fn a_database_that_is_emptied_is_noticed_at_once() {
    let instance = Instance::new();
    let server = instance.serve();
    assert_eq!(get(&server.url("/health")).status, 200);
    let control = instance.data().join("control.db");
    let file = fs::OpenOptions::new().write(true).open(control).unwrap();
    file.set_len(0).unwrap();
    assert_eq!(get(&server.url("/health")).status, 503);
    assert!(server.log().contains("a database is damaged"));
}

#[test]
fn a_database_that_is_moved_away_takes_its_workspace_down_and_no_other() {
    let instance = Instance::new();
    instance.run(&["workspace", "create", "second"]).succeeded();
    let server = instance.serve();
    let health = || get(&server.url("/health")).status;
    assert_eq!(health(), 200);
    let (_, token) = instance.create_key("main", &["sources_create"]);
    let api = Api::new(&server, &token);
    api.put("a.md", "# A\n\nBefore.\n").has_status(201);
    let listed = instance.run(&["workspace", "list", "--json"]).json();
    let main = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == "main");
    let id = main.unwrap()["id"].as_str().unwrap();
    let store = instance.data().join("workspaces").join(id).join("store.db");
    fs::rename(&store, store.with_extension("away")).unwrap();
    api.put("b.md", "# B\n\nAfter.\n")
        .is_error(503, "workspace_down");
    assert_eq!(health(), 503);
    assert_eq!(get(&server.url("/help/second")).status, 200);
    assert!(server.log().contains("was taken away or replaced"));
}
