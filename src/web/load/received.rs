//! A file on its way in: a little of it in memory, the rest on the disk, encrypted, until it is read.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use super::Load;
use super::quota::{Exhausted, Share};
use crate::crypto;
use crate::db;
use crate::secret::Key;
use crate::web::error::Error;

/// Kept in memory; what is more goes to the disk in pieces of this size.
const PIECE: usize = 256 * 1024;

/// A file that is arriving or has arrived. Dropped, it leaves nothing: what is on the disk has no name, and its key is in memory alone.
pub(in crate::web) struct Received {
    load: Load,
    client: Option<IpAddr>,
    /// Of the size of [`PIECE`] at most.
    last: Vec<u8>,
    spooled: Option<Arc<Mutex<Spool>>>,
    room: Option<Share>,
    length: u64,
    _memory: Share,
    _turn: Share,
}

impl Received {
    pub(in crate::web) fn new(load: &Load, client: Option<IpAddr>) -> Result<Self, Error> {
        Ok(Self {
            client,
            last: Vec::new(),
            spooled: None,
            room: None,
            length: 0,
            _memory: load.memory.take(client, PIECE as u64)?,
            _turn: load.files.take(client, 1)?,
            load: load.clone(),
        })
    }

    /// Of what has arrived, bytes.
    pub(in crate::web) fn length(&self) -> u64 {
        self.length
    }

    /// Takes the next bytes in.
    pub(in crate::web) async fn push(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.last.len() == PIECE {
                self.spool().await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.last.len()));
            self.last.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    async fn spool(&mut self) -> Result<(), Error> {
        self.take_room()?;
        let piece = std::mem::take(&mut self.last);
        let folder = Arc::clone(&self.load.spool);
        let spooled = self.spooled.take();
        let written = tokio::task::spawn_blocking(move || {
            let spooled = match spooled {
                Some(spooled) => spooled,
                None => Arc::new(Mutex::new(Spool::new(tempfile::tempfile_in(folder)?))),
            };
            spooled.lock().push(&piece)?;
            Ok::<_, io::Error>(spooled)
        });
        let written = written.await.map_err(|error| Error::internal(&error))?;
        self.spooled = Some(written.map_err(|error| of_the_disk(&error))?);
        Ok(())
    }

    fn take_room(&mut self) -> Result<(), Exhausted> {
        match &mut self.room {
            Some(room) => room.grow(PIECE as u64)?,
            None => self.room = Some(self.load.file_bytes.take(self.client, PIECE as u64)?),
        }
        Ok(())
    }

    /// The whole file. To be called where it may block, and where few do it at a time.
    pub(in crate::web) fn into_bytes(self) -> Result<Vec<u8>, Error> {
        let Some(spooled) = &self.spooled else {
            return Ok(self.last);
        };
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        let mut whole = Vec::with_capacity(length);
        spooled
            .lock()
            .read_into(&mut whole)
            .map_err(|error| of_the_disk(&error))?;
        whole.extend_from_slice(&self.last);
        Ok(whole)
    }
}

fn of_the_disk(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => db::Error::DiskFull.into(),
        io::ErrorKind::ReadOnlyFilesystem => db::Error::ReadOnly.into(),
        _ => Error::internal(error),
    }
}

/// Pieces of a file, each sealed with its number.
struct Spool {
    file: File,
    key: Key,
    pieces: u64,
}

impl Spool {
    fn new(file: File) -> Self {
        Self {
            file,
            key: crypto::random_key(),
            pieces: 0,
        }
    }

    fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        let sealed = crypto::seal(&self.key, &self.pieces.to_le_bytes(), piece);
        self.file.write_all(
            &u32::try_from(sealed.len())
                .map_err(io::Error::other)?
                .to_le_bytes(),
        )?;
        self.file.write_all(&sealed)?;
        self.pieces += 1;
        Ok(())
    }

    fn read_into(&mut self, whole: &mut Vec<u8>) -> io::Result<()> {
        self.file.rewind()?;
        let (mut length, mut sealed) = ([0; 4], Vec::new());
        for number in 0..self.pieces {
            self.file.read_exact(&mut length)?;
            sealed.resize(u32::from_le_bytes(length) as usize, 0);
            self.file.read_exact(&mut sealed)?;
            let piece = crypto::open(&self.key, &number.to_le_bytes(), &sealed);
            whole.extend_from_slice(&piece.map_err(io::Error::other)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spooled_comes_back_and_cannot_be_read_or_swapped_on_the_disk() {
        let mut spool = Spool::new(tempfile::tempfile().unwrap());
        let canary = b"canary ".repeat(10_000);
        spool.push(&canary).unwrap();
        spool.push(b"second").unwrap();
        let mut whole = Vec::new();
        spool.read_into(&mut whole).unwrap();
        assert_eq!(whole, [&canary[..], b"second"].concat());

        let mut raw = Vec::new();
        spool.file.rewind().unwrap();
        spool.file.read_to_end(&mut raw).unwrap();
        assert!(!raw.windows(7).any(|window| window == b"canary "));
        spool.pieces = 1;
        spool.file.set_len(0).unwrap();
        spool.file.rewind().unwrap();
        spool.file.write_all(&raw[raw.len() - 38..]).unwrap();
        assert!(
            spool.read_into(&mut Vec::new()).is_err(),
            "it was the second piece"
        );
    }
}
