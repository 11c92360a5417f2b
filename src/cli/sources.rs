//! Finds the files that an ingest was pointed at.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::output::one_line;
use crate::knowledge::{self, SourcePath};
use crate::parser::{self, MediaType, format};

/// A file that will be read.
#[derive(Debug)]
pub(super) struct Found {
    pub file: PathBuf,
    pub path: SourcePath,
    pub media: MediaType,
}

/// What is not read, and why.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(super) struct Skipped {
    pub name: String,
    pub reason: String,
}

#[derive(Debug, Default)]
pub(super) struct Sources {
    pub found: Vec<Found>,
    /// What was asked for and cannot be read.
    pub failed: Vec<Skipped>,
    /// What lies beside it and is not meant to be read.
    pub skipped: Vec<Skipped>,
    /// Whether a folder was among what was given: only a folder can say what is gone.
    pub has_folder: bool,
    /// Which file a name is of.
    names: BTreeMap<String, PathBuf>,
    /// Names that could not be looked at, such as dead links and folders that cannot be read: what is there, and below, is unknown.
    unknown: Vec<String>,
    /// A whole folder that was given is unknown.
    all_unknown: bool,
}

impl Sources {
    /// Looks at files and folders, folders recursively. A document is named by its path within the folder that was given, after `prefix`.
    ///
    /// # Errors
    /// A given path that does not exist.
    pub(super) fn collect(given: &[PathBuf], prefix: &str) -> Result<Self, String> {
        let mut sources = Self::default();
        for root in given {
            let metadata =
                std::fs::metadata(root).map_err(|error| format!("{}: {error}", root.display()))?;
            if metadata.is_dir() {
                sources.has_folder = true;
                sources.walk(root, prefix);
            } else {
                let name = Path::new(root.file_name().unwrap_or_default());
                match format_of(name, metadata.is_file()) {
                    Ok(media) => sources.consider(root, name, media, prefix),
                    Err(reason) => sources.fail(&root.display().to_string(), reason),
                }
            }
        }
        sources.found.sort_by(|a, b| a.path.cmp(&b.path));
        sources.failed.sort();
        sources.skipped.sort();
        Ok(sources)
    }

