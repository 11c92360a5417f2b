//! Frames on one connection.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::Error;

/// What one frame may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of a body.
    pub size: usize,
    /// From the first byte of a frame to its last, and from a request to its answer.
    pub deadline: Duration,
}

/// One end of a connection. Frames may carry a key, so their buffers are zeroised.
pub(crate) struct Connection {
    stream: UnixStream,
    limits: Limits,
}

impl Connection {
    pub(crate) fn new(stream: UnixStream, limits: Limits) -> Self {
        Self { stream, limits }
    }

    /// Sends one frame.
    pub(crate) fn send<T: Serialize>(&mut self, message: &T) -> Result<(), Error> {
        let body = Zeroizing::new(postcard::to_stdvec(message).map_err(|_| Error::Malformed)?);
        self.check_size(body.len())?;
        let length = u32::try_from(body.len()).map_err(|_| Error::TooLarge {
            length: body.len(),
            cap: self.limits.size,
        })?;
        let deadline = Instant::now() + self.limits.deadline;
        self.write_all(&length.to_le_bytes(), deadline)?;
        self.write_all(&body, deadline)
    }

    /// Receives the answer to a frame that was just sent: all of it within the deadline.
    pub(crate) fn receive<T: DeserializeOwned>(&mut self) -> Result<T, Error> {
        let deadline = Instant::now() + self.limits.deadline;
        self.receive_until(deadline)
    }

    /// As [`Connection::receive`], for an answer that may take longer or be larger than others.
    pub(crate) fn receive_within<T: DeserializeOwned>(
        &mut self,
        limits: Limits,
    ) -> Result<T, Error> {
        let usual = std::mem::replace(&mut self.limits, limits);
        let received = self.receive();
        self.limits = usual;
        received
    }

    /// Waits, as long as it takes, for a next request; from its first byte on, the deadline counts. `None`: the peer is done.
    pub(crate) fn next_request<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        self.stream.set_read_timeout(None)?;
        let mut first = [0; 1];
        loop {
            match self.stream.read(&mut first) {
                Ok(0) => return Ok(None),
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        let deadline = Instant::now() + self.limits.deadline;
        let mut rest = [0; 3];
        self.read_exact(&mut rest, deadline)?;
        self.receive_body(
            u32::from_le_bytes([first[0], rest[0], rest[1], rest[2]]),
            deadline,
        )
        .map(Some)
    }

    fn receive_until<T: DeserializeOwned>(&mut self, deadline: Instant) -> Result<T, Error> {
        let mut length = [0; 4];
        self.read_exact(&mut length, deadline)?;
        self.receive_body(u32::from_le_bytes(length), deadline)
    }

    fn receive_body<T: DeserializeOwned>(
        &mut self,
        length: u32,
        deadline: Instant,
    ) -> Result<T, Error> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.check_size(length)?;
        let mut body = Zeroizing::new(vec![0; length]);
        self.read_exact(&mut body, deadline)?;
        match postcard::take_from_bytes(&body) {
            Ok((message, [])) => Ok(message),
            _ => Err(Error::Malformed),
        }
    }

    fn check_size(&self, length: usize) -> Result<(), Error> {
        if length > self.limits.size {
            Err(Error::TooLarge {
                length,
                cap: self.limits.size,
            })
        } else {
            Ok(())
        }
    }

    fn read_exact(&mut self, mut buffer: &mut [u8], deadline: Instant) -> Result<(), Error> {
        while !buffer.is_empty() {
            self.stream
                .set_read_timeout(Some(self.time_left(deadline)?))?;
            match self.stream.read(buffer) {
                Ok(0) => return Err(Error::Closed),
                Ok(count) => buffer = &mut buffer[count..],
                Err(error) => Self::tolerate(error)?,
            }
        }
        Ok(())
    }

    fn write_all(&mut self, mut buffer: &[u8], deadline: Instant) -> Result<(), Error> {
        while !buffer.is_empty() {
            self.stream
                .set_write_timeout(Some(self.time_left(deadline)?))?;
            match self.stream.write(buffer) {
                Ok(0) => return Err(Error::Closed),
                Ok(count) => buffer = &buffer[count..],
                Err(error) => Self::tolerate(error)?,
            }
        }
        Ok(())
    }

    /// An interruption, or a timeout that the next look at the clock decides about, is no error yet.
    fn tolerate(error: std::io::Error) -> Result<(), Error> {
        match error.kind() {
            ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(()),
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => Err(Error::Closed),
            _ => Err(error.into()),
        }
    }

    fn time_left(&self, deadline: Instant) -> Result<Duration, Error> {
        match deadline.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(Error::Deadline {
                milliseconds: self.limits.deadline.as_millis(),
            }),
            left => Ok(left),
        }
    }
}
