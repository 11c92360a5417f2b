//! `anchorite ingest`: again and again, with whatever lies in a folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::support::{EXECUTABLE, Instance, eventually, folder_of, kill, run, shared, write};

/// The names and reasons of one list of the report, without the folder.
fn lines(report: &Value, list: &str, folder: &Path) -> Vec<(String, String)> {
    let prefix = format!("{}/", folder.display());
    let line = |entry: &Value| {
        let [name, reason] =
            ["name", "reason"].map(|field| entry[field].as_str().unwrap().to_owned());
        (name.replace(&prefix, ""), reason)
    };
    report[list].as_array().unwrap().iter().map(line).collect()
}

#[track_caller]
fn has_line(lines: &[(String, String)], name: &str, reason: &str) {
    let found: Vec<_> = lines.iter().filter(|(known, _)| known == name).collect();
    assert!(
        matches!(found[..], [(_, said)] if said.contains(reason)),
        "{name}: {reason} in {lines:#?}"
    );
}

#[test]
fn an_ingest_can_be_repeated_without_duplicates() {
    let workspace = shared().workspace("repeated");
    let files = folder_of(&[
        ("a.md", "# A\n\nThe first.\n"),
        ("sub/b.html", "<h1>B</h1><p>The second.</p>"),
        ("c.txt", "The third.\n"),
    ]);
    let ingest = |more: &[&str]| {
        shared()
            .instance
            .ingest(files.path(), &[&["--workspace", "repeated"], more].concat())
    };
    let counts = |report: &Value| {
        ["added", "replaced", "unchanged"].map(|name| report[name].as_u64().unwrap())
    };

    assert_eq!(counts(&ingest(&[])), [3, 0, 0]);
    let listed = workspace.documents();
    assert_eq!(counts(&ingest(&[])), [0, 0, 3]);
    assert_eq!(
        workspace.documents(),
        listed,
        "what did not change is untouched"
    );

    write(&files.path().join("a.md"), "# A\n\nThe first, changed.\n");
    assert_eq!(counts(&ingest(&[])), [0, 1, 2]);
    let document = workspace.document("a.md").has_status(200).json();
    assert_eq!(
        document["id"], listed[0]["id"],
        "links to a replaced document stay good"
    );
    assert!(
        document["text"]
            .as_str()
            .unwrap()
            .contains("The first, changed.")
    );
    assert_eq!(workspace.paths(), ["a.md", "c.txt", "sub/b.html"]);
}

#[test]
fn prune_removes_what_is_gone_and_only_under_the_prefix() {
    let workspace = shared().workspace("pruned");
    let (one, two) = (
        folder_of(&[("a.md", "Apples."), ("b.md", "Pears.")]),
        folder_of(&[("a.md", "Bolts.")]),
    );
    let ingest = |folder: &Path, more: &[&str]| {
        shared()
            .instance
            .ingest(folder, &[&["--workspace", "pruned"], more].concat())
    };
    ingest(one.path(), &["--prefix", "one/"]);
    ingest(two.path(), &["--prefix", "two/"]);
    fs::remove_file(one.path().join("b.md")).unwrap();

    assert_eq!(
        ingest(one.path(), &["--prefix", "one/"])["removed"],
        json!([]),
        "not without being asked"
    );
    assert_eq!(
        ingest(one.path(), &["--prefix", "one/", "--prune"])["removed"],
        json!(["one/b.md"])
    );
    assert_eq!(workspace.paths(), ["one/a.md", "two/a.md"]);
}

#[test]
fn a_prefix_is_a_folder_with_or_without_its_slash() {
    let workspace = shared().workspace("prefixed");
    let files = folder_of(&[("a.md", "Apples."), ("b.md", "Pears.")]);
    let ingest = |prefix: &str, more: &[&str]| {
        let named = ["--workspace", "prefixed", "--prefix", prefix];
        let arguments = [&named[..], more].concat();
        shared().instance.ingest(files.path(), &arguments)
    };
    ingest("manuals/", &[]);
    ingest("man", &[]);
    fs::remove_file(files.path().join("b.md")).unwrap();
    let report = ingest("man", &["--prune"]);
    assert_eq!(report["removed"], json!(["man/b.md"]));
    assert_eq!(
        workspace.paths(),
        ["man/a.md", "manuals/a.md", "manuals/b.md"]
    );
}

