//! Who may read and change what an instance keeps. What is looser than it has to be is refused before it is used, with the command that mends it.
//!
//! A link is followed: what counts is where it leads.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Who, beside its owner, may read a file or a folder. Nobody else may change it, ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// It holds secrets.
    Nobody,
    /// It holds secrets and comes from the organisation, which may share it with the service by a group.
    Group,
    Everybody,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{} can be changed by others (mode {mode:04o}). Nothing was done. Run `chmod go-w {}`", path.display(), path.display())]
    Writable { path: PathBuf, mode: u32 },
    #[error("{} holds secrets and can be read by others (mode {mode:04o}). Nothing was done. Run `chmod {change} {}`", path.display(), path.display())]
    Readable {
        path: PathBuf,
        mode: u32,
        change: &'static str,
    },
    #[error(
        "{} (mode {mode:04o}) belongs to the user with the number {owner}, who is neither root nor the user {us} that this runs as. Nothing was done. \
         Run this as its owner, or run `chown {us} {}`", path.display(), path.display()
    )]
    Foreign {
        path: PathBuf,
        mode: u32,
        owner: u32,
        us: u32,
    },
    #[error("{} cannot be looked at: {source}", path.display())]
    Unknown { path: PathBuf, source: io::Error },
}

/// Refuses what is there and can be changed by others, or read by more than `readers`, or belongs to a stranger. What is not there is good.
pub(crate) fn check(path: &Path, readers: Readers) -> Result<(), Error> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Error::Unknown {
            path: path.to_owned(),
            source,
        }),
        Ok(metadata) => check_open(path, &metadata, readers),
    }
}

/// The same, of a folder and the files in it, but not of the folders in it.
pub(crate) fn check_folder(path: &Path, folder: Readers, files: Readers) -> Result<(), Error> {
    check(path, folder)?;
    for entry in entries(path)? {
        if !entry.is_dir() {
            check(&entry, files)?;
        }
    }
    Ok(())
}

/// What is in a folder; nothing, if it is not there.
pub(super) fn entries(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let unknown = |source| Error::Unknown {
        path: path.to_owned(),
        source,
    };
    match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other
            .map_err(unknown)?
            .map(|entry| Ok(entry.map_err(unknown)?.path()))
            .collect(),
    }
}

/// The same as [`check`], of what is open already.
pub(crate) fn check_open(path: &Path, metadata: &Metadata, readers: Readers) -> Result<(), Error> {
    let us = nix::unistd::geteuid().as_raw();
    judge(path, metadata.mode() & 0o7777, metadata.uid(), us, readers)
}

fn judge(path: &Path, mode: u32, owner: u32, us: u32, readers: Readers) -> Result<(), Error> {
    let path = || path.to_owned();
    if owner != us && owner != 0 {
        return Err(Error::Foreign {
            path: path(),
            mode,
            owner,
            us,
        });
    }
    let (unwanted, change) = match readers {
        Readers::Nobody => (0o077, "go="),
        Readers::Group => (0o007, "g-w,o="),
        Readers::Everybody => (0, "go-w"),
    };
    if mode & unwanted != 0 {
        return Err(Error::Readable {
            path: path(),
            mode,
            change,
        });
    }
    if mode & 0o022 != 0 {
        return Err(Error::Writable { path: path(), mode });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    const US: u32 = 1000;

    fn is_good(mode: u32, owner: u32, readers: Readers) -> bool {
        judge(Path::new("/srv/x"), mode, owner, US, readers).is_ok()
    }

    #[test]
    fn nobody_else_may_change_it_and_only_some_may_read_it() {
        for (mode, nobody, group, everybody) in [
            (0o600, true, true, true),
            (0o700, true, true, true),
            (0o640, false, true, true),
            (0o644, false, false, true),
            (0o755, false, false, true),
            (0o660, false, false, false),
            (0o602, false, false, false),
            (0o1777, false, false, false),
        ] {
            for (readers, expected) in [
                (Readers::Nobody, nobody),
                (Readers::Group, group),
                (Readers::Everybody, everybody),
            ] {
                assert_eq!(is_good(mode, US, readers), expected, "{mode:o} {readers:?}");
            }
        }
    }

    #[test]
    fn it_belongs_to_us_or_to_root() {
        assert!(is_good(0o600, US, Readers::Nobody));
        assert!(is_good(0o600, 0, Readers::Nobody));
        let refused = judge(Path::new("/srv/x"), 0o600, 33, US, Readers::Nobody).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "/srv/x (mode 0600) belongs to the user with the number 33, who is neither root nor the user 1000 that this runs as. Nothing was \
             done. Run this as its owner, or run `chown 1000 /srv/x`"
        );
    }

    #[test]
    fn a_link_is_as_loose_as_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "x").unwrap();
        symlink(&file, &link).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        check(&link, Readers::Nobody).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = check(&link, Readers::Nobody).unwrap_err().to_string();
        let expected = format!(
            "(mode 0644). Nothing was done. Run `chmod go= {}`",
            link.display()
        );
        assert!(refused.ends_with(&expected), "{refused}");
        check(&folder.path().join("nothing"), Readers::Nobody).unwrap();
    }
}
