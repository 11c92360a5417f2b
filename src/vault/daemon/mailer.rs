//! Sends letters through the organisation's mail server, encrypted, or puts them into a folder when there is none.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::{self, SmtpTransport};
use lettre::{Message, Transport};
use zeroize::Zeroizing;

use super::outbox::Outbox;
use crate::clock::Moment;
use crate::config::access::{self, Readers};
use crate::config::{self, Config, Smtp, SmtpSecurity};
use crate::vault::letter::Postmark;
use crate::vault::{Delivery, LINKS_LAST, Letter, Undelivered};

const TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("mail.from is not an e-mail address such as \"Support <support@bank.example>\"")]
    From,
    #[error("{}: {reason}", path.display())]
    File { path: PathBuf, reason: String },
    #[error(transparent)]
    Access(#[from] access::Error),
    #[error("the certificates of mail.ca_file cannot be used")]
    Tls(#[source] smtp::Error),
}

/// Carries letters out.
pub(crate) struct Mailer {
    from: Mailbox,
    public_url: String,
    /// `None`: letters go to the outbox.
    server: Option<Box<SmtpTransport>>,
    /// There may be letters of a time without a mail server.
    outbox: Outbox,
    limits: (usize, usize),
}

impl Mailer {
    /// Reads what the configuration names. `outbox` is where letters go when it names no mail server and no folder.
    pub(crate) fn new(config: &Config, outbox: &Path) -> Result<Self, Error> {
        let mail: &config::Mail = &config.mail;
        let from = mail.from.parse().map_err(|_| Error::From)?;
        let folder = mail.outbox.as_deref().unwrap_or(outbox);
        // Letters are their owner's alone; who may change the folder could still put others in their place.
        access::check(folder, Readers::Everybody)?;
        let server = mail.smtp.as_ref().map(transport).transpose()?;
        Ok(Self {
            from,
            public_url: config.server.url(config.server.listen.port()),
            server: server.map(Box::new),
            outbox: Outbox::new(folder),
            limits: (mail.letters_an_hour, mail.letters_a_day),
        })
    }

    /// Letters that may go out within an hour, and within a day.
    pub(super) fn limits(&self) -> (usize, usize) {
        self.limits
    }

    /// The letter, ready to go.
    pub(super) fn write(&self, letter: &Letter, now: Timestamp) -> Result<Message, Undelivered> {
        let to: Mailbox = letter.to().parse().map_err(|_| Undelivered::Address)?;
        let mark = Postmark {
            public_url: &self.public_url,
            expires: (now + LINKS_LAST)
                .strftime("%Y-%m-%d %H:%M UTC")
                .to_string(),
        };
        let text = letter.text(&mark).ok_or(Undelivered::Malformed)?;
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject())
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|_| Undelivered::Address)
    }

    pub(super) fn send(&self, message: &Message, now: Timestamp) -> Result<Delivery, Undelivered> {
        let Some(server) = &self.server else {
            return match self.outbox.put(&message.formatted(), now) {
                Ok(()) => Ok(Delivery::InOutbox),
                Err(error) => {
                    tracing::error!(%error, "the outbox folder cannot be written");
                    Err(Undelivered::Outbox)
                }
            };
        };
        match server.send(message) {
            Ok(_) => Ok(Delivery::Sent),
            Err(error) => {
                let undelivered = reason(&error);
                // What the server said may hold the address; its code does not.
                tracing::error!(reason = %undelivered, "a letter was not sent");
                Err(undelivered)
            }
        }
    }

    /// Deletes letters whose links have stopped working.
    pub(super) fn purge(&self, now: Moment) {
        if let Err(error) = self.outbox.purge(now.deletion) {
            tracing::error!(%error, "old letters in the outbox could not be deleted");
        }
    }
}

fn transport(config: &Smtp) -> Result<SmtpTransport, Error> {
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        let failed = |reason: String| Error::File {
            path: path.clone(),
            reason,
        };
        let pem = fs::read(path).map_err(|error| failed(error.to_string()))?;
        let authority =
            Certificate::from_pem(&pem).map_err(|_| failed("no certificate in PEM form".into()))?;
        // Whoever names an authority trusts that one, and no public one beside it.
        parameters = parameters
            .certificate_store(CertificateStore::None)
            .add_root_certificate(authority);
    }
    let parameters = parameters.build_rustls().map_err(Error::Tls)?;
    let tls = match config.security {
        SmtpSecurity::StartTls => Tls::Required(parameters),
        SmtpSecurity::Tls => Tls::Wrapper(parameters),
    };
    let mut builder = SmtpTransport::builder_dangerous(&config.host)
        .port(config.port)
        .timeout(Some(TIMEOUT))
        .tls(tls);
    if let Some((user, path)) = &config.sign_in {
        access::check(path, Readers::Group)?;
        let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| Error::File {
            path: path.clone(),
            reason: error.to_string(),
        })?);
        let password = text.lines().next().unwrap_or_default().to_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

fn reason(error: &smtp::Error) -> Undelivered {
    if let Some(code) = error.status() {
        return Undelivered::Refused(u16::from(code));
    }
    if error.is_timeout() {
        Undelivered::TimedOut
    } else if error.is_tls() || is_about_tls(error) {
        Undelivered::Untrusted
    } else {
        Undelivered::Unreachable
    }
}

/// A handshake that fails is an error of the connection to the library.
fn is_about_tls(error: &smtp::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if error.is::<rustls::Error>()
            || inner.is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
        {
            return true;
        }
        cause = error.source();
    }
    // A server that does not offer encryption at all.
    error.is_client()
}
