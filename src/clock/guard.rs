//! A clock that cannot be talked into deleting anything, or into bringing anything back to life.
//!
//! It watches the wall clock beside a counter that only runs forwards while the program runs. Two readings come of that:
//!
//! * **expiry** follows the wall clock forwards at once and never goes back: when the wall clock is set back, it goes on by the counter.
//!   So what was over stays over, and what begins now still ends in its time.
//! * **deletion** follows small steps (up to a day) at once. After a larger step forwards, or a long time without power, it goes on by the
//!   counter until the new time has lasted for a day of running, or until a person has confirmed it.
//!
//! When the wall clock has stood behind for a day of running, or a person says that it is right, both readings agree with it again; whoever
//! keeps the guard ends what had expired by the old reading before ([`Standing::is_settled`]).
//!
//! Nothing here reads a clock or a file: readings come in, a [`Guard`] that can be stored goes out.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Moment;

/// A step of the wall clock that is believed at once.
const BELIEVED: SignedDuration = SignedDuration::from_hours(24);
/// Running time after which the wall clock is believed whatever it says.
const LASTED: SignedDuration = SignedDuration::from_hours(24);
/// A difference that is no jump: clocks are corrected by so much all the time.
const DRIFT: SignedDuration = SignedDuration::from_secs(5);
/// Jumps that are remembered, to be shown.
const REMEMBERED: usize = 20;

/// What is known of the time. Stored as JSON; milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guard {
    expiry_ms: i64,
    deletion_ms: i64,
    /// What the wall clock said at the last look.
    wall_ms: i64,
    /// Running time since a reading began to differ from the wall clock.
    differs_for_ms: i64,
    /// Steps forwards while running, less the running time since: many small ones are not believed either.
    leapt_ms: i64,
    /// How often the wall clock was said to be right.
    accepted: u32,
    jumps: Vec<Jump>,
}

/// A step of the wall clock that running time does not explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Jump {
    from_ms: i64,
    to_ms: i64,
    /// The program did not run in between: it may have been without power.
    pub while_off: bool,
}

impl Jump {
    /// What the clock should have said.
    pub(crate) fn from(&self) -> Timestamp {
        timestamp(self.from_ms)
    }

    /// What it said.
    pub(crate) fn to(&self) -> Timestamp {
        timestamp(self.to_ms)
    }

    /// "forward by 3 days"
    pub(crate) fn in_words(&self) -> String {
        let by = SignedDuration::from_millis(self.to_ms.saturating_sub(self.from_ms));
        let direction = if by.is_negative() { "back" } else { "forward" };
        format!("{direction} by {}", in_words(by.abs()))
    }
}

/// How the guarded clock and the wall clock stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Agree,
    /// The wall clock went forwards by more than a day: nothing is deleted by it yet.
    Ahead {
        by: SignedDuration,
    },
    /// The wall clock went back: what expired stays expired.
    Behind {
        by: SignedDuration,
    },
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agree => f.write_str("right"),
            Self::Ahead { by } => write!(f, "ahead by {}", in_words(*by)),
            Self::Behind { by } => write!(f, "behind by {}", in_words(*by)),
        }
    }
}

/// "3 days", "5 hours", "2 minutes"
fn in_words(duration: SignedDuration) -> String {
    let minutes = duration.as_mins();
    let (count, unit) = match minutes {
        ..=1 => return "a minute or less".to_owned(),
        2..=119 => (minutes, "minutes"),
        120..=2_879 => (minutes / 60, "hours"),
        _ => (minutes / 60 / 24, "days"),
    };
    format!("{count} {unit}")
}

impl Standing {
    pub(crate) fn is_settled(self) -> bool {
        self == Self::Agree
    }
}

impl Guard {
    /// Begins to watch.
    pub(crate) fn new(wall: Timestamp) -> Self {
        let now = wall.as_millisecond();
        Self {
            expiry_ms: now,
            deletion_ms: now,
            wall_ms: now,
            differs_for_ms: 0,
            leapt_ms: 0,
            accepted: 0,
            jumps: Vec::new(),
        }
    }

    /// Goes on after the program did not run. How long that was, only the wall clock says.
    pub(crate) fn resume(&mut self, wall: Timestamp) {
        self.step(wall.as_millisecond(), 0, true);
    }

