//! What every command has in common.

use crate::support::{Instance, executable, run};

const COMMANDS: [&[&str]; 13] = [
    &["init"],
    &["serve"],
    &["ingest"],
    &["ask"],
    &["eval"],
    &["keys", "create"],
    &["keys", "list"],
    &["keys", "revoke"],
    &["workspace", "create"],
    &["workspace", "list"],
    &["demo"],
    &["web"],
    &["vault"],
];

#[test]
fn every_command_explains_itself() {
    for command in COMMANDS {
        let help = run(executable(&[command, &["--help"]].concat()), "").succeeded();
        assert!(
            help.stdout.contains("Usage: anchorite") && help.stdout.contains("--help"),
            "{command:?}: {}",
            help.stdout
        );
        assert_eq!(help.stderr, "");
    }
    let help = run(executable(&["--help"]), "").succeeded().stdout;
    for name in COMMANDS.map(|command| command[0]) {
        assert!(help.contains(&format!("\n  {name} ")), "{name} is listed");
    }
    assert!(
        help.contains("Exit status: 0 done; 1 failed; 2 wrong usage; 3"),
        "{help}"
    );
}

#[test]
fn wrong_usage_has_a_status_of_its_own() {
    for wrong in [
        &["nonsense"][..],
        &[],
        &["ask"],
        &["keys", "create"],
        &["keys", "create", "--scope", "everything"],
        &["ask", "?", "-w", "A B"],
    ] {
        let finished = run(executable(wrong), "").ended_with(2);
        assert_eq!(finished.stdout, "", "{wrong:?}");
    }
}

#[test]
fn all_problems_of_a_configuration_are_reported_at_once_with_their_lines() {
    let instance = Instance::new();
    let config = instance.folder().join("other.toml");
    std::fs::write(&config, "[server]\nlisten = 8443\nport = 1\n\n[ingest]\nmax_file_mib = 0\n\n[log]\nlevel = \"loud\"\n").unwrap();
    let sentence = instance
        .run(&["workspace", "list", "--config", config.to_str().unwrap()])
        .was_refused();
    let lines: Vec<&str> = sentence.lines().skip(1).map(str::trim).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    line 2: server.listen must be a text, not a whole number
    line 3: server.port is not a setting
    line 6: ingest.max_file_mib must be a whole number from 1 to 64
    line 9: log.level must be one of error, warn, info, debug, trace (error parsing level: expected one of "error", "warn", "info", "debug", "trace", or a number 1-5)
    "#);
}

#[test]
fn a_command_that_succeeds_has_nothing_to_complain_about() {
    let instance = Instance::new();
    // What goes wrong only when two threads of a short command meet shows in one run of forty.
    for _ in 0..80 {
        assert_eq!(instance.run(&["workspace", "list"]).succeeded().stderr, "");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let instance = Instance::new();
    let mut command = std::process::Command::new("sh");
    command.env("ANCHORITE_DATA", instance.data()).args([
        "-c",
        "{ \"$1\" workspace list; echo $? >&2; } | true",
        "sh",
        crate::support::EXECUTABLE,
    ]);
    let finished = run(command, "").succeeded();
    assert_eq!(finished.stderr.trim(), "0");
}
