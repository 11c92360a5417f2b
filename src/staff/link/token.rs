//! The secret end of a link.

use crate::crypto;
use crate::secret::SecretText;

/// The secret end of a link.
#[derive(Debug, Clone)]
pub(crate) struct LinkToken(SecretText);

impl LinkToken {
    pub(super) fn random() -> Self {
        let bytes: [u8; 32] = crypto::random();
        Self(SecretText::new(crypto::hex(&bytes)))
    }

    /// As it came in a request or stands in a file.
    pub(crate) fn presented(text: &str) -> Self {
        Self(SecretText::new(text.to_owned()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(in crate::staff) fn hash(&self) -> [u8; 32] {
        crypto::sha256(self.0.expose().as_bytes())
    }
}
