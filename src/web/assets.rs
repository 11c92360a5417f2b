//! Style sheets, scripts and pictures, embedded in the binary.
//!
//! What we wrote is in `assets/static`; `assets/vendor` is built from npm packages (`make assets`). A page asks for a file with the
//! version of all of them, so that a browser never mixes the files of two versions.

use std::borrow::Cow;
use std::sync::LazyLock;

use rust_embed::{EmbeddedFile, RustEmbed};

use super::address::at;
use crate::crypto;

#[derive(RustEmbed)]
#[folder = "assets/static/"]
struct Static;

#[derive(RustEmbed)]
#[folder = "assets/vendor/"]
struct Vendor;

/// A hash of all files.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<Cow<'_, str>> = Static::iter().chain(Vendor::iter()).collect();
    names.sort_unstable();
    let hashes: Vec<u8> = names
        .iter()
        .filter_map(|name| find(name))
        .flat_map(|file| file.metadata.sha256_hash())
        .collect();
    crypto::hex(&crypto::sha256(&hashes)[..4])
});

/// The address of a file, of this version.
pub(super) fn address(name: &str) -> String {
    at(&format!("/static/{name}?v={}", *VERSION))
}

/// A file, by its name.
pub(super) fn find(name: &str) -> Option<EmbeddedFile> {
    Static::get(name).or_else(|| Vendor::get(name))
}
