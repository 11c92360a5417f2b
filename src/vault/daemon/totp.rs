//! One-time codes (RFC 6238: SHA-1, six digits, thirty seconds, one step of tolerance to both sides), by the vault's own clock.
//!
//! The secret of an account is stored by others, sealed under a key that never leaves this process; the account's name is the associated data, so that one
//! account's secret is worthless under the name of another. Wrong codes are counted here, whoever asks: after five, each further one has to wait, twice as
//! long every time, up to a quarter of an hour. That a code is not used twice is for the one who asks to remember.

use jiff::{SignedDuration, Timestamp};
use totp_rs::{Algorithm, Builder};

use super::store::{self, Attempts};
use super::{Keyring, storage};
use crate::clock::Moment;
use crate::crypto;
use crate::db::{Db, Tx};
use crate::vault::{Refusal, TotpSecret, TotpStep};

const PURPOSE: &str = "anchorite one-time codes";
const STEP_SECONDS: u64 = 30;

/// Wrong codes that need not wait.
const FREE: u32 = 5;
pub(super) const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// How soon one wrong code is forgotten.
const ONE_IN: SignedDuration = SignedDuration::from_mins(30);
/// More would make no wait longer, only the way back.
const MOST_COUNTED: u32 = FREE + 10;
/// Accounts that are counted. An instance has fewer people; a client that makes names up is refused.
const MOST_ACCOUNTS: usize = 10_000;

pub(super) fn seal(keyring: &Keyring, account: &str, secret: &TotpSecret) -> Vec<u8> {
    crypto::seal(
        &keyring.derived(PURPOSE),
        account.as_bytes(),
        secret.expose(),
    )
}

/// Which step a code is of. The attempt is counted, on the disk, before the code is looked at.
pub(super) fn check(
    keyring: &Keyring,
    db: &Db,
    account: &str,
    sealed: &[u8],
    code: &str,
    now: Moment,
) -> Result<Option<TotpStep>, Refusal> {
    if !crate::id::is_well_formed(account) {
        return Err(Refusal::BadName);
    }
    count(db, account, now.expiry)?;
    let step = step_of(keyring, account, sealed, code, now.wall)?;
    if step.is_some() {
        db.write(|tx| store::delete_attempts(tx, account))
            .map_err(|error| storage(&error))?;
    }
    Ok(step)
}

fn step_of(
    keyring: &Keyring,
    account: &str,
    sealed: &[u8],
    code: &str,
    at: Timestamp,
) -> Result<Option<TotpStep>, Refusal> {
    let secret = crypto::open(&keyring.derived(PURPOSE), account.as_bytes(), sealed)
        .map_err(|_| Refusal::BrokenTotp)?;
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(secret.to_vec())
        .build()
        .map_err(|_| Refusal::BrokenTotp)?;
    let at = u64::try_from(at.as_second()).unwrap_or_default();
    Ok(totp.check(code, at).map(|of_code| TotpStep {
        of_code,
        now: at / STEP_SECONDS,
    }))
}

/// Counts an attempt, or refuses it because it comes too early.
fn count(db: &Db, account: &str, now: Timestamp) -> Result<(), Refusal> {
    let wait = db
        .write(|tx| {
            let known = store::find_attempts(tx, account)?;
            if let Some(known) = &known
                && now < known.blocked
            {
                return Ok(Some(known.blocked.duration_since(now)));
            }
            if known.is_none() && store::count_attempts(tx)? >= MOST_ACCOUNTS {
                store::purge_attempts(tx, now - ONE_IN * i32::try_from(MOST_COUNTED).unwrap_or(1))?;
                if store::count_attempts(tx)? >= MOST_ACCOUNTS {
                    return Ok(Some(ONE_IN));
                }
            }
            add(tx, account, known, now)?;
            Ok(None)
        })
        .map_err(|error: crate::db::Error| storage(&error))?;
    match wait {
        Some(wait) => Err(Refusal::TooManyCodes {
            wait_s: wait.as_secs().unsigned_abs() + 1,
        }),
        None => Ok(()),
    }
}

