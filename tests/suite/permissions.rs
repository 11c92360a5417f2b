//! What others may change, or read although it holds secrets, is refused before it is used.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use walkdir::WalkDir;

use crate::support::{EXECUTABLE, Instance, executable, fingerprints, run};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// The first file below a folder with this end of its name.
fn file_below(folder: &Path, end: &str) -> PathBuf {
    WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .find(|path| path.to_str().unwrap().ends_with(end))
        .unwrap()
}

#[test]
fn what_is_too_loose_is_refused_by_every_command_with_what_to_run() {
    let instance = Instance::new();
    let data = instance.data();
    instance.run(&["workspace", "list"]).succeeded();
    let wrapped_key = file_below(&data.join("vault/keys"), ".json");
    let store = file_below(&data.join("workspaces"), "store.db");
    for (path, loose, remedy) in [
        (data.clone(), 0o770, "go-w"),
        (data.join("config.toml"), 0o646, "go-w"),
        (data.join("control.db"), 0o640, "go="),
        (data.join("setup-link"), 0o444, "go="),
        (data.join("workspaces"), 0o777, "go-w"),
        (store.clone(), 0o604, "go="),
        (data.join("vault"), 0o750, "go="),
        (data.join("vault/keys"), 0o711, "go="),
        (data.join("vault/vault.db"), 0o660, "go="),
        (wrapped_key, 0o644, "go="),
        (instance.root_key(), 0o440, "go="),
    ] {
        let usual = mode(&path);
        set_mode(&path, loose);
        let before = fingerprints(instance.folder());
        // Of a workspace, only what opens it: the others are served.
        let commands = if path == store {
            vec![&["ask", "Is it free?"][..]]
        } else {
            vec![&["workspace", "list"][..], &["serve"]]
        };
        for command in commands {
            let finished = instance.run(command);
            assert_eq!(
                (finished.status, &*finished.stdout),
                (1, ""),
                "{finished:#?}"
            );
            let shown = path.display();
            for part in [
                format!("{shown} "),
                format!("(mode {loose:04o})"),
                format!("Run `chmod {remedy} {shown}`"),
            ] {
                assert!(finished.stderr.contains(&part), "{part}: {finished:#?}");
            }
        }
        assert_eq!(
            without_passing(&fingerprints(instance.folder())),
            without_passing(&before),
            "{}",
            path.display()
        );
        set_mode(&path, usual);
    }
    instance.run(&["workspace", "list"]).succeeded();
}

/// Without what a process that ended leaves behind: the socket's folder, locks and logs of writes.
fn without_passing(files: &std::collections::BTreeMap<String, String>) -> Vec<(&String, &String)> {
    let passes = |path: &str| {
        path.ends_with("/run")
            || path.ends_with("/server.lock")
            || path.ends_with("-wal")
            || path.ends_with("-shm")
            || path.ends_with("vault.db")
    };
    files.iter().filter(|(path, _)| !passes(path)).collect()
}

#[test]
fn a_link_is_as_loose_as_what_it_leads_to() {
    let instance = Instance::new();
    let (config, elsewhere) = (
        instance.data().join("config.toml"),
        instance.folder().join("elsewhere.toml"),
    );
    fs::rename(&config, &elsewhere).unwrap();
    symlink(&elsewhere, &config).unwrap();
    instance.run(&["workspace", "list"]).succeeded();
    set_mode(&elsewhere, 0o666);
    let sentence = instance.run(&["workspace", "list"]).was_refused();
    assert!(
        sentence.contains("can be changed by others (mode 0666)"),
        "{sentence}"
    );
}

#[test]
fn what_belongs_to_a_stranger_is_refused() {
    let instance = Instance::new();
    let database = instance.data().join("control.db");
    // Only the superuser can give a file away.
    if chown(&database, Some(4_711), None).is_ok() {
        let sentence = instance.run(&["workspace", "list"]).was_refused();
        assert!(
            sentence.contains("belongs to the user with the number 4711")
                && sentence.contains("run `chown 0 "),
            "{sentence}"
        );
    }
}

#[test]
fn a_new_instance_is_private_whatever_the_umask() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "umask 000; exec \"$0\" init --data \"$1\""])
        .arg(EXECUTABLE)
        .arg(&data);
    run(shell, "").succeeded();
    for entry in WalkDir::new(folder.path()).min_depth(1) {
        let path = entry.unwrap().into_path();
        assert_eq!(
            mode(&path) & 0o077,
            0,
            "{} {:o}",
            path.display(),
            mode(&path)
        );
    }
}

#[test]
fn a_folder_that_others_may_change_is_no_place_for_a_new_instance() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    set_mode(&data, 0o777);
    let sentence = run(executable(&["init", "--data", data.to_str().unwrap()]), "").was_refused();
    assert!(
        sentence.contains("(mode 0777). Nothing was done. Run `chmod go-w "),
        "{sentence}"
    );
    assert_eq!(fs::read_dir(&data).unwrap().count(), 0);
    assert!(!folder.path().join("data.root.key").exists());
}

#[test]
fn a_secret_of_the_organisation_may_be_shared_with_a_group_and_not_with_all() {
    let instance = Instance::new();
    let at = |name: &str| instance.folder().join(name);
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = [
        ("key.pem", certified.signing_key.serialize_pem()),
        ("password", "quokka\n".to_owned()),
    ];
    for (name, content) in files {
        fs::write(at(name), content).unwrap();
        set_mode(&at(name), 0o640);
    }
    fs::write(at("cert.pem"), certified.cert.pem()).unwrap();
    for (setting, value) in [
        ("certificate_file", at("cert.pem")),
        ("private_key_file", at("key.pem")),
        ("password_file", at("password")),
        ("smtp_host", "localhost".into()),
        ("username", "anchorite".into()),
    ] {
        let line = format!("{setting} = \"{}\"", value.display());
        instance.set(&format!("{setting} = \"\""), &line);
    }
    drop(instance.serve());
    for name in ["key.pem", "password"] {
        set_mode(&at(name), 0o644);
        let finished = instance.run(&["serve"]).ended_with(1);
        let expected = format!(
            "{} holds secrets and can be read by others (mode 0644). Nothing was done. Run `chmod g-w,o= {0}`",
            at(name).display()
        );
        assert!(finished.stderr.contains(&expected), "{finished:#?}");
        set_mode(&at(name), 0o640);
    }
}
