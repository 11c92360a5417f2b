//! Setup, invitations and resets.

use super::*;

#[test]
fn the_setup_link_makes_the_first_owner_once() {
    let office = Office::new();
    assert!(!office.accounts.are_set_up().unwrap());
    let issued = office.accounts.make_setup_link(&by_hand(NOW)).unwrap();
    let ada = office.join(&issued.token, "Ada@Bank.example", "Ada", NOW);
    assert!(office.accounts.are_set_up().unwrap());
    let who = office.signed_in(&ada, NOW).unwrap();
    assert!(who.person().is_owner && who.person().email.as_str() == "ada@bank.example");
    assert_eq!(who.role_in(&office.main), Some(Role::Owner));
    assert_eq!(ada.codes.len(), 10);

    let again = office.accounts.begin_account(
        &issued.token,
        Some("eve@bank.example".parse().unwrap()),
        "Eve".parse().unwrap(),
        text(PASSWORD),
        NOW.into(),
    );
    assert!(matches!(again, Err(Error::DeadLink)));
    let another = office.accounts.make_setup_link(&by_hand(NOW));
    assert!(matches!(another, Err(Error::SetUpAlready)));
    assert_eq!(
        office.actions(),
        ["workspace.created", "setup-link.made", "staff.joined"]
    );
}

#[test]
fn a_link_expires_and_a_newer_setup_link_replaces_it() {
    let office = Office::new();
    let old = office.accounts.make_setup_link(&by_hand(NOW)).unwrap();
    let new = office.accounts.make_setup_link(&by_hand(NOW)).unwrap();
    let find = |issued: &Issued, at| office.accounts.find_link(&issued.token, at).unwrap();
    assert!(find(&old, NOW.into()).is_none());
    assert!(find(&new, (NOW + 24.hours() - 1.second()).into()).is_some());
    assert!(find(&new, (NOW + 24.hours()).into()).is_none());
}

#[test]
fn of_a_hundred_parallel_uses_of_a_link_one_succeeds() {
    let office = Office::new();
    office.owner();
    let target = Target::Workspace(Membership {
        workspace: office.main.clone(),
        role: Role::Member,
    });
    let email: EmailAddress = "grace@bank.example".parse().unwrap();
    let issued = office
        .accounts
        .invite(Authority::Operator, &email, &target, &by_hand(NOW))
        .unwrap();
    let enrolments: Vec<_> = (0..100)
        .map(|_| {
            let name = "Grace".parse().unwrap();
            let token = office
                .accounts
                .begin_account(&issued.token, None, name, text(PASSWORD), NOW.into())
                .unwrap();
            let secret = office.secret_of(&token, NOW);
            (token, code(&secret, NOW))
        })
        .collect();
    let barrier = Arc::new(Barrier::new(enrolments.len()));
    let threads: Vec<_> = enrolments
        .into_iter()
        .map(|(token, code)| {
            let (accounts, barrier) = (Arc::clone(&office.accounts), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                accounts.confirm(&token, &code, &visit(NOW)).map(|_| ())
            })
        })
        .collect();
    let done: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    assert_eq!(done.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(
        done.iter()
            .all(|result| matches!(result, Ok(()) | Err(Error::DeadLink)))
    );
    assert_eq!(office.count("SELECT count(*) FROM staff"), 2);
}

