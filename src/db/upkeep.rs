//! What keeps a database in order while it is used: whether it is sound, its write-ahead log, its room on the disk, and snapshots that were put aside.

use std::time::{Duration, Instant};
use std::{fs, io, thread};

use jiff::{SignedDuration, Timestamp};
use rusqlite::TransactionBehavior;

use super::{Db, Error, WAIT, files_of, migration, pragma};

/// A snapshot from before an upgrade goes after this time: whoever wants to go back does so sooner.
pub(crate) const SNAPSHOTS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Between two looks at whether somebody still writes.
const BETWEEN: Duration = Duration::from_millis(50);

impl Db {
    /// Looks at every page: whether each is what was written (`SQLCipher`'s authentication), and whether the tables hang together. Reads the
    /// whole file.
    pub(crate) fn check_integrity(&self) -> Result<bool, Error> {
        // Only so that one look is enough; where it cannot, as on a read-only disk, the first may be.
        let _ = self.checkpoint();
        let is_sound = self.read(|c| pragma::is_sound(c).map_err(Error::from))?
            || self.is_sound_while_nobody_writes()?;
        if !is_sound {
            self.note_damage();
        }
        Ok(is_sound)
    }

    /// Pages that are in the write-ahead log only look like damage of the file. So it is looked at once more with nothing in the log, and nobody may put
    /// something there.
    fn is_sound_while_nobody_writes(&self) -> Result<bool, Error> {
        let mut connection = self.writer.get()?;
        let [_, log, _] = files_of(self.path());
        let until = Instant::now() + WAIT;
        loop {
            pragma::checkpoint(&connection)?;
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if fs::metadata(&log).map_or(0, |log| log.len()) == 0 {
                return Ok(pragma::is_sound(&tx)?);
            }
            drop(tx);
            if Instant::now() > until {
                return Err(Error::InUse);
            }
            thread::park_timeout(BETWEEN);
        }
    }

    /// Moves what was written from the write-ahead log into the file, so that little is lost with the log. Returns whether it could: while
    /// somebody reads or writes, it does not.
    pub(crate) fn checkpoint(&self) -> Result<bool, Error> {
        let [_, log, _] = files_of(self.path());
        if fs::metadata(&log).map_or(0, |log| log.len()) == 0 {
            return Ok(true);
        }
        self.watched(|| Ok(pragma::checkpoint(&*self.writer.get()?)?))
    }

    /// Gives pages that hold nothing any more back to the file system, and what the write-ahead log takes.
    pub(crate) fn give_back_room(&self) -> Result<(), Error> {
        self.watched(|| {
            let connection = self.writer.get()?;
            Ok(pragma::give_back_room(&connection)?)
        })
    }

    /// Deletes the snapshots from before upgrades that were taken before a moment: they hold what was deleted since. Returns how many.
    pub(crate) fn forget_snapshots(&self, before: Timestamp) -> io::Result<usize> {
        migration::forget_snapshots(self.path(), before)
    }
}
