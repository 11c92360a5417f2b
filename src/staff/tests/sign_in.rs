//! Both factors, sessions, and guessing.

use super::*;

#[test]
fn a_session_needs_both_factors() {
    let office = Office::new();
    let ada = office.owner();
    let later = NOW + 1.minute();
    let wrong =
        office
            .accounts
            .check_password(&ada.email, &text("wrong but long enough"), &visit(later));
    assert!(matches!(wrong, Err(Error::WrongSignIn)));
    let pending = office
        .accounts
        .check_password(&ada.email, &text(PASSWORD), &visit(later))
        .unwrap();
    assert!(
        office
            .accounts
            .signed_in(&pending, later.into(), true)
            .unwrap()
            .is_none(),
        "the password alone opens nothing"
    );
    let refused = office
        .accounts
        .check_code(&pending, &text("000000"), &visit(later));
    assert!(matches!(refused, Err(Error::WrongCode)));
    let session = office
        .accounts
        .check_code(&pending, &office.code(&ada.secret, later), &visit(later))
        .unwrap();
    assert!(
        office
            .accounts
            .signed_in(&session, later.into(), true)
            .unwrap()
            .is_some()
    );
    let again =
        office
            .accounts
            .check_code(&pending, &office.code(&ada.secret, later), &visit(later));
    assert!(matches!(again, Err(Error::SignInExpired)));
    assert_eq!(
        office.actions()[3..],
        [
            "session.sign-in-failed",
            "session.sign-in-failed",
            "session.signed-in"
        ]
    );
}

#[test]
fn a_sign_in_dies_of_age_and_of_wrong_codes() {
    let office = Office::new();
    let ada = office.owner();
    let later = NOW + 1.minute();
    let begin = || {
        office
            .accounts
            .check_password(&ada.email, &text(PASSWORD), &visit(later))
            .unwrap()
    };
    let pending = begin();
    let late = later + 5.minutes();
    let expired =
        office
            .accounts
            .check_code(&pending, &office.code(&ada.secret, late), &visit(late));
    assert!(matches!(expired, Err(Error::SignInExpired)));
    let pending = begin();
    let mut at = later;
    for _ in 0..5 {
        at += SignedDuration::from_secs(61);
        // Each attempt waits for its turn; the sign-in itself lives five minutes.
        match office.accounts.check_code(
            &pending,
            &text("000000"),
            &visit(at.min(later + 4.minutes())),
        ) {
            Err(Error::WrongCode | Error::TooManyAttempts { .. }) => {}
            other => panic!("{:?}", other.err()),
        }
    }
}

#[test]
fn a_code_works_once_in_parallel_and_after_a_restart() {
    let office = Office::new();
    let ada = office.owner();
    let later = NOW + 1.minute();
    let pending: Vec<_> = (0..4)
        .map(|_| {
            office
                .accounts
                .check_password(&ada.email, &text(PASSWORD), &visit(later))
                .unwrap()
        })
        .collect();
    let threads: Vec<_> = pending
        .into_iter()
        .map(|pending| {
            let accounts = Arc::clone(&office.accounts);
            let code = office.code(&ada.secret, later);
            let elsewhere = Visit {
                address: None,
                ..visit(later)
            };
            std::thread::spawn(move || accounts.check_code(&pending, &code, &elsewhere).is_ok())
        })
        .collect();
    let succeeded = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .filter(|ok| *ok)
        .count();
    assert_eq!(succeeded, 1);
    // The step is in the database: a new process knows it too. A code of the step before it is refused as well.
    office
        .control
        .write(|tx| Ok::<_, db::Error>(tx.execute("DELETE FROM attempt", [])?))
        .unwrap();
    for at in [later, later - SignedDuration::from_secs(30)] {
        let pending = office
            .accounts
            .check_password(&ada.email, &text(PASSWORD), &visit(later))
            .unwrap();
        let refused =
            office
                .accounts
                .check_code(&pending, &office.code(&ada.secret, at), &visit(later));
        assert!(matches!(refused, Err(Error::WrongCode)));
    }
}

#[test]
fn a_recovery_code_stands_for_a_one_time_code_once() {
    let office = Office::new();
    let ada = office.owner();
    let later = NOW + 1.minute();
    let sign_in = |code: &str| {
        let pending = office
            .accounts
            .check_password(&ada.email, &text(PASSWORD), &visit(later))
            .unwrap();
        office
            .accounts
            .check_code(&pending, &text(code), &visit(later))
    };
    sign_in(&ada.codes[3].to_uppercase()).unwrap();
    assert!(matches!(sign_in(&ada.codes[3]), Err(Error::WrongCode)));
    let id = office.id_of(&ada, later);
    assert_eq!(office.accounts.count_recovery_codes(&id).unwrap(), 9);
}

