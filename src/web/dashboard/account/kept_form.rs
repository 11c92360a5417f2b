//! The page that gives back what was typed and could not be sent, or could not be saved.

use actix_web::HttpResponse;

use crate::web::dashboard::context::kept::Kept;
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(path = "dashboard/account/kept.html", config = "assets/askama.toml")]
struct KeptPage<'a> {
    title: &'static str,
    about: String,
    is_failure: bool,
    button: &'static str,
    csrf: &'a str,
    kept: Kept,
}

impl KeptPage<'_> {
    /// Whether it is a text that its writer wants to see, and not a mark of the form.
    fn is_text(value: &str) -> bool {
        value.trim().contains(char::is_whitespace)
    }
}

/// Shows what was typed before, to be sent in this session, in the name of this person.
pub(in crate::web::dashboard) fn kept_form(csrf: &str, person: &str, kept: Kept) -> HttpResponse {
    render(&KeptPage {
        title: "What you typed is still here",
        about: format!(
            "You are signed in as {person}. Continue, and it is sent in this name, as it was typed."
        ),
        is_failure: false,
        button: "Continue",
        csrf,
        kept,
    })
}

/// Shows what could not be saved, to be sent again.
pub(in crate::web::dashboard) fn not_saved(csrf: &str, error: &Error, kept: Kept) -> HttpResponse {
    let page = KeptPage {
        title: "Nothing was saved",
        about: format!(
            "{} What you typed is below: try again when that is mended.",
            view::sentence(&error.message())
        ),
        is_failure: true,
        button: "Try again",
        csrf,
        kept,
    };
    with_status(error.status(), &page)
}
