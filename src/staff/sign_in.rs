//! Signing in: password, then code, then a session. And the same two factors again before a dangerous act.
//!
//! Every attempt is counted before anything is compared. An unknown address, a wrong password and a disabled account get the same answer after the same work.

use std::net::IpAddr;

use jiff::SignedDuration;

use super::account::Credentials;
use super::account::store as account;
use super::attempt::{self, Keys};
use super::code::Typed;
use super::session::store::{self, Pending};
use super::session::{self, Browser, SessionToken, SignedIn};
use super::{Accounts, EmailAddress, Error};
use crate::audit::{self, Action, Actor, Change, Entry, Origin};
use crate::clock::Moment;
use crate::db::Tx;
use crate::id::{RequestId, StaffId};
use crate::secret::SecretText;
use crate::vault::TotpStep;

const PENDING: SignedDuration = SignedDuration::from_mins(5);
/// Wrong codes after which a sign-in must begin with the password again.
const WRONG_CODES: u32 = 5;

/// What a browser holds between the password and the code.
pub(crate) type PendingToken = SessionToken;

/// From where somebody signs in.
pub(crate) struct Visit {
    pub address: Option<IpAddr>,
    pub browser: Browser,
    pub at: Moment,
    pub request: Option<RequestId>,
}

impl Visit {
    /// What somebody does with it, for the audit log.
    fn change(&self, by: Actor) -> Change {
        Change {
            by,
            from: self.address.map_or(Origin::Machine, Origin::Address),
            at: self.at,
            request: self.request.clone(),
        }
    }

    /// What a member of staff does with it.
    pub(super) fn change_by(&self, person: &StaffId) -> Change {
        self.change(Actor::Staff(person.clone()))
    }
}

impl Accounts {
    /// The first factor.
    pub(crate) fn check_password(
        &self,
        email: &EmailAddress,
        password: &SecretText,
        visit: &Visit,
    ) -> Result<PendingToken, Error> {
        let keys = Keys::password(&self.control, email, visit.address)?;
        attempt::count(&self.control, &keys, visit.at)?;
        let found = self.control.read(|c| account::find_credentials(c, email))?;
        let hash = found.as_ref().map(|found| found.password_hash.as_str());
        let matches = self.hasher.matches(password, hash);
        let Some(found) = found.filter(|found| matches && found.person.disabled.is_none()) else {
            self.record_failure(Actor::Unknown, "", "password", visit)?;
            return Err(Error::WrongSignIn);
        };
        let renewed = self.hasher.renewed(password, &found.password_hash)?;
        if found.totp_sealed.is_none() {
            return Err(Error::TotpIsReset);
        }
        let token = PendingToken::random();
        self.control.write(|tx| {
            // While this one was compared, the password may have been changed or reset.
            let current = account::find_credentials_of(tx, &found.person.id)?;
            if current.is_none_or(|current| current.password_hash != found.password_hash) {
                return Err(Error::WrongSignIn);
            }
            if let Some(renewed) = &renewed {
                account::set_password(tx, &found.person.id, renewed)?;
            }
            let pending = Pending {
                staff: found.person.id.clone(),
                expires: visit.at.expiry + PENDING,
            };
            store::insert_pending(tx, &token.hash(), &pending)?;
            attempt::forgive(tx, &keys)
        })?;
        Ok(token)
    }

    /// The second factor: a one-time code, or a recovery code.
    pub(crate) fn check_code(
        &self,
        pending: &PendingToken,
        code: &SecretText,
        visit: &Visit,
    ) -> Result<SessionToken, Error> {
        let hash = pending.hash();
        let waiting = self
            .control
            .read(|c| store::find_pending(c, &hash))?
            .filter(|waiting| visit.at.expiry < waiting.expires)
            .ok_or(Error::SignInExpired)?;
        let found = self
            .control
            .read(|c| account::find_credentials_of(c, &waiting.staff))?
            .filter(|found| found.person.disabled.is_none())
            .ok_or(Error::SignInExpired)?;
        let keys = Keys::code(&found.person.email);
        attempt::count(&self.control, &keys, visit.at)?;
        let proof = self.prove(&found, code)?;
        let signed_in = self.control.write(|tx| {
            let factor = match proof.as_ref().map(|proof| proof.use_up(tx, &found)) {
                Some(Ok(factor)) => factor,
                Some(Err(Error::WrongCode)) | None => return Ok(None),
                Some(Err(error)) => return Err(error),
            };
            if !store::delete_pending(tx, &hash)? {
                return Err(Error::SignInExpired);
            }
            attempt::forgive(tx, &keys)?;
            attempt::remember(tx, &found.person.email, visit.address, visit.at)?;
            account::set_signed_in(tx, &found.person.id, visit.at.wall)?;
            let token = session::begin(
                tx,
                &found.person.id,
                visit.address,
                &visit.browser,
                visit.at,
            )?;
            let entry = Entry::new(Action::SignedIn, found.person.id.as_str())
                .detail(found.person.name.as_str())
                .after(factor.describe(visit.browser.as_str()));
            audit::record(tx, &visit.change_by(&found.person.id), &entry)?;
            Ok(Some(token))
        })?;
        if let Some(token) = signed_in {
            return Ok(token);
        }
        self.control
            .write(|tx| store::count_wrong_code(tx, &hash, WRONG_CODES))?;
        let actor = Actor::Staff(found.person.id.clone());
        self.record_failure(actor, found.person.id.as_str(), "code", visit)?;
        Err(Error::WrongCode)
    }

