//! Doors for the fuzz targets in `tests/fuzz`; compiled with `--cfg fuzzing`, which `cargo fuzz` sets, and never shipped.
//!
//! Each takes any bytes and panics where a promise of what it calls is broken.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde::Deserialize;

use super::ipc::{Connection, Limits};
use super::parser::{self, Error, MediaType};

/// Fits into the buffer of a socket, so that one thread can be both ends.
const MAX_FRAMES_BYTES: usize = 32 * 1024;

const LIMITS: Limits = Limits {
    size: 4096,
    deadline: Duration::from_secs(1),
};

/// The kinds of fields that our messages have.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only whether it decodes counts")]
enum Message {
    Ping,
    Names { database: String, path: Vec<String> },
    Key([u8; 32]),
    Numbers(u64, Option<i32>, bool, char),
    Body(Vec<u8>),
}

pub fn markdown(bytes: &[u8]) {
    document(bytes, MediaType::Markdown);
}

pub fn html(bytes: &[u8]) {
    document(bytes, MediaType::Html);
}

pub fn plain_text(bytes: &[u8]) {
    document(bytes, MediaType::PlainText);
}

fn document(bytes: &[u8], media: MediaType) {
    match parser::read(bytes, media, "fuzz") {
        Ok(document) => parser::promises::assert_kept(&document),
        // A panic in a reader is caught there; here it is what is looked for.
        Err(Error::Unreadable) => panic!("a reader panicked"),
        Err(_) => {}
    }
}

/// What a peer sends that is not one of ours: frame after frame until the first that is refused.
pub fn frames(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(MAX_FRAMES_BYTES)];
    let Ok((ours, mut theirs)) = UnixStream::pair() else {
        return;
    };
    if theirs.write_all(bytes).is_err() {
        return;
    }
    drop(theirs);
    let mut connection = Connection::new(ours, LIMITS);
    while let Ok(Some(_)) = connection.next_request::<Message>() {}
}
