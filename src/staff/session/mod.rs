//! Sessions: a browser in which somebody proved who they are.
//!
//! The browser holds a token of 256 random bits, the database its SHA-256. A session ends after half an hour without a request, after
//! twelve hours whatever happens, when it is ended from any browser of its owner, and when what its owner may do changes. The token is replaced when
//! the session gains rights.

pub(super) mod store;

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{Accounts, Error, Membership, Permission, Person, Role};
use crate::audit::{self, Action, Change, Entry};
use crate::crypto;
use crate::db::{self, Db, Tx};
use crate::id::{SessionId, StaffId, WorkspaceId};
use crate::secret::{Key, SecretText};

const IDLE: SignedDuration = SignedDuration::from_mins(30);
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// The last use is written at most this often, so that not every request is a write.
const SEEN_STEP: SignedDuration = SignedDuration::from_mins(1);

/// What a browser holds.
#[derive(Debug, Clone)]
pub(crate) struct SessionToken(SecretText);

impl SessionToken {
    pub(super) fn random() -> Self {
        let bytes: [u8; 32] = crypto::random();
        Self(SecretText::new(crypto::hex(&bytes)))
    }

    /// As it came in a request.
    pub(crate) fn presented(text: &str) -> Self {
        Self(SecretText::new(text.to_owned()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        crypto::sha256(self.0.expose().as_bytes())
    }
}

/// Which browser, in words, such as "Firefox on Linux".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Browser(String);

impl Browser {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.chars().filter(|c| !c.is_control()).take(80).collect())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub id: SessionId,
    pub staff: StaffId,
    pub address: String,
    pub browser: Browser,
    pub created: Timestamp,
    pub seen: Timestamp,
    pub expires: Timestamp,
}

/// Somebody who proved who they are. Only a session that is alive makes one.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    session: Session,
    person: Person,
    memberships: Vec<Membership>,
    fresh_until: Option<Timestamp>,
}

impl SignedIn {
    pub(crate) fn id(&self) -> &StaffId {
        &self.person.id
    }

    pub(crate) fn session(&self) -> &SessionId {
        &self.session.id
    }

    pub(crate) fn person(&self) -> &Person {
        &self.person
    }

    /// `None`: the workspace does not exist for this person.
    pub(crate) fn role_in(&self, workspace: &WorkspaceId) -> Option<Role> {
        if self.person.is_owner {
            return Some(Role::Owner);
        }
        let membership = self
            .memberships
            .iter()
            .find(|membership| membership.workspace == *workspace);
        membership.map(|membership| membership.role)
    }

    /// Whether the role allows it, in a workspace or (`None`) in the instance.
    pub(crate) fn may(&self, permission: Permission, workspace: Option<&WorkspaceId>) -> bool {
        let role = match workspace {
            Some(workspace) => self.role_in(workspace),
            None => self.person.is_owner.then_some(Role::Owner),
        };
        role.is_some_and(|role| role.may(permission))
    }

    /// Whether who sits there was asked for both factors in the last five minutes.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        self.fresh_until.is_some_and(|until| now < until)
    }

    pub(super) fn demand_fresh(&self, now: Timestamp) -> Result<(), Error> {
        if self.is_fresh(now) {
            Ok(())
        } else {
            Err(Error::StepUpNeeded)
        }
    }
}

impl Accounts {
    /// Who holds this token, when its session is alive. `touch`: this use keeps it alive.
    pub(crate) fn signed_in(
        &self,
        token: &SessionToken,
        now: Timestamp,
        touch: bool,
    ) -> Result<Option<SignedIn>, Error> {
        let hash = token.hash();
        let found = self
            .control
            .read(|c| store::find_signed_in(c, &hash))?
            .filter(|found| is_alive(found, now));
        if let Some(found) = &found
            && touch
            && now.duration_since(found.session.seen) >= SEEN_STEP
        {
            self.control
                .write(|tx| store::set_seen(tx, found.session(), now))?;
        }
        Ok(found)
    }

    /// Keeps a session alive in the middle of a long request. False when it has ended.
    pub(crate) fn keep_alive(&self, who: &SignedIn, now: Timestamp) -> Result<bool, Error> {
        self.control.write(|tx| {
            let is_alive = store::find(tx, who.session())?
                .is_some_and(|session| session_is_alive(&session, now));
            if is_alive {
                store::set_seen(tx, who.session(), now)?;
            }
            Ok(is_alive)
        })
    }

    /// What a form of this session carries, so that another site cannot send one. It stays the same as long as the session lives.
    pub(crate) fn csrf_token(&self, who: &SignedIn) -> Result<String, Error> {
        let key = if let Some(key) = self.csrf_key.get() {
            key
        } else {
            let key = csrf_key(&self.control)?;
            self.csrf_key.get_or_init(|| key)
        };
        Ok(crypto::hex(&crypto::keyed_hash(
            key,
            who.session().as_str().as_bytes(),
        )))
    }

