//! What begins with the link of a reset: one factor is made anew by proving the other, or both by the link alone.

use super::{Enrolment, EnrolmentToken, What};
use crate::audit::{self, Action, Actor, Entry};
use crate::clock::Moment;
use crate::secret::SecretText;
use crate::staff::account::store as account;
use crate::staff::attempt::{self, Keys};
use crate::staff::link::{self, LinkToken, Purpose};
use crate::staff::password::NewPassword;
use crate::staff::{Accounts, Error, Visit};
use crate::vault::TotpSecret;

/// What the log says was wrong.
const RESET_PASSWORD: &str = "password, with the link of a reset";
const RESET_CODE: &str = "code, with the link of a reset";

impl Accounts {
    /// Begins new one-time codes after a reset: the password still has to be right.
    pub(crate) fn begin_reset_totp(
        &self,
        token: &LinkToken,
        password: &SecretText,
        visit: &Visit,
    ) -> Result<EnrolmentToken, Error> {
        let link = self.find_link(token, visit.at)?.ok_or(Error::DeadLink)?;
        let Purpose::NewTotp(staff) = link.purpose else {
            return Err(Error::DeadLink);
        };
        let found = self
            .control
            .read(|c| account::find_credentials_of(c, &staff))?
            .filter(|found| found.person.disabled.is_none())
            .ok_or(Error::DeadLink)?;
        let keys = Keys::password(&self.control, &found.person.email, visit.address)?;
        attempt::count(&self.control, &keys, visit.at)?;
        if !self.hasher.matches(password, Some(&found.password_hash)) {
            self.record_failure(Actor::Unknown, staff.as_str(), RESET_PASSWORD, visit)?;
            return Err(Error::WrongSignIn);
        }
        self.control.write(|tx| attempt::forgive(tx, &keys))?;
        Ok(self.enrolments.begin(Enrolment {
            what: What::ResetTotp {
                link: link.id,
                password_hash: found.password_hash,
            },
            staff,
            email: found.person.email,
            name: found.person.name,
            secret: TotpSecret::random(),
            began: visit.at.expiry,
            wrong: 0,
        }))
    }

    /// Begins to set both factors up anew, after both were reset.
    pub(crate) fn begin_reset_both(
        &self,
        token: &LinkToken,
        password: SecretText,
        now: Moment,
    ) -> Result<EnrolmentToken, Error> {
        let link = self.find_link(token, now)?.ok_or(Error::DeadLink)?;
        let Purpose::NewBoth(staff) = link.purpose else {
            return Err(Error::DeadLink);
        };
        let person = self
            .find(&staff)?
            .filter(|person| person.disabled.is_none())
            .ok_or(Error::DeadLink)?;
        let password = NewPassword::check(password, &person.email, &person.name)?;
        Ok(self.enrolments.begin(Enrolment {
            what: What::ResetBoth {
                link: link.id,
                password_hash: self.hasher.hash(&password)?,
            },
            staff,
            email: person.email,
            name: person.name,
            secret: TotpSecret::random(),
            began: now.expiry,
            wrong: 0,
        }))
    }

    /// Chooses a new password after a reset: the one-time code still has to be right.
    pub(crate) fn choose_password(
        &self,
        token: &LinkToken,
        password: SecretText,
        code: &SecretText,
        visit: &Visit,
    ) -> Result<(), Error> {
        let link = self.find_link(token, visit.at)?.ok_or(Error::DeadLink)?;
        let Purpose::NewPassword(staff) = &link.purpose else {
            return Err(Error::DeadLink);
        };
        let found = self
            .control
            .read(|c| account::find_credentials_of(c, staff))?
            .filter(|found| found.person.disabled.is_none())
            .ok_or(Error::DeadLink)?;
        let password = NewPassword::check(password, &found.person.email, &found.person.name)?;
        let keys = Keys::code(&found.person.email);
        attempt::count(&self.control, &keys, visit.at)?;
        let wrong = || self.record_failure(Actor::Unknown, staff.as_str(), RESET_CODE, visit);
        let Some(proof) = self.prove(&found, code)? else {
            wrong()?;
            return Err(Error::WrongCode);
        };
        let hash = self.hasher.hash(&password)?;
        let chosen = self.control.write(|tx| {
            proof.use_up(tx, &found)?;
            link::use_up(tx, &link.id, visit.at)?;
            account::set_password(tx, staff, &hash)?;
            attempt::forgive(tx, &keys)?;
            let entry = Entry::new(Action::PasswordChanged, staff.as_str())
                .detail(found.person.name.as_str());
            audit::record(tx, &visit.change_by(staff), &entry)?;
            Ok(())
        });
        if matches!(chosen, Err(Error::WrongCode)) {
            wrong()?;
        }
        chosen
    }
}
