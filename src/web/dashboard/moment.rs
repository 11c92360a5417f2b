//! Moments in forms: a day and an hour in UTC, as `datetime-local` sends them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// `None` for nothing typed.
pub(super) fn parse(text: &str) -> Result<Option<Timestamp>, &'static str> {
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

pub(super) fn show(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.strftime("%Y-%m-%dT%H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_a_form() {
        let at = Timestamp::constant(1_800_000_000, 0);
        assert_eq!(parse(&show(Some(at))), Ok(Some(at)));
        assert_eq!((parse(" "), show(None)), (Ok(None), String::new()));
        assert!(parse("tomorrow").is_err() && parse("2026-13-01T00:00").is_err());
    }
}
