//! What pages of more than one surface show.

pub(super) mod answer;
pub(super) mod document;
pub(super) mod markdown;

use std::sync::OnceLock;

use super::assets;
pub(super) use super::html::Html;

/// The path of `server.public_url`, below which everything is. Empty: everything is at the top.
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

/// The address of a file that a page loads.
pub(super) fn asset(name: &str) -> String {
    assets::address(name)
}

/// A picture beside words, which it does not replace.
pub(super) fn icon(name: &str) -> Html {
    Html(format!(
        "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{}#{name}\"></use></svg>",
        assets::address("icons.svg")
    ))
}