    fn walk(&mut self, root: &Path, prefix: &str) {
        let mut hidden = Vec::new();
        let walker = WalkDir::new(root)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        let entries = walker.filter_entry(|entry| {
            let skip = is_hidden(entry);
            if skip {
                hidden.push(entry.path().to_owned());
            }
            !skip
        });
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let name = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    match format_of(name, entry.file_type().is_file()) {
                        Ok(media) => self.consider(entry.path(), name, media, prefix),
                        Err(reason) => self.skip(&entry.path().display().to_string(), reason),
                    }
                }
                Err(error) => self.note_error(&error, root, prefix),
            }
        }
        for path in hidden {
            self.skip(&path.display().to_string(), "hidden".to_owned());
        }
    }

    fn note_error(&mut self, error: &walkdir::Error, root: &Path, prefix: &str) {
        let at = error.path().unwrap_or(root);
        let shown = at.display().to_string();
        if error.loop_ancestor().is_some() {
            let reason = "a symbolic link that leads back to a folder above it";
            return self.skip(&shown, reason.to_owned());
        }
        let below = at.strip_prefix(root).unwrap_or(Path::new(""));
        self.note_unknown(below, prefix);
        let reason = error
            .io_error()
            .map_or_else(|| "cannot be read".to_owned(), ToString::to_string);
        self.fail(&shown, reason);
    }

    /// Takes a document, unless its name cannot be used.
    fn consider(&mut self, file: &Path, name: &Path, media: MediaType, prefix: &str) {
        let shown = file.display().to_string();
        let Some(name) = name.to_str() else {
            return self.fail(&shown, "its name is not UTF-8".to_owned());
        };
        let path = match format!("{prefix}{name}").parse::<SourcePath>() {
            Ok(path) => path,
            Err(reason) => {
                return self.fail(&shown, format!("its name is not usable: {reason}"));
            }
        };
        match self.names.get(path.as_str()) {
            Some(known) if is_same(known, file) => {
                self.skip(&shown, "it was given twice".to_owned());
            }
            Some(_) => self.fail(
                &shown,
                format!("another of the given folders has a document named {path} too"),
            ),
            None => {
                self.names.insert(path.to_string(), file.to_owned());
                self.found.push(Found {
                    file: file.to_owned(),
                    path,
                    media,
                });
            }
        }
    }

    fn fail(&mut self, name: &str, reason: String) {
        self.failed.push(Skipped {
            name: one_line(name),
            reason,
        });
    }

    fn skip(&mut self, name: &str, reason: String) {
        self.skipped.push(Skipped {
            name: one_line(name),
            reason,
        });
    }

    /// `below`: within the folder that was given; empty: that folder itself.
    fn note_unknown(&mut self, below: &Path, prefix: &str) {
        if below.as_os_str().is_empty() {
            self.all_unknown = true;
        } else {
            self.unknown.push(format!("{prefix}{}", below.display()));
        }
    }

    /// Whether a document of this path was among what was found, or may be where nobody could look.
    pub(super) fn may_have(&self, path: &str) -> bool {
        let is_at_or_below = |unknown: &String| {
            path.strip_prefix(unknown.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.all_unknown || self.names.contains_key(path) || self.unknown.iter().any(is_at_or_below)
    }
}

impl Found {
    /// Reads the file, unless it is larger than `limit` bytes.
    pub(super) fn read(&self, limit: u64) -> Result<Vec<u8>, knowledge::Error> {
        let unreadable = |error: std::io::Error| knowledge::Error::Unreadable(error.to_string());
        let file = File::open(&self.file).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        if bytes > limit {
            return Err(parser::Error::TooLarge { bytes, limit }.into());
        }
        let mut content = Vec::new();
        // A file may grow while it is read.
        file.take(limit + 1)
            .read_to_end(&mut content)
            .map_err(unreadable)?;
        if content.len() as u64 > limit {
            return Err(parser::Error::TooLarge {
                bytes: content.len() as u64,
                limit,
            }
            .into());
        }
        Ok(content)
    }
}

/// As which format a file is read, or why it is not.
fn format_of(name: &Path, is_regular: bool) -> Result<MediaType, String> {
    if !is_regular {
        return Err("not a regular file".to_owned());
    }
    // A name that is not UTF-8 may still end in one that is read.
    MediaType::from_file_name(&name.to_string_lossy())
        .ok_or_else(|| format!("only {} are read", format::names()))
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn every_file_is_found_or_listed_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("sub/deep")).unwrap();
        for name in [
            "a.md",
            "sub/b.html",
            "sub/deep/c.txt",
            "d.pdf",
            ".hidden.md",
            "line\nbreak.md",
        ] {
            fs::write(at(name), "x").unwrap();
        }
        symlink(folder.path(), at("sub/loop")).unwrap();
        symlink("nowhere", at("dangling.md")).unwrap();
        nix::unistd::mkfifo(&at("pipe.md"), nix::sys::stat::Mode::S_IRUSR).unwrap();

        let sources = Sources::collect(&[folder.path().to_owned()], "kb/").unwrap();
        let found: Vec<_> = sources
            .found
            .iter()
            .map(|found| found.path.as_str())
            .collect();
        assert_eq!(found, ["kb/a.md", "kb/sub/b.html", "kb/sub/deep/c.txt"]);
        let listed = |listed: &[Skipped]| -> Vec<(String, String)> {
            listed
                .iter()
                .map(|one| {
                    let name = one.name.rsplit('/').next().unwrap();
                    (name.to_owned(), one.reason.clone())
                })
                .collect()
        };
        let expected = |expected: &[(&str, &str)]| -> Vec<(String, String)> {
            expected
                .iter()
                .map(|(name, reason)| ((*name).to_owned(), (*reason).to_owned()))
                .collect()
        };
        assert_eq!(
            listed(&sources.skipped),
            expected(&[
                (".hidden.md", "hidden"),
                ("d.pdf", "only Markdown, HTML and plain text are read"),
                ("pipe.md", "not a regular file"),
                (
                    "loop",
                    "a symbolic link that leads back to a folder above it"
                ),
            ])
        );
        assert_eq!(
            listed(&sources.failed),
            expected(&[
                ("dangling.md", "No such file or directory (os error 2)"),
                (
                    "line\u{fffd}break.md",
                    "its name is not usable: it has control characters, such as a newline"
                ),
            ])
        );
    }

    #[test]
    fn what_was_named_and_is_not_read_has_failed_and_what_was_given_twice_has_not() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", "b.pdf"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let given = [
            folder.path().to_owned(),
            folder.path().join("a.md"),
            folder.path().join("b.pdf"),
        ];
        let sources = Sources::collect(&given, "").unwrap();
        let reasons = |listed: &[Skipped]| -> Vec<String> {
            listed.iter().map(|one| one.reason.clone()).collect()
        };
        let unknown = "only Markdown, HTML and plain text are read";
        assert_eq!(sources.found.len(), 1);
        assert_eq!(reasons(&sources.failed), [unknown]);
        assert_eq!(
            reasons(&sources.skipped),
            ["it was given twice", unknown],
            "beside what was asked for"
        );
    }

    #[test]
    fn two_folders_with_the_same_name_in_them_do_not_overwrite_each_other() {
        let folder = tempfile::tempdir().unwrap();
        for sub in ["one", "two"] {
            fs::create_dir(folder.path().join(sub)).unwrap();
            fs::write(folder.path().join(sub).join("index.md"), sub).unwrap();
        }
        let given = ["one", "two"].map(|sub| folder.path().join(sub));
        let sources = Sources::collect(&given, "").unwrap();
        assert_eq!((sources.found.len(), sources.failed.len()), (1, 1));
        assert!(sources.may_have("index.md") && !sources.may_have("other.md"));
    }

    #[test]
    fn what_nobody_could_look_at_may_be_there() {
        let folder = tempfile::tempdir().unwrap();
        symlink("nowhere", folder.path().join("share")).unwrap();
        let given = [folder.path().to_owned()];
        let sources = Sources::collect(&given, "kb/").unwrap();
        for (path, may_be) in [
            ("kb/share", true),
            ("kb/share/deep/a.md", true),
            ("kb/shared.md", false),
            ("kb/a.md", false),
            ("share/a.md", false),
        ] {
            assert_eq!(sources.may_have(path), may_be, "{path}");
        }
        let mut nothing = Sources::default();
        nothing.note_unknown(Path::new(""), "kb/");
        assert!(
            nothing.may_have("kb/a.md"),
            "the given folder cannot be read at all"
        );
    }

    #[test]
    fn a_folder_that_does_not_exist_is_an_error() {
        assert!(Sources::collect(&[PathBuf::from("/nonexistent")], "").is_err());
    }
}
