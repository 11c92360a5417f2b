//! Roles, the last owner, shutting out, and what is stored.

use super::*;

#[test]
fn nothing_of_an_account_is_stored_before_a_valid_code() {
    let office = Office::new();
    let issued = office.accounts.make_setup_link(&by_hand(NOW)).unwrap();
    let email = "ada@bank.example".parse().unwrap();
    let enrolment = office
        .accounts
        .begin_account(
            &issued.token,
            Some(email),
            "Ada".parse().unwrap(),
            text(PASSWORD),
            NOW.into(),
        )
        .unwrap();
    for wrong in ["000000", "", "abcdef"] {
        let done = office
            .accounts
            .confirm(&enrolment, &text(wrong), &visit(NOW));
        assert!(matches!(done, Err(Error::WrongCode)), "{wrong}");
    }
    assert_eq!(office.count("SELECT count(*) FROM staff"), 0);
    assert!(
        office
            .accounts
            .find_link(&issued.token, NOW.into())
            .unwrap()
            .is_some()
    );
    // It dies of too many wrong codes, and of age.
    for _ in 0..2 {
        let _ = office
            .accounts
            .confirm(&enrolment, &text("000000"), &visit(NOW));
    }
    assert!(office.accounts.enrolment(&enrolment, NOW.into()).is_none());
}

#[test]
fn a_role_is_of_one_workspace_and_an_owner_has_all() {
    let office = Office::new();
    office.owner();
    let other = WorkspaceId::random();
    let name = "other".parse().unwrap();
    workspace::register(&office.control, other.clone(), name, &by_hand(NOW)).unwrap();
    let grace = office.member_of_main(Role::Admin, "grace@bank.example", NOW);
    let who = office.signed_in(&grace, NOW).unwrap();
    assert!(who.may(Permission::ManageTeam, Some(&office.main)));
    assert!(!who.may(Permission::ManageTeam, Some(&other)));
    assert!(!who.may(Permission::ReadKnowledge, Some(&other)));
    assert!(!who.may(Permission::ManageWorkspaces, None));
    assert!(!who.may(Permission::ManageAccounts, Some(&office.main)));
    assert_eq!(who.role_in(&other), None);
}

#[test]
fn an_admin_manages_the_team_and_cannot_reach_higher() {
    let office = Office::new();
    let ada = office.owner();
    let mut grace = office.member_of_main(Role::Admin, "grace@bank.example", NOW);
    let linus = office.member_of_main(Role::Viewer, "linus@bank.example", NOW);
    let at = NOW + 1.minute();
    let admin = office.step_up(&mut grace, at);
    let by = Authority::Staff(&admin);
    let linus_id = office.id_of(&linus, at);
    let ada_id = office.id_of(&ada, at);
    let change = by_hand(at);

    office
        .accounts
        .give_role(by, &linus_id, &office.main, Role::Member, &change)
        .unwrap();
    assert!(
        office.signed_in(&linus, at).is_none(),
        "sessions end with the role"
    );
    let refused = [
        office
            .accounts
            .give_role(by, &linus_id, &office.main, Role::Owner, &change),
        office.accounts.set_owner(by, &linus_id, true, &change),
        office.accounts.disable(by, &ada_id, &change),
        office.accounts.reset_totp(by, &ada_id, &change).map(|_| ()),
        office
            .accounts
            .invite(
                by,
                &"eve@bank.example".parse().unwrap(),
                &Target::Instance,
                &change,
            )
            .map(|_| ()),
    ];
    for done in refused {
        assert!(matches!(done, Err(Error::NotPermitted)), "{done:?}");
    }
    office
        .accounts
        .take_role(by, &linus_id, &office.main, &change)
        .unwrap();
    assert_eq!(office.accounts.team(&office.main).unwrap().len(), 2);
    // Whoever left the workspace comes back by an invitation only.
    let back = office
        .accounts
        .give_role(by, &linus_id, &office.main, Role::Viewer, &change);
    assert!(matches!(back, Err(Error::NotPermitted)));
}

