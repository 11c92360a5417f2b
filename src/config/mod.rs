//! The configuration: typed, closed, and checked whole at start.
//!
//! Unknown keys are errors and every problem is reported at once with its line. A setting that the file leaves out has the value
//! that `config.example.toml` shows for it; nothing else is ever assumed.

pub(crate) mod access;
mod folder;
mod network;
mod reader;
mod settings;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use access::Readers;
pub(crate) use folder::DataFolder;
pub(crate) use network::Network;
use reader::Reader;
pub(crate) use settings::{
    Accounts, Answer, Config, ForwardedHeader, Help, Inference, Ingest, Log, LogFormat, Mail,
    Questions, Search, Server, Smtp, SmtpSecurity, Tls, Vault,
};

/// Chosen with `anchorite eval`; `assets/calibration.toml` says on what.
const ANSWERED_FROM: f64 = 0.75;
const PARTLY_FROM: f64 = 0.36;

/// The annotated example, which `anchorite init` copies into the data folder.
pub(crate) const EXAMPLE: &str = include_str!("../../config.example.toml");

/// One problem of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// From 1.
    pub line: usize,
    pub message: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "{} cannot be read: {source}. Restore it from a backup, or make it anew from config.example.toml",
        path.display()
    )]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(transparent)]
    Access(#[from] access::Error),
    #[error("{} has {} problem(s):{}", path.display(), problems.len(), list(problems))]
    Invalid {
        path: PathBuf,
        problems: Vec<Problem>,
    },
}

fn list(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |mut text, problem| {
        let _ = write!(text, "\n  line {}: {}", problem.line, problem.message);
        text
    })
}

impl Config {
    /// Reads and checks the file.
    pub(crate) fn load(path: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Unreadable {
            path: path.to_owned(),
            source,
        };
        let mut file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        // No setting is a secret: passwords and keys are in files of their own.
        access::check_open(path, &metadata, Readers::Everybody)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(unreadable)?;
        Self::parse(&text).map_err(|problems| Error::Invalid {
            path: path.to_owned(),
            problems,
        })
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(text)?;
        let config = Self::read(&mut reader);
        reader.finish()?;
        Ok(config)
    }

    fn read(r: &mut Reader) -> Self {
        let config = Self {
            server: server(r),
            tls: Tls {
                certificate_file: r.path("tls.certificate_file"),
                private_key_file: r.path("tls.private_key_file"),
            },
            vault: Vault {
                root_key_file: r.path("vault.root_key_file"),
                socket: r.path("vault.socket"),
                web_user: r.optional_text("vault.web_user"),
            },
            accounts: Accounts {
                memory_mib: r.number("accounts.argon2_memory_mib", 64, 19..=4096),
                passes: r.number("accounts.argon2_passes", 3, 1..=100),
                lanes: r.number("accounts.argon2_lanes", 1, 1..=16),
            },
            mail: mail(r),
            help: Help {
                enabled: r.boolean("help.enabled", true),
                home: r.optional_text("help.home"),
            },
            inference: Inference {
                threads: r.number("inference.threads", 0, 0..=64),
            },
            search: Search {
                exact_up_to: r.number("search.exact_up_to", 50_000, 0..=10_000_000),
            },
            answer: Answer {
                answered_from: r.share("answer.answered_from", ANSWERED_FROM),
                partly_from: r.share("answer.partly_from", PARTLY_FROM),
                calibration_file: r.path("answer.calibration_file"),
            },
            questions: Questions {
                keep_days: r.number("questions.keep_days", 90, 1..=3_650),
            },
            ingest: Ingest {
                max_file_mib: r.number("ingest.max_file_mib", 64, 1..=64),
            },
            log: log(r),
        };
        config.check(r);
        config
    }

    /// What settings say of each other.
    fn check(&self, r: &mut Reader) {
        if self.tls.certificate_file.is_some() != self.tls.private_key_file.is_some() {
            r.problem(
                "tls.certificate_file",
                "certificate_file and private_key_file go together: set both or neither",
            );
        }
        let is_address = |url: &str| {
            url.strip_prefix("https://").is_some_and(|rest| {
                let (name, path) = rest.split_once('/').unwrap_or((rest, "x"));
                let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
                !name.is_empty()
                    && !name.contains(|c: char| c.is_whitespace() || "?#@\\%".contains(c))
                    && path.split('/').all(|step| {
                        !step.is_empty() && !step.starts_with('.') && step.chars().all(is_safe)
                    })
            })
        };
        if self
            .server
            .public_url
            .as_deref()
            .is_some_and(|url| !is_address(url))
        {
            r.problem(
                "server.public_url",
                "public_url is https://, a name, perhaps a port, and perhaps a path without a slash at its end, such as https://intranet.bank.example/support",
            );
        }
        let is_name = |name: &str| {
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if self.help.home.as_deref().is_some_and(|name| !is_name(name)) {
            r.problem("help.home", "home is the name of a workspace, such as main");
        }
        if self.answer.partly_from > self.answer.answered_from {
            r.problem(
                "answer.partly_from",
                "partly_from must not be above answered_from",
            );
        }
    }
}

fn server(r: &mut Reader) -> Server {
    Server {
        listen: r.parsed(
            "server.listen",
            "127.0.0.1:8443",
            "an address and port such as 127.0.0.1:8443",
        ),
        names: r.texts("server.names", &["localhost", "127.0.0.1"]),
        public_url: r.optional_text("server.public_url"),
        workers: r.number("server.workers", 2, 1..=64),
        trusted_proxies: r.list(
            "server.trusted_proxies",
            "an address or prefix such as 10.0.0.1 or 10.0.0.0/8",
        ),
        forwarded_header: r.choice(
            "server.forwarded_header",
            "x-forwarded-for",
            &[
                ("x-forwarded-for", ForwardedHeader::XForwardedFor),
                ("forwarded", ForwardedHeader::Forwarded),
            ],
        ),
        connections_per_client: r.number("server.connections_per_client", 256, 8..=16_384),
    }
}

fn log(r: &mut Reader) -> Log {
    Log {
        format: r.choice(
            "log.format",
            "text",
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        ),
        level: r.parsed(
            "log.level",
            "info",
            "one of error, warn, info, debug, trace",
        ),
    }
}

fn mail(r: &mut Reader) -> Mail {
    let host = r.optional_text("mail.smtp_host");
    let (user, password_file) = (
        r.optional_text("mail.username"),
        r.path("mail.password_file"),
    );
    if user.is_some() != password_file.is_some() {
        r.problem(
            "mail.username",
            "username and password_file go together: set both or neither",
        );
    }
    let (port, ca_file) = (
        r.number("mail.smtp_port", 587, 1..=65_535),
        r.path("mail.ca_file"),
    );
    let security = r.choice(
        "mail.smtp_security",
        "starttls",
        &[
            ("starttls", SmtpSecurity::StartTls),
            ("tls", SmtpSecurity::Tls),
        ],
    );
    Mail {
        from: r.text("mail.from", "Anchorite <anchorite@localhost>"),
        smtp: host.map(|host| Smtp {
            host,
            port,
            security,
            ca_file,
            sign_in: user.zip(password_file),
        }),
        outbox: r.path("mail.outbox"),
        letters_an_hour: r.number("mail.letters_an_hour", 30, 1..=100_000),
        letters_a_day: r.number("mail.letters_a_day", 100, 1..=1_000_000),
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::parse("").expect("the defaults are valid")
    }
}
