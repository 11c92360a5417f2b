//! Slows guessing down: attempts are counted by account and by address before anything is compared.
//!
//! After a few free attempts each further one must wait, twice as long every time: up to a minute for an account, and up to a quarter of an hour for an
//! address and for codes, which only somebody gets to try who knows the password. Every counter goes down again with time, so that nobody is locked out
//! for good, and an account that does not exist is counted like one that does. Nobody can keep the owner of an account out, neither a stranger nor a
//! neighbour: attempts at an account from a network that it signed in from lately are counted apart from all others, and do not wait for what else comes
//! from there.

mod store;

use std::net::IpAddr;

use jiff::SignedDuration;

use super::{EmailAddress, Error};
use crate::clock::Moment;
use crate::crypto;
use crate::db::{Db, Tx};

/// How many attempts are free, how long the longest wait is, and how soon one attempt is forgotten.
#[derive(PartialEq)]
struct Limit {
    free: u32,
    longest: SignedDuration,
    one_in: SignedDuration,
}

impl Limit {
    /// More would make no wait longer, only the way back.
    const fn most(&self) -> u32 {
        self.free + 10
    }
}

const ACCOUNT: Limit = Limit {
    free: 5,
    longest: SignedDuration::from_mins(1),
    one_in: SignedDuration::from_mins(10),
};
const ADDRESS: Limit = Limit {
    free: 30,
    longest: SignedDuration::from_mins(15),
    one_in: SignedDuration::from_mins(5),
};
const CODE: Limit = Limit {
    free: 5,
    longest: SignedDuration::from_mins(15),
    one_in: SignedDuration::from_mins(30),
};
/// Counters of which nothing is left after this time.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);
/// For how long a network that an account signed in from is known.
const KNOWN: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Whose attempts are counted, and at what.
pub(super) struct Keys(Vec<([u8; 32], &'static Limit)>);

impl Keys {
    /// At a password, from an address.
    pub(super) fn password(
        control: &Db,
        email: &EmailAddress,
        address: Option<IpAddr>,
    ) -> Result<Self, Error> {
        if let Some(known) = address.map(|address| known(email, address))
            && control.read(|c| store::is_known(c, &known))?
        {
            // Not subject to what a neighbour does: whoever guesses from here has this account's few attempts, like anybody.
            return Ok(Self(vec![(known, &ACCOUNT)]));
        }
        let account = key("password", email.as_str());
        let address = address.map(|address| (key("address", &network(address)), &ADDRESS));
        let keys = std::iter::once((account, &ACCOUNT)).chain(address);
        Ok(Self(keys.collect()))
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

/// An account and a network that it signed in from.
fn known(email: &EmailAddress, address: IpAddr) -> [u8; 32] {
    key("known", &format!("{} {}", network(address), email.as_str()))
}

/// Takes note of where an account signed in from.
pub(super) fn remember(
    tx: &Tx<'_>,
    email: &EmailAddress,
    address: Option<IpAddr>,
    now: Moment,
) -> Result<(), Error> {
    if let Some(address) = address {
        store::set_known(tx, &known(email, address), now.expiry)?;
    }
    Ok(())
}

/// An IPv6 site has 64 bits of addresses to itself.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
    }
}

/// The machine's clock is right from now on: what was counted while it was ahead keeps nobody waiting for as long as that.
pub(super) fn settle(tx: &Tx<'_>, now: Moment) -> Result<(), Error> {
    Ok(store::settle(tx, now.wall, now.wall + ADDRESS.longest)?)
}

/// Counts an attempt, or refuses it because it comes too early.
pub(super) fn count(control: &Db, keys: &Keys, now: Moment) -> Result<(), Error> {
    let now = now.expiry;
    control.write(|tx| {
        for (key, _) in &keys.0 {
            if let Some(until) = store::blocked_until(tx, key)?.filter(|until| now < *until) {
                let wait = until.duration_since(now);
                return Err(Error::TooManyAttempts { wait });
            }
        }
        for (key, limit) in &keys.0 {
            let count = store::add(tx, key, now, limit.one_in, limit.most())?;
            if count >= limit.free {
                let seconds = 1_i64 << (count - limit.free).min(20);
                let wait = SignedDuration::from_secs(seconds).min(limit.longest);
                store::block(tx, key, now + wait)?;
            }
        }
        Ok(())
    })
}

/// Forgives after a success: the attempts of the account, and the last one of the address, as if it had not been.
pub(super) fn forgive(tx: &Tx<'_>, keys: &Keys) -> Result<(), Error> {
    for (key, limit) in &keys.0 {
        if **limit == ADDRESS {
            store::take_back(tx, key)?;
        } else {
            store::remove(tx, key)?;
        }
    }
    Ok(())
}

/// Forgets what is too old to matter.
pub(super) fn purge(tx: &Tx<'_>, now: Moment) -> Result<(), Error> {
    Ok(store::purge(
        tx,
        now.deletion - FORGOTTEN,
        now.deletion - KNOWN,
    )?)
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, ToSpan};

    use super::*;
    use crate::testing::{NOW, control_db};

    /// Counts one, or says how long it has to wait.
    fn tried(db: &Db, keys: &Keys, now: Timestamp) -> Result<(), SignedDuration> {
        match count(db, keys, now.into()) {
            Ok(()) => Ok(()),
            Err(Error::TooManyAttempts { wait }) => Err(wait),
            Err(error) => panic!("{error}"),
        }
    }

    fn keys(db: &Db, email: &str, address: &str) -> Keys {
        let (email, address) = (email.parse().unwrap(), address.parse().unwrap());
        Keys::password(db, &email, Some(address)).unwrap()
    }

    #[test]
    fn an_account_waits_longer_each_time_and_never_for_ever() {
        let db = control_db();
        let ada = keys(&db, "ada@bank.example", "192.0.2.1");
        for _ in 0..5 {
            tried(&db, &ada, NOW).unwrap();
        }
        let mut now = NOW;
        for expected in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let wait = tried(&db, &ada, now).unwrap_err();
            assert_eq!(wait.as_secs(), expected);
            now += wait;
            tried(&db, &ada, now).unwrap();
        }
        tried(&db, &ada, now + 25.hours()).unwrap();
        tried(&db, &ada, now + 25.hours()).unwrap();
    }

    #[test]
    fn an_address_is_slowed_down_whatever_accounts_it_tries() {
        let db = control_db();
        for index in 0..30 {
            let other = keys(&db, &format!("a{index}@bank.example"), "2001:db8::1");
            tried(&db, &other, NOW).unwrap();
        }
        let neighbour = keys(&db, "new@bank.example", "2001:db8::2");
        assert!(tried(&db, &neighbour, NOW).is_err(), "the same site");
        tried(&db, &keys(&db, "new@bank.example", "2001:db8:0:1::1"), NOW).unwrap();
    }

    #[test]
    fn a_sign_in_forgives_its_account() {
        let db = control_db();
        let ada = keys(&db, "ada@bank.example", "192.0.2.1");
        for _ in 0..5 {
            tried(&db, &ada, NOW).unwrap();
        }
        db.write(|tx| forgive(tx, &ada)).unwrap();
        tried(&db, &ada, NOW).unwrap();
    }

    #[test]
    fn an_office_is_not_kept_out_by_its_own_slips() {
        let db = control_db();
        let mut now = NOW;
        // Somebody mistypes every six minutes, all day, and somebody else signs in after each time.
        for _ in 0..200 {
            now += 6.minutes();
            tried(&db, &keys(&db, "slip@bank.example", "192.0.2.1"), now).unwrap();
            let ada = keys(&db, "ada@bank.example", "192.0.2.1");
            tried(&db, &ada, now).unwrap();
            db.write(|tx| forgive(tx, &ada)).unwrap();
        }
        // A flood does slow the office down; a quarter of an hour later it is over.
        for index in 0..40 {
            let _ = tried(
                &db,
                &keys(&db, &format!("a{index}@bank.example"), "192.0.2.1"),
                now,
            );
        }
        let ada = keys(&db, "ada@bank.example", "192.0.2.1");
        assert!(tried(&db, &ada, now).is_err());
        tried(&db, &ada, now + 16.minutes()).unwrap();
        db.write(|tx| forgive(tx, &ada)).unwrap();
        tried(&db, &ada, now + 16.minutes()).unwrap();
    }

    #[test]
    fn a_stranger_does_not_keep_an_account_out_where_it_is_known() {
        let db = control_db();
        let ada: EmailAddress = "ada@bank.example".parse().unwrap();
        let office: IpAddr = "192.0.2.1".parse().unwrap();
        db.write(|tx| remember(tx, &ada, Some(office), NOW.into()))
            .unwrap();
        for _ in 0..6 {
            let _ = tried(&db, &keys(&db, "ada@bank.example", "203.0.113.9"), NOW);
        }
        assert!(tried(&db, &keys(&db, "ada@bank.example", "198.51.100.7"), NOW).is_err());
        tried(&db, &keys(&db, "ada@bank.example", "192.0.2.1"), NOW).unwrap();
        db.write(|tx| purge(tx, (NOW + 24.hours() * 31).into()))
            .unwrap();
        for _ in 0..6 {
            let _ = tried(&db, &keys(&db, "ada@bank.example", "203.0.113.9"), NOW);
        }
        assert!(tried(&db, &keys(&db, "ada@bank.example", "192.0.2.1"), NOW).is_err());
    }

    #[test]
    fn a_neighbour_does_not_keep_an_account_out_where_it_is_known() {
        let db = control_db();
        let ada: EmailAddress = "ada@bank.example".parse().unwrap();
        let office: IpAddr = "192.0.2.1".parse().unwrap();
        db.write(|tx| remember(tx, &ada, Some(office), NOW.into()))
            .unwrap();
        for index in 0..100 {
            let other = format!("a{index}@bank.example");
            let _ = tried(&db, &keys(&db, &other, "192.0.2.1"), NOW);
        }
        assert!(tried(&db, &keys(&db, "new@bank.example", "192.0.2.1"), NOW).is_err());
        tried(&db, &keys(&db, "ada@bank.example", "192.0.2.1"), NOW).unwrap();
        // Guessing at this very account is slowed down there too.
        for _ in 0..5 {
            let _ = tried(&db, &keys(&db, "ada@bank.example", "192.0.2.1"), NOW);
        }
        assert!(tried(&db, &keys(&db, "ada@bank.example", "192.0.2.1"), NOW).is_err());
    }
}