#[test]
fn guessing_is_slowed_down_and_an_unknown_account_answers_alike() {
    let office = Office::new();
    let ada = office.owner();
    let later = NOW + 1.minute();
    let nobody: EmailAddress = "nobody@bank.example".parse().unwrap();
    for email in [&ada.email, &nobody] {
        let try_one = || {
            office
                .accounts
                .check_password(email, &text("wrong but long enough"), &visit(later))
                .unwrap_err()
                .to_string()
        };
        for _ in 0..5 {
            assert_eq!(try_one(), Error::WrongSignIn.to_string(), "{email}");
        }
        assert!(try_one().starts_with("too many attempts"), "{email}");
    }
    // Even the right password must wait, and then is good.
    assert!(matches!(
        office.sign_in(&ada, later),
        Err(Error::TooManyAttempts { .. })
    ));
    office.sign_in(&ada, later + 2.minutes()).unwrap();
    office.sign_in(&ada, later + 3.minutes()).unwrap();
}

#[test]
fn a_session_ends_when_idle_and_at_its_longest() {
    let office = Office::new();
    let ada = office.owner();
    assert!(office.signed_in(&ada, NOW + 29.minutes()).is_some());
    assert!(
        office.signed_in(&ada, NOW + 58.minutes()).is_some(),
        "use keeps it alive"
    );
    assert!(office.signed_in(&ada, NOW + 88.minutes()).is_none());

    let again = Agent {
        session: office.sign_in(&ada, NOW + 2.hours()).unwrap(),
        ..ada
    };
    let mut at = NOW + 2.hours();
    while at < NOW + 14.hours() {
        assert!(office.signed_in(&again, at).is_some(), "{at}");
        at += SignedDuration::from_mins(20);
    }
    assert!(office.signed_in(&again, NOW + 14.hours()).is_none());
}

#[test]
fn dangerous_acts_need_both_factors_again_for_five_minutes() {
    let office = Office::new();
    let mut ada = office.owner();
    let stale = office.signed_in(&ada, NOW).unwrap();
    let new_password = || text("another quiet tractor hums");
    let refused = office
        .accounts
        .change_password(&stale, new_password(), &by_hand(NOW));
    assert!(matches!(refused, Err(Error::StepUpNeeded)));

    let at = NOW + 1.minute();
    let wrong = office.accounts.step_up(
        &stale,
        &text("wrong but long enough"),
        &office.code(&ada.secret, at),
        &visit(at),
    );
    assert!(matches!(wrong, Err(Error::WrongSignIn)));
    let before = ada.session.clone();
    let fresh = office.step_up(&mut ada, at);
    assert!(
        office
            .accounts
            .signed_in(&before, at.into(), true)
            .unwrap()
            .is_none(),
        "the token is another one"
    );
    assert!(
        fresh.is_fresh((at + 5.minutes() - 1.second()).into())
            && !fresh.is_fresh((at + 5.minutes()).into())
    );
    let late = by_hand(at + 5.minutes());
    assert!(matches!(
        office
            .accounts
            .change_password(&fresh, new_password(), &late),
        Err(Error::StepUpNeeded)
    ));
    let other = office.sign_in(&ada, at + 1.minute()).unwrap();
    office
        .accounts
        .change_password(&fresh, new_password(), &by_hand(at + 1.minute()))
        .unwrap();
    assert!(
        office
            .accounts
            .signed_in(&other, (at + 1.minute()).into(), true)
            .unwrap()
            .is_none(),
        "other sessions end"
    );
    assert!(
        office.signed_in(&ada, at + 1.minute()).is_some(),
        "this one goes on"
    );
}

#[test]
fn new_one_time_codes_that_were_begun_end_with_their_session() {
    let office = Office::new();
    let mut ada = office.owner();
    let at = NOW + 1.minute();
    let fresh = office.step_up(&mut ada, at);
    let enrolment = office.accounts.begin_own_totp(&fresh, at.into()).unwrap();
    let secret = office.secret_of(&enrolment, at);
    assert_eq!(
        office.accounts.sign_out(&fresh, &by_hand(at)),
        Ending::OnDisk
    );
    let confirmed = office
        .accounts
        .confirm(&enrolment, &office.code(&secret, at), &visit(at));
    assert!(matches!(confirmed, Err(Error::SignInExpired)));
    office.sign_in(&ada, at + 1.minute()).unwrap();
}
