//! Slows guessing down: attempts are counted by account and by address before anything is compared.
//!
//! After a few free attempts each further one must wait, twice as long every time: up to a minute for an account, so that a stranger cannot keep its owner
//! out, and up to a quarter of an hour for an address and for codes, which only somebody gets to try who knows the password. Nobody is
//! locked out for good, and an account that does not exist is counted like one that does.

mod store;

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{EmailAddress, Error};
use crate::crypto;
use crate::db::{Db, Tx};

/// How many attempts are free, and how long the longest wait is.
#[derive(PartialEq)]
struct Limit {
    free: u32,
    longest: SignedDuration,
}

const ACCOUNT: Limit = Limit {
    free: 5,
    longest: SignedDuration::from_mins(1),
};
const ADDRESS: Limit = Limit {
    free: 30,
    longest: SignedDuration::from_mins(15),
};
const CODE: Limit = Limit {
    free: 5,
    longest: SignedDuration::from_mins(15),
};
/// Attempts are forgotten when none came for so long.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// Whose attempts are counted, and at what.
pub(super) struct Keys(Vec<([u8; 32], &'static Limit)>);

impl Keys {
    /// At a password, from an address.
    pub(super) fn password(email: &EmailAddress, address: Option<IpAddr>) -> Self {
        let address = address.map(|address| (key("address", &network(address)), &ADDRESS));
        Self(
            std::iter::once((key("password", email.as_str()), &ACCOUNT))
                .chain(address)
                .collect(),
        )
    }

    /// At a code, after the right password.
    pub(super) fn code(email: &EmailAddress) -> Self {
        Self(vec![(key("code", email.as_str()), &CODE)])
    }

    /// At both again, within a session.
    pub(super) fn step_up(email: &EmailAddress) -> Self {
        Self(vec![(key("step-up", email.as_str()), &CODE)])
    }
}

fn key(kind: &str, of: &str) -> [u8; 32] {
    crypto::sha256(format!("{kind} {of}").as_bytes())
}

/// An IPv6 site has 64 bits of addresses to itself.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
    }
}

/// Counts an attempt, or refuses it because it comes too early.
pub(super) fn count(control: &Db, keys: &Keys, now: Timestamp) -> Result<(), Error> {
    control.write(|tx| {
        for (key, _) in &keys.0 {
            if let Some(until) = store::blocked_until(tx, key)?.filter(|until| now < *until) {
                return Err(Error::TooManyAttempts { until });
            }
        }
        for (key, limit) in &keys.0 {
            let count = store::add(tx, key, now, now - FORGOTTEN)?;
            if count >= limit.free {
                let seconds = 1_i64 << (count - limit.free).min(20);
                let wait = SignedDuration::from_secs(seconds).min(limit.longest);
                store::block(tx, key, now + wait)?;
            }
        }
        Ok(())
    })
}

/// Forgives after a success: the attempts of the account, and one of the address.
pub(super) fn forgive(tx: &Tx<'_>, keys: &Keys) -> Result<(), Error> {
    for (key, limit) in &keys.0 {
        if **limit == ADDRESS {
            store::subtract(tx, key, 1)?;
        } else {
            store::remove(tx, key)?;
        }
    }
    Ok(())
}

/// Forgets what is too old to matter.
pub(super) fn purge(tx: &Tx<'_>, now: Timestamp) -> Result<(), Error> {
    Ok(store::purge(tx, now - FORGOTTEN)?)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::db::schema;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn control() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.db");
        let db = Db::open(&path, &crypto::random_key(), &schema::CONTROL, 1).unwrap();
        (folder, db)
    }

    fn keys(email: &str, address: &str) -> Keys {
        Keys::password(&email.parse().unwrap(), Some(address.parse().unwrap()))
    }

    #[test]
    fn an_account_waits_longer_each_time_and_never_for_ever() {
        let (_folder, db) = control();
        let ada = keys("ada@bank.example", "192.0.2.1");
        for _ in 0..5 {
            count(&db, &ada, NOW).unwrap();
        }
        let mut now = NOW;
        for expected in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let Err(Error::TooManyAttempts { until }) = count(&db, &ada, now) else {
                panic!("it must wait");
            };
            assert_eq!(until.duration_since(now).as_secs(), expected);
            now = until;
            count(&db, &ada, now).unwrap();
        }
        count(&db, &ada, now + 25.hours()).unwrap();
        count(&db, &ada, now + 25.hours()).unwrap();
    }

    #[test]
    fn an_address_is_slowed_down_whatever_accounts_it_tries() {
        let (_folder, db) = control();
        for index in 0..30 {
            let tried = keys(&format!("a{index}@bank.example"), "2001:db8::1");
            count(&db, &tried, NOW).unwrap();
        }
        let neighbour = keys("new@bank.example", "2001:db8::2");
        assert!(count(&db, &neighbour, NOW).is_err(), "the same site");
        count(&db, &keys("new@bank.example", "2001:db8:0:1::1"), NOW).unwrap();
    }

    #[test]
    fn a_sign_in_forgives_its_account() {
        let (_folder, db) = control();
        let ada = keys("ada@bank.example", "192.0.2.1");
        for _ in 0..5 {
            count(&db, &ada, NOW).unwrap();
        }
        db.write(|tx| forgive(tx, &ada)).unwrap();
        count(&db, &ada, NOW).unwrap();
    }
}
