//! TLS 1.3 and 1.2, with the organisation's certificate or a generated one.
//!
//! A generated certificate is made at the first start and again when it is about to expire or the configured names changed. Its
//! private key stays in the encrypted control database.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::app::App;
use crate::config::access::{self, Readers};
use crate::db::{self, stored};

const STORED: &str = "generated TLS certificate";
/// Of its stored form.
const VERSION: u8 = 1;
/// As long as browsers accept a certificate that was not made by a public authority.
const VALID_DAYS: i64 = 397;
const RENEW_DAYS: i64 = 30;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {reason}", path.display())]
    File { path: PathBuf, reason: String },
    #[error(transparent)]
    Access(#[from] access::Error),
    #[error("the certificate and the private key do not belong together or cannot be used")]
    Unusable(#[from] rustls::Error),
    #[error("a certificate for server.names cannot be made")]
    Generate(#[from] rcgen::Error),
    #[error(transparent)]
    Storage(#[from] db::Error),
}

#[derive(Serialize, Deserialize)]
struct Generated {
    names: Vec<String>,
    expires_ms: i64,
    certificate: Vec<u8>,
    private_key: Vec<u8>,
}

pub(super) fn configure(app: &App) -> Result<ServerConfig, Error> {
    let (chain, key) = match (
        &app.config.tls.certificate_file,
        &app.config.tls.private_key_file,
    ) {
        (Some(certificate), Some(key)) => (read_chain(certificate)?, read_key(key)?),
        _ => generated(app)?,
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// When the certificate that is served expires.
pub(super) fn expiry(app: &App) -> Option<Timestamp> {
    let der = if let Some(path) = &app.config.tls.certificate_file {
        read_chain(path).ok()?.into_iter().next()?.to_vec()
    } else {
        find(app).ok()??.certificate.clone()
    };
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let failed = |reason: String| Error::File {
        path: path.to_owned(),
        reason,
    };
    let pem = fs::read(path).map_err(|error| failed(error.to_string()))?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|_| failed("not certificates in PEM form".to_owned()))?;
    if chain.is_empty() {
        Err(failed("no certificate in it".to_owned()))
    } else {
        Ok(chain)
    }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    let failed = |reason: String| Error::File {
        path: path.to_owned(),
        reason,
    };
    access::check(path, Readers::Group)?;
    let pem = Zeroizing::new(fs::read(path).map_err(|error| failed(error.to_string()))?);
    PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|_| failed("not a private key in PEM form".to_owned()))
}

/// The certificate that was made last. `None`: none was.
fn find(app: &App) -> Result<Option<Generated>, db::Error> {
    let stored = app.control.read(|c| db::find_value(c, STORED))?;
    let stored = stored.map(Zeroizing::new);
    stored
        .map(|bytes| stored::decode(VERSION, &bytes).map_err(|_| db::Error::DamagedValue(STORED)))
        .transpose()
}

fn generated(app: &App) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
    let now = app.clock.now().wall;
    let names = &app.config.server.names;
    let kept = find(app)?.filter(|kept| {
        kept.names == *names && kept.expires_ms > (now + (RENEW_DAYS * 24).hours()).as_millisecond()
    });
    let certificate = if let Some(kept) = kept {
        kept
    } else {
        let made = generate(names, now)?;
        let bytes = Zeroizing::new(stored::encode(VERSION, &made));
        app.control.write(|tx| db::set_value(tx, STORED, &bytes))?;
        made
    };
    let key = PrivateKeyDer::try_from(certificate.private_key)
        .map_err(|reason| rustls::Error::General(reason.to_owned()))?;
    Ok((vec![CertificateDer::from(certificate.certificate)], key))
}

fn generate(names: &[String], now: Timestamp) -> Result<Generated, Error> {
    let expires = now + (VALID_DAYS * 24).hours();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Anchorite");
    params.not_before = std::time::SystemTime::from(now - 1.hour()).into();
    params.not_after = std::time::SystemTime::from(expires).into();
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let certificate = params.self_signed(&key)?;
    Ok(Generated {
        names: names.to_vec(),
        expires_ms: expires.as_millisecond(),
        certificate: certificate.der().to_vec(),
        private_key: key.serialize_der(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is stored is read by every program to come: other bytes are another [`VERSION`].
    #[test]
    fn the_stored_form_is_what_it_was() {
        let made = Generated {
            names: vec!["a.example".to_owned()],
            expires_ms: 300,
            certificate: vec![1, 2],
            private_key: vec![3],
        };
        let stored = b"\x01\x01\x09a.example\xd8\x04\x02\x01\x02\x01\x03";
        assert_eq!(stored::encode(VERSION, &made), stored);
    }
}