#[test]
fn the_last_owner_cannot_leave() {
    let office = Office::new();
    let mut ada = office.owner();
    let at = NOW + 1.minute();
    let owner = office.step_up(&mut ada, at);
    let by = Authority::Staff(&owner);
    for done in [
        office
            .accounts
            .set_owner(by, owner.id(), false, &by_hand(at)),
        office.accounts.disable(by, owner.id(), &by_hand(at)),
    ] {
        assert!(matches!(done, Err(Error::LastOwner)), "{done:?}");
    }
    assert!(office.signed_in(&ada, at).is_some(), "nothing was changed");
    let grace = office.member_of_main(Role::Viewer, "grace@bank.example", at);
    let grace_id = office.id_of(&grace, at);
    office
        .accounts
        .set_owner(by, &grace_id, true, &by_hand(at))
        .unwrap();
    office
        .accounts
        .reset_totp(by, &grace_id, &by_hand(at))
        .unwrap();
    let left = office
        .accounts
        .set_owner(by, owner.id(), false, &by_hand(at));
    assert!(
        matches!(left, Err(Error::LastOwner)),
        "an owner who cannot sign in is none"
    );
    let eve = office.member_of_main(Role::Viewer, "eve@bank.example", at);
    let eve_id = office.id_of(&eve, at);
    office
        .accounts
        .set_owner(by, &eve_id, true, &by_hand(at))
        .unwrap();
    office
        .accounts
        .set_owner(by, owner.id(), false, &by_hand(at))
        .unwrap();
    assert!(office.signed_in(&ada, at).is_none());
}

#[test]
fn a_disabled_account_is_shut_out_like_an_unknown_one() {
    let office = Office::new();
    let mut ada = office.owner();
    let grace = office.member_of_main(Role::Member, "grace@bank.example", NOW);
    let at = NOW + 1.minute();
    let owner = office.step_up(&mut ada, at);
    let grace_id = office.id_of(&grace, at);
    let by = Authority::Staff(&owner);
    office
        .accounts
        .disable(by, &grace_id, &by_hand(at))
        .unwrap();
    assert!(office.signed_in(&grace, at).is_none());
    assert!(matches!(
        office.sign_in(&grace, at),
        Err(Error::WrongSignIn)
    ));
    office.accounts.enable(by, &grace_id, &by_hand(at)).unwrap();
    office.sign_in(&grace, at).unwrap();
}

#[test]
fn no_secret_is_stored_as_it_is() {
    let office = Office::new();
    let ada = office.owner();
    let dump: Vec<Vec<u8>> = office
        .control
        .read(|c| {
            let mut all = Vec::new();
            for sql in [
                "SELECT CAST(password_hash || hex(totp_sealed) AS BLOB) FROM staff",
                "SELECT totp_sealed FROM staff",
                "SELECT token_hash FROM session",
                "SELECT hash FROM recovery_code",
                "SELECT CAST(detail || before || after AS BLOB) FROM audit_personal",
            ] {
                let mut statement = c.prepare(sql)?;
                let rows = statement.query_map([], |row| row.get(0))?;
                all.extend(rows.collect::<Result<Vec<Vec<u8>>, _>>()?);
            }
            Ok::<_, db::Error>(all)
        })
        .unwrap();
    let secrets: [&[u8]; 4] = [
        PASSWORD.as_bytes(),
        &ada.secret,
        ada.session.expose().as_bytes(),
        ada.codes[0].as_bytes(),
    ];
    for row in &dump {
        for secret in secrets {
            assert!(!row.windows(secret.len()).any(|window| window == secret));
        }
    }
    assert!(dump.len() > 10);
}

#[test]
fn what_is_over_is_forgotten() {
    let office = Office::new();
    office.owner();
    let _ = office.accounts.check_password(
        &"eve@bank.example".parse().unwrap(),
        &text(PASSWORD),
        &visit(NOW),
    );
    let sessions = "SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM pending_sign_in) + (SELECT count(*) FROM attempt)";
    assert!(office.count(sessions) >= 3);
    office.accounts.purge((NOW + 25.hours()).into()).unwrap();
    assert_eq!(office.count(sessions), 0);
}
