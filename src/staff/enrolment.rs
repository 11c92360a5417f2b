//! Accounts that are about to be, and one-time codes that are about to be replaced.
//!
//! Between the password and the first valid code nothing is stored: an enrolment lives in the memory of this process for a quarter of an hour, and
//! is begun again after a restart. Its code turns it into an account, or into new one-time codes, in one transaction with the use of its link.

mod reset;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

use super::account::store as account;
use super::account::{self as accounts, NewAccount};
use super::attempt;
use super::code::{RecoveryCodes, Typed};
use super::link::{self, LinkToken, Purpose, Target};
use super::password::NewPassword;
use super::session::{self, SessionToken, SignedIn};
use super::sign_in::Visit;
use super::{Accounts, EmailAddress, Error, PersonName};
use crate::audit::{self, Action, Change, Entry};
use crate::clock::Moment;
use crate::db::Tx;
use crate::id::{LinkId, SessionId, StaffId};
use crate::secret::SecretText;
use crate::vault::{TotpSecret, TotpStep};

const VALID: SignedDuration = SignedDuration::from_mins(15);
/// Wrong codes after which an enrolment must begin again.
const WRONG_CODES: u32 = 5;
/// Enrolments at a time; the oldest make room.
const MOST: usize = 1_000;

/// What a browser holds during an enrolment.
pub(crate) type EnrolmentToken = SessionToken;

#[derive(Default)]
pub(super) struct Enrolments(Mutex<HashMap<[u8; 32], Enrolment>>);

#[derive(Clone)]
struct Enrolment {
    what: What,
    staff: StaffId,
    email: EmailAddress,
    name: PersonName,
    secret: TotpSecret,
    /// By the clock that ends things.
    began: Timestamp,
    wrong: u32,
}

#[derive(Clone)]
enum What {
    Account {
        link: LinkId,
        target: Target,
        password_hash: String,
    },
    /// New one-time codes after a reset, for whom this password was proved.
    ResetTotp { link: LinkId, password_hash: String },
    /// Both factors anew after both were reset.
    ResetBoth { link: LinkId, password_hash: String },
    /// New one-time codes because their owner wants them, in this session.
    OwnTotp { session: SessionId },
}

/// What is shown to somebody who sets up one-time codes.
pub(crate) struct Shown {
    pub email: EmailAddress,
    pub secret: TotpSecret,
}

/// What an enrolment ended in.
pub(crate) struct Enrolled {
    pub session: SessionToken,
    pub codes: RecoveryCodes,
    /// The first account of the instance.
    pub was_setup: bool,
}

impl Enrolments {
    fn begin(&self, enrolment: Enrolment) -> EnrolmentToken {
        let token = EnrolmentToken::random();
        let mut all = self.0.lock();
        if all.len() >= MOST {
            let oldest = all
                .iter()
                .min_by_key(|(_, enrolment)| enrolment.began)
                .map(|(key, _)| *key);
            oldest.map(|key| all.remove(&key));
        }
        all.insert(token.hash(), enrolment);
        token
    }

    fn find(&self, token: &EnrolmentToken, now: Moment) -> Option<Enrolment> {
        let all = self.0.lock();
        all.get(&token.hash())
            .filter(|enrolment| enrolment.is_alive(now))
            .cloned()
    }

    fn count_wrong(&self, token: &EnrolmentToken) {
        let mut all = self.0.lock();
        if let Some(enrolment) = all.get_mut(&token.hash()) {
            enrolment.wrong += 1;
            if enrolment.wrong >= WRONG_CODES {
                all.remove(&token.hash());
            }
        }
    }

    fn end(&self, token: &EnrolmentToken) {
        self.0.lock().remove(&token.hash());
    }

    pub(super) fn purge(&self, now: Moment) {
        self.0.lock().retain(|_, enrolment| enrolment.is_alive(now));
    }
}

impl Accounts {
    /// Begins a new account with a setup link or an invitation. `email` counts for a setup link; an invitation has its own.
    pub(crate) fn begin_account(
        &self,
        token: &LinkToken,
        email: Option<EmailAddress>,
        name: PersonName,
        password: SecretText,
        now: Moment,
    ) -> Result<EnrolmentToken, Error> {
        let link = self.find_link(token, now)?.ok_or(Error::DeadLink)?;
        let (email, target) = match link.purpose {
            Purpose::Setup => (email.ok_or(super::person::BadEmail)?, Target::Instance),
            Purpose::Invitation { email, target } => (email, target),
            Purpose::NewTotp(_) | Purpose::NewPassword(_) | Purpose::NewBoth(_) => {
                return Err(Error::DeadLink);
            }
        };
        if self.find_by_email(&email)?.is_some() {
            return Err(Error::EmailTaken);
        }
        let password = NewPassword::check(password, &email, &name)?;
        let password_hash = self.hasher.hash(&password)?;
        Ok(self.enrolments.begin(Enrolment {
            what: What::Account {
                link: link.id,
                target,
                password_hash,
            },
            staff: StaffId::random(),
            email,
            name,
            secret: TotpSecret::random(),
            began: now.expiry,
            wrong: 0,
        }))
    }