#[test]
fn reset_one_time_codes_are_set_up_again_with_link_and_password() {
    let office = Office::new();
    let mut ada = office.owner();
    let grace = office.member_of_main(Role::Member, "grace@bank.example", NOW);
    let at = NOW + 1.minute();
    let owner = office.step_up(&mut ada, at);
    let grace_id = office.id_of(&grace, at);
    let issued = office
        .accounts
        .reset_totp(Authority::Staff(&owner), &grace_id, &by_hand(at))
        .unwrap();
    assert!(office.signed_in(&grace, at).is_none());
    assert!(matches!(
        office.sign_in(&grace, at),
        Err(Error::TotpIsReset)
    ));
    let wrong =
        office
            .accounts
            .begin_reset_totp(&issued.token, &text("wrong but long enough"), &visit(at));
    assert!(matches!(wrong, Err(Error::WrongSignIn)));
    let enrolment = office
        .accounts
        .begin_reset_totp(&issued.token, &text(PASSWORD), &visit(at))
        .unwrap();
    let secret = office.secret_of(&enrolment, at);
    assert_ne!(secret, grace.secret);
    office
        .accounts
        .confirm(&enrolment, &office.code(&secret, at), &visit(at))
        .unwrap();
    assert!(
        office
            .accounts
            .find_link(&issued.token, at.into())
            .unwrap()
            .is_none()
    );
    let again = Agent { secret, ..grace };
    office.sign_in(&again, at + 1.minute()).unwrap();
}

#[test]
fn a_reset_password_is_chosen_again_with_link_and_code() {
    let office = Office::new();
    let mut ada = office.owner();
    let at = NOW + 1.minute();
    let owner = office.step_up(&mut ada, at);
    let grace = office.member_of_main(Role::Member, "grace@bank.example", NOW);
    let grace_id = office.id_of(&grace, at);
    let issued = office
        .accounts
        .reset_password(Authority::Staff(&owner), &grace_id, &by_hand(at))
        .unwrap();
    assert!(matches!(
        office.sign_in(&grace, at),
        Err(Error::WrongSignIn)
    ));
    let choose = |password: &str, code: &SecretText| {
        office
            .accounts
            .choose_password(&issued.token, text(password), code, &visit(at))
    };
    assert!(matches!(
        choose("too short", &office.code(&grace.secret, at)),
        Err(Error::BadPassword(_))
    ));
    assert!(matches!(
        choose(PASSWORD, &text("000000")),
        Err(Error::WrongCode)
    ));
    choose(PASSWORD, &office.code(&grace.secret, at)).unwrap();
    assert!(matches!(
        choose(PASSWORD, &office.code(&grace.secret, at)),
        Err(Error::DeadLink)
    ));
    office.sign_in(&grace, at + 1.minute()).unwrap();
}

