//! Time as an argument, so that expiry and retention are tested without waiting.

use jiff::Timestamp;

/// Where a domain gets the time from.
pub(crate) trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
