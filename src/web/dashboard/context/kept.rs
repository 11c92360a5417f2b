//! What somebody typed, kept while they sign in again or prove who they are.
//!
//! It goes along in the pages in between, as a hidden field, and is nowhere else. Routes whose forms have a password keep nothing
//! ([`crate::web::route::Route::keeps_form`]).

use actix_web::http::Method;

use crate::web::address::below_base;
use crate::web::dashboard::view::response::checked_return;
use crate::web::dashboard::view::{Html, hidden_field};
use crate::web::route::Table;

/// The name of the field.
pub(in crate::web::dashboard) const FIELD: &str = "kept";

/// A form that was sent, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::dashboard) struct Kept {
    /// As a browser needs it.
    pub action: String,
    /// Name and value, in their order, without the token of the session that is over.
    pub fields: Vec<(String, String)>,
}

impl Kept {
    pub(in crate::web::dashboard) fn new(action: String, form: &[u8]) -> Self {
        let fields = form_urlencoded::parse(form)
            .filter(|(name, _)| name != "csrf")
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { action, fields }
    }

    /// The field that carries it to the next page.
    pub(in crate::web::dashboard) fn field(&self) -> Html {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.fields)
            .finish();
        hidden_field(FIELD, &format!("{} {form}", self.action))
    }

    /// As it came back. `None`: there is nothing, or not of a form that is kept.
    pub(in crate::web::dashboard) fn parse(text: &str, routes: &Table) -> Option<Self> {
        let (action, form) = text.split_once(' ')?;
        let path = below_base(action)?;
        let is_kept = routes.find(&Method::POST, path)?.keeps_form;
        let is_ours = checked_return(action) == action;
        (is_kept && is_ours).then(|| Self::new(action.to_owned(), form.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::routes::table;

    #[test]
    fn a_form_comes_back_as_it_was_and_only_to_where_forms_are_kept() {
        let action = "/dashboard/w/main/articles/new";
        let kept = Kept::new(
            action.to_owned(),
            b"csrf=secret&title=Tea+%26+more&text=%22quoted%22%0Atwo",
        );
        assert_eq!(kept.fields.len(), 2);
        let field = kept.field().0;
        assert!(!field.contains("secret"), "{field}");
        let value = format!("{action} title=Tea+%26+more&text=%22quoted%22%0Atwo");
        assert_eq!(Kept::parse(&value, table()), Some(kept));
        for bad in [
            "",
            "/dashboard/account/password password=x",
            "https://evil.example/ a=b",
            "/dashboard/../dashboard/w/main/articles/new a=b",
            "/help/main question=x",
        ] {
            assert_eq!(Kept::parse(bad, table()), None, "{bad}");
        }
    }
}