#[test]
fn an_invitation_can_be_withdrawn_and_sent_again() {
    let office = Office::new();
    office.owner();
    let target = Target::Workspace(Membership {
        workspace: office.main.clone(),
        role: Role::Viewer,
    });
    let email: EmailAddress = "grace@bank.example".parse().unwrap();
    let invite = |at| {
        office
            .accounts
            .invite(Authority::Operator, &email, &target, &by_hand(at))
            .unwrap()
    };
    let alive = |issued: &Issued, at| {
        office
            .accounts
            .find_link(&issued.token, at)
            .unwrap()
            .is_some()
    };
    let first = invite(NOW);
    let second = office
        .accounts
        .invite_again(Authority::Operator, &first.link.id, &by_hand(NOW))
        .unwrap();
    assert!(!alive(&first, NOW.into()) && alive(&second, NOW.into()));
    assert!(
        alive(&second, (NOW + 72.hours() - 1.second()).into())
            && !alive(&second, (NOW + 72.hours()).into())
    );
    assert_eq!(
        office
            .accounts
            .invitations(Some(&office.main))
            .unwrap()
            .len(),
        1
    );
    office
        .accounts
        .withdraw(Authority::Operator, &second.link.id, &by_hand(NOW))
        .unwrap();
    assert!(!alive(&second, NOW.into()));
    assert_eq!(
        office
            .accounts
            .invitations(Some(&office.main))
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn an_account_that_exists_accepts_an_invitation_while_signed_in() {
    let office = Office::new();
    office.owner();
    let grace = office.member_of_main(Role::Viewer, "grace@bank.example", NOW);
    let other = WorkspaceId::random();
    workspace::register(
        &office.control,
        other.clone(),
        "other".parse().unwrap(),
        &by_hand(NOW),
    )
    .unwrap();
    let target = Target::Workspace(Membership {
        workspace: other.clone(),
        role: Role::Admin,
    });
    let invite = |email: &str| {
        office
            .accounts
            .invite(
                Authority::Operator,
                &email.parse().unwrap(),
                &target,
                &by_hand(NOW),
            )
            .unwrap()
            .token
    };
    let who = office.signed_in(&grace, NOW).unwrap();
    let foreign = office
        .accounts
        .accept(&who, &invite("eve@bank.example"), &by_hand(NOW));
    assert!(matches!(foreign, Err(Error::InvitedAnother)));
    let (_, session) = office
        .accounts
        .accept(&who, &invite("grace@bank.example"), &by_hand(NOW))
        .unwrap();
    assert!(
        office.signed_in(&grace, NOW).is_none(),
        "more rights, another token"
    );
    let who = office
        .accounts
        .signed_in(&session, NOW.into(), true)
        .unwrap()
        .unwrap();
    assert_eq!(
        (who.role_in(&other), who.role_in(&office.main)),
        (Some(Role::Admin), Some(Role::Viewer))
    );
}

#[test]
fn both_factors_are_made_anew_with_the_second_link_when_both_are_lost() {
    let office = Office::new();
    office.owner();
    let grace = office.member_of_main(Role::Member, "grace@bank.example", NOW);
    let grace_id = office.id_of(&grace, NOW);
    let at = NOW + 1.minute();
    let first = office
        .accounts
        .reset_totp(Authority::Operator, &grace_id, &by_hand(at))
        .unwrap();
    let proved = office
        .accounts
        .begin_reset_totp(&first.token, &text(PASSWORD), &visit(at))
        .unwrap();
    let proved_secret = office.secret_of(&proved, at);
    let second = office
        .accounts
        .reset_password(Authority::Operator, &grace_id, &by_hand(at))
        .unwrap();
    assert!(
        office
            .accounts
            .find_link(&first.token, at.into())
            .unwrap()
            .is_none(),
        "the first link is worthless"
    );
    let late = office
        .accounts
        .confirm(&proved, &office.code(&proved_secret, at), &visit(at));
    assert!(
        matches!(late, Err(Error::DeadLink)),
        "what was begun before the second reset ends in nothing"
    );
    let short = office
        .accounts
        .begin_reset_both(&second.token, text("short"), at.into());
    assert!(matches!(short, Err(Error::BadPassword(_))));
    let enrolment = office
        .accounts
        .begin_reset_both(&second.token, text(PASSWORD), at.into())
        .unwrap();
    assert!(
        office.sign_in(&grace, at).is_err(),
        "nothing counts before the code"
    );
    let secret = office.secret_of(&enrolment, at);
    office
        .accounts
        .confirm(&enrolment, &office.code(&secret, at), &visit(at))
        .unwrap();
    let again = Agent { secret, ..grace };
    office.sign_in(&again, at + 1.minute()).unwrap();
    let actions = office.actions();
    let changes = actions
        .iter()
        .filter(|action| *action == "staff.password-changed");
    assert_eq!(changes.count(), 1, "{actions:?}");
}

#[test]
fn an_invitation_needs_as_much_as_giving_a_role() {
    let office = Office::new();
    let mut ada = office.owner();
    let email: EmailAddress = "mallory@bank.example".parse().unwrap();
    let at = NOW + 1.minute();
    let who = office.signed_in(&ada, at).unwrap();
    let invite = |who: &SignedIn, target: &Target| {
        office
            .accounts
            .invite(Authority::Staff(who), &email, target, &by_hand(at))
    };
    let admin = Target::Workspace(Membership {
        workspace: office.main.clone(),
        role: Role::Admin,
    });
    for target in [&Target::Instance, &admin] {
        assert!(matches!(invite(&who, target), Err(Error::StepUpNeeded)));
    }
    let fresh = office.step_up(&mut ada, at);
    invite(&fresh, &Target::Instance).unwrap();
    let issued = invite(&fresh, &admin).unwrap();
    let again = office
        .accounts
        .invite_again(Authority::Staff(&who), &issued.link.id, &by_hand(at));
    assert!(matches!(again, Err(Error::StepUpNeeded)));
}
