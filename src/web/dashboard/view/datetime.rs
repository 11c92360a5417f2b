//! Moments: on pages, where a script turns them into the reader's own time, and in forms, as `datetime-local` sends them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Html;
use crate::web::html::escape;

pub(in crate::web::dashboard) fn when(at: &Timestamp) -> Html {
    Html(format!(
        "<time datetime=\"{at}\">{}</time>",
        at.strftime("%Y-%m-%d %H:%M UTC")
    ))
}

pub(in crate::web::dashboard) fn when_or(at: Option<&Timestamp>, otherwise: &str) -> Html {
    match at {
        Some(at) => when(at),
        None => Html(escape(otherwise)),
    }
}

/// A day.
pub(in crate::web::dashboard) fn day(at: &Timestamp) -> Html {
    Html(format!(
        "<time datetime=\"{at}\" data-day>{}</time>",
        at.strftime("%Y-%m-%d")
    ))
}

/// A day and an hour in UTC, as typed into a form. `None` for nothing typed.
pub(in crate::web::dashboard) fn parse(text: &str) -> Result<Option<Timestamp>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let moment = text
        .parse::<DateTime>()
        .ok()
        .and_then(|moment| moment.to_zoned(TimeZone::UTC).ok())
        .map(|zoned| zoned.timestamp());
    moment
        .map(Some)
        .ok_or("A day and an hour are expected, such as 2026-12-31T18:00.")
}

/// The same, to be put into a form.
pub(in crate::web::dashboard) fn show(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.strftime("%Y-%m-%dT%H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_readable_without_a_script() {
        let at = Timestamp::constant(1_800_000_000, 0);
        assert_eq!(
            when(&at).0,
            "<time datetime=\"2027-01-15T08:00:00Z\">2027-01-15 08:00 UTC</time>"
        );
    }

    #[test]
    fn a_moment_survives_a_form() {
        let at = Timestamp::constant(1_800_000_000, 0);
        assert_eq!(parse(&show(Some(at))), Ok(Some(at)));
        assert_eq!((parse(" "), show(None)), (Ok(None), String::new()));
        assert!(parse("tomorrow").is_err() && parse("2026-13-01T00:00").is_err());
    }
}
