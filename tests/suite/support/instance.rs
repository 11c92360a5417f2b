//! An instance of its own: data folder, root key, configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{Browser, Finished, Server, Staff, executable, run};

pub(crate) struct Instance {
    folder: TempDir,
    /// What `init` printed.
    pub kit: String,
}

impl Instance {
    /// A new instance with the workspace `main`. Its server takes any free port.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("anchorite-suite-")
            .tempdir()
            .unwrap();
        let mut instance = Self {
            folder,
            kit: String::new(),
        };
        instance.kit = instance.run(&["init"]).succeeded().stdout;
        instance.set("listen = \"127.0.0.1:8443\"", "listen = \"127.0.0.1:0\"");
        // More people join here in a minute than anywhere else in a year.
        instance.set("letters_an_hour = 30", "letters_an_hour = 100000");
        instance.set("letters_a_day = 100", "letters_a_day = 1000000");
        instance
    }

    /// As [`Instance::new`], for a static that is never dropped: whoever ends the server removes the folder.
    pub(super) fn kept(mut self) -> Self {
        self.folder.disable_cleanup(true);
        self
    }

    /// The folder that everything of it is in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn root_key(&self) -> PathBuf {
        self.folder.path().join("data.root.key")
    }

    /// The code of the recovery kit.
    pub(crate) fn recovery_code(&self) -> &str {
        let is_code = |line: &&str| {
            line.split('-').count() == 13
                && line.split('-').all(|group| matches!(group.len(), 4 | 5))
        };
        self.kit
            .lines()
            .map(str::trim)
            .find(is_code)
            .expect("the kit has a recovery code")
    }

    /// Changes a line of the configuration.
    #[track_caller]
    pub(crate) fn set(&self, line: &str, replacement: &str) {
        let path = self.data().join("config.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text.matches(line).count(),
            1,
            "{line} stands in the configuration once"
        );
        fs::write(path, text.replace(line, replacement)).unwrap();
    }

    /// A command on this instance.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = executable(arguments);
        command.env("ANCHORITE_DATA", self.data());
        command
    }

    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        run(self.command(arguments), "")
    }

    /// Ingests `given` and returns the report.
    #[track_caller]
    pub(crate) fn ingest(&self, given: &Path, arguments: &[&str]) -> Value {
        let path = given.to_str().unwrap();
        self.run(&[&["ingest", path, "--json"], arguments].concat())
            .succeeded()
            .json()
    }

    /// Makes an API key: its id and its token.
    #[track_caller]
    pub(crate) fn create_key(&self, workspace: &str, scopes: &[&str]) -> (String, String) {
        let scopes: Vec<&str> = scopes.iter().flat_map(|scope| ["--scope", scope]).collect();
        let made = self
            .run(
                &[
                    &["keys", "create", "--json", "--workspace", workspace],
                    &scopes[..],
                ]
                .concat(),
            )
            .succeeded()
            .json();
        (
            made["key"]["id"].as_str().unwrap().to_owned(),
            made["token"].as_str().unwrap().to_owned(),
        )
    }

    /// Invites somebody and returns the link, which the outbox has too.
    #[track_caller]
    pub(crate) fn invite(&self, email: &str, role: &str, workspace: &str) -> String {
        let arguments = ["user", "invite", email, "--role", role, "-w", workspace];
        let said = self.run(&arguments).succeeded().stdout;
        let link = said
            .split_whitespace()
            .find(|word| word.contains("/dashboard/join/"));
        link.unwrap_or_else(|| panic!("no link: {said}")).to_owned()
    }

    /// Starts its server, waits until that listens, and makes the first account if there is none.
    #[track_caller]
    pub(crate) fn serve(&self) -> Server {
        let server = Server::of(self.command(&["serve"]));
        self.set_up(&server);
        server
    }

    /// Makes the first account, an owner, if there is none.
    #[track_caller]
    pub(crate) fn set_up(&self, server: &Server) -> Option<Staff> {
        let link = fs::read_to_string(self.data().join("setup-link")).ok()?;
        Some(Browser::new(server).join(link.trim(), "ada@bank.example", "Ada Lovelace"))
    }
}
