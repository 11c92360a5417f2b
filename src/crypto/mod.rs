//! The few cryptographic operations that the product uses, all from `aws-lc-rs`, under the names of what they are for.

use aws_lc_rs::{aead, digest, hkdf, hmac, rand};

use crate::secret::Key;

/// Random bytes of the operating system's quality.
///
/// A machine without a working random source must not go on: there is no safe value to return.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system's random source works");
    bytes
}

pub(crate) fn random_key() -> Key {
    Key::new(random())
}

pub(crate) fn sha256(data: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, data).as_ref());
    out
}

/// HMAC-SHA-256 of `data`: the keyed hash under which tokens are stored.
pub(crate) fn keyed_hash(key: &Key, data: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.expose()), data).as_ref(),
    );
    out
}

/// Derives a key for one purpose from another (HKDF-SHA-256, no salt: the input is already uniform).
pub(crate) fn derive(key: &Key, purpose: &str) -> Key {
    let mut out = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
        .extract(key.expose())
        .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut out))
        .expect("32 bytes are within what HKDF-SHA-256 can give");
    Key::new(out)
}

/// The seal was broken: another key, other associated data, or changed bytes.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot be decrypted with this key")]
pub(crate) struct BrokenSeal;

const NONCE: usize = 12;

/// Encrypts with AES-256-GCM under a random nonce. Returns nonce, ciphertext and tag in one piece.
pub(crate) fn seal(key: &Key, associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE] = random();
    let mut body = plain.to_vec();
    cipher(key)
        .seal_in_place_append_tag(
            aead::Nonce::assume_unique_for_key(nonce),
            aead::Aad::from(associated),
            &mut body,
        )
        .expect("a short message can be sealed");
    [&nonce[..], &body].concat()
}

/// Decrypts what [`seal`] made.
pub(crate) fn open(
    key: &Key,
    associated: &[u8],
    sealed: &[u8],
) -> Result<zeroize::Zeroizing<Vec<u8>>, BrokenSeal> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(BrokenSeal)?;
    let mut body = zeroize::Zeroizing::new(body.to_vec());
    let length = cipher(key)
        .open_in_place(
            aead::Nonce::assume_unique_for_key(*nonce),
            aead::Aad::from(associated),
            &mut body,
        )
        .map_err(|_| BrokenSeal)?
        .len();
    body.truncate(length);
    Ok(body)
}

fn cipher(key: &Key) -> aead::LessSafeKey {
    aead::LessSafeKey::new(
        aead::UnboundKey::new(&aead::AES_256_GCM, key.expose())
            .expect("32 bytes are a key of AES-256"),
    )
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
            }
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_only_with_its_key_and_associated_data() {
        let key = crate::crypto::random_key();
        let sealed = seal(&key, b"database 1", b"plain");
        assert_eq!(&open(&key, b"database 1", &sealed).unwrap()[..], b"plain");
        assert_eq!(open(&key, b"database 2", &sealed).unwrap_err(), BrokenSeal);
        assert_eq!(
            open(&crate::crypto::random_key(), b"database 1", &sealed).unwrap_err(),
            BrokenSeal
        );
        assert_eq!(
            open(&key, b"database 1", &sealed[..11]).unwrap_err(),
            BrokenSeal
        );
        let mut changed = sealed;
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(open(&key, b"database 1", &changed).unwrap_err(), BrokenSeal);
    }

    #[test]
    fn derived_keys_differ_by_purpose_and_repeat() {
        let key = Key::new([1; 32]);
        assert_eq!(derive(&key, "a").expose(), derive(&key, "a").expose());
        assert_ne!(derive(&key, "a").expose(), derive(&key, "b").expose());
    }

    #[test]
    fn hashes_agree_with_published_vectors() {
        assert_eq!(
            hex(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_ne!(
            keyed_hash(&Key::new([0; 32]), b"a"),
            keyed_hash(&Key::new([1; 32]), b"a")
        );
    }
}
