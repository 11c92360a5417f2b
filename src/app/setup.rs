//! Until there is an account: the link that makes the first one.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::{App, Error};
use crate::audit::Change;
use crate::staff::LinkToken;

/// The link that makes the first account. Whoever has it becomes the owner.
pub(crate) struct SetupLink {
    /// For a terminal, and nothing that is kept.
    pub link: String,
    /// Where it stands too, for its owner's eyes.
    pub file: PathBuf,
}

impl App {
    /// As [`App::is_set_up`], without a look at the database: false may be out of date.
    pub(crate) fn is_known_to_be_set_up(&self) -> bool {
        self.is_set_up.load(Ordering::Relaxed)
    }

    /// Whether there is an account. Until then, nothing but the setup is served.
    pub(crate) fn is_set_up(&self) -> Result<bool, Error> {
        // It never becomes untrue again: the last owner cannot leave.
        if self.is_known_to_be_set_up() {
            return Ok(true);
        }
        let is_set_up = self.accounts.are_set_up()?;
        if is_set_up {
            self.is_set_up.store(true, Ordering::Relaxed);
            // It may have been another process, or the last one ended too early.
            let _ = fs::remove_file(self.folder.setup_link());
        }
        Ok(is_set_up)
    }

    /// The link that makes the first account, also in a file that only its owner can read. A link that is still good is kept. `None`:
    /// there is an account.
    pub(crate) fn setup_link(&self, change: &Change) -> Result<Option<SetupLink>, Error> {
        if self.is_set_up()? {
            return Ok(None);
        }
        let file = self.folder.setup_link();
        let kept = fs::read_to_string(&file).ok().and_then(|text| {
            let token = LinkToken::presented(text.trim().rsplit('/').next()?);
            let found = self.accounts.find_link(&token, change.at).ok()?;
            found.map(|_| token)
        });
        let token = match kept {
            Some(token) => token,
            None => self.accounts.make_setup_link(change)?.token,
        };
        let link = format!("{}/dashboard/setup/{}", self.public_url(), token.expose());
        let _ = fs::remove_file(&file);
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o400)
            .open(&file)
            .and_then(|mut opened| writeln!(opened, "{link}"));
        written.map_err(|source| Error::Folder {
            path: file.display().to_string(),
            source,
        })?;
        Ok(Some(SetupLink { link, file }))
    }
}