    /// Begins new one-time codes in place of one's own.
    pub(crate) fn begin_own_totp(
        &self,
        of: &SignedIn,
        now: Moment,
    ) -> Result<EnrolmentToken, Error> {
        of.demand_fresh(now)?;
        Ok(self.enrolments.begin(Enrolment {
            what: What::OwnTotp {
                session: of.session().clone(),
            },
            staff: of.id().clone(),
            email: of.person().email.clone(),
            name: of.person().name.clone(),
            secret: TotpSecret::random(),
            began: now.expiry,
            wrong: 0,
        }))
    }

    /// What to show. `None`: there is no such enrolment any more.
    pub(crate) fn enrolment(&self, token: &EnrolmentToken, now: Moment) -> Option<Shown> {
        let enrolment = self.enrolments.find(token, now)?;
        Some(Shown {
            email: enrolment.email,
            secret: enrolment.secret,
        })
    }

    /// Ends an enrolment with a first valid code: there is an account, or there are new one-time codes, and a session.
    pub(crate) fn confirm(
        &self,
        token: &EnrolmentToken,
        code: &SecretText,
        visit: &Visit,
    ) -> Result<Enrolled, Error> {
        let enrolment = self
            .enrolments
            .find(token, visit.at)
            .ok_or(Error::SignInExpired)?;
        let sealed = self
            .vault
            .seal_totp(enrolment.staff.as_str(), &enrolment.secret)?;
        let step = match Typed::read(code) {
            Some(Typed::Totp(digits)) => {
                self.vault
                    .check_totp(enrolment.staff.as_str(), &sealed, &digits)?
            }
            _ => None,
        };
        let Some(step) = step else {
            self.enrolments.count_wrong(token);
            return Err(Error::WrongCode);
        };
        let enrolled = self
            .control
            .write(|tx| enrolment.finish(tx, sealed, &step, visit))?;
        self.enrolments.end(token);
        Ok(enrolled)
    }
}

impl Enrolment {
    fn is_alive(&self, now: Moment) -> bool {
        now.expiry.duration_since(self.began) < VALID
    }

    fn finish(
        &self,
        tx: &Tx<'_>,
        sealed: Vec<u8>,
        step: &TotpStep,
        visit: &Visit,
    ) -> Result<Enrolled, Error> {
        let codes = RecoveryCodes::random();
        let change = visit.change_by(&self.staff);
        let was_setup = account::count(tx)? == 0;
        match &self.what {
            What::Account {
                link,
                target,
                password_hash,
            } => {
                link::use_up(tx, link, visit.at)?;
                let account = NewAccount {
                    id: self.staff.clone(),
                    email: self.email.clone(),
                    name: self.name.clone(),
                    is_owner: *target == Target::Instance,
                    password_hash: password_hash.clone(),
                    totp_sealed: sealed,
                    totp_step: *step,
                };
                accounts::create(tx, &account, target.membership(), &codes, &change)?;
            }
            What::ResetTotp {
                link,
                password_hash,
            } => {
                link::use_up(tx, link, visit.at)?;
                let found =
                    account::find_credentials_of(tx, &self.staff)?.ok_or(Error::DeadLink)?;
                // The password that was proved may have been reset or changed since.
                if found.password_hash != *password_hash {
                    return Err(Error::DeadLink);
                }
                self.renew_totp(tx, &sealed, step, &codes, &change)?;
            }
            What::ResetBoth {
                link,
                password_hash,
            } => {
                link::use_up(tx, link, visit.at)?;
                account::set_password(tx, &self.staff, password_hash)?;
                let entry = Entry::new(Action::PasswordChanged, self.staff.as_str())
                    .detail(self.name.as_str());
                audit::record(tx, &change, &entry)?;
                self.renew_totp(tx, &sealed, step, &codes, &change)?;
            }
            What::OwnTotp { session } => {
                // Whoever signed out, or was signed out, has not confirmed anything.
                if !session::store::delete(tx, &self.staff, session)? {
                    return Err(Error::SignInExpired);
                }
                self.renew_totp(tx, &sealed, step, &codes, &change)?;
            }
        }
        attempt::remember(tx, &self.email, visit.address, visit.at)?;
        account::set_signed_in(tx, &self.staff, visit.at.wall)?;
        let session = session::begin(tx, &self.staff, visit.address, &visit.browser, visit.at)?;
        Ok(Enrolled {
            session,
            codes,
            was_setup,
        })
    }

    fn renew_totp(
        &self,
        tx: &Tx<'_>,
        sealed: &[u8],
        step: &TotpStep,
        codes: &RecoveryCodes,
        change: &Change,
    ) -> Result<(), Error> {
        let person = account::find(tx, &self.staff)?.ok_or(Error::DeadLink)?;
        if person.disabled.is_some() {
            return Err(Error::DeadLink);
        }
        account::set_totp(tx, &self.staff, Some(sealed))?;
        account::use_totp_step(tx, &self.staff, step)?;
        account::set_recovery_codes(tx, &self.staff, &codes.hashes())?;
        session::end_all_in(tx, &self.staff, None)?;
        let entry = Entry::new(Action::TotpChanged, self.staff.as_str()).detail(self.name.as_str());
        audit::record(tx, change, &entry)?;
        Ok(())
    }
}
