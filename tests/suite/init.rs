//! `anchorite init`, and what happens when data and root key do not belong together.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::{Instance, executable, fingerprints, run};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_new_instance_is_private_and_its_root_key_lies_outside_of_it() {
    let instance = Instance::new();
    assert_eq!(mode(&instance.data()), 0o700);
    assert_eq!(mode(&instance.root_key()), 0o400);
    let beside: Vec<_> = fs::read_dir(instance.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(beside.len(), 2, "nothing else is made: {beside:?}");

    let key = fs::read_to_string(instance.root_key()).unwrap();
    assert_eq!(
        (
            key.trim().len(),
            key.trim().chars().all(|digit| digit.is_ascii_hexdigit())
        ),
        (64, true)
    );
    for (path, _) in fingerprints(&instance.data()) {
        assert!(!path.contains("root.key"), "{path}");
    }
    assert_eq!(
        instance
            .run(&["workspace", "list", "--json"])
            .succeeded()
            .json()[0]["name"],
        "main"
    );
}

#[test]
fn the_recovery_kit_is_printed_once() {
    let instance = Instance::new();
    let code = instance.recovery_code().to_owned();
    assert_eq!(instance.kit.matches(&code).count(), 1);
    assert_eq!(code.replace('-', "").len(), 64);
    for arguments in [
        &["init"][..],
        &["workspace", "list"],
        &["keys", "list"],
        &["init", "--recover"],
    ] {
        let finished = instance.run(arguments);
        assert!(
            !finished.stdout.contains(&code) && !finished.stderr.contains(&code),
            "{arguments:?} prints it again"
        );
    }
}

#[test]
fn a_second_init_is_refused_and_changes_nothing() {
    let instance = Instance::new();
    let before = fingerprints(instance.folder());
    let sentence = instance.run(&["init"]).was_refused();
    assert!(
        sentence.contains("is not empty. Nothing was changed"),
        "{sentence}"
    );
    assert_eq!(fingerprints(instance.folder()), before);
}

#[test]
fn an_existing_root_key_is_never_replaced() {
    let instance = Instance::new();
    let key = fs::read(instance.root_key()).unwrap();
    fs::remove_dir_all(instance.data()).unwrap();
    let sentence = instance.run(&["init"]).was_refused();
    assert!(
        sentence.contains("exists already and is kept"),
        "{sentence}"
    );
    assert_eq!(fs::read(instance.root_key()).unwrap(), key);
    assert!(
        !instance.data().exists(),
        "a failed init leaves nothing behind"
    );
}

#[test]
fn a_failed_init_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let init = |root_key: &Path| {
        run(
            executable(&[
                "init",
                "--data",
                data.to_str().unwrap(),
                "--root-key",
                root_key.to_str().unwrap(),
            ]),
            "",
        )
    };

    let sentence = init(Path::new("/nonexistent/root.key")).was_refused();
    assert!(
        sentence.contains("/nonexistent/root.key cannot be written"),
        "{sentence}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    init(&folder.path().join("root.key")).succeeded();
    assert!(data.join("control.db").exists());
}

#[test]
fn a_root_key_within_the_data_folder_is_refused() {
    // Whoever copies the folder would have the key with it.
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let inside = data.join("root.key");
    run(
        executable(&[
            "init",
            "--data",
            data.to_str().unwrap(),
            "--root-key",
            inside.to_str().unwrap(),
        ]),
        "",
    )
    .was_refused();
    assert!(!data.exists());
}

#[test]
fn a_lost_root_key_is_written_again_from_the_recovery_kit() {
    let instance = Instance::new();
    let key = fs::read(instance.root_key()).unwrap();
    fs::remove_file(instance.root_key()).unwrap();
    let sentence = instance.run(&["workspace", "list"]).was_refused();
    assert!(
        sentence.contains("data.root.key cannot be read") && sentence.contains("init --recover"),
        "{sentence}"
    );

    run(
        instance.command(&["init", "--recover"]),
        &format!("{}\n", instance.recovery_code()),
    )
    .succeeded();
    assert_eq!(fs::read(instance.root_key()).unwrap(), key);
    assert_eq!(mode(&instance.root_key()), 0o400);
    instance.run(&["workspace", "list"]).succeeded();
}

