//! How the processes talk: length-prefixed frames over a Unix stream socket.
//!
//! A frame is four bytes of length (little-endian) and a body in postcard's encoding of one closed `enum`. The length is checked
//! against a cap before anything is allocated, every frame has a deadline from its first byte to its last, and a server serves
//! only peers whose user id it was told to serve (`SO_PEERCRED`). An unknown or malformed body is an error, and ends the connection.

mod error;
mod frame;
mod listener;
#[cfg(test)]
mod tests;

pub(crate) use error::Error;
pub(crate) use frame::{Connection, Limits};
pub(crate) use listener::{Listener, connect};
