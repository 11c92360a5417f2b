//! Anchorite: a self-hosted support bot in one binary. See ARCHITECTURE.md for the map.

mod answer;
mod apikey;
mod app;
mod ask;
mod audit;
mod cli;
mod clock;
mod config;
mod crypto;
mod db;
mod evaluation;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gap;
mod id;
pub mod inference;
mod ipc;
mod jobs;
mod knowledge;
mod language;
mod parser;
mod privacy;
mod question;
mod sandbox;
pub mod search;
mod secret;
mod staff;
mod telemetry;
#[cfg(test)]
mod testing;
mod text;
mod vault;
mod web;
mod workspace;

/// The program: parses its arguments, does what they say, and returns its exit status.
#[must_use]
pub fn main() -> std::process::ExitCode {
    cli::main()
}
