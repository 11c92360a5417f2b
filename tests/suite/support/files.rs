//! Files that tests write, compare and read.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A folder with these files.
pub(crate) fn folder_of<T: AsRef<[u8]>>(files: &[(&str, T)]) -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("anchorite-suite-files-")
        .tempdir()
        .unwrap();
    for (name, content) in files {
        write(&folder.path().join(name), content);
    }
    folder
}

/// Path, mode and SHA-256 of everything under `folder`.
pub(crate) fn fingerprints(folder: &Path) -> BTreeMap<String, String> {
    let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
    let fingerprint = |entry: walkdir::DirEntry| {
        let content = if entry.file_type().is_file() {
            fs::read(entry.path()).unwrap()
        } else {
            Vec::new()
        };
        let mode = entry.metadata().unwrap().permissions().mode();
        (
            entry.path().display().to_string(),
            format!("{mode:o} {:x?}", digest(&SHA256, &content).as_ref()),
        )
    };
    entries.map(fingerprint).collect()
}

/// The questions of the evaluation set, answerable or not.
pub(crate) fn questions(answerable: bool) -> Vec<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/eval/harbour/queries.jsonl"
    );
    let lines: Vec<Value> = fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let chosen = lines.iter().filter(|line| line["answerable"] == answerable);
    chosen
        .map(|line| line["text"].as_str().unwrap().to_owned())
        .collect()
}
