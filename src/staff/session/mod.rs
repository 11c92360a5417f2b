//! Sessions: a browser in which somebody proved who they are.
//!
//! The browser holds a token of 256 random bits, the database its SHA-256. A session ends after half an hour without a request, after
//! twelve hours whatever happens, when it is ended from any browser of its owner, and when what its owner may do changes. The token is replaced when
//! the session gains rights.

mod ending;
mod seen;
pub(super) mod store;

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{Accounts, Error, Membership, Permission, Person, Role};
use crate::clock::Moment;
use crate::crypto;
use crate::db::{self, Tx};
use crate::id::{SessionId, StaffId, WorkspaceId};
use crate::secret::SecretText;
use crate::telemetry;

const IDLE: SignedDuration = SignedDuration::from_mins(30);
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// The last use is written at most this often, so that not every request is a write.
const SEEN_STEP: SignedDuration = SignedDuration::from_mins(1);

pub(super) use ending::Ended;
pub(crate) use ending::Ending;
pub(super) use seen::Seen;

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
    pub(crate) fn is_fresh(&self, now: Moment) -> bool {
        self.fresh_until.is_some_and(|until| now.expiry < until)
    }

    pub(super) fn demand_fresh(&self, now: Moment) -> Result<(), Error> {
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
        now: Moment,
        touch: bool,
    ) -> Result<Option<SignedIn>, Error> {
        let hash = token.hash();
        let mut found = self.control.read(|c| store::find_signed_in(c, &hash))?;
        if let Some(found) = &mut found {
            self.seen.apply(&mut found.session);
        }
        let found = found.filter(|found| is_alive(found, now) && !self.ended.has(found.session()));
        if let Some(found) = &found
            && touch
            && now.expiry.duration_since(found.session.seen) >= SEEN_STEP
        {
            self.note_seen(found.session(), now.expiry);
        }
        Ok(found)
    }

    /// Keeps a session alive in the middle of a long request. False when it has ended.
    pub(crate) fn keep_alive(&self, who: &SignedIn, now: Moment) -> Result<bool, Error> {
        let mut found = self.control.read(|c| store::find(c, who.session()))?;
        if let Some(session) = &mut found {
            self.seen.apply(session);
        }
        let is_alive = found
            .is_some_and(|session| session_is_alive(&session, now) && !self.ended.has(&session.id));
        if is_alive {
            self.note_seen(who.session(), now.expiry);
        }
        Ok(is_alive)
    }

    /// Takes note of a use of a session. Where the disk takes nothing, it is kept in memory: reading must go on without writing.
    fn note_seen(&self, session: &SessionId, at: Timestamp) {
        match self.control.write(|tx| store::set_seen(tx, session, at)) {
            Ok(()) => self.seen.forget(session),
            Err(error) => {
                let error: db::Error = error;
                tracing::debug!(
                    cause = telemetry::chain(&error),
                    "the use of a session is kept in memory alone"
                );
                self.seen.note(session, at);
            }
        }
    }

    /// What a form of this session carries, so that another site cannot send one. It stays the same as long as the session lives.
    pub(crate) fn csrf_token(&self, who: &SignedIn) -> Result<String, Error> {
        let key = if let Some(key) = self.csrf_key.get() {
            key
        } else {
            let key = self.control.read(|c| db::get_key(c, CSRF_KEY))?;
            self.csrf_key.get_or_init(|| key)
        };
        Ok(crypto::hex(&crypto::keyed_hash(
            key,
            who.session().as_str().as_bytes(),
        )))
    }

    /// One's own sessions, the last used first.
    pub(crate) fn sessions_of(&self, who: &StaffId, now: Moment) -> Result<Vec<Session>, Error> {
        let sessions = self.control.read(|c| store::list(c, Some(who)))?;
        Ok(self.alive(sessions, now))
    }

    /// All that are alive, with whose they are, the last used first.
    pub(crate) fn sessions(&self, now: Moment) -> Result<Vec<Session>, Error> {
        let sessions = self.control.read(|c| store::list(c, None))?;
        Ok(self.alive(sessions, now))
    }

    fn alive(&self, mut sessions: Vec<Session>, now: Moment) -> Vec<Session> {
        for session in &mut sessions {
            self.seen.apply(session);
        }
        sessions.retain(|session| session_is_alive(session, now) && !self.ended.has(&session.id));
        sessions
    }
}

const CSRF_KEY: &str = "key of form tokens";

pub(super) fn create_csrf_key(tx: &Tx<'_>) -> Result<(), db::Error> {
    db::set_value(tx, CSRF_KEY, crypto::random_key().expose())
}

fn is_alive(found: &SignedIn, now: Moment) -> bool {
    found.person.disabled.is_none() && session_is_alive(&found.session, now)
}

fn session_is_alive(session: &Session, now: Moment) -> bool {
    now.expiry < session.expires && now.expiry.duration_since(session.seen) < IDLE
}

/// Begins a session. Returns what the browser is to hold.
pub(super) fn begin(
    tx: &Tx<'_>,
    staff: &StaffId,
    address: Option<IpAddr>,
    browser: &Browser,
    now: Moment,
) -> Result<SessionToken, Error> {
    let token = SessionToken::random();
    let session = Session {
        id: SessionId::random(),
        staff: staff.clone(),
        address: address.map_or_else(String::new, |address| address.to_canonical().to_string()),
        browser: browser.clone(),
        created: now.wall,
        seen: now.expiry,
        expires: now.expiry + LONGEST,
    };
    store::insert(tx, &session, &token.hash())?;
    Ok(token)
}

/// Makes a session fresh for five minutes, under another token.
pub(super) fn freshen(
    tx: &Tx<'_>,
    session: &SessionId,
    now: Moment,
) -> Result<SessionToken, Error> {
    let token = SessionToken::random();
    if !store::freshen(tx, session, &token.hash(), now.expiry + FRESH)? {
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
pub(super) fn demand(tx: &Tx<'_>, ended: &Ended, who: &SignedIn) -> Result<(), Error> {
    store::find(tx, who.session())?
        .filter(|session| !ended.has(&session.id))
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

/// Deletes what ended by the clock that deletes.
pub(super) fn purge(tx: &Tx<'_>, now: Moment) -> Result<(), Error> {
    Ok(store::purge(tx, now.deletion, now.deletion - IDLE)?)
}

/// Ends for good what has ended by the clock that ends things, before that clock is set back.
pub(super) fn end_expired(tx: &Tx<'_>, now: Moment) -> Result<(), Error> {
    Ok(store::purge(tx, now.expiry, now.expiry - IDLE)?)
}
