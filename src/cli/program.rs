//! This program, to be started once more in another role.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// The very file that runs, even when an upgrade has put another one in its place: its roles have to be of one version.
const ITSELF: &str = "/proc/self/exe";

/// A command of this program, under the name by which it was called itself.
pub(super) fn again() -> Command {
    let name = std::env::args_os().next();
    let mut command = Command::new(ITSELF);
    command.arg0(name.unwrap_or_else(|| "anchorite".into()));
    command
}
