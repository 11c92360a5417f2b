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

    let given = [folder.path().to_owned()];
    let sources = Sources::collect(&given, "kb/", &Private::default()).unwrap();
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
        let all = expected.iter();
        all.map(|(name, reason)| ((*name).to_owned(), (*reason).to_owned()))
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
    let sources = Sources::collect(&given, "", &Private::default()).unwrap();
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
    let sources = Sources::collect(&given, "", &Private::default()).unwrap();
    assert_eq!((sources.found.len(), sources.failed.len()), (1, 1));
    assert!(sources.may_have("index.md") && !sources.may_have("other.md"));
}

#[test]
fn what_nobody_could_look_at_may_be_there() {
    let folder = tempfile::tempdir().unwrap();
    symlink("nowhere", folder.path().join("share")).unwrap();
    let given = [folder.path().to_owned()];
    let sources = Sources::collect(&given, "kb/", &Private::default()).unwrap();
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
    assert!(Sources::collect(&[PathBuf::from("/nonexistent")], "", &Private::default()).is_err());
}

#[test]
fn links_are_followed_within_the_given_folder_and_not_out_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["share/real", "elsewhere"] {
        fs::create_dir_all(at(name)).unwrap();
    }
    for name in ["share/real/a.md", "elsewhere/b.md", "c.md"] {
        fs::write(at(name), "x").unwrap();
    }
    for (target, link) in [
        ("real/a.md", "a.md"),
        ("real", "again"),
        ("../elsewhere", "out"),
        ("../c.md", "c.md"),
        ("..", "up"),
    ] {
        symlink(target, at("share").join(link)).unwrap();
    }
    symlink("share", at("given")).unwrap();
    let out = "it leads out of the folder";
    for root in ["share", "given"] {
        let sources = Sources::collect(&[at(root)], "kb/", &Private::default()).unwrap();
        let found: Vec<_> = sources
            .found
            .iter()
            .map(|found| found.path.as_str())
            .collect();
        assert_eq!(
            found,
            ["kb/a.md", "kb/again/a.md", "kb/real/a.md"],
            "{root}"
        );
        let failed: Vec<_> = sources
            .failed
            .iter()
            .map(|one| (one.name.rsplit('/').next().unwrap(), one.reason.as_str()))
            .collect();
        assert_eq!(failed, [("c.md", out), ("out", out), ("up", out)], "{root}");
        for (path, may_be) in [("kb/c.md", true), ("kb/out/b.md", true), ("kb/b.md", false)] {
            assert_eq!(
                sources.may_have(path),
                may_be,
                "{path}: nothing says that it is gone"
            );
        }
    }
    let given = [at("share/c.md")];
    let sources = Sources::collect(&given, "", &Private::default()).unwrap();
    assert_eq!(sources.found.len(), 1, "a link that was given itself");
    assert_eq!(sources.found[0].read(10).unwrap(), b"x");
}

#[test]
fn what_belongs_to_the_instance_is_never_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("data/mail.outbox")).unwrap();
    fs::create_dir(at("share")).unwrap();
    for name in ["data/mail.outbox/letter.txt", "data.root.key"] {
        fs::write(at(name), "x").unwrap();
    }
    let private = Private::of(&at("data"), &at("data.root.key"));
    symlink("../data.root.key", at("share/key.txt")).unwrap();
    fs::hard_link(at("data.root.key"), at("key.txt")).unwrap();
    symlink("data/mail.outbox", at("letters")).unwrap();
    for given in [
        "",
        "data",
        "data/mail.outbox/letter.txt",
        "share/key.txt",
        "key.txt",
        "letters",
    ] {
        let sources = Sources::collect(&[at(given)], "", &private).unwrap();
        assert!(sources.found.is_empty(), "{given}: {:?}", sources.found);
        assert!(!sources.failed.is_empty(), "{given}");
    }
}

#[test]
fn what_became_a_link_since_it_was_found_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["a.md", "secret"] {
        fs::write(at(name), "x").unwrap();
    }
    let sources = Sources::collect(&[folder.path().to_owned()], "", &Private::default()).unwrap();
    fs::remove_file(at("a.md")).unwrap();
    symlink("secret", at("a.md")).unwrap();
    assert!(sources.found[0].read(10).is_err());
}
