//! `anchorite demo`: the first thing that anybody runs.

use std::fs;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::support::{EXECUTABLE, Server, executable, get, run};

#[test]
fn the_demo_answers_three_questions_and_refuses_one_without_a_network() {
    let temporary = tempfile::tempdir().unwrap();
    let isolated = Command::new("unshare")
        .args(["-rn", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let mut command = if isolated {
        Command::new("unshare")
    } else {
        Command::new(EXECUTABLE)
    };
    if isolated {
        // No interface is up in there, not even loopback.
        command.args(["-rn", EXECUTABLE]);
    }
    command
        .args(["demo", "--once"])
        .env("TMPDIR", temporary.path());
    let finished = run(command, "").succeeded();

    let answers: Vec<&str> = finished.stdout.split("\n> ").skip(1).collect();
    assert_eq!(answers.len(), 4, "{}", finished.stdout);
    for answer in &answers[..3] {
        assert!(
            answer.contains("\nAnswered (") || answer.contains("\nPartly answered ("),
            "{answer}"
        );
        for part in ["[1]", "\n[1] ", "    “"] {
            assert!(answer.contains(part), "{part:?} in {answer}");
        }
    }
    assert!(
        answers[3].contains("\nNot found.") && !answers[3].contains("[1]"),
        "{}",
        answers[3]
    );
    assert_eq!(
        fs::read_dir(temporary.path()).unwrap().count(),
        0,
        "nothing stays behind"
    );
    assert!(!finished.stdout.contains("RECOVERY"), "{}", finished.stdout);
}

#[test]
fn the_demo_serves_what_it_asked_and_goes_without_a_trace() {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = executable(&["demo", "--listen", "127.0.0.1:0"]);
    command.env("TMPDIR", temporary.path());
    let server = Server::of(command);
    assert!(
        get(&server.url("/help/harbour-and-vale"))
            .has_status(200)
            .body
            .contains("How can we help?")
    );
    assert_eq!(
        server.end_with(Signal::SIGTERM).code(),
        Some(0),
        "{}",
        server.log()
    );
    assert_eq!(
        fs::read_dir(temporary.path()).unwrap().count(),
        0,
        "nothing stays behind"
    );
}
