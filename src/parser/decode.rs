//! Bytes to text: byte order marks, UTF-16, line ends, and the refusal of what is not text.

use super::Error;
use super::note::{NoteKind, Notes};

/// Above this share of control characters (one in so many bytes) a file is binary. NUL alone is proof.
const BYTES_PER_CONTROL: usize = 20;

/// Decodes a file; in the result lines end with `\n` and form feeds are line ends.
pub(super) fn decode(bytes: &[u8], notes: &mut Notes) -> Result<String, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes, notes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes, notes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3)?,
        _ => utf8(bytes, 0)?,
    };
    if text.trim().is_empty() {
        return Err(Error::Empty);
    }
    Ok(unify_line_ends(text))
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<String, Error> {
    // Binary first: "byte 7 is not UTF-8" helps nobody who has sent a picture.
    refuse_binary(bytes)?;
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(Error::NotUtf8 {
            offset: (error.valid_up_to() + skipped) as u64,
        }),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, notes: &mut Notes) -> Result<String, Error> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut units = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        let Ok(c) = decoded else {
            return Err(Error::NotUtf16 {
                offset: 2 + 2 * units,
            });
        };
        units += c.len_utf16() as u64;
        text.push(c);
    }
    if !rest.is_empty() {
        return Err(Error::NotUtf16 {
            offset: 2 + 2 * units,
        });
    }
    refuse_binary(text.as_bytes())?;
    notes.add(NoteKind::Utf16);
    Ok(text)
}

fn refuse_binary(bytes: &[u8]) -> Result<(), Error> {
    let is_control = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
    let control_bytes = bytes.iter().filter(|&&b| is_control(b)).count();
    if control_bytes == 0 {
        return Ok(());
    }
    let has_nul = bytes.contains(&0);
    if has_nul || control_bytes > bytes.len() / BYTES_PER_CONTROL {
        let offset = bytes
            .iter()
            .position(|&b| if has_nul { b == 0 } else { is_control(b) })
            .unwrap_or_default();
        return Err(Error::Binary {
            control_bytes: control_bytes as u64,
            offset: offset as u64,
        });
    }
    Ok(())
}

fn unify_line_ends(text: String) -> String {
    let text = if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    };
    if text.contains('\u{0C}') {
        text.replace('\u{0C}', "\n")
    } else {
        text
    }
}
