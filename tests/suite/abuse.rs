//! Clients that take more than their share. What is long or large is in `tests/abuse`; these are the limits themselves.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};

use crate::support::{Api, Instance, Reply, children, client, eventually, get, shared};

/// Accepts what the server generated.
#[derive(Debug)]
struct AnyCertificate;

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::aws_lc_rs::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

type Connection = StreamOwned<ClientConnection, TcpStream>;

/// A connection over which a test says what it likes.
fn connect(address: &str) -> Connection {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate))
        .with_no_client_auth();
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    StreamOwned::new(
        ClientConnection::new(Arc::new(config), name).unwrap(),
        stream,
    )
}

/// Sends a request; says what came first of the answer. Empty: the connection was closed.
fn exchange(connection: &mut Connection, request: &str) -> String {
    let mut answer = [0; 4096];
    let read = connection
        .write_all(request.as_bytes())
        .and_then(|()| connection.read(&mut answer));
    String::from_utf8_lossy(&answer[..read.unwrap_or(0)]).into_owned()
}

const HEALTH: &str = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[test]
fn a_client_has_so_many_connections_and_its_next_is_closed_at_once() {
    let instance = Instance::new();
    instance.set("connections_per_client = 256", "connections_per_client = 8");
    let server = instance.serve();
    // Those of the set-up are closed when nobody has used them for a while.
    let mut held = Vec::new();
    eventually("eight connections are open", || {
        let mut connection = connect(&server.address());
        if exchange(&mut connection, HEALTH).contains("200 OK") {
            // With a body that does not come, none of them is idle.
            let begun = "POST /help/main HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nq";
            connection.write_all(begun.as_bytes()).unwrap();
            connection.flush().unwrap();
            held.push(connection);
        }
        (held.len() == 8).then_some(())
    });
    assert_eq!(exchange(&mut connect(&server.address()), HEALTH), "");
    assert_eq!(
        server.log().matches("what=\"connections\"").count(),
        1,
        "{}",
        server.log()
    );
    drop(held);
    eventually("there is room again", || {
        exchange(&mut connect(&server.address()), HEALTH)
            .contains("200 OK")
            .then_some(())
    });
}

#[test]
fn behind_a_trusted_proxy_the_requests_of_each_client_are_counted() {
    let instance = Instance::new();
    instance.set("connections_per_client = 256", "connections_per_client = 8");
    instance.set("trusted_proxies = []", "trusted_proxies = [\"127.0.0.1\"]");
    let server = instance.serve();
    let ask = |client: &str| {
        let mut connection = connect(&server.address());
        let begun = format!(
            "POST /help/main HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {client}\r\nContent-Length: 9\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nq"
        );
        connection.write_all(begun.as_bytes()).unwrap();
        connection.flush().unwrap();
        connection
    };
    let _held: Vec<_> = (0..8).map(|_| ask("203.0.113.9")).collect();
    let health = |client: &str| {
        let request = reqwest_get(&server.url("/api/v1/nothing"), client);
        request.status
    };
    // They are on their way; in the end the next is refused.
    eventually("a ninth request is refused", || {
        let mut connection = ask("203.0.113.9");
        connection
            .sock
            .set_read_timeout(Some(Duration::from_millis(300)))
            .unwrap();
        exchange(&mut connection, "")
            .contains("429 Too Many Requests")
            .then_some(())
    });
    assert_eq!(health("203.0.113.10"), 404, "others are not meant");
}

fn reqwest_get(url: &str, client_address: &str) -> Reply {
    let client = client().build().unwrap();
    Reply::of(
        client
            .get(url)
            .header("x-forwarded-for", client_address)
            .send(),
    )
}

#[test]
fn the_server_takes_as_many_descriptors_as_the_system_allows() {
    let web = children(shared().server.pid(), "web")[0];
    let limits = std::fs::read_to_string(format!("/proc/{web}/limits")).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap();
    let numbers: Vec<&str> = line
        .split_whitespace()
        .filter(|word| word.parse::<u64>().is_ok())
        .collect();
    assert_eq!(numbers[0], numbers[1], "{line}");
}

