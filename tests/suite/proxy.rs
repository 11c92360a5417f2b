//! Behind a proxy: Debian's nginx with the configuration that we hand out, below a path, and what `HAProxy` says of its own.

use std::fs;
use std::net::{IpAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rcgen::{CertificateParams, KeyPair};
use reqwest::blocking::Client;
use tempfile::TempDir;

use crate::support::{Instance, Page, Reply, Server, client, eventually};

const BASE: &str = "/support";

fn packaged(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/proxy");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A port that nobody listens on at the moment.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A certificate and its key for `localhost`, as PEM.
fn certificate() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem())
}

/// Puts `new` in the place of `old`, which must be there.
#[track_caller]
fn put(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old} is in what is handed out");
    text.replace(old, new)
}

struct Nginx {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Nginx {
    /// With what we hand out, on a port of its own, in front of `server`.
    fn before(server: &Server, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let (certificate, key) = certificate();
        fs::write(at("cert.pem"), certificate).unwrap();
        fs::write(at("key.pem"), key).unwrap();
        let site = packaged("nginx.conf");
        let site = put(
            &site,
            "listen 443 ssl;",
            &format!("listen 127.0.0.1:{port} ssl;"),
        );
        let site = put(
            &site,
            "/etc/ssl/certs/support.bank.example.pem",
            &at("cert.pem"),
        );
        let site = put(
            &site,
            "/etc/ssl/private/support.bank.example.key",
            &at("key.pem"),
        );
        let site = put(
            &site,
            "https://127.0.0.1:8443;",
            &format!("https://{};", server.address()),
        );
        let site = put(
            &site,
            "    location / {",
            &format!("    location {BASE}/ {{"),
        );
        let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = kinds.map(|kind| format!("{kind}_temp_path {};\n", at(kind)));
        let temporary = temporary.concat();
        let whole = format!(
            "daemon off;\nuser root;\npid {};\nerror_log {};\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{site}\n}}\n",
            at("pid"),
            at("error.log"),
        );
        fs::write(at("nginx.conf"), whole).unwrap();
        let process = Command::new("nginx")
            .args(["-c", &at("nginx.conf"), "-e", &at("error.log")])
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is installed: apt-get install nginx-light, or make test as root");
        eventually("nginx listens", || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Self {
            process,
            port,
            _folder: folder,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        crate::support::kill(self.process.id(), nix::sys::signal::Signal::SIGTERM);
        let _ = self.process.wait();
    }
}

/// A client at an address of its own.
fn at(address: &str) -> Client {
    let address: IpAddr = address.parse().unwrap();
    client().local_address(address).build().unwrap()
}

#[test]
fn behind_nginx_and_below_a_path_every_address_leads_somewhere() {
    let instance = Instance::new();
    let port = free_port();
    let url = format!("public_url = \"https://localhost:{port}{BASE}\"");
    instance.set("public_url = \"\"", &url);
    instance.set("trusted_proxies = []", "trusted_proxies = [\"127.0.0.1\"]");
    instance.set(
        "names = [\"localhost\", \"127.0.0.1\"]",
        "names = [\"localhost\"]",
    );
    let server = Server::of(instance.command(&["serve"]));
    let nginx = Nginx::before(&server, port);
    let visitor = at("127.0.0.9");
    let get = |path: &str| Reply::of(visitor.get(nginx.url(path)).send());

    // Before there is an account: the link leads through the proxy.
    let link = instance.run(&["setup-link"]).succeeded().stdout;
    assert!(!link.is_empty());
    let file = fs::read_to_string(instance.data().join("setup-link")).unwrap();
    let link = file.trim();
    assert!(
        link.starts_with(&nginx.url(&format!("{BASE}/dashboard/setup/"))),
        "{link}"
    );
    let page = Reply::of(visitor.get(link).send()).has_status(200);
    for address in Page::new(&page.body).addresses() {
        assert!(address.starts_with(BASE), "{address}");
        // Until there is an account, most say so; none of them leads past the server.
        assert!(![404, 502].contains(&get(address).status), "{address}");
    }
    assert_eq!(get(&format!("{BASE}/health")).has_status(200).body, "ok\n");
    assert_eq!(
        get("/health").status,
        404,
        "nginx passes on what is below the path"
    );
    let style = page
        .body
        .split("href=\"")
        .find(|part| part.contains(".css"))
        .unwrap();
    let style = style.split('"').next().unwrap();
    get(style).has_status(200);
}

#[test]
fn behind_nginx_a_client_is_who_the_proxy_says() {
    let instance = Instance::new();
    let port = free_port();
    let url = format!("public_url = \"https://localhost:{port}{BASE}\"");
    instance.set("public_url = \"\"", &url);
    instance.set("trusted_proxies = []", "trusted_proxies = [\"127.0.0.1\"]");
    instance.set("connections_per_client = 256", "connections_per_client = 8");
    let server = Server::of(instance.command(&["serve"]));
    let nginx = Nginx::before(&server, port);
    // More connections than one client may hold, all of them nginx's.
    let clients: Vec<Client> = (10..30)
        .map(|last| at(&format!("127.0.0.{last}")))
        .collect();
    let waiting: Vec<_> = clients
        .iter()
        .map(|client| Reply::of(client.get(nginx.url("/support/health")).send()))
        .collect();
    assert!(waiting.iter().all(|reply| reply.status == 200));
}

#[test]
fn haproxy_takes_what_is_handed_out_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate();
    let pem = folder.path().join("site.pem");
    fs::write(&pem, certificate + &key).unwrap();
    let text = packaged("haproxy.cfg");
    let text = put(
        &text,
        "/etc/haproxy/support.bank.example.pem",
        &pem.display().to_string(),
    );
    let file = folder.path().join("haproxy.cfg");
    fs::write(&file, text).unwrap();
    let checked = Command::new("haproxy")
        .arg("-c")
        .arg("-f")
        .arg(&file)
        .output()
        .expect("haproxy is installed: apt-get install haproxy, or make test as root");
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
}