    /// Takes a look, `elapsed` of running time after the last one.
    pub(crate) fn observe(&mut self, wall: Timestamp, elapsed: SignedDuration) {
        let elapsed = i64::try_from(elapsed.as_millis())
            .unwrap_or(i64::MAX)
            .max(0);
        self.step(wall.as_millisecond(), elapsed, false);
        if self.standing().is_settled() {
            self.differs_for_ms = 0;
        } else {
            self.differs_for_ms = self.differs_for_ms.saturating_add(elapsed);
        }
    }

    fn step(&mut self, wall: i64, elapsed: i64, while_off: bool) {
        let expected = self.wall_ms.saturating_add(elapsed);
        let surprise = wall.saturating_sub(expected);
        let is_jump = surprise.abs() > millis(DRIFT)
            && !(while_off && (0..=millis(BELIEVED)).contains(&surprise));
        if is_jump {
            if self.jumps.len() >= REMEMBERED {
                self.jumps.remove(0);
            }
            self.jumps.push(Jump {
                from_ms: expected,
                to_ms: wall,
                while_off,
            });
            self.differs_for_ms = 0;
        }
        self.leapt_ms = self.leapt_ms.saturating_sub(elapsed).max(0);
        if !while_off && surprise > millis(DRIFT) {
            self.leapt_ms = self.leapt_ms.saturating_add(surprise);
        }
        self.wall_ms = wall;
        self.expiry_ms = self.expiry_ms.saturating_add(elapsed).max(wall);
        let counted = self.deletion_ms.saturating_add(elapsed);
        let ahead = wall.saturating_sub(counted);
        self.deletion_ms =
            if ahead > millis(BELIEVED) || (ahead > 0 && self.leapt_ms > millis(BELIEVED)) {
                counted
            } else {
                // Never ahead of the wall clock: what is not old yet is not deleted.
                wall
            };
    }

    /// All readings of the last look.
    pub(crate) fn now(&self) -> Moment {
        Moment {
            wall: timestamp(self.wall_ms),
            expiry: timestamp(self.expiry_ms),
            deletion: timestamp(self.deletion_ms),
        }
    }

    /// By which things expire.
    #[cfg(test)]
    fn expiry(&self) -> Timestamp {
        timestamp(self.expiry_ms)
    }

    /// By which things are deleted.
    #[cfg(test)]
    fn deletion(&self) -> Timestamp {
        timestamp(self.deletion_ms)
    }

    /// It is at least so late for what expires.
    pub(crate) fn expire_by(&mut self, expiry: Timestamp) {
        self.expiry_ms = self.expiry_ms.max(expiry.as_millisecond());
    }

    pub(crate) fn standing(&self) -> Standing {
        let ahead = self.wall_ms.saturating_sub(self.deletion_ms);
        let behind = self.expiry_ms.saturating_sub(self.wall_ms);
        if ahead > millis(BELIEVED) {
            Standing::Ahead {
                by: SignedDuration::from_millis(ahead),
            }
        } else if behind > millis(DRIFT) {
            Standing::Behind {
                by: SignedDuration::from_millis(behind),
            }
        } else {
            Standing::Agree
        }
    }

    /// Whether the wall clock has gone on for so long as it does that it is believed.
    pub(crate) fn has_lasted(&self) -> bool {
        !self.standing().is_settled() && self.differs_for_ms >= millis(LASTED)
    }

    /// The wall clock is right: both readings follow it. Whoever calls this has ended before what expired by the old reading.
    pub(crate) fn accept(&mut self) {
        self.expiry_ms = self.wall_ms;
        self.deletion_ms = self.wall_ms;
        self.differs_for_ms = 0;
        self.leapt_ms = 0;
        self.accepted = self.accepted.saturating_add(1);
    }

    /// Somebody else said so since: the time is `kept`, which another process wrote.
    pub(crate) fn is_overtaken_by(&self, kept: &Self) -> bool {
        kept.accepted > self.accepted
    }

    /// The last first.
    pub(crate) fn jumps(&self) -> impl Iterator<Item = &Jump> {
        self.jumps.iter().rev()
    }
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    /// Runs on with the wall clock going as it should, from what it says.
    fn run(guard: &mut Guard, wall: &mut Timestamp, minutes: usize) {
        for _ in 0..minutes {
            *wall += MINUTE;
            guard.observe(*wall, MINUTE);
        }
    }

    /// A field to come needs a default: what is stored today is read then.
    #[test]
    fn what_was_stored_is_read() {
        let stored = r#"{"expiry_ms":1800000000000,"deletion_ms":1800000000000,"wall_ms":1800000000000,"differs_for_ms":0,"leapt_ms":0,"accepted":1,"jumps":[{"from_ms":1,"to_ms":2,"while_off":true}]}"#;
        let guard: Guard = serde_json::from_str(stored).unwrap();
        assert_eq!((guard.expiry(), guard.jumps().count()), (NOW, 1));
    }

