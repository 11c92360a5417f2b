//! Structures that are stored as bytes: a version, then postcard, which describes nothing of itself.
//!
//! A field that is added makes a new version, and whoever reads decides what an older one means. Bytes of an unknown version, too many or too few
//! are an error: a document that silently has no sentences is worse than one that says that it is damaged.

use serde::{Serialize, de::DeserializeOwned};

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damaged {
    #[error("it is empty")]
    Empty,
    #[error("it was written in the form {found}; this program reads the form {known}")]
    Version { found: u8, known: u8 },
    #[error("its bytes are not of the form {0}")]
    Form(u8),
}

/// The bytes of a value.
pub(crate) fn encode<T: Serialize>(version: u8, value: &T) -> Vec<u8> {
    postcard::to_extend(value, vec![version]).expect("plain data can be written to memory")
}

/// The value of bytes that [`encode`] made.
pub(crate) fn decode<T: DeserializeOwned>(version: u8, bytes: &[u8]) -> Result<T, Damaged> {
    let (found, body) = bytes.split_first().ok_or(Damaged::Empty)?;
    if *found != version {
        return Err(Damaged::Version {
            found: *found,
            known: version,
        });
    }
    match postcard::take_from_bytes(body) {
        Ok((value, [])) => Ok(value),
        _ => Err(Damaged::Form(version)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_were_and_nothing_else_is_believed() {
        type Values = Vec<(String, u32)>;
        let value = vec![("a".to_owned(), 1_u32), ("b".to_owned(), 70_000)];
        let bytes = encode(1, &value);
        assert_eq!(bytes[0], 1);
        assert_eq!(decode::<Values>(1, &bytes), Ok(value));
        assert_eq!(decode::<Values>(1, &[]), Err(Damaged::Empty));
        let other = Damaged::Version { found: 1, known: 2 };
        assert_eq!(decode::<Values>(2, &bytes), Err(other));
        for cut in 1..bytes.len() {
            assert_eq!(
                decode::<Values>(1, &bytes[..cut]),
                Err(Damaged::Form(1)),
                "{cut}"
            );
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(decode::<Values>(1, &longer), Err(Damaged::Form(1)));
    }
}
