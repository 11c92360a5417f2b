//! The token of a key, as its holder presents it.

use std::str::FromStr;

use crate::crypto;
use crate::id::ApiKeyId;
use crate::secret::{Key, SecretText};

const PREFIX: &str = "ank_";
const SECRET_LENGTH: usize = 43;
const CHECKSUM_LENGTH: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#[derive(Debug, Clone)]
pub(crate) struct Token {
    id: ApiKeyId,
    text: SecretText,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is not an API key: ank_, an id, _ and 49 letters and digits are expected")]
pub(crate) struct Malformed;

impl Token {
    pub(super) fn random(id: ApiKeyId) -> Self {
        // 43 of 62 letters hold 256 bits. Bytes past the last multiple of 62 are drawn again, so that no letter is likelier.
        let mut secret = String::with_capacity(SECRET_LENGTH);
        while secret.len() < SECRET_LENGTH {
            let [byte] = crypto::random();
            if byte < 248 {
                secret.push(char::from(ALPHABET[usize::from(byte % 62)]));
            }
        }
        let body = format!("{PREFIX}{id}_{secret}");
        let text = SecretText::new(format!("{body}{}", checksum(&body)));
        Self { id, text }
    }

    pub(crate) fn id(&self) -> &ApiKeyId {
        &self.id
    }

    pub(crate) fn text(&self) -> &SecretText {
        &self.text
    }

    pub(super) fn hash(&self, key: &Key) -> [u8; 32] {
        crypto::keyed_hash(key, self.text.expose().as_bytes())
    }
}

impl FromStr for Token {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (id, secret) = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('_'))
            .ok_or(Malformed)?;
        let id = id.parse().map_err(|_| Malformed)?;
        if secret.len() != SECRET_LENGTH + CHECKSUM_LENGTH
            || !secret.bytes().all(|byte| ALPHABET.contains(&byte))
        {
            return Err(Malformed);
        }
        let (body, sum) = text.split_at(text.len() - CHECKSUM_LENGTH);
        if checksum(body) != sum {
            return Err(Malformed);
        }
        Ok(Self {
            id,
            text: SecretText::new(text.to_owned()),
        })
    }
}

/// Six letters of the SHA-256 of the rest: enough to tell a token from a look-alike.
fn checksum(body: &str) -> String {
    crypto::sha256(body.as_bytes())[..CHECKSUM_LENGTH]
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 62)]))
        .collect()
}