    #[test]
    fn while_the_clock_goes_right_all_readings_agree() {
        let (mut guard, mut wall) = (Guard::new(NOW), NOW);
        run(&mut guard, &mut wall, 3_000);
        assert_eq!((guard.expiry(), guard.deletion()), (wall, wall));
        assert_eq!(
            (guard.standing(), guard.jumps().count()),
            (Standing::Agree, 0)
        );
    }

    #[test]
    fn a_jump_forward_expires_at_once_and_deletes_only_when_it_has_lasted_a_day() {
        let mut guard = Guard::new(NOW);
        let mut wall = NOW + (100 * 24).hours();
        guard.observe(wall, MINUTE);
        assert_eq!(guard.expiry(), wall);
        assert!(guard.deletion() <= NOW + 1.minute());
        assert!(matches!(guard.standing(), Standing::Ahead { .. }));
        run(&mut guard, &mut wall, 24 * 60 - 2);
        assert!(!guard.has_lasted());
        run(&mut guard, &mut wall, 3);
        assert!(guard.has_lasted());
        guard.accept();
        assert_eq!(
            (guard.deletion(), guard.standing()),
            (wall, Standing::Agree)
        );
    }

    #[test]
    fn a_step_of_less_than_a_day_is_believed() {
        let mut guard = Guard::new(NOW);
        guard.observe(NOW + 23.hours(), MINUTE);
        assert_eq!(guard.deletion(), NOW + 23.hours());
        assert_eq!(guard.standing(), Standing::Agree);
        assert_eq!(guard.jumps().count(), 1);
    }

    #[test]
    fn many_small_steps_delete_no_faster_than_a_day_a_day() {
        let (mut guard, mut wall) = (Guard::new(NOW), NOW);
        for _ in 0..100 {
            wall += SignedDuration::from_hours(23);
            guard.observe(wall, MINUTE);
        }
        assert!(guard.deletion() <= NOW + 48.hours(), "{}", guard.deletion());
    }

    #[test]
    fn a_jump_back_brings_nothing_back_and_time_goes_on() {
        let (mut guard, mut wall) = (Guard::new(NOW), NOW);
        wall += (73).hours();
        guard.observe(wall, MINUTE);
        wall = NOW + 1.minute();
        guard.observe(wall, MINUTE);
        let after = guard.expiry();
        assert!(after >= NOW + 73.hours());
        assert!(matches!(guard.standing(), Standing::Behind { .. }));
        // A session that begins now ends in twelve hours, by the same reading.
        run(&mut guard, &mut wall, 12 * 60);
        assert_eq!(guard.expiry(), after + 12.hours());
        assert!(guard.deletion() <= wall);
    }

    #[test]
    fn a_wrong_jump_that_is_corrected_deletes_nothing_and_settles_after_a_day() {
        let (mut guard, mut wall) = (Guard::new(NOW), NOW);
        guard.observe(NOW + (100 * 24).hours(), MINUTE);
        run(&mut guard, &mut wall, 24 * 60 + 2);
        assert!(guard.deletion() <= wall);
        assert!(guard.has_lasted());
        guard.accept();
        assert_eq!((guard.expiry(), guard.deletion()), (wall, wall));
    }

    #[test]
    fn a_night_without_power_is_no_jump_and_a_week_is_one() {
        let mut guard = Guard::new(NOW);
        guard.resume(NOW + 10.hours());
        assert_eq!(
            (guard.standing(), guard.jumps().count()),
            (Standing::Agree, 0)
        );
        guard.resume(NOW + (7 * 24).hours());
        assert!(matches!(guard.standing(), Standing::Ahead { .. }));
        assert!(guard.jumps().next().unwrap().while_off);
    }

    #[test]
    fn a_clock_that_was_set_back_while_off_brings_nothing_back() {
        let mut guard = Guard::new(NOW);
        guard.resume(NOW - (24 * 365).hours());
        assert_eq!(guard.expiry(), NOW);
        assert!(guard.deletion() < NOW);
    }

    #[test]
    fn many_jumps_are_not_remembered_for_ever() {
        let mut guard = Guard::new(NOW);
        for index in 0..1_000 {
            guard.observe(NOW + (index % 7).hours(), MINUTE);
        }
        assert_eq!(guard.jumps().count(), REMEMBERED);
    }
}