#[test]
fn a_dead_link_keeps_its_own_documents_and_the_rest_is_pruned() {
    let workspace = shared().workspace("dead-links");
    let files = folder_of(&[
        ("a.md", "Apples."),
        ("b.md", "Pears."),
        ("c.md", "Plums."),
        ("share/d.md", "Figs."),
    ]);
    let named = ["--workspace", "dead-links"];
    shared().instance.ingest(files.path(), &named);
    for gone in ["b.md", "c.md", "share/d.md"] {
        fs::remove_file(files.path().join(gone)).unwrap();
    }
    fs::remove_dir(files.path().join("share")).unwrap();
    for link in ["b.md", "share"] {
        symlink("nowhere", files.path().join(link)).unwrap();
    }
    let report = in_part(files.path(), &[&named[..], &["--prune"]].concat());
    assert_eq!(report["removed"], json!(["c.md"]));
    assert_eq!(report["prune_refused"], Value::Null);
    let failed = lines(&report, "failed", files.path());
    has_line(&failed, "b.md", "No such file");
    has_line(&failed, "share", "No such file");
    assert_eq!(workspace.paths(), ["a.md", "b.md", "share/d.md"]);
}

#[test]
fn only_what_an_ingest_brought_in_is_pruned() {
    let workspace = shared().workspace("own-pruned");
    let files = folder_of(&[("a.md", "Apples."), ("b.md", "Pears.")]);
    let named = ["--workspace", "own-pruned"];
    shared().instance.ingest(files.path(), &named);
    workspace.put("program.md", "Put by a program.");
    fs::remove_file(files.path().join("b.md")).unwrap();
    let pruned = [&named[..], &["--prune-all"]].concat();
    let report = shared().instance.ingest(files.path(), &pruned);
    assert_eq!(report["removed"], json!(["b.md"]));
    assert_eq!(workspace.paths(), ["a.md", "program.md"]);
}

#[test]
fn a_prune_that_would_go_too_far_is_refused_after_the_report() {
    let workspace = shared().workspace("too-far");
    let files = folder_of(&[("a.md", "Apples."), ("b.md", "Pears."), ("c.md", "Plums.")]);
    let named = ["--workspace", "too-far"];
    let ingest = |given: &Path, more: &[&str]| {
        let given = given.to_str().unwrap();
        shared()
            .instance
            .run(&[&["ingest", given, "--json"], &named[..], more].concat())
    };
    ingest(files.path(), &[]).succeeded();
    let all = workspace.paths();

    let (empty, one) = (tempfile::tempdir().unwrap(), files.path().join("a.md"));
    let fewer = folder_of(&[("a.md", "Apples, and more.")]);
    for (given, reason) in [
        (
            empty.path(),
            "no document was found in what was given, and 3 documents would",
        ),
        (
            &one,
            "only files were given, and a file does not say what else is gone (2 documents",
        ),
        (
            fewer.path(),
            "2 of 3 ingested documents would have been removed, more than a fifth (such as b.md, c.md)",
        ),
    ] {
        let finished = ingest(given, &["--prune"]).ended_with(1);
        assert!(finished.stderr.contains(reason), "{finished:#?}");
        let report = finished.json();
        assert!(report["prune_refused"].as_str().unwrap().contains(reason));
        assert_eq!(report["removed"], json!([]));
        assert_eq!(workspace.paths(), all);
    }
    let report = ingest(fewer.path(), &["--prune-all"]).succeeded().json();
    assert_eq!(report["removed"], json!(["b.md", "c.md"]));
    assert_eq!(workspace.paths(), ["a.md"]);
}

#[test]
fn a_person_at_a_terminal_is_asked() {
    let workspace = shared().workspace("asked");
    let files = folder_of(&[("a.md", "Apples."), ("b.md", "Pears."), ("c.md", "Plums.")]);
    shared()
        .instance
        .ingest(files.path(), &["--workspace", "asked"]);
    for gone in ["b.md", "c.md"] {
        fs::remove_file(files.path().join(gone)).unwrap();
    }
    let answer = |answer: &str| {
        let command = format!(
            "{EXECUTABLE} ingest {} --data {} --workspace asked --prune",
            files.path().display(),
            shared().instance.data().display()
        );
        let mut terminal = Command::new("script");
        terminal.args(["--quiet", "--return", "--command", &command, "/dev/null"]);
        run(terminal, answer)
    };
    let said = answer("no\n").ended_with(1).stdout;
    assert!(said.contains("2 of 3 ingested documents are not among the files any more, such as b.md, c.md. Remove them?"), "{said}");
    assert!(said.contains("nothing was pruned, as you said"), "{said}");
    assert_eq!(workspace.paths(), ["a.md", "b.md", "c.md"]);
    answer("yes\n").ended_with(0);
    assert_eq!(workspace.paths(), ["a.md"]);
}

