//! Time as an argument, so that expiry and retention are tested without waiting, and a clock that is not believed blindly.
//!
//! A look at the clocks is a [`Moment`]: what the wall clock says, and two readings of the guarded clock ([`guard`]): by the later one
//! things expire, by the earlier one things are deleted for good.

mod guard;
mod guarded;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub(crate) use guard::{Guard, Standing};
pub(crate) use guarded::GuardedClock;

/// One look at the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// What the machine's clock says: for records and for people.
    pub wall: Timestamp,
    /// Never earlier than it was before: sessions, links, keys and waits end by it.
    pub expiry: Timestamp,
    /// Never ahead of what has been confirmed or has lasted: what is too old by it may be deleted.
    pub deletion: Timestamp,
}

impl Moment {
    /// The day by which a period that a document states begins or is over.
    pub(crate) fn day(self) -> Date {
        self.wall.to_zoned(TimeZone::UTC).date()
    }
}

/// All clocks agree.
impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self {
            wall: at,
            expiry: at,
            deletion: at,
        }
    }
}

/// What the machine's clock says. The one place that asks it.
#[expect(
    clippy::disallowed_methods,
    reason = "everybody who decides something by the time asks a `GuardedClock`"
)]
pub(crate) fn wall() -> Timestamp {
    Timestamp::now()
}