#[test]
fn a_recovery_code_that_is_wrong_or_of_another_instance_writes_nothing() {
    let (instance, other) = (Instance::new(), Instance::new());
    fs::remove_file(instance.root_key()).unwrap();
    let before = fingerprints(instance.folder());
    let code = instance.recovery_code();
    let mistyped = format!(
        "{}{}",
        if code.starts_with('A') { "B" } else { "A" },
        &code[1..]
    );
    for (typed, expected) in [
        ("", "that is not a recovery code"),
        (mistyped.as_str(), "that is not a recovery code"),
        (other.recovery_code(), "another instance"),
    ] {
        let sentence = run(instance.command(&["init", "--recover"]), typed).was_refused();
        assert!(sentence.contains(expected), "{sentence}");
    }
    assert_eq!(fingerprints(instance.folder()), before);
}

#[test]
fn the_root_key_of_another_instance_is_refused_before_anything_is_written() {
    let (instance, other) = (Instance::new(), Instance::new());
    fs::remove_file(instance.root_key()).unwrap();
    fs::copy(other.root_key(), instance.root_key()).unwrap();
    let before = fingerprints(instance.folder());
    for arguments in [
        &["workspace", "list"][..],
        &["workspace", "create", "more"],
        &["ask", "Is it free?"],
        &["serve"],
        &["vault"],
    ] {
        let finished = instance.run(arguments);
        assert!(
            matches!(finished.status, 1 | 78),
            "{arguments:?}: {finished:#?}"
        );
        for part in [
            "is not the one of this instance",
            "Nothing was changed",
            "init --recover",
        ] {
            assert!(
                finished.stderr.contains(part),
                "{arguments:?}: {}",
                finished.stderr
            );
        }
        assert_eq!(
            fingerprints(instance.folder()),
            before,
            "{arguments:?} writes"
        );
    }
}

#[test]
fn a_root_key_that_others_can_read_is_refused() {
    let instance = Instance::new();
    fs::set_permissions(instance.root_key(), fs::Permissions::from_mode(0o444)).unwrap();
    let sentence = instance.run(&["workspace", "list"]).was_refused();
    assert!(
        sentence.contains("holds secrets and can be read by others (mode 0444)")
            && sentence.contains("Run `chmod go= "),
        "{sentence}"
    );
}

#[test]
fn a_database_of_another_instance_is_refused_and_left_alone() {
    let (instance, other) = (Instance::new(), Instance::new());
    let database = instance.data().join("control.db");
    fs::copy(other.data().join("control.db"), &database).unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(instance.data().join(format!("control.db{suffix}")));
    }
    let before = fs::read(&database).unwrap();
    let sentence = instance.run(&["workspace", "list"]).was_refused();
    assert!(
        sentence.contains("is not a database of this instance")
            && sentence.contains("Nothing was changed"),
        "{sentence}"
    );
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[test]
fn a_folder_without_an_instance_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["ask", "Is it free?"][..],
        &["serve"],
        &["ingest", "/etc"],
        &["keys", "list"],
    ] {
        let sentence = run(
            executable(&[command, &["--data", folder.path().to_str().unwrap()]].concat()),
            "",
        )
        .was_refused();
        assert!(
            sentence.contains("holds no instance. Run `anchorite init`"),
            "{command:?}: {sentence}"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_init_that_was_interrupted_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (data, key) = (
        folder.path().join("data"),
        folder.path().join("data.root.key"),
    );
    fs::create_dir_all(data.join("vault/keys")).unwrap();
    fs::write(data.join("init.unfinished"), key.to_str().unwrap()).unwrap();
    fs::write(data.join("vault/instance.json"), "{").unwrap();
    fs::write(&key, "half").unwrap();
    let at = |command: &'static str| executable(&[command, "--data", data.to_str().unwrap()]);
    let refused = run(at("serve"), "").was_refused();
    assert!(refused.contains("interrupted. Run it again"), "{refused}");
    run(at("init"), "").succeeded();
    assert!(!data.join("init.unfinished").exists() && fs::read(&key).unwrap() != b"half");
    run(at("clock"), "").succeeded();
}

#[test]
fn a_vault_folder_that_is_missing_is_not_made_anew() {
    let instance = Instance::new();
    fs::rename(
        instance.data().join("vault"),
        instance.folder().join("elsewhere"),
    )
    .unwrap();
    let sentence = instance.run(&["clock"]).was_refused();
    assert!(
        sentence.contains("data/vault is missing") && sentence.contains("Restore"),
        "{sentence}"
    );
    assert!(!instance.data().join("vault").exists());
}