#[test]
fn the_report_says_which_label_counted() {
    shared().workspace("labelled");
    let files = folder_of(&[("a.md", "Apples.")]);
    let given = files.path().to_str().unwrap();
    for (label, said) in [
        (&[][..], "; label: as it is, public when new\n"),
        (&["--label", "staff"], "; label: staff\n"),
    ] {
        let arguments = [&["ingest", given, "--workspace", "labelled"], label].concat();
        let finished = shared().instance.run(&arguments).succeeded();
        assert!(finished.stdout.ends_with(said), "{finished:#?}");
    }
}

#[test]
fn bad_input_is_one_line_each_and_the_rest_is_ingested() {
    let workspace = shared().workspace("bad-input");
    let nested: String = (0..1_000)
        .flat_map(|depth| ["  ".repeat(depth), format!("- level {depth}\n")])
        .collect();
    let files = folder_of(&[
        ("good.md", &b"# Good\n\nIt is read.\n"[..]),
        ("not-utf8.md", b"# Caf\xe9\n\ncr\xe8me\n"),
        ("binary.md", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\x03\0>\0"),
        ("empty.md", b""),
        ("blank.txt", b" \n\n\t\n"),
        ("picture.png", b"\x89PNG"),
        ("line\nbreak.md", b"x"),
        ("long-line.txt", "abcdefghij".repeat(200_000).as_bytes()),
        ("nested.md", nested.as_bytes()),
        ("broken.html", b"<h1>Broken</h1><script>steal()</script><p>It <b>still</i> reads.<table><tr><td>one<td>two<div></p></h3"),
    ]);
    let at = |name: &str| files.path().join(name);
    symlink(files.path(), at("loop")).unwrap();
    symlink("nowhere.md", at("dangling.md")).unwrap();
    symlink("/proc/self/mem", at("outside.md")).unwrap();

    let given = files.path().to_str().unwrap();
    let finished = shared()
        .instance
        .run(&["ingest", given, "--workspace", "bad-input", "--json"])
        .ended_with(3);
    let report = finished.json();
    let (failed, skipped) = (
        lines(&report, "failed", files.path()),
        lines(&report, "skipped", files.path()),
    );
    has_line(&failed, "not-utf8.md", "is not UTF-8 text: byte 5");
    has_line(&failed, "binary.md", "looks like binary data");
    has_line(&failed, "empty.md", "is empty");
    has_line(&failed, "blank.txt", "is empty");
    has_line(&failed, "outside.md", "it leads out of the folder");
    has_line(
        &failed,
        "line\u{fffd}break.md",
        "control characters, such as a newline",
    );
    has_line(&failed, "dangling.md", "No such file");
    assert_eq!(failed.len(), 7, "{failed:#?}");
    assert!(
        finished.stderr.contains("7 of what was asked for"),
        "{finished:#?}"
    );
    has_line(
        &skipped,
        "picture.png",
        "only Markdown, HTML and plain text",
    );
    has_line(&skipped, "loop", "leads back to a folder above it");
    assert_eq!(skipped.len(), 2, "{skipped:#?}");
    has_line(
        &lines(&report, "notes", files.path()),
        "broken.html",
        "script",
    );
    assert!(
        failed
            .iter()
            .chain(&skipped)
            .all(|(name, reason)| !name.contains('\n') && !reason.contains('\n')),
        "one line each"
    );

    assert_eq!(report["added"], 4);
    assert_eq!(
        workspace.paths(),
        ["broken.html", "good.md", "long-line.txt", "nested.md"]
    );
    let text = workspace.document("broken.html").json()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        text.contains("It still reads.") && !text.contains("steal"),
        "{text}"
    );
    let text = workspace.document("nested.md").json()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        text.contains("level 0\n") && text.contains("level 999"),
        "every item is kept"
    );
    assert_eq!(
        workspace.document("long-line.txt").json()["text"]
            .as_str()
            .unwrap()
            .len(),
        2_000_000
    );
}

#[test]
fn a_file_that_cannot_be_read_is_listed() {
    shared().workspace("unreadable-file");
    let files = tempfile::tempdir().unwrap();
    let file = files.path().join("unreadable.md");
    // Opens, and then fails to be read, for the superuser too.
    symlink("/proc/self/mem", &file).unwrap();
    let report = in_part(&file, &["--workspace", "unreadable-file"]);
    let failed = lines(&report, "failed", files.path());
    has_line(&failed, "unreadable.md", "cannot be read");
}

