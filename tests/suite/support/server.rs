//! A running `anchorite serve`.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::{eventually, kill};

const START: Duration = Duration::from_mins(1);
const END: Duration = Duration::from_secs(30);

pub(crate) struct Server {
    process: Mutex<Child>,
    pid: u32,
    address: Mutex<String>,
    announced: Mutex<Receiver<String>>,
    log: Arc<Mutex<String>>,
    warden: Child,
}

impl Server {
    /// Starts a command that serves and waits until it says where it listens.
    #[track_caller]
    pub(crate) fn of(command: Command) -> Self {
        Self::start(command, None)
    }

    /// The same. `leftover` is removed when the tests end before the server does.
    #[track_caller]
    pub(super) fn start(mut command: Command, leftover: Option<&Path>) -> Self {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = process.id();
        let log = Arc::new(Mutex::new(String::new()));
        let (announce, announced) = channel();
        follow_stdout(process.stdout.take().unwrap(), announce);
        follow_stderr(process.stderr.take().unwrap(), Arc::clone(&log));
        let server = Self {
            process: Mutex::new(process),
            pid,
            address: Mutex::default(),
            announced: Mutex::new(announced),
            log,
            warden: warden(pid, leftover),
        };
        server.wait_for_announcement();
        server
    }

    /// Waits until a web process says where it listens: at first, and again after each restart.
    #[track_caller]
    pub(crate) fn wait_for_announcement(&self) {
        let announced = self.announced.lock().unwrap().recv_timeout(START);
        *self.address.lock().unwrap() =
            announced.unwrap_or_else(|_| panic!("the server does not listen:\n{}", self.log()));
    }

    /// Such as `127.0.0.1:40123`.
    pub(crate) fn address(&self) -> String {
        self.address.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// What it has written to standard error.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Sends a signal and waits for its end.
    #[track_caller]
    pub(crate) fn end_with(&self, signal: Signal) -> ExitStatus {
        kill(self.pid, signal);
        self.wait()
    }

    #[track_caller]
    pub(crate) fn wait(&self) -> ExitStatus {
        let mut process = self.process.lock().unwrap();
        eventually("the server ends", || process.try_wait().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The warden first: the id of a process that was waited for may be given to another.
        let _ = self.warden.kill();
        let _ = self.warden.wait();
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let is_up = |process: &mut Child| matches!(process.try_wait(), Ok(None));
        if is_up(&mut process) {
            kill(self.pid, Signal::SIGTERM);
        }
        let deadline = Instant::now() + END;
        while is_up(&mut process) {
            if Instant::now() > deadline {
                let _ = process.kill();
            }
            thread::park_timeout(Duration::from_millis(10));
        }
    }
}

/// Ends the server when this process ends without having done so, however that comes: then the pipe to the warden closes.
fn warden(server: u32, leftover: Option<&Path>) -> Child {
    const SCRIPT: &str = r#"read -r _
        kill -TERM "$1" 2>/dev/null || exit 0
        for _ in $(seq 150); do
            case "$(cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null)" in ''|Z) break ;; esac
            sleep 0.1
        done
        [ -z "$2" ] || rm -rf -- "$2""#;
    Command::new("sh")
        .args(["-c", SCRIPT, "warden", &server.to_string()])
        .args(leftover)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn follow_stdout(stdout: ChildStdout, announce: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("Anchorite listens on https://") {
                // Nobody may be left to hear it.
                let _ = announce.send(address.to_owned());
            }
        }
    });
}

fn follow_stderr(mut stderr: ChildStderr, log: Arc<Mutex<String>>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stderr.read(&mut buffer) {
            log.lock()
                .unwrap()
                .push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    });
}