    /// Both factors again. Makes the session fresh, under another token.
    pub(crate) fn step_up(
        &self,
        who: &SignedIn,
        password: &SecretText,
        code: &SecretText,
        visit: &Visit,
    ) -> Result<SessionToken, Error> {
        let keys = Keys::step_up(&who.person().email);
        attempt::count(&self.control, &keys, visit.at)?;
        let found = self
            .control
            .read(|c| account::find_credentials_of(c, who.id()))?
            .ok_or(Error::Unknown)?;
        let password_matches = self.hasher.matches(password, Some(&found.password_hash));
        // The code too is looked at in any case: a wrong password must not be told from a wrong code.
        let proof = self.prove(&found, code)?.filter(|_| password_matches);
        let actor = Actor::Staff(who.id().clone());
        let token = self.control.write(|tx| {
            let factor = match proof.as_ref().map(|proof| proof.use_up(tx, &found)) {
                Some(Ok(factor)) => factor,
                Some(Err(Error::WrongCode)) | None => return Ok(None),
                Some(Err(error)) => return Err(error),
            };
            attempt::forgive(tx, &keys)?;
            let token = session::freshen(tx, who.session(), visit.at)?;
            let entry = Entry::new(Action::SteppedUp, who.id().as_str())
                .detail(found.person.name.as_str())
                .after(factor.describe(visit.browser.as_str()));
            audit::record(tx, &visit.change_by(who.id()), &entry)?;
            Ok::<_, Error>(Some(token))
        })?;
        if let Some(token) = token {
            return Ok(token);
        }
        self.record_failure(actor, who.id().as_str(), "step-up", visit)?;
        Err(Error::WrongSignIn)
    }

    /// Looks at a code. `None`: it is no code of this account. What it proves counts only once it is used up.
    pub(super) fn prove(
        &self,
        of: &Credentials,
        code: &SecretText,
    ) -> Result<Option<Proof>, Error> {
        let (Some(typed), Some(sealed)) = (Typed::read(code), &of.totp_sealed) else {
            return Ok(None);
        };
        match typed {
            Typed::Recovery(hash) => Ok(Some(Proof::Recovery(hash))),
            Typed::Totp(digits) => {
                let step = self
                    .vault
                    .check_totp(of.person.id.as_str(), sealed, &digits)?;
                Ok(step.map(Proof::Step))
            }
        }
    }

    /// Writes down that somebody could not prove who they are. `of`: the account, where it is known whose; `factor`: what was wrong.
    pub(super) fn record_failure(
        &self,
        by: Actor,
        of: &str,
        factor: &str,
        visit: &Visit,
    ) -> Result<(), Error> {
        self.control.write(|tx| {
            let entry = Entry::new(Action::SignInFailed, of)
                .detail(factor)
                .refused();
            audit::record(tx, &visit.change(by), &entry)?;
            Ok(())
        })
    }
}

/// A second factor that was right when it was looked at.
pub(super) enum Proof {
    Step(TotpStep),
    Recovery([u8; 32]),
}

impl Proof {
    /// Makes sure that it counts once: a code works once, also in parallel and after a restart.
    pub(super) fn use_up(&self, tx: &Tx<'_>, of: &Credentials) -> Result<Factor, Error> {
        let used = match self {
            Self::Step(step) => account::use_totp_step(tx, &of.person.id, step)?,
            Self::Recovery(hash) => account::use_recovery_code(tx, &of.person.id, hash)?,
        };
        if !used {
            return Err(Error::WrongCode);
        }
        Ok(match self {
            Self::Step(_) => Factor::Totp,
            Self::Recovery(_) => Factor::Recovery {
                left: account::count_recovery_codes(tx, &of.person.id)?,
            },
        })
    }
}

/// What stood for the second factor.
pub(super) enum Factor {
    Totp,
    Recovery { left: usize },
}

impl Factor {
    fn describe(&self, browser: &str) -> serde_json::Value {
        match self {
            Self::Totp => serde_json::json!({ "factor": "one-time code", "browser": browser }),
            Self::Recovery { left } => {
                serde_json::json!({ "factor": "recovery code", "left": left, "browser": browser })
            }
        }
    }
}