#[test]
fn no_link_publishes_what_lies_outside_or_belongs_to_the_instance() {
    let workspace = shared().workspace("links");
    let instance = &shared().instance;
    let files = folder_of(&[
        ("share/a.md", "Apples."),
        ("share/b.md", "Pears."),
        ("old/c.md", "Plums."),
    ]);
    let at = |name: &str| files.path().join(name);
    let named = ["--workspace", "links"];
    instance.ingest(&at("share"), &named);
    fs::remove_file(at("share/b.md")).unwrap();
    symlink(at("old/c.md"), at("share/b.md")).unwrap();
    symlink(instance.root_key(), at("share/x.txt")).unwrap();
    symlink(instance.data(), at("share/data")).unwrap();
    symlink("a.md", at("share/same.md")).unwrap();
    let report = in_part(&at("share"), &[&named[..], &["--prune"]].concat());
    let failed = lines(&report, "failed", &at("share"));
    for name in ["b.md", "x.txt", "data"] {
        has_line(&failed, name, "it leads out of the folder");
    }
    assert_eq!(report["removed"], json!([]), "nothing says that it is gone");
    assert_eq!(workspace.paths(), ["a.md", "b.md", "same.md"]);

    let report = in_part(&at("share/x.txt"), &named);
    has_line(
        &lines(&report, "failed", &at("share")),
        "x.txt",
        "it is the root key",
    );
    in_part(&instance.data(), &named);
    assert_eq!(workspace.paths(), ["a.md", "b.md", "same.md"]);
}

#[test]
fn what_is_no_document_is_no_failure_in_a_folder_and_one_where_it_was_named() {
    shared().workspace("named");
    let files = folder_of(&[("good.md", "It is read."), ("a.pdf", "%PDF")]);
    let named = ["--workspace", "named"];
    for outcome in ["added", "unchanged"] {
        let report = shared().instance.ingest(files.path(), &named);
        assert_eq!(
            (&report[outcome], &report["failed"]),
            (&1.into(), &json!([]))
        );
        has_line(&lines(&report, "skipped", files.path()), "a.pdf", "only");
    }
    let report = in_part(&files.path().join("a.pdf"), &named);
    has_line(&lines(&report, "failed", files.path()), "a.pdf", "only");
}

/// Ingests what can be only in part, and returns the report.
#[track_caller]
fn in_part(given: &Path, arguments: &[&str]) -> Value {
    let given = given.to_str().unwrap();
    let arguments = [&["ingest", given, "--json"], arguments].concat();
    shared().instance.run(&arguments).ended_with(3).json()
}

