//! An entry of the log, and the bytes of it that are hashed.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Action;
use crate::clock::Moment;
use crate::crypto;
use crate::id::{ApiKeyId, RequestId, StaffId, WorkspaceId};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Actor {
    /// The operating-system user with this id, on the command line.
    Operator { uid: u32 },
    /// The holder of an API key.
    ApiKey(ApiKeyId),
    /// A member of staff.
    Staff(StaffId),
    /// Nobody that we know: a sign-in that failed.
    Unknown,
    /// The program itself, on a schedule.
    Program,
}

impl Actor {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Operator { .. } => "operator",
            Self::ApiKey(_) => "api-key",
            Self::Staff(_) => "staff",
            Self::Unknown => "unknown",
            Self::Program => "program",
        }
    }

    /// Empty for those who have none.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Operator { uid } => uid.to_string(),
            Self::ApiKey(id) => id.to_string(),
            Self::Staff(id) => id.to_string(),
            Self::Unknown | Self::Program => String::new(),
        }
    }
}

/// `staff:ID`
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = (self.kind(), self.id());
        if id.is_empty() {
            f.write_str(kind)
        } else {
            write!(f, "{kind}:{id}")
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not an actor of this version")]
pub(crate) struct UnknownActor;

impl FromStr for Actor {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, UnknownActor> {
        let actor = match text.split_once(':') {
            Some(("operator", uid)) => uid.parse().ok().map(|uid| Self::Operator { uid }),
            Some(("api-key", id)) => id.parse().ok().map(Self::ApiKey),
            Some(("staff", id)) => id.parse().ok().map(Self::Staff),
            None if text == "unknown" => Some(Self::Unknown),
            None if text == "program" => Some(Self::Program),
            _ => None,
        };
        actor.ok_or(UnknownActor)
    }
}

/// From where it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// On the machine itself.
    Machine,
    /// Over the network.
    Address(IpAddr),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine => f.write_str("this machine"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// Who changes something, from where, and when.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub by: Actor,
    pub from: Origin,
    pub at: Moment,
    /// Under which the log of requests has it.
    pub request: Option<RequestId>,
}

impl Change {
    /// A change that the program makes by itself.
    pub(crate) fn by_program(at: impl Into<Moment>) -> Self {
        Self {
            by: Actor::Program,
            from: Origin::Machine,
            at: at.into(),
            request: None,
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Refused,
}

impl Outcome {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// What was done, to be recorded.
pub(crate) struct Entry<'a> {
    pub(super) action: Action,
    /// The id of what was changed.
    pub(super) object: &'a str,
    /// Its name, or a few words.
    pub(super) detail: &'a str,
    pub(super) workspace: Option<&'a WorkspaceId>,
    pub(super) outcome: Outcome,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(action: Action, object: &'a str) -> Self {
        Self {
            action,
            object,
            detail: "",
            workspace: None,
            outcome: Outcome::Done,
            before: None,
            after: None,
        }
    }

    pub(crate) fn detail(self, detail: &'a str) -> Self {
        Self { detail, ..self }
    }

    /// The workspace that an entry of the instance's log is about.
    pub(crate) fn workspace(self, workspace: &'a WorkspaceId) -> Self {
        Self {
            workspace: Some(workspace),
            ..self
        }
    }

    /// It was tried and not done.
    pub(crate) fn refused(self) -> Self {
        Self {
            outcome: Outcome::Refused,
            ..self
        }
    }

    pub(crate) fn before(self, before: Value) -> Self {
        Self {
            before: Some(before),
            ..self
        }
    }

    pub(crate) fn after(self, after: Value) -> Self {
        Self {
            after: Some(after),
            ..self
        }
    }
}

/// What an entry says of people, which can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Personal {
    pub detail: String,
    pub origin: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// SHA-256 of each part of the personal side, with the entry's salt before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hashes {
    pub detail: [u8; 32],
    pub origin: [u8; 32],
    pub before: [u8; 32],
    pub after: [u8; 32],
}

pub(super) type Salt = [u8; 16];

impl Hashes {
    /// `before` and `after`: as they are stored, JSON or empty.
    pub(super) fn new(salt: &Salt, detail: &str, origin: &str, before: &str, after: &str) -> Self {
        let hash = |text: &str| crypto::sha256(&[salt, text.as_bytes()].concat());
        Self {
            detail: hash(detail),
            origin: hash(origin),
            before: hash(before),
            after: hash(after),
        }
    }
}

/// An entry as it stands in the log.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Recorded {
    pub seq: i64,
    pub at: Timestamp,
    /// As [`Actor`] is written.
    pub actor: String,
    pub action: String,
    pub object: String,
    pub outcome: String,
    pub workspace: String,
    pub request: String,
    /// `None`: it was erased.
    #[serde(flatten)]
    pub personal: Option<Personal>,
    /// In hexadecimal, so that an export can be checked by itself.
    pub canonical_sha256: String,
    #[serde(skip)]
    pub hashes: Hashes,
}

/// The part of an entry that stays for ever, in the order of its keys.
#[derive(Serialize)]
struct Canonical<'a> {
    action: &'a str,
    actor_id: &'a str,
    actor_kind: &'a str,
    after_sha256: String,
    at_ms: i64,
    before_sha256: String,
    detail_sha256: String,
    object: &'a str,
    origin_sha256: String,
    outcome: &'a str,
    request: &'a str,
    seq: i64,
    workspace: &'a str,
}

impl Recorded {
    /// The bytes of an entry that a tree over the log hashes: JSON in the form of RFC 8785 (keys in order, no white space, whole numbers),
    /// without what can be erased, but for its hashes.
    pub(crate) fn canonical(&self) -> Vec<u8> {
        let (actor_kind, actor_id) = self.actor.split_once(':').unwrap_or((&self.actor, ""));
        let entry = Canonical {
            action: &self.action,
            actor_id,
            actor_kind,
            after_sha256: crypto::hex(&self.hashes.after),
            at_ms: self.at.as_millisecond(),
            before_sha256: crypto::hex(&self.hashes.before),
            detail_sha256: crypto::hex(&self.hashes.detail),
            object: &self.object,
            origin_sha256: crypto::hex(&self.hashes.origin),
            outcome: &self.outcome,
            request: &self.request,
            seq: self.seq,
            workspace: &self.workspace,
        };
        serde_json::to_vec(&entry).expect("texts and numbers can be written")
    }

    pub(crate) fn detail(&self) -> &str {
        self.personal
            .as_ref()
            .map_or("", |personal| &personal.detail)
    }

    pub(crate) fn origin(&self) -> &str {
        self.personal
            .as_ref()
            .map_or("", |personal| &personal.origin)
    }

    pub(crate) fn before(&self) -> Option<&Value> {
        self.personal.as_ref()?.before.as_ref()
    }

    pub(crate) fn after(&self) -> Option<&Value> {
        self.personal.as_ref()?.after.as_ref()
    }
}
