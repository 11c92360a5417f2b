//! The instance's clock: the machine's, under guard. What is known of the time is kept in the control database, and the vault keeps its own.

use super::{App, Error};
use crate::audit::{self, Action, Change, Entry};
use crate::clock::{Guard, GuardedClock};
use crate::db::{self, Db};
use crate::vault;

/// Under which the control database keeps it.
const NAME: &str = "clock";

/// Goes on from what was kept. A control database that is older than the vault brings nothing back to life.
pub(super) fn resume(control: &Db, vault: &vault::Client) -> Result<GuardedClock, Error> {
    let kept: Option<Guard> = control.read(|c| db::find_json(c, NAME))?;
    let clock = GuardedClock::resume(kept);
    clock.expire_by(vault.clock()?);
    Ok(clock)
}

impl App {
    /// Keeps what is known of the time. A new time that has lasted for a day is believed.
    pub(crate) fn keep_clock(&self) -> Result<(), Error> {
        if self.clock.guard().has_lasted() {
            return self.accept_clock(&Change::by_program(self.clock.now()));
        }
        self.control.write(|tx| {
            // Another process may have confirmed it: what that kept is not written over.
            let kept: Option<Guard> = db::find_json(tx, NAME)?;
            if let Some(kept) = kept
                && self.clock.guard().is_overtaken_by(&kept)
            {
                self.clock.take_over(kept);
            }
            db::set_json(tx, NAME, &self.clock.guard())
        })?;
        Ok(())
    }

    /// The machine's clock is right, says somebody who may, or the time that has passed.
    pub(crate) fn accept_clock(&self, change: &Change) -> Result<(), Error> {
        let before = self.clock.guard();
        self.accounts.end_expired(change.at)?;
        self.control.write(|tx| {
            let mut after = before.clone();
            after.accept();
            db::set_json(tx, NAME, &after)?;
            let entry = Entry::new(Action::ClockAccepted, "clock")
                .before(serde_json::json!({ "standing": before.standing().to_string() }));
            audit::record(tx, change, &entry)?;
            Ok::<_, db::Error>(())
        })?;
        self.clock.accept();
        Ok(self.vault.accept_clock()?)
    }
}
