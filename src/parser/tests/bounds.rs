//! Twice the input is at most twice the work, or the reader stops with a sentence.

use std::process::{Command, Stdio};

use nix::libc::rlim_t;
use nix::sys::resource::{RLIM_INFINITY, Resource, UsageWho, getrusage, setrlimit};

use super::bombs::{BOMBS, Bomb};
use super::*;

const SIZE: usize = 30_000;

/// Steps that have nothing to do with the size: comrak's are counted in lots, and each part begins one.
const SLACK_STEPS: u64 = 20_000;

/// Bytes of text for a byte of source. Lines of an item eight lists deep are the worst: two become eighteen.
const MAX_GROWTH: usize = 10;

/// What spans of table cells may add to any document.
const SPAN_BYTES: usize = 5 * 1024 * 1024;

/// Seconds of processor time for a megabyte: far more than any bomb needs, far less than a quadratic one takes.
const MAX_CPU_SECONDS: rlim_t = 20;

/// Tells the child which bombs are its own: those whose place in the list has this remainder.
const SHARE: &str = "ANCHORITE_TEST_BOMBS";

const CHILDREN: usize = 2;

const LAST_WORD: &str = "all of them";

/// The steps of reading it; `None` where the reader stopped.
fn work(bomb: &Bomb, bytes: usize) -> Option<u64> {
    let source = bomb.of(bytes);
    match build(source.as_bytes(), bomb.media) {
        Ok(builder) => {
            let steps = builder.work.spent();
            match builder.finish("a") {
                Ok(document) => {
                    let length = checked(document).text.len();
                    assert!(
                        length <= MAX_GROWTH * source.len() + SPAN_BYTES,
                        "{}: {length} bytes of text",
                        bomb.name
                    );
                }
                Err(error) => assert_eq!(error, Error::NoText, "{}", bomb.name),
            }
            Some(steps)
        }
        Err(Error::TooMuchWork) => None,
        Err(error) => panic!("{}: {error}", bomb.name),
    }
}

#[test]
fn twice_the_input_is_at_most_twice_the_work() {
    for bomb in BOMBS {
        let (Some(once), Some(twice)) = (work(bomb, SIZE), work(bomb, 2 * SIZE)) else {
            continue;
        };
        assert!(
            twice <= 2 * once + once / 4 + SLACK_STEPS,
            "{}: {once} steps, {twice} for twice the input",
            bomb.name
        );
    }
}

#[test]
fn every_budget_ends() {
    let mut work = Work::for_source(10);
    while work.spend(1000).is_ok() {}
    assert_eq!(work.spend(1), Err(Error::TooMuchWork));
    assert_eq!(
        Work::for_source(0).spend(usize::MAX),
        Err(Error::TooMuchWork)
    );
}

/// What no step counts, inside the libraries, the system does: it ends a child whose processor time is up.
#[test]
fn no_megabyte_takes_forever() {
    let child = |share: usize| {
        let module = module_path!();
        let (_, module) = module.split_once("::").expect("below the crate");
        Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "--nocapture"])
            .arg(format!("{module}::a_child_reads_its_share_of_bombs"))
            .env(SHARE, share.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a child")
    };
    let children: Vec<_> = (0..CHILDREN).map(child).collect();
    for child in children {
        let output = child.wait_with_output().expect("its output");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.contains(LAST_WORD),
            "{}, the last bomb being the one that was too much:\n{said}",
            output.status
        );
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how this test speaks to its child"
)]
fn a_child_reads_its_share_of_bombs() {
    let Some(share) = std::env::var(SHARE)
        .ok()
        .and_then(|share| share.parse().ok())
    else {
        return;
    };
    for bomb in BOMBS.iter().skip(share).step_by(CHILDREN) {
        let usage = getrusage(UsageWho::RUSAGE_SELF).expect("usage");
        let used = usage.user_time().tv_sec() + usage.system_time().tv_sec();
        let limit = rlim_t::try_from(used).expect("seconds") + MAX_CPU_SECONDS;
        setrlimit(Resource::RLIMIT_CPU, limit, RLIM_INFINITY).expect("a limit");
        eprintln!("{} {}", bomb.media, bomb.name);
        match read(bomb.of(1024 * 1024).as_bytes(), bomb.media, "a") {
            Ok(_) | Err(Error::TooMuchWork | Error::NoText) => {}
            Err(error) => panic!("{error}"),
        }
    }
    eprintln!("{LAST_WORD}");
}