    /// One's own sessions, the last used first.
    pub(crate) fn sessions_of(&self, who: &StaffId, now: Timestamp) -> Result<Vec<Session>, Error> {
        let sessions = self.control.read(|c| store::list(c, Some(who)))?;
        Ok(alive(sessions, now))
    }

    /// All that are alive, with whose they are, the last used first.
    pub(crate) fn sessions(&self, now: Timestamp) -> Result<Vec<Session>, Error> {
        Ok(alive(self.control.read(|c| store::list(c, None))?, now))
    }

    /// Ends this session.
    pub(crate) fn sign_out(&self, who: &SignedIn, change: &Change) -> Result<(), Error> {
        self.control.write(|tx| {
            store::delete(tx, who.id(), who.session())?;
            let entry =
                Entry::new(Action::SignedOut, who.id().as_str()).detail(who.person.name.as_str());
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    /// Ends one of one's own sessions.
    pub(crate) fn end_session(
        &self,
        of: &SignedIn,
        session: &SessionId,
        change: &Change,
    ) -> Result<(), Error> {
        self.control.write(|tx| {
            if !store::delete(tx, of.id(), session)? {
                return Err(Error::Unknown);
            }
            let entry =
                Entry::new(Action::SessionEnded, session.as_str()).detail(of.person.name.as_str());
            audit::record(tx, change, &entry)?;
            Ok(())
        })
    }

    /// Ends all of one's own sessions but this one.
    pub(crate) fn end_other_sessions(
        &self,
        of: &SignedIn,
        change: &Change,
    ) -> Result<usize, Error> {
        self.control.write(|tx| {
            let ended = end_all_in(tx, of.id(), Some(of.session()))?;
            let entry = Entry::new(Action::SessionEnded, of.id().as_str())
                .detail(of.person.name.as_str())
                .after(serde_json::json!({ "ended": ended }));
            audit::record(tx, change, &entry)?;
            Ok(ended)
        })
    }
}

fn csrf_key(control: &Db) -> Result<Key, Error> {
    const NAME: &str = "csrf key";
    Ok(control.write(|tx| {
        let known =
            db::find_value(tx, NAME)?.and_then(|bytes| <[u8; 32]>::try_from(&bytes[..]).ok());
        if let Some(bytes) = known {
            return Ok(Key::new(bytes));
        }
        let key = crypto::random_key();
        db::set_value(tx, NAME, key.expose())?;
        Ok::<_, db::Error>(key)
    })?)
}

fn is_alive(found: &SignedIn, now: Timestamp) -> bool {
    found.person.disabled.is_none() && session_is_alive(&found.session, now)
}

fn session_is_alive(session: &Session, now: Timestamp) -> bool {
    now < session.expires && now.duration_since(session.seen) < IDLE
}

fn alive(sessions: Vec<Session>, now: Timestamp) -> Vec<Session> {
    let alive = sessions
        .into_iter()
        .filter(|session| session_is_alive(session, now));
    alive.collect()
}

/// Begins a session. Returns what the browser is to hold.
pub(super) fn begin(
    tx: &Tx<'_>,
    staff: &StaffId,
    address: Option<IpAddr>,
    browser: &Browser,
    now: Timestamp,
) -> Result<SessionToken, Error> {
    let token = SessionToken::random();
    let session = Session {
        id: SessionId::random(),
        staff: staff.clone(),
        address: address.map_or_else(String::new, |address| address.to_canonical().to_string()),
        browser: browser.clone(),
        created: now,
        seen: now,
        expires: now + LONGEST,
    };
    store::insert(tx, &session, &token.hash())?;
    Ok(token)
}

/// Makes a session fresh for five minutes, under another token.
pub(super) fn freshen(
    tx: &Tx<'_>,
    session: &SessionId,
    now: Timestamp,
) -> Result<SessionToken, Error> {
    let token = SessionToken::random();
    if !store::freshen(tx, session, &token.hash(), now + FRESH)? {
        return Err(Error::SignInExpired);
    }
    Ok(token)
}

/// Goes on with a session under another token.
pub(super) fn renew(tx: &Tx<'_>, session: &SessionId) -> Result<SessionToken, Error> {
    let token = SessionToken::random();
    if !store::set_token(tx, session, &token.hash())? {
        return Err(Error::SignInExpired);
    }
    Ok(token)
}

/// Refuses what somebody does whose session ended while they did it.
pub(super) fn demand(tx: &Tx<'_>, who: &SignedIn) -> Result<(), Error> {
    store::find(tx, who.session())?
        .map(drop)
        .ok_or(Error::SignInExpired)
}

/// Ends all sessions of somebody but one. Returns how many.
pub(super) fn end_all_in(
    tx: &Tx<'_>,
    who: &StaffId,
    but: Option<&SessionId>,
) -> Result<usize, Error> {
    Ok(store::delete_all(tx, who, but)?)
}

pub(super) fn purge(tx: &Tx<'_>, now: Timestamp) -> Result<(), Error> {
    Ok(store::purge(tx, now, now - IDLE)?)
}
