//! How long a client may keep us waiting. Only the time in which it is its turn counts, so that nobody pays for what is slow here.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// What is asked of a client whose turn it is.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct Pace {
    /// In which it may do nothing at all.
    pub grace: Duration,
    /// Bytes a second, on average, after that. `None`: after that it is over.
    pub least: Option<u32>,
    /// After a grace well spent, another begins; else it is one average over everything.
    pub renews: bool,
}

/// How a client keeps to its pace.
pub(in crate::web) struct Patience {
    pace: Pace,
    bytes: u64,
    /// Of waiting, before this time.
    waited: Duration,
    since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    pub(in crate::web) fn new(pace: Pace) -> Self {
        Self {
            pace,
            bytes: 0,
            waited: Duration::ZERO,
            since: None,
            timer: None,
        }
    }

    /// Some bytes went over.
    pub(in crate::web) fn moved(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// It is our turn again.
    pub(in crate::web) fn rest(&mut self, now: Instant) {
        if let Some(since) = self.since.take() {
            self.waited += now.saturating_duration_since(since);
        }
    }

    /// It is the client's turn. Ready: it took too long. Else the task is woken when it has.
    pub(in crate::web) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let Some(until) = self.until(Instant::now()) else {
                return Poll::Ready(());
            };
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(until)));
            if timer.deadline() != until {
                timer.as_mut().reset(until);
            }
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Until when it may take. `None`: it took too long.
    fn until(&mut self, now: Instant) -> Option<Instant> {
        if self.pace.renews && self.since.is_none() && self.waited.is_zero() {
            // What went over before it kept anybody waiting says nothing.
            self.bytes = 0;
        }
        let since = *self.since.get_or_insert(now);
        let waited = self.waited + now.saturating_duration_since(since);
        let allowed = self.allowed();
        if waited < allowed {
            return Some(now + allowed.saturating_sub(waited));
        }
        let earned = self.pace.least.is_some_and(|least| {
            u128::from(self.bytes) * 1_000 >= u128::from(least) * self.pace.grace.as_millis()
        });
        if !self.pace.renews || !earned {
            return None;
        }
        (self.bytes, self.waited, self.since) = (0, Duration::ZERO, Some(now));
        Some(now + self.pace.grace)
    }

    fn allowed(&self) -> Duration {
        let Pace {
            grace,
            least,
            renews,
        } = self.pace;
        match least {
            Some(least) if !renews => {
                grace.max(Duration::from_secs(self.bytes / u64::from(least.max(1))))
            }
            _ => grace,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_mins(1);

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// Lets a client move `bytes` after each of `turns` turns of `turn`; says whether it was let go on.
    fn keeps(pace: Pace, bytes: usize, turn: Duration, turns: u32) -> bool {
        let (mut patience, start) = (Patience::new(pace), Instant::now());
        (0..turns).all(|number| {
            let begin = start + turn * number;
            let was_in_time = patience.until(begin).is_some()
                && patience
                    .until(begin + turn - Duration::from_millis(1))
                    .is_some();
            patience.moved(bytes);
            patience.rest(begin + turn);
            was_in_time
        })
    }

    #[test]
    fn a_form_has_its_time_and_no_more_however_it_trickles() {
        let form = Pace {
            grace: GRACE,
            least: None,
            renews: false,
        };
        assert!(keeps(form, 1_000_000, seconds(1), 60));
        assert!(!keeps(form, 1_000_000, seconds(1), 62));
    }

    #[test]
    fn a_file_takes_its_time_while_it_comes_fast_enough() {
        let file = Pace {
            grace: GRACE,
            least: Some(1024),
            renews: false,
        };
        assert!(keeps(file, 2 * 1024, seconds(1), 1_000));
        assert!(!keeps(file, 900, seconds(1), 1_000));
        assert!(!keeps(file, 0, seconds(61), 1));
    }

    #[test]
    fn a_reader_earns_every_minute_anew() {
        let answer = Pace {
            grace: GRACE,
            least: Some(1024),
            renews: true,
        };
        assert!(keeps(answer, 32 * 1024, seconds(20), 1_000));
        // A piece now and then is not a pace.
        assert!(!keeps(answer, 32 * 1024, seconds(59), 10));
        assert!(!keeps(answer, 0, seconds(61), 1));
        let (mut patience, start) = (Patience::new(answer), Instant::now());
        patience.moved(100 * 1024 * 1024);
        assert!(patience.until(start).is_some());
        assert!(
            patience.until(start + GRACE).is_none(),
            "what it took before buys nothing"
        );
    }

    #[test]
    fn our_own_slowness_is_not_counted() {
        let form = Pace {
            grace: GRACE,
            least: None,
            renews: false,
        };
        let (mut patience, start) = (Patience::new(form), Instant::now());
        for minute in 0..100 {
            let begin = start + GRACE * minute;
            assert!(patience.until(begin).is_some());
            patience.rest(begin + Duration::from_millis(500));
        }
    }
}