fn add(
    tx: &Tx<'_>,
    account: &str,
    known: Option<Attempts>,
    now: Timestamp,
) -> Result<(), crate::db::Error> {
    let (count, last) = match known {
        Some(known) => {
            let forgotten = now.duration_since(known.last).as_secs() / ONE_IN.as_secs();
            let forgotten = u32::try_from(forgotten.max(0)).unwrap_or(u32::MAX);
            let left = known.count.saturating_sub(forgotten);
            // In whole steps, so that what is left of one counts the next time.
            let last = if left == 0 {
                now
            } else {
                known.last + ONE_IN * i32::try_from(forgotten).unwrap_or(i32::MAX)
            };
            (left, last)
        }
        None => (0, now),
    };
    let count = (count + 1).min(MOST_COUNTED);
    let wait = match count.checked_sub(FREE) {
        Some(over) => SignedDuration::from_secs(1 << over).min(LONGEST_WAIT),
        None => SignedDuration::ZERO,
    };
    let attempts = Attempts {
        count,
        last,
        blocked: now + wait,
    };
    store::set_attempts(tx, account, &attempts)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::testing::{NOW, vault_db};
    use crate::vault::daemon::RootKey;

    const ACCOUNT: &str = "0123456789abcdefghjk";
    /// The published test key of RFC 6238, of which 287082 is the code at 59 seconds.
    const SECRET: [u8; 20] = *b"12345678901234567890";

    struct Setup {
        keyring: Keyring,
        sealed: Vec<u8>,
        db: crate::testing::TestDb,
        _folder: tempfile::TempDir,
    }

    fn setup() -> Setup {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::create(folder.path(), RootKey::random()).unwrap();
        Setup {
            sealed: seal(&keyring, ACCOUNT, &TotpSecret(SECRET)),
            keyring,
            db: vault_db(),
            _folder: folder,
        }
    }

    impl Setup {
        fn check(&self, code: &str, now: Timestamp) -> Result<Option<TotpStep>, Refusal> {
            check(
                &self.keyring,
                &self.db,
                ACCOUNT,
                &self.sealed,
                code,
                now.into(),
            )
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_code_is_right_within_a_step_and_tells_its_step() {
        let setup = setup();
        for (second, now) in [(59, 1), (89, 2), (29, 0)] {
            let step = setup.check("287082", at(second)).unwrap().unwrap();
            assert_eq!(step, TotpStep { of_code: 1, now }, "{second}");
        }
        assert_eq!(setup.check("287082", at(90)).unwrap(), None);
        for (index, wrong) in [
            "", "28708", "2870820", "abcdef", "287083", "-87082", " 28708",
        ]
        .into_iter()
        .enumerate()
        {
            let later = at(90) + (10 * i64::try_from(index + 1).unwrap()).hours();
            assert_eq!(setup.check(wrong, later).unwrap(), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_secret_is_worthless_for_another_account() {
        let setup = setup();
        let other = "kjhgfedcba9876543210";
        let checked = check(
            &setup.keyring,
            &setup.db,
            other,
            &setup.sealed,
            "287082",
            at(59).into(),
        );
        assert_eq!(checked, Err(Refusal::BrokenTotp));
    }

    #[test]
    fn guessing_is_slow_and_never_locks_out_for_good() {
        let setup = setup();
        let mut now = NOW;
        let mut tried = 0;
        // A day of guessing as fast as it is let.
        while now < NOW + 24.hours() {
            match setup.check("000000", now) {
                Ok(found) => {
                    assert_eq!(found, None);
                    tried += 1;
                }
                Err(Refusal::TooManyCodes { wait_s }) => {
                    assert!(wait_s <= 15 * 60 + 1);
                    now += SignedDuration::from_secs(i64::try_from(wait_s).unwrap());
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert!(tried < 130, "{tried} a day");
        // Whoever has the right code gets in after the longest wait.
        now += 16.minutes();
        assert_eq!(setup.check("000000", now).unwrap(), None);
    }

    #[test]
    fn a_right_code_forgives_the_wrong_ones() {
        let setup = setup();
        for _ in 0..4 {
            assert_eq!(setup.check("000000", at(59)).unwrap(), None);
        }
        assert!(setup.check("287082", at(59)).unwrap().is_some());
        for _ in 0..5 {
            assert_eq!(setup.check("000000", at(59)).unwrap(), None);
        }
        assert!(matches!(
            setup.check("287082", at(59)),
            Err(Refusal::TooManyCodes { wait_s: 2 })
        ));
    }

    #[test]
    fn what_is_no_account_is_not_counted() {
        let setup = setup();
        let refused = check(
            &setup.keyring,
            &setup.db,
            "ada",
            &setup.sealed,
            "1",
            NOW.into(),
        );
        assert_eq!(refused, Err(Refusal::BadName));
    }
}
