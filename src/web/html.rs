//! Text as HTML.

use std::fmt;

use askama::filters::{Escaper, Html as HtmlEscaper, HtmlSafe};

/// Writes a text so that nothing of it is a tag or ends an attribute.
pub(super) fn escape_into(text: &str, out: &mut String) {
    // Writing to a string does not fail.
    let _ = HtmlEscaper.write_escaped_str(out, text);
}

pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
}

/// HTML that is put on a page as it is.
pub(super) struct Html(pub String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}
