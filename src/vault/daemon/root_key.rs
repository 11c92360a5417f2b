//! Where the root key comes from.
//!
//! A systemd credential when the service has one, else a file that only its owner can read. The recovery code is the same key with a
//! checksum, for paper.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::config::access::{self, Readers};
use crate::crypto;
use crate::secret::{Key, SecretText};

const CREDENTIAL: &str = "anchorite-root-key";

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "the root key {} cannot be read: {source}. Without it the data cannot be opened. Restore it from its backup; when there is none, \
         `anchorite init --recover` writes it again from the recovery kit",
        path.display()
    )]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the root key {0}")]
    Access(#[from] access::Error),
    #[error(
        "the root key {} is not 64 hexadecimal digits. Never delete it: move it away and restore it from its backup; when there is none, \
         `anchorite init --recover` writes it again from the recovery kit",
        path.display()
    )]
    Malformed { path: PathBuf },
    #[error(
        "the root key {} exists already and is kept. Never delete it: it may be the only key of an instance. Move it away, or choose another \
         place with --root-key",
        path.display()
    )]
    Exists { path: PathBuf },
    #[error(
        "the root key {} cannot be written: {source}. Let this user write in its folder, or choose another place with --root-key",
        path.display()
    )]
    Unwritable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "that is not a recovery code: it has 64 letters and digits in 13 groups, and the last of them check the others"
    )]
    BadRecoveryCode,
}

/// The key that wraps every other key of an instance.
#[derive(Debug, Clone)]
pub(crate) struct RootKey {
    key: Key,
    /// Which file it was read from.
    file: Option<PathBuf>,
}

/// Where to look for the root key.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    /// The folder of systemd's credentials, from `CREDENTIALS_DIRECTORY`.
    pub credentials: Option<PathBuf>,
    pub file: PathBuf,
}

impl Provider {
    pub(crate) fn load(&self) -> Result<RootKey, Error> {
        let credential = self
            .credentials
            .as_ref()
            .map(|folder| folder.join(CREDENTIAL))
            .filter(|path| path.exists());
        match credential {
            // systemd lets the service's user in by an access list, which shows as a right of the group.
            Some(path) => RootKey::read(&path, Readers::Group),
            None => RootKey::read(&self.file, Readers::Nobody),
        }
    }
}

impl RootKey {
    pub(crate) fn random() -> Self {
        Self {
            key: crypto::random_key(),
            file: None,
        }
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Which one it is, for a sentence.
    pub(super) fn in_words(&self) -> String {
        match &self.file {
            Some(file) => format!("the root key {}", file.display()),
            None => "this root key".to_owned(),
        }
    }

    /// Eight bytes that tell one root key from another and say nothing about it.
    pub(crate) fn fingerprint(&self) -> String {
        crypto::hex(&crypto::derive(&self.key, "anchorite root key fingerprint").expose()[..8])
    }

    fn read(path: &Path, readers: Readers) -> Result<Self, Error> {
        let unreadable = |source| Error::Unreadable {
            path: path.to_owned(),
            source,
        };
        let mut file = File::open(path).map_err(unreadable)?;
        access::check_open(path, &file.metadata().map_err(unreadable)?, readers)?;
        let mut text = Zeroizing::new(String::with_capacity(128));
        Read::by_ref(&mut file)
            .take(128)
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        let bytes = decode_hex(text.trim()).ok_or_else(|| Error::Malformed {
            path: path.to_owned(),
        })?;
        Ok(Self {
            key: Key::new(*bytes),
            file: Some(path.to_owned()),
        })
    }

    /// Writes a new key file, readable by its owner only. An existing file is never replaced.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        let mut text = Zeroizing::new(crypto::hex(self.key.expose()));
        text.push('\n');
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o400)
            .open(path)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            });
        match written {
            Err(source) if source.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(Error::Exists {
                    path: path.to_owned(),
                })
            }
            Err(source) => {
                // Half a key is worse than none.
                let _ = fs::remove_file(path);
                Err(Error::Unwritable {
                    path: path.to_owned(),
                    source,
                })
            }
            Ok(()) => sync_parent(path).map_err(|source| Error::Unwritable {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// The key on paper: 40 bytes in base 32 without I, L, O and U, the last eight a checksum of the others.
    pub(crate) fn recovery_code(&self) -> SecretText {
        let mut bytes = Zeroizing::new(self.key.expose().to_vec());
        bytes.extend_from_slice(&self.checksum());
        let letters = Zeroizing::new(encode_base32(&bytes));
        let groups: Vec<&str> = (0..letters.len())
            .step_by(5)
            .map(|at| &letters[at..letters.len().min(at + 5)])
            .collect();
        SecretText::new(groups.join("-"))
    }

    /// Reads a recovery code; spaces, dashes and case do not matter.
    pub(crate) fn from_recovery_code(code: &SecretText) -> Result<Self, Error> {
        let bytes = decode_base32(code.expose()).ok_or(Error::BadRecoveryCode)?;
        let (key, checksum) = bytes
            .split_first_chunk::<32>()
            .ok_or(Error::BadRecoveryCode)?;
        let root = Self {
            key: Key::new(*key),
            file: None,
        };
        if *checksum == root.checksum() {
            Ok(root)
        } else {
            Err(Error::BadRecoveryCode)
        }
    }

    fn checksum(&self) -> [u8; 8] {
        let mut out = [0; 8];
        out.copy_from_slice(
            &crypto::derive(&self.key, "anchorite recovery code checksum").expose()[..8],
        );
        out
    }
}

/// Makes a new name in a folder survive a power cut.
pub(super) fn sync_parent(path: &Path) -> std::io::Result<()> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::File::open(parent)?.sync_all()
}

fn decode_hex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = [pair[0], pair[1]].map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? * 16 + low?).ok()?;
    }
    Some(bytes)
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHJKMNPQRSTVWXYZ0123456789";

fn encode_base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    let (mut buffer, mut bits) = (0_u32, 0);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(buffer >> bits & 31) as usize]));
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(buffer << (5 - bits) & 31) as usize]));
    }
    out
}

fn decode_base32(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(64));
    let (mut buffer, mut bits) = (0_u32, 0);
    for letter in text
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .take(128)
    {
        let letter = u8::try_from(letter.to_ascii_uppercase()).ok()?;
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(buffer >> bits).ok()?);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(out)
}
