//! Finds the files that an ingest was pointed at.

mod fence;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::output::one_line;
use crate::knowledge::{self, SourcePath};
use crate::parser::{self, MediaType, format};
use fence::{Fence, Refusal};

pub(super) use fence::Private;

/// A file that will be read.
#[derive(Debug)]
pub(super) struct Found {
    /// Where it really lies, without a link in it.
    file: PathBuf,
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
    /// Names that could not be looked at, such as dead links, links that lead out and folders that cannot be read: what is there, and below, is unknown.
    unknown: Vec<String>,
    /// A whole folder that was given is unknown.
    all_unknown: bool,
}

impl Sources {
    /// Looks at files and folders, folders recursively. A document is named by its path within the folder that was given, after `prefix`.
    /// Links are followed within that folder; one that was given itself, wherever it leads. What is `private` is never read.
    ///
    /// # Errors
    /// A given path that does not exist.
    pub(super) fn collect(
        given: &[PathBuf],
        prefix: &str,
        private: &Private,
    ) -> Result<Self, String> {
        let mut sources = Self::default();
        for root in given {
            let named = |error: std::io::Error| format!("{}: {error}", root.display());
            let metadata = std::fs::metadata(root).map_err(named)?;
            if metadata.is_dir() {
                let fence = Fence::around_folder(root, private).map_err(named)?;
                sources.has_folder = true;
                match fence.admit(root) {
                    Ok(_) => sources.walk(root, &fence, prefix),
                    Err(refusal) => sources.refuse(root, Path::new(""), prefix, &refusal),
                }
            } else {
                let fence = Fence::around_file(private);
                let name = Path::new(root.file_name().unwrap_or_default());
                match format_of(name, metadata.is_file()) {
                    Ok(media) => sources.consider(root, name, media, &fence, prefix),
                    Err(reason) => sources.fail(&root.display().to_string(), reason),
                }
            }
        }
        sources.found.sort_by(|a, b| a.path.cmp(&b.path));
        sources.failed.sort();
        sources.skipped.sort();
        Ok(sources)
    }

    fn walk(&mut self, root: &Path, fence: &Fence<'_>, prefix: &str) {
        let below = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
        let (mut hidden, mut refused) = (Vec::new(), Vec::new());
        let walker = WalkDir::new(root)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        let entries = walker.filter_entry(|entry| {
            if is_hidden(entry) {
                hidden.push(entry.path().to_owned());
                return false;
            }
            if !entry.file_type().is_dir() {
                return true;
            }
            let admitted = fence.admit(entry.path());
            admitted
                .map_err(|refusal| refused.push((entry.path().to_owned(), refusal)))
                .is_ok()
        });
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let name = below(entry.path());
                    match format_of(&name, entry.file_type().is_file()) {
                        Ok(media) => self.consider(entry.path(), &name, media, fence, prefix),
                        Err(reason) => self.skip(&entry.path().display().to_string(), reason),
                    }
                }
                Err(error) => self.note_error(&error, root, prefix),
            }
        }
        for path in hidden {
            self.skip(&path.display().to_string(), "hidden".to_owned());
        }
        for (path, refusal) in refused {
            self.refuse(&path, &below(&path), prefix, &refusal);
        }
    }

    /// Notes what is not read because of what it is or where it lies. `below`: within the folder that was given.
    fn refuse(&mut self, path: &Path, below: &Path, prefix: &str, refusal: &Refusal) {
        if refusal.hides_documents() {
            self.note_unknown(below, prefix);
        }
        self.fail(&path.display().to_string(), refusal.to_string());
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

    /// Takes a document, unless its name cannot be used or it is not to be read.
    fn consider(
        &mut self,
        file: &Path,
        name: &Path,
        media: MediaType,
        fence: &Fence<'_>,
        prefix: &str,
    ) {
        let shown = file.display().to_string();
        let Some(text) = name.to_str() else {
            return self.fail(&shown, "its name is not UTF-8".to_owned());
        };
        let path = match format!("{prefix}{text}").parse::<SourcePath>() {
            Ok(path) => path,
            Err(reason) => {
                return self.fail(&shown, format!("its name is not usable: {reason}"));
            }
        };
        let real = match fence.admit(file) {
            Ok(real) => real,
            Err(refusal) => return self.refuse(file, name, prefix, &refusal),
        };
        match self.names.get(path.as_str()) {
            Some(known) if *known == real => {
                self.skip(&shown, "it was given twice".to_owned());
            }
            Some(_) => self.fail(
                &shown,
                format!("another of the given folders has a document named {path} too"),
            ),
            None => {
                self.names.insert(path.to_string(), real.clone());
                self.found.push(Found {
                    file: real,
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
        // No link was in it. One that stands there now was put there since.
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(nix::fcntl::OFlag::O_NOFOLLOW.bits())
            .open(&self.file)
            .map_err(unreadable)?;
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

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}
