//! Whether a change comes from a page of ours, and from one of the session that it is made in.

use actix_web::http::StatusCode;
use actix_web::http::header::{HOST, HeaderMap, ORIGIN};

use super::{is_form, is_multipart};
use crate::web::error::Error;
use crate::web::route::Route;

/// A script sends the token of the session here when a form does not carry it.
pub(super) const CSRF_HEADER: &str = "x-csrf-token";

/// Whether a page of ours sent this. Browsers say so in `Sec-Fetch-Site`; older ones at least say which origin a form came from, which is the host that was
/// asked or, behind a proxy that asks for another one, that of `server.public_url`.
pub(super) fn comes_from_ourselves(headers: &HeaderMap, public: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(ORIGIN.as_str()) else {
        return false;
    };
    let host = text(HOST.as_str());
    public == Some(origin) || (host.is_some() && origin.strip_prefix("https://") == host)
}

pub(super) fn foreign() -> Error {
    Error::new(
        StatusCode::FORBIDDEN,
        "foreign_origin",
        "this request did not come from a page of this server",
    )
}

/// Whether a change carries the token of its session: as a header, or as a field of its form.
pub(super) fn carries(headers: &HeaderMap, form: &[u8], route: &Route, csrf: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    let equal = |given: &str| bool::from(given.as_bytes().ct_eq(csrf.as_bytes()));
    if let Some(given) = headers.get(CSRF_HEADER) {
        return given.to_str().is_ok_and(equal);
    }
    if is_multipart(headers) {
        // The handler of a form with files reads the token, which comes before the files.
        return route.takes_files;
    }
    is_form(headers)
        && form_urlencoded::parse(form)
            .find(|(name, _)| name == "csrf")
            .is_some_and(|(_, given)| equal(&given))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(given: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = given.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn a_change_comes_from_our_own_pages() {
        for (given, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://a"),
                    ("host", "a"),
                ],
                false,
            ),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "https://a:8443"), ("host", "a:8443")], true),
            (&[("origin", "https://b"), ("host", "a")], false),
            (&[("origin", "http://a"), ("host", "a")], false),
            (&[("origin", "null"), ("host", "a")], false),
            (&[("host", "a")], false),
        ] {
            let headers = headers(given);
            assert_eq!(comes_from_ourselves(&headers, None), expected, "{given:?}");
        }
        let public = Some("https://b");
        for (origin, expected) in [("https://b", true), ("http://b", false), ("null", false)] {
            let behind = headers(&[("origin", origin), ("host", "a")]);
            assert_eq!(comes_from_ourselves(&behind, public), expected, "{origin}");
        }
    }
}
