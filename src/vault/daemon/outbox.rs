//! The folder into which letters are put where there is no mail server.
//!
//! A letter there may hold a link that lets somebody in: it can be read by its owner only, and is deleted when its link has stopped working.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::root_key::sync_parent;
use crate::id;
use crate::vault::LINKS_LAST;

pub(super) struct Outbox(PathBuf);

impl Outbox {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Writes a whole new file. Its name says when.
    pub(super) fn put(&self, message: &[u8], now: Timestamp) -> io::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)?;
        let name = format!("{}-{}.eml", now.strftime(NAME), id::random());
        let path = self.0.join(name);
        let temporary = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&temporary)?;
        let written = file.write_all(message).and_then(|()| file.sync_all());
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written?;
        fs::rename(&temporary, &path)?;
        sync_parent(&path)
    }

    /// Deletes the letters whose links have stopped working. `now`: by the clock that deletes.
    pub(super) fn purge(&self, now: Timestamp) -> io::Result<usize> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            other => other?,
        };
        let mut deleted = 0;
        for entry in entries {
            let path = entry?.path();
            if written_at(&path).is_some_and(|at| at + LINKS_LAST <= now) {
                fs::remove_file(&path)?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }
}

const NAME: &str = "%Y%m%d-%H%M%S";

/// `None`: it is not a letter of ours.
fn written_at(path: &Path) -> Option<Timestamp> {
    let is_letter = matches!(path.extension()?.to_str()?, "eml" | "new");
    let name = path.file_stem()?.to_str()?;
    let (at, random) = name.split_at_checked("20260101-000000".len())?;
    let is_ours = is_letter && id::is_well_formed(random.strip_prefix('-')?);
    let at = jiff::civil::DateTime::strptime(NAME, at).ok()?;
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    is_ours.then_some(at)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use jiff::ToSpan;

    use super::*;
    use crate::testing::NOW;

    #[test]
    fn a_letter_is_its_owners_alone_and_goes_when_its_link_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let outbox = Outbox::new(&path);
        assert_eq!(outbox.purge(NOW).unwrap(), 0, "there is no folder yet");
        outbox.put(b"old", NOW).unwrap();
        outbox.put(b"new", NOW + 71.hours()).unwrap();
        fs::write(path.join("notes.eml"), "of somebody else").unwrap();
        for entry in fs::read_dir(&path).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name() != "notes.eml" {
                assert_eq!(
                    entry.metadata().unwrap().permissions().mode() & 0o777,
                    0o600
                );
            }
        }
        assert_eq!(outbox.purge(NOW + 71.hours()).unwrap(), 0);
        assert_eq!(outbox.purge(NOW + 72.hours()).unwrap(), 1);
        assert_eq!(fs::read_dir(&path).unwrap().count(), 2);
    }
}