#[test]
fn the_report_for_people_has_one_line_for_each_file() {
    shared().workspace("report");
    let files = folder_of(&[
        ("good.md", "It is read."),
        ("empty.md", ""),
        ("a.pdf", "%PDF"),
        ("line\nbreak.md", "x"),
    ]);
    let given = files.path().to_str().unwrap();
    let report = shared()
        .instance
        .run(&["ingest", given, "--workspace", "report"])
        .ended_with(3)
        .stdout
        .replace(given, "DIR");
    let (lines, last) = report.trim_end().rsplit_once('\n').unwrap();
    insta::assert_snapshot!(lines, @r"
    failed  empty.md: the file is empty
    failed  DIR/line�break.md: its name is not usable: it has control characters, such as a newline
    skipped DIR/a.pdf: only Markdown, HTML and plain text are read
    ");
    assert!(
        last.starts_with(
            "1 added, 0 replaced, 0 unchanged, 0 removed, 2 failed, 1 skipped; 1 passages in "
        ),
        "{last}"
    );
}

#[test]
fn what_hides_in_a_name_is_refused_and_in_a_title_is_marked() {
    let workspace = shared().workspace("hidden");
    let files = folder_of(&[
        ("\u{202e}gpj.md", "A picture?"),
        ("fees.md", "# Fees \u{202e}dehsilobA\n\nThere are none."),
    ]);
    let report = in_part(files.path(), &["--workspace", "hidden"]);
    has_line(
        &lines(&report, "failed", files.path()),
        "\u{fffd}gpj.md",
        "it has the invisible character U+202E: give it another name",
    );
    has_line(
        &lines(&report, "notes", files.path()),
        "fees.md",
        "title: 1 invisible character was marked",
    );
    assert_eq!(workspace.paths(), ["fees.md"]);
    assert_eq!(workspace.documents()[0]["title"], "Fees \u{fffd}dehsilobA");
    let reply = workspace.put("a\u{2066}b.md", "Text.");
    reply.is_error(400, "path_malformed");
}

#[test]
fn a_prefix_that_leads_outside_is_refused_for_every_file() {
    let workspace = shared().workspace("prefix");
    let files = folder_of(&[("a.md", "Apples.")]);
    let report = in_part(files.path(), &["--workspace", "prefix", "--prefix", "../"]);
    has_line(
        &lines(&report, "failed", files.path()),
        "a.md",
        "\"..\" part",
    );
    assert!(workspace.paths().is_empty());
}

#[test]
fn a_folder_that_does_not_exist_is_an_error() {
    let sentence = shared()
        .instance
        .run(&["ingest", "/nonexistent/manuals"])
        .was_refused();
    assert!(
        sentence.contains("/nonexistent/manuals") && sentence.contains("No such file"),
        "{sentence}"
    );
}

#[test]
fn a_file_over_the_configured_size_is_refused_and_named() {
    let instance = Instance::new();
    instance.set("max_file_mib = 64", "max_file_mib = 1");
    let files = folder_of(&[
        ("big.txt", "a".repeat(1024 * 1024 + 1)),
        ("edge.txt", "a".repeat(1024 * 1024)),
        ("small.txt", "Small.".to_owned()),
    ]);
    let report = instance
        .run(&["ingest", files.path().to_str().unwrap(), "--json"])
        .ended_with(3)
        .json();
    has_line(
        &lines(&report, "failed", files.path()),
        "big.txt",
        "2 MB; at most 1 MB are read",
    );
    assert_eq!(report["added"], 2);
}

#[test]
fn fifty_megabytes_of_markdown_are_one_line_and_not_the_end() {
    let workspace = shared().workspace("fifty");
    let paragraph = "The ferry leaves the northern quay at seven and carries bicycles, dogs and post to the island. ".repeat(11) + "\n\n";
    let files = folder_of(&[
        (
            "big.md",
            paragraph.repeat(50 * 1024 * 1024 / paragraph.len()),
        ),
        ("small.md", "Small.".to_owned()),
    ]);
    let given = files.path().to_str().unwrap();
    let report = shared()
        .instance
        .run(&["ingest", given, "--workspace", "fifty", "--json"])
        .ended_with(3)
        .json();
    has_line(
        &lines(&report, "failed", files.path()),
        "big.md",
        "passages is over the limit of 20000; split it",
    );
    assert_eq!(workspace.paths(), ["small.md"]);
}

#[test]
fn a_killed_ingest_leaves_complete_documents_only() {
    const FILES: usize = 600;
    let workspace = shared().workspace("killed");
    let text = |n: usize| {
        format!(
            "Article {n} tells how valve {n} of the pumping station is opened.\n\nTurn it {n} times, and write {n} into the log."
        )
    };
    let files = folder_of(&[("0000.md", text(0))]);
    for n in 1..FILES {
        write(&files.path().join(format!("{n:04}.md")), text(n));
    }
    let given = files.path().to_str().unwrap();
    let mut command = shared()
        .instance
        .command(&["ingest", given, "--workspace", "killed"]);
    let mut process = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the first documents are stored", || {
        (!workspace.paths().is_empty()).then_some(())
    });
    kill(process.id(), Signal::SIGKILL);
    process.wait().unwrap();

    let documents = workspace.documents();
    assert!(
        (1..FILES).contains(&documents.len()),
        "{} of {FILES}: it was not in the middle",
        documents.len()
    );
    for document in documents.iter().step_by(7) {
        let path = document["path"].as_str().unwrap();
        let n: usize = path[..4].parse().unwrap();
        let stored = workspace.document(path).has_status(200).json();
        assert_eq!(stored["text"].as_str().unwrap().trim(), text(n));
        assert!(
            stored["passages"].as_u64().unwrap() > 0,
            "{path} has no passages"
        );
        assert!(
            workspace.search_under(&format!("valve {n}"), path).len() == 1,
            "{path} is not found"
        );
    }

    let report = shared()
        .instance
        .ingest(files.path(), &["--workspace", "killed"]);
    assert_eq!(
        report["unchanged"].as_u64().unwrap(),
        documents.len() as u64
    );
    assert_eq!(
        report["added"].as_u64().unwrap(),
        (FILES - documents.len()) as u64
    );
    assert_eq!(workspace.documents().len(), FILES);
}
