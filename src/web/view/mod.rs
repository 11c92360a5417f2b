//! What pages of more than one surface show.

pub(super) mod answer;
pub(super) mod markdown;

pub(super) use super::address::at;
use super::assets;
pub(super) use super::html::Html;

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
