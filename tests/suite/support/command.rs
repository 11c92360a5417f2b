//! Running the executable and looking at what it said.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) const EXECUTABLE: &str = env!("CARGO_BIN_EXE_anchorite");

/// The executable, without what the environment of this shell would tell it.
pub(crate) fn executable(arguments: &[&str]) -> Command {
    let mut command = Command::new(EXECUTABLE);
    command.args(arguments).stdin(Stdio::null());
    for name in [
        "ANCHORITE_DATA",
        "ANCHORITE_CONFIG",
        "CREDENTIALS_DIRECTORY",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end, with `input` on its standard input.
#[track_caller]
pub(crate) fn run(mut command: Command, input: &str) -> Finished {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may have closed it already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    Finished::of(&child.wait_with_output().unwrap())
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Or 128 and the signal that ended it, as a shell says it.
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
        let status = output
            .status
            .code()
            .or_else(|| Some(128 + output.status.signal()?))
            .expect("it ended");
        Self {
            status,
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        self.ended_with(0)
    }

    #[track_caller]
    pub(crate) fn ended_with(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        self
    }

    /// It failed with one sentence on standard error and nothing on standard output. Returns the sentence.
    #[track_caller]
    pub(crate) fn was_refused(self) -> String {
        let finished = self.ended_with(1);
        assert_eq!(finished.stdout, "", "a refusal prints no data");
        let sentence = finished
            .stderr
            .trim_end()
            .strip_prefix("anchorite: ")
            .unwrap_or_else(|| panic!("no sentence: {finished:#?}"));
        assert!(!sentence.contains("panicked"), "{sentence}");
        sentence.to_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}
