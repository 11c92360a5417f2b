//! The machine's clock under guard.

use std::time::Instant;

use jiff::SignedDuration;
use parking_lot::Mutex;

use super::{Guard, Moment, wall};

/// Watches the machine's clock while the program runs. Whoever has one keeps its [`Guard`] on the disk.
pub(crate) struct GuardedClock(Mutex<Watch>);

struct Watch {
    guard: Guard,
    looked: Instant,
    /// What the machine's clock is said to say.
    #[cfg(test)]
    hand: Option<jiff::Timestamp>,
}

impl Watch {
    fn new(guard: Guard) -> Self {
        Self {
            guard,
            looked: Instant::now(),
            #[cfg(test)]
            hand: None,
        }
    }

    #[cfg(not(test))]
    fn look(&mut self, now: Instant) {
        self.observe(wall(), now);
    }

    /// By the hand, if there is one, and that stands still.
    #[cfg(test)]
    fn look(&mut self, now: Instant) {
        match self.hand {
            Some(hand) => self.guard.observe(hand, SignedDuration::ZERO),
            None => self.observe(wall(), now),
        }
    }

    fn observe(&mut self, wall: jiff::Timestamp, now: Instant) {
        let elapsed = SignedDuration::try_from(now - self.looked).unwrap_or(SignedDuration::MAX);
        self.looked = now;
        self.guard.observe(wall, elapsed);
    }
}

impl GuardedClock {
    /// Goes on from what was kept. `None`: begins to watch.
    pub(crate) fn resume(kept: Option<Guard>) -> Self {
        let guard = match kept {
            Some(mut guard) => {
                guard.resume(wall());
                guard
            }
            None => Guard::new(wall()),
        };
        Self(Mutex::new(Watch::new(guard)))
    }

    pub(crate) fn now(&self) -> Moment {
        self.look().guard.now()
    }

    /// What is known now, to be kept or shown.
    pub(crate) fn guard(&self) -> Guard {
        self.look().guard.clone()
    }

    /// Another clock under guard says that it is at least so late: what has expired by that one has expired by this one.
    pub(crate) fn expire_by(&self, expiry: jiff::Timestamp) {
        self.look().guard.expire_by(expiry);
    }

    /// The machine's clock is right. What had expired by the old reading must have been ended before.
    pub(crate) fn accept(&self) {
        self.look().guard.accept();
    }

    /// Takes over what another process kept after a person had said there that the machine's clock is right.
    pub(crate) fn take_over(&self, kept: Guard) {
        let mut watch = self.look();
        watch.guard = kept;
        watch.guard.resume(wall());
    }

    /// Puts all readings to a moment, where they stay.
    #[cfg(test)]
    pub(crate) fn set(&self, at: jiff::Timestamp) {
        let mut watch = self.0.lock();
        watch.guard = Guard::new(at);
        watch.hand = Some(at);
    }

    fn look(&self) -> parking_lot::MutexGuard<'_, Watch> {
        let mut watch = self.0.lock();
        watch.look(Instant::now());
        watch
    }
}
