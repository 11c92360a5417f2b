//! What pages of the dashboard are made of. Templates call these by `view::`.

pub(super) mod datetime;
pub(super) mod form;
pub(super) mod frame;
pub(super) mod names;
pub(super) mod notice;
pub(super) mod pages;
pub(super) mod qr;
pub(super) mod response;

pub(super) use crate::web::view::{Html, asset, at, icon};
pub(super) use datetime::{day, when, when_or};
pub(super) use pages::Pages;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::web::html::escape;

/// What went wrong, as a sentence.
pub(super) fn sentence(problem: &impl ToString) -> String {
    let text = problem.to_string();
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}

/// What stays as it is in a value: paths stay readable.
const READABLE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// A text as a value in an address.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, READABLE).to_string()
}

/// What of these is not empty, as the query of an address.
pub(super) fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()))
        .finish()
}

/// A field that is sent along and not seen.
pub(super) fn hidden_field(name: &str, value: &str) -> Html {
    Html(format!(
        "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
        escape(name),
        escape(value)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_as_a_value() {
        let encoded = encode("/dashboard/w/a?b=c&d é");
        assert_eq!(encoded, "/dashboard/w/a%3Fb%3Dc%26d%20%C3%A9");
        let query = format!("x={encoded}");
        let back = form_urlencoded::parse(query.as_bytes()).next();
        assert_eq!(back.unwrap().1, "/dashboard/w/a?b=c&d é");
    }

    #[test]
    fn a_hidden_field_ends_where_it_should() {
        let field = hidden_field("a", "\"><script>").0;
        assert!(
            !field.contains("<script") && field.ends_with("\">"),
            "{field}"
        );
    }
}
