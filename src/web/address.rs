//! Addresses of ours, below the path of `server.public_url`.

use std::sync::OnceLock;

/// The path below which everything is. Empty: everything is at the top.
static BASE: OnceLock<String> = OnceLock::new();

/// Says below which path everything is. To be called once, before the server listens.
pub(super) fn set_base(base: &str) {
    let _ = BASE.set(base.to_owned());
}

pub(super) fn base() -> &'static str {
    BASE.get().map_or("", String::as_str)
}

/// An address of ours, as a browser needs it. `path` begins with a slash.
pub(super) fn at(path: &str) -> String {
    format!("{}{path}", base())
}

/// The path of an address of ours. `None`: it is not below our base.
pub(super) fn below_base(address: &str) -> Option<&str> {
    let rest = address.strip_prefix(base())?;
    match rest {
        // "/bot" stands for "/bot/", which leads on.
        "" => Some("/"),
        _ => rest.starts_with('/').then_some(rest),
    }
}
