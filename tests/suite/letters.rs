//! Letters over a real mail server, and what happens when it cannot be trusted or reached.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::Value;

use crate::support::{Browser, Instance, Page, Reply, Server, path_of};

const PASSWORD: &str = "smtp-password-quokka";

/// A certificate authority and a server certificate for `localhost` in a folder.
struct Authority {
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Authority {
    fn new(folder: &Path, name: &str) -> Self {
        let ca_key = KeyPair::generate().unwrap();
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_certificate = ca.self_signed(&ca_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
        let write = |file: &str, text: String| {
            let path = folder.join(format!("{name}-{file}"));
            fs::write(&path, text).unwrap();
            path
        };
        Self {
            ca: write("ca.pem", ca_certificate.pem()),
            certificate: write("cert.pem", leaf.pem()),
            key: write("key.pem", key.serialize_pem()),
        }
    }
}

struct MailServer {
    process: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl MailServer {
    fn start(security: &str, authority: &Authority) -> Self {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/suite/support/smtp_server.py"
        );
        let mut process = Command::new(python())
            .arg(script)
            .arg(security)
            .args([&authority.certificate, &authority.key])
            .args(["anchorite", PASSWORD])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut port = String::new();
        lines.read_line(&mut port).unwrap();
        Self {
            process,
            lines,
            port: port.trim().parse().expect("the mail server says its port"),
        }
    }

    /// The next letter that it took.
    fn letter(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Python with aiosmtpd, as `make test` sets it up.
#[expect(
    clippy::disallowed_methods,
    reason = "where make puts the tools of the tests"
)]
fn python() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"),
        PathBuf::from,
    );
    let python = cache.join("anchorite/tools/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run `make test`, which makes it",
        python.display()
    );
    python
}

/// An instance that sends its letters to a server.
fn sending(security: &str, port: u16, ca: &Path) -> Instance {
    let instance = Instance::new();
    let password = instance.folder().join("smtp-password");
    fs::write(&password, format!("{PASSWORD}\n")).unwrap();
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
    instance.set("smtp_host = \"\"", "smtp_host = \"localhost\"");
    instance.set("smtp_port = 587", &format!("smtp_port = {port}"));
    instance.set(
        "smtp_security = \"starttls\"",
        &format!("smtp_security = \"{security}\""),
    );
    instance.set("ca_file = \"\"", &format!("ca_file = \"{}\"", ca.display()));
    instance.set("username = \"\"", "username = \"anchorite\"");
    instance.set(
        "password_file = \"\"",
        &format!("password_file = \"{}\"", password.display()),
    );
    instance
}

/// The first owner, who proved both factors again.
fn owner_at<'s>(instance: &Instance, server: &'s Server) -> Browser<'s> {
    let ada = instance.set_up(server).unwrap();
    let browser = Browser::new(server);
    browser.sign_in(&ada);
    browser.step_up(&ada);
    browser
}

/// Invites somebody as an owner does on the team page.
fn invite(browser: &Browser<'_>) -> Reply {
    let fields = [("email", "grace@bank.example"), ("role", "member")];
    browser.post("/dashboard/w/main/team/invite", &fields)
}

#[test]
fn an_invitation_arrives_over_starttls_and_over_tls_and_its_link_works() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "good");
    for security in ["starttls", "tls"] {
        let mut mail = MailServer::start(security, &authority);
        let instance = sending(security, mail.port, &authority.ca);
        let server = Server::of(instance.command(&["serve"]));
        let browser = owner_at(&instance, &server);
        invite(&browser).has_status(303);

        let letter = mail.letter();
        assert_eq!(letter["to"], serde_json::json!(["grace@bank.example"]));
        assert_eq!(letter["tls"], true);
        assert_eq!(letter["user"], "anchorite");
        let content = letter["content"].as_str().unwrap();
        assert!(
            content.contains("Ada Lovelace") && content.contains("workspace main"),
            "{content}"
        );
        // Quoted-printable breaks long lines.
        let content = content.replace("=\r\n", "").replace("=3D", "=");
        let link = content
            .split_whitespace()
            .find(|word| word.contains("/dashboard/join/"))
            .expect("the letter has the link");
        let grace = Browser::new(&server);
        grace.join(path_of(link), "grace@bank.example", "Grace Hopper");
        grace.get("/dashboard/w/main/articles/new").has_status(200);
        assert!(
            !instance.data().join("mail.outbox").exists(),
            "nothing is left in an outbox"
        );
        let token = link.rsplit('/').next().unwrap();
        assert!(!server.log().contains(PASSWORD) && !server.log().contains(token));
    }
}

#[test]
fn a_letter_is_not_given_to_a_server_that_cannot_be_trusted_or_reached() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "good");
    let stranger = Authority::new(folder.path(), "stranger");
    let mail = MailServer::start("starttls", &authority);
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for (port, ca, reason) in [
        (mail.port, &stranger.ca, "certificate"),
        (gone, &authority.ca, "reached"),
    ] {
        let instance = sending("starttls", port, ca);
        let server = Server::of(instance.command(&["serve"]));
        let browser = owner_at(&instance, &server);
        let reply = invite(&browser).has_status(200);
        assert!(reply.body.contains(reason), "{reason}: {}", reply.body);
        assert!(
            !reply.body.contains("/dashboard/join/"),
            "who could not be written to is not invited by hand"
        );
        // The invitation is there, to be sent again.
        let team = browser.page("/dashboard/w/main/team");
        assert!(team.html.contains("grace@bank.example") && team.html.contains("/again"));
    }
}

#[test]
fn without_a_mail_server_a_letter_lies_in_the_outbox_and_its_link_is_shown() {
    let instance = Instance::new();
    let server = Server::of(instance.command(&["serve"]));
    let browser = owner_at(&instance, &server);
    let reply = invite(&browser).has_status(200);
    let page = Page::new(&reply.body);
    let link = page.with_id("link").unwrap().text.trim().to_owned();
    let letters: Vec<String> = fs::read_dir(instance.data().join("mail.outbox"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    assert_eq!(letters.len(), 1);
    let letter = letters[0].replace("=\r\n", "").replace("=3D", "=");
    // The vault writes its own address, not one that a client gives it: here, a port that was taken only later.
    let path = link.find("/dashboard/").map(|at| &link[at..]).unwrap();
    assert!(letter.contains(path), "{letter}");
}
