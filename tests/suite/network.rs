//! What the listening port accepts, and what every response carries.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::tls::Version;

use crate::support::{Reply, client, get, post_question, run, shared};

/// Sends bytes to the port and returns what comes back until the server closes the connection.
fn exchange(bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(shared().server.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // A reset is an answer too.
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn plain_http_gets_no_page() {
    let answer = exchange(b"GET /help/main HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let text = String::from_utf8_lossy(&answer);
    assert!(!text.contains("HTTP/") && !text.contains('<'), "{text}");
}

#[test]
fn tls_1_2_and_1_3_are_spoken() {
    for version in [Version::TLS_1_2, Version::TLS_1_3] {
        let client = client()
            .tls_version_min(version)
            .tls_version_max(version)
            .build()
            .unwrap();
        assert_eq!(
            Reply::of(client.get(shared().server.url("/health")).send())
                .has_status(200)
                .body,
            "ok\n"
        );
    }
}

#[test]
fn tls_1_1_is_refused() {
    const ALERT: u8 = 0x15;
    // version 3.2, a random of 32 bytes, no session, one suite that TLS 1.1 had, no compression
    let mut hello = vec![3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xc0, 0x13, 1, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    let record = [&[0x16, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat();
    assert_eq!(exchange(&record).first(), Some(&ALERT));
}

#[test]
fn every_surface_sends_the_security_headers() {
    let server = &shared().server;
    let api = shared().api();
    let replies = [
        get(&server.url("/health")),
        get(&server.url("/help/main")),
        post_question(&server.url("/help/main"), "How do I close my account?"),
        post_question(&server.url("/help/main"), &"x".repeat(100_000)),
        get(&server.url("/static/help.css")),
        get(&server.url("/static/nothing.css")),
        get(&server.url("/nothing")),
        get(&server.url("/api/v1/openapi.json")),
        get(&server.url("/api/v1/nothing")),
        get(&server.url("/api/v1/documents")),
        api.get("/documents"),
        api.post("/ask", &serde_json::json!({ "question": "" })),
    ];
    for reply in &replies {
        for (name, value) in [
            ("content-security-policy", "default-src 'none'"),
            ("strict-transport-security", "max-age="),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert!(
                reply.header(name).contains(value),
                "{name} of {} {:?}",
                reply.status,
                reply.headers
            );
        }
        assert!(
            !reply.header("content-security-policy").contains("unsafe"),
            "{:?}",
            reply.headers
        );
        let may_be_kept: &[&str] = if reply.header("content-type").starts_with("text/css") {
            &["max-age=3600"]
        } else {
            &["no-store", "private, no-cache"]
        };
        assert!(
            may_be_kept.contains(&reply.header("cache-control")),
            "{:?}",
            reply.headers
        );
        assert_eq!(
            reply.header("server"),
            "",
            "what serves is nobody's business"
        );
    }
    assert_eq!(
        replies.map(|reply| reply.status),
        [200, 200, 200, 400, 200, 404, 404, 200, 404, 401, 200, 400]
    );
}

/// Whether this machine lets us make a network namespace.
fn namespaces_are_permitted() -> bool {
    Command::new("unshare")
        .args(["-rn", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[test]
fn a_server_answers_where_loopback_is_the_only_network() {
    if !namespaces_are_permitted() {
        eprintln!("network namespaces are not permitted here: nothing was tested");
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["-rn", "sh", "-c", "ip link set lo up && exec \"$0\" --exact serve::a_command_works_whether_or_not_the_server_runs help::a_visitor_asks_and_reads_the_passage --test-threads 1"]);
    command.arg(std::env::current_exe().unwrap());
    let finished = run(command, "").succeeded();
    assert!(
        finished.stdout.contains("2 passed; 0 failed"),
        "{}",
        finished.stdout
    );
}
