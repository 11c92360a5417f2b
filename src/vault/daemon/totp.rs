//! One-time codes (RFC 6238: SHA-1, six digits, thirty seconds, one step of tolerance to both sides).
//!
//! The secret of an account is stored by others, sealed under a key that never leaves this process; the account's name is the associated data, so that one
//! account's secret is worthless under the name of another. That a code is not used twice is for the one who asks to remember.

use totp_rs::{Algorithm, Builder};

use super::Keyring;
use crate::crypto;
use crate::vault::{Refusal, TotpSecret};

const PURPOSE: &str = "anchorite one-time codes";

pub(super) fn seal(keyring: &Keyring, account: &str, secret: &TotpSecret) -> Vec<u8> {
    crypto::seal(
        &keyring.derived(PURPOSE),
        account.as_bytes(),
        secret.expose(),
    )
}

pub(super) fn check(
    keyring: &Keyring,
    account: &str,
    sealed: &[u8],
    code: &str,
    at_s: u64,
) -> Result<Option<u64>, Refusal> {
    let secret = crypto::open(&keyring.derived(PURPOSE), account.as_bytes(), sealed)
        .map_err(|_| Refusal::BrokenTotp)?;
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(secret.to_vec())
        .build()
        .map_err(|_| Refusal::BrokenTotp)?;
    Ok(totp.check(code, at_s))
}
