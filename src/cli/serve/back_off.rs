//! How long to wait before a process is started again: hardly at all at first, longer and longer while it keeps ending soon.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(30);
/// Restarts in a row that come after the first pause; each further one doubles it.
const QUICK: u32 = 3;
/// What ran this long was not failing at its start.
const STEADY: Duration = Duration::from_secs(20);

/// The pauses of one process.
#[derive(Debug, Default)]
pub(super) struct BackOff {
    /// Runs in a row that ended soon.
    short_runs: u32,
}

impl BackOff {
    /// How long to wait after a run that lasted so long.
    pub(super) fn after(&mut self, run: Duration) -> Duration {
        if run >= STEADY {
            self.short_runs = 0;
        }
        self.short_runs = self.short_runs.saturating_add(1);
        let doublings = self.short_runs.saturating_sub(QUICK);
        FIRST
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_restarts_come_at_once_and_what_cannot_run_is_left_alone_for_longer_and_longer() {
        let mut back_off = BackOff::default();
        let pauses: Vec<_> = (0..14)
            .map(|_| back_off.after(Duration::ZERO).as_millis())
            .collect();
        assert_eq!(
            pauses,
            [
                100, 100, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000,
                30_000
            ]
        );
        for _ in 0..100 {
            assert_eq!(back_off.after(Duration::ZERO), LONGEST);
        }
    }

    #[test]
    fn after_a_run_that_lasted_all_begins_anew() {
        let mut back_off = BackOff::default();
        for _ in 0..20 {
            back_off.after(STEADY / 2);
        }
        assert_eq!(back_off.after(Duration::ZERO), LONGEST);
        assert_eq!(back_off.after(STEADY), FIRST);
        assert_eq!(back_off.after(Duration::ZERO), FIRST);
    }
}
