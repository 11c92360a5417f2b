//! API keys: made once, shown once, stored as a keyed hash.
//!
//! A token is `ank_` + the key's id + `_` + 43 characters of secret + 6 of checksum. The prefix and the checksum let a secret scanner
//! find a leaked one without asking us; the id finds the row, and the hash is compared in constant time.

mod store;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;

pub(crate) use token::Token;

use crate::audit::{self, Action, Change, Entry};
use crate::clock::Moment;
use crate::crypto;
use crate::db::{self, Db, Tx};
use crate::id::{ApiKeyId, WorkspaceId};
use crate::text;

/// Last use is written at most this often, so that a busy key does not make every request a write.
const LAST_USED_STEP: jiff::SignedDuration = jiff::SignedDuration::from_mins(1);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no such API key")]
    Unknown,
    #[error("an API key needs at least one scope: {}", Scope::ALL.map(Scope::name).join(", "))]
    NoScope,
    #[error("the expiry lies in the past")]
    ExpiryInThePast,
    #[error("API key storage")]
    Storage(#[from] db::Error),
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scope {
    ChatCreate,
    ProjectSearch,
    SourcesRead,
    SourcesCreate,
    SourcesPublish,
    SourcesDelete,
}

impl Scope {
    pub(crate) const ALL: [Self; 6] = [
        Self::ChatCreate,
        Self::ProjectSearch,
        Self::SourcesRead,
        Self::SourcesCreate,
        Self::SourcesPublish,
        Self::SourcesDelete,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ChatCreate => "chat_create",
            Self::ProjectSearch => "project_search",
            Self::SourcesRead => "sources_read",
            Self::SourcesCreate => "sources_create",
            Self::SourcesPublish => "sources_publish",
            Self::SourcesDelete => "sources_delete",
        }
    }
}

impl Scope {
    /// What it lets a program do.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::ChatCreate => "ask questions",
            Self::ProjectSearch => "search passages",
            Self::SourcesRead => "list and read public documents",
            Self::SourcesCreate => {
                "add and replace documents; public ones wait for a review where there is one"
            }
            Self::SourcesPublish => "with sources_create: publish documents without a review",
            Self::SourcesDelete => "delete documents",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a scope. There are {}", Scope::ALL.map(Scope::name).join(", "))]
pub(crate) struct UnknownScope;

impl FromStr for Scope {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.name() == text)
            .ok_or(UnknownScope)
    }
}

/// What people know a key by, after trimming: at most 80 characters, no control character, nothing invisible. May be empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct KeyName(String);

#[derive(Debug, thiserror::Error)]
pub(crate) enum BadName {
    #[error("a name has at most 80 characters")]
    Length,
    #[error("a name cannot have {0}: type it again")]
    Hidden(#[from] text::Hidden),
}

impl KeyName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        if text.chars().count() > 80 {
            return Err(BadName::Length);
        }
        text::refuse_hidden(text)?;
        Ok(Self(text.to_owned()))
    }
}

/// A key as it is listed: everything but its secret.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ApiKey {
    pub id: ApiKeyId,
    pub workspace: WorkspaceId,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
    pub last_used: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
}

impl ApiKey {
    pub(crate) fn is_valid_at(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|expires| now < expires)
    }
}

/// What a new key is to be.
pub(crate) struct NewApiKey {
    pub workspace: WorkspaceId,
    pub name: KeyName,
    pub scopes: Vec<Scope>,
    pub expires: Option<Timestamp>,
}

/// The value under which keys are hashed. It is made with the instance; without it no key of an API is worth anything.
const HASHING_KEY: &str = "API key hashing key";

/// Makes what keys need. To be called once, with the instance.
pub(crate) fn create_hashing_key(tx: &Tx<'_>) -> Result<(), db::Error> {
    db::set_value(tx, HASHING_KEY, crypto::random_key().expose())
}

/// Makes a key. The token is returned this once.
pub(crate) fn create(
    control: &Db,
    new: NewApiKey,
    change: &Change,
) -> Result<(ApiKey, Token), Error> {
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(Error::NoScope);
    }
    if new
        .expires
        .is_some_and(|expires| expires <= change.at.expiry)
    {
        return Err(Error::ExpiryInThePast);
    }
    let id = ApiKeyId::random();
    let token = Token::random(id.clone());
    let key = ApiKey {
        id,
        workspace: new.workspace,
        name: new.name.0,
        scopes,
        created: change.at.wall,
        expires: new.expires,
        last_used: None,
        revoked: None,
    };
    control.write(|tx| {
        let hash = token.hash(&db::get_key(tx, HASHING_KEY)?);
        store::insert(tx, &key, &hash)?;
        let scopes = key
            .scopes
            .iter()
            .map(|scope| scope.name())
            .collect::<Vec<_>>()
            .join(" ");
        let entry = Entry::new(Action::ApiKeyCreated, key.id.as_str())
            .workspace(&key.workspace)
            .detail(&key.name)
            .after(serde_json::json!({ "scopes": scopes, "expires": key.expires }));
        audit::record(tx, change, &entry)
    })?;
    Ok((key, token))
}

/// A key that was authenticated before, if it still opens anything.
pub(crate) fn find_valid(
    control: &Db,
    id: &ApiKeyId,
    now: Moment,
) -> Result<Option<ApiKey>, Error> {
    let found = control.read(|c| store::find(c, id))?;
    Ok(found.filter(|key| key.is_valid_at(now.expiry)))
}

/// The key that `token` belongs to, when it is valid now. Costs the same for an unknown id and a wrong secret.
pub(crate) fn authenticate(
    control: &Db,
    token: &Token,
    now: Moment,
) -> Result<Option<ApiKey>, Error> {
    let (found, hashing_key) = control.read(|c| {
        let found = store::find_with_hash(c, token.id())?;
        Ok::<_, db::Error>((found, db::get_key(c, HASHING_KEY)?))
    })?;
    let presented = token.hash(&hashing_key);
    let stored = found.as_ref().map_or([0xff; 32], |(_, hash)| *hash);
    let equal: bool = subtle::ConstantTimeEq::ct_eq(&presented[..], &stored[..]).into();
    let Some((key, _)) = found.filter(|(key, _)| equal && key.is_valid_at(now.expiry)) else {
        return Ok(None);
    };
    if key
        .last_used
        .is_none_or(|last| now.wall.duration_since(last).abs() >= LAST_USED_STEP)
    {
        // It only tells people. A disk that is full must not shut programs out.
        if let Err(error) = control.write(|tx| store::set_last_used(tx, &key.id, now.wall)) {
            let error = Error::from(error);
            tracing::debug!(
                cause = crate::telemetry::chain(&error),
                "the last use of a key was not noted"
            );
        }
    }
    Ok(Some(key))
}

pub(crate) fn list(control: &Db, workspace: Option<&WorkspaceId>) -> Result<Vec<ApiKey>, Error> {
    Ok(control.read(|c| store::list(c, workspace))?)
}

/// Ends a key of a workspace at once. `None`: of whichever it is.
pub(crate) fn revoke(
    control: &Db,
    workspace: Option<&WorkspaceId>,
    id: &ApiKeyId,
    change: &Change,
) -> Result<(), Error> {
    control.write(|tx| {
        let key = store::find(tx, id)?
            .filter(|key| workspace.is_none_or(|workspace| key.workspace == *workspace))
            .ok_or(Error::Unknown)?;
        if !store::set_revoked(tx, id, change.at.wall)? {
            return Err(Error::Unknown);
        }
        let entry = Entry::new(Action::ApiKeyRevoked, id.as_str())
            .workspace(&key.workspace)
            .detail(&key.name);
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}
