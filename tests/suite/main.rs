//! The integration tests: they talk to the built executable, over the command line and HTTPS, with real encrypted databases, the real
//! model and real vault processes.
//!
//! Most of them share one server ([`support::shared`]) on a port of its own choosing, each in a workspace of its own. Nothing here leaves
//! the machine, waits for a fixed time, or ends a process that it did not start.
#![expect(
    clippy::too_many_lines,
    reason = "a scenario is told from its beginning to its end"
)]

mod abuse;
mod api;
mod architecture;
mod ask;
mod circles;
mod clock;
mod command_line;
mod demo;
mod disk;
mod documents;
mod drafts;
mod eval;
mod help;
mod ingest;
mod init;
mod keys;
mod letters;
mod matrix;
mod network;
mod permissions;
mod proxy;
mod reviews;
mod secrecy;
mod serve;
mod sign_in;
mod standing;
mod styles;
mod support;
mod team;
mod workbench;
