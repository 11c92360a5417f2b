//! The settings, by the sections of the file.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{DataFolder, Network};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    pub server: Server,
    pub tls: Tls,
    pub vault: Vault,
    pub accounts: Accounts,
    pub mail: Mail,
    pub help: Help,
    pub inference: Inference,
    pub search: Search,
    pub answer: Answer,
    pub questions: Questions,
    pub ingest: Ingest,
    pub log: Log,
}

impl Config {
    /// Where the root key lies, when systemd does not hand it over.
    pub(crate) fn root_key_file(&self, folder: &DataFolder) -> PathBuf {
        self.vault
            .root_key_file
            .clone()
            .unwrap_or_else(|| folder.default_root_key())
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Server {
    pub listen: SocketAddr,
    /// Names and addresses under which visitors reach the server; the generated certificate carries them.
    pub names: Vec<String>,
    /// Under which links in letters lead here, without a slash at the end; `None`: the first name and the port.
    pub public_url: Option<String>,
    pub workers: usize,
    /// Proxies whose word is believed about where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// The header in which they say it.
    pub forwarded_header: ForwardedHeader,
    /// Connections that one address may hold; through a trusted proxy, requests.
    pub connections_per_client: usize,
}

/// How a proxy says where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForwardedHeader {
    /// `X-Forwarded-For`
    XForwardedFor,
    /// `Forwarded` (RFC 7239)
    Forwarded,
}

impl Server {
    /// The path of `public_url`, below which everything is, without a slash at the end. Empty: everything is at the top.
    pub(crate) fn base(&self) -> &str {
        let rest = self
            .public_url
            .as_deref()
            .and_then(|url| url.strip_prefix("https://"))
            .unwrap_or_default();
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// The origin of `public_url`, as browsers write it: without a path, and without the port of https.
    pub(crate) fn public_origin(&self) -> Option<String> {
        let url = self.public_url.as_deref()?.strip_prefix("https://")?;
        let host = url.split('/').next()?.to_ascii_lowercase();
        let host = host.strip_suffix(":443").unwrap_or(&host);
        Some(format!("https://{host}"))
    }

    /// Under which links lead here, when the process listens on `port`.
    pub(crate) fn url(&self, port: u16) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let name = self.names.first().map_or("localhost", String::as_str);
        let name = if name.contains(':') {
            format!("[{name}]")
        } else {
            name.to_owned()
        };
        match port {
            443 => format!("https://{name}"),
            port => format!("https://{name}:{port}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tls {
    /// PEM files of the organisation's own certificate; neither: a generated one.
    pub certificate_file: Option<PathBuf>,
    pub private_key_file: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vault {
    /// `None`: beside the data folder, under its name with `.root.key`.
    pub root_key_file: Option<PathBuf>,
    /// `None`: `run/vault.sock` in the data folder.
    pub socket: Option<PathBuf>,
    /// The user of the web process, when it is not the vault's own. Name or number.
    pub web_user: Option<String>,
}

/// How passwords of staff are hashed (argon2id).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accounts {
    pub memory_mib: u32,
    pub passes: u32,
    pub lanes: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mail {
    /// `Name <address>`
    pub from: String,
    /// `None`: letters go to the outbox.
    pub smtp: Option<Smtp>,
    /// `None`: `mail.outbox` in the data folder.
    pub outbox: Option<PathBuf>,
    /// Letters that may go out, whoever asks for them.
    pub letters_an_hour: usize,
    pub letters_a_day: usize,
}

/// The organisation's mail server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// PEM certificates that vouch for the server; `None`: those of the system.
    pub ca_file: Option<PathBuf>,
    /// User name, and the file whose first line is the password.
    pub sign_in: Option<(String, PathBuf)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SmtpSecurity {
    /// Encryption is asked for, and insisted on, after the greeting.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Help {
    pub enabled: bool,
    /// The workspace that `/` leads to; `None`: the only one.
    pub home: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inference {
    /// 0: one per core, at most four.
    pub threads: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    /// Passages up to which a workspace is searched exactly, without a graph.
    pub exact_up_to: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// Probability from which an answer is given as answered.
    pub answered_from: f64,
    /// Probability from which it is given as partly answered; below, it is refused.
    pub partly_from: f64,
    /// A calibration of the organisation's own, as `anchorite eval --fit` prints it.
    pub calibration_file: Option<PathBuf>,
}

/// What visitors ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Questions {
    pub keep_days: u16,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ingest {
    pub max_file_mib: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Log {
    pub format: LogFormat,
    pub level: tracing::Level,
}