#[test]
fn a_file_larger_than_what_is_kept_in_memory_is_stored_whole_and_leaves_nothing() {
    let api = shared().workspace("abuse-large");
    let text = "The canary number of this file is 4711, and it is long.\n\n".repeat(12_000);
    let reply = api.put("large.md", &text).has_status(201);
    assert!(reply.json()["passages"].as_u64().unwrap() > 100);
    let shown = api.document("large.md").has_status(200).json();
    assert_eq!(
        shown["text"].as_str().unwrap().matches("4711").count(),
        12_000
    );
    assert_eq!(shown["path"], "large.md");
    assert!(shown["notes"].is_array());
    let open = children(shared().server.pid(), "web")[0];
    let files = std::fs::read_dir(format!("/proc/{open}/fd")).unwrap();
    let spooled = files
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter(|path| path.to_string_lossy().ends_with("(deleted)"))
        .count();
    assert_eq!(spooled, 0);
}

#[test]
fn a_long_document_is_the_new_one_as_soon_as_it_was_replaced() {
    let api = shared().workspace("abuse-replaced");
    let page = |id: &str| {
        get(&shared()
            .server
            .url(&format!("/help/abuse-replaced/documents/{id}")))
    };
    api.put("a.md", "# A\n\nThe fee is £5.").has_status(201);
    let id = api.documents()[0]["id"].as_str().unwrap().to_owned();
    let reading = connect_and_ask(&format!("/help/abuse-replaced/documents/{id}"));
    assert!(page(&id).has_status(200).body.contains("£5"));
    api.put("a.md", "# A\n\nThe fee is £6.").has_status(200);
    assert!(page(&id).has_status(200).body.contains("£6"));
    assert!(
        api.document("a.md").json()["text"]
            .as_str()
            .unwrap()
            .contains("£6")
    );
    api.delete("a.md").has_status(200);
    assert_eq!(page(&id).status, 404);
    drop(reading);
}

/// Asks for a page, and does not read it.
fn connect_and_ask(path: &str) -> Connection {
    let mut connection = connect(&shared().server.address());
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    connection.flush().unwrap();
    connection
}

#[test]
fn what_is_too_large_is_refused_by_its_size() {
    let api: Api<'_> = shared().api();
    let request = api.request(Method::PUT, "/documents/huge.md");
    let reply = request
        .header("content-type", "text/markdown")
        .body(vec![b'a'; 65 * 1024 * 1024])
        .send();
    // The server does not wait for the rest; some clients then see a closed connection.
    if let Ok(response) = reply {
        Reply::of(Ok(response)).is_error(413, "body_too_large");
    }
}

#[test]
fn a_request_that_was_answered_before_it_was_whole_does_not_hold_its_connection() {
    for framing in ["Transfer-Encoding: chunked", "Content-Length: 1000"] {
        let mut connection = connect(&shared().server.address());
        let wait = Some(Duration::from_secs(30));
        connection.sock.set_read_timeout(wait).unwrap();
        let head = format!("POST /nothing HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n");
        connection.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let ended = connection.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(text.starts_with("HTTP/1.1 404"), "{framing}: {text}");
        assert!(
            !ended.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock),
            "{framing}: the connection is closed"
        );
    }
}

#[test]
fn what_is_accepted_can_be_opened_however_large() {
    let api = shared().workspace("abuse-opened");
    let text = format!("# Large\n\n{}\n", "abcdefghi".repeat(2_000_000));
    api.put("large.md", &text).has_status(201);
    let id = api.documents()[0]["id"].as_str().unwrap().to_owned();
    let page = shared()
        .server
        .url(&format!("/help/abuse-opened/documents/{id}"));
    assert!(get(&page).has_status(200).body.len() > 18_000_000);
    assert!(api.document("large.md").has_status(200).body.len() > 18_000_000);
}
