use std::os::unix::net::UnixStream;
use std::sync::{Arc, Barrier};

use jiff::{SignedDuration, ToSpan};
use totp_rs::Builder;

use super::*;
use crate::crypto;
use crate::db::{self, schema};
use crate::id::WorkspaceId;
use crate::secret::SecretText;
use crate::vault::daemon::{Keyring, Postman, RootKey, Vault, serve_connection};
use crate::workspace;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const PASSWORD: &str = "seven quiet tractors hum";

/// Accounts with a real database and a real vault; time is an argument.
struct Office {
    folder: tempfile::TempDir,
    control: Db,
    accounts: Arc<Accounts>,
    main: WorkspaceId,
}

/// Somebody with what they know and have.
struct Agent {
    email: EmailAddress,
    secret: [u8; 20],
    session: SessionToken,
    codes: Vec<String>,
}

fn text(text: &str) -> SecretText {
    SecretText::new(text.into())
}

fn visit(at: Timestamp) -> Visit {
    Visit {
        address: Some("192.0.2.7".parse().unwrap()),
        browser: Browser::new("Firefox on Linux"),
        at,
    }
}

fn by_hand(at: Timestamp) -> Change {
    Change {
        by: Actor::Operator { uid: 0 },
        from: Origin::Machine,
        at,
    }
}

fn code(secret: &[u8; 20], at: Timestamp) -> SecretText {
    let totp = Builder::new().with_secret(secret.to_vec()).build().unwrap();
    SecretText::new(totp.generate(at.as_second().unsigned_abs()).to_string())
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::create(&folder.path().join("vault"), RootKey::random()).unwrap();
        let outbox = folder.path().join("outbox");
        let postman = Postman::new(&config::Config::default().mail, &outbox).unwrap();
        let (ours, theirs) = UnixStream::pair().unwrap();
        let vault = Vault::new(keyring, postman);
        std::thread::spawn(move || serve_connection(theirs, &vault));
        let path = folder.path().join("control.db");
        let control = Db::open(&path, &crypto::random_key(), &schema::CONTROL, 4).unwrap();
        let main = WorkspaceId::random();
        let name = "main".parse().unwrap();
        workspace::register(&control, main.clone(), name, &by_hand(NOW)).unwrap();
        let settings = config::Accounts {
            memory_mib: 19,
            passes: 1,
            lanes: 1,
        };
        let client = Arc::new(vault::Client::over(ours));
        let accounts = Arc::new(Accounts::new(control.clone(), client, settings).unwrap());
        Self {
            folder,
            control,
            accounts,
            main,
        }
    }

    /// Uses a setup link or an invitation.
    fn join(&self, token: &LinkToken, email: &str, name: &str, at: Timestamp) -> Agent {
        let email: EmailAddress = email.parse().unwrap();
        let name = name.parse().unwrap();
        let given = Some(email.clone());
        let enrolment = self
            .accounts
            .begin_account(token, given, name, text(PASSWORD), at)
            .unwrap();
        let secret = *self
            .accounts
            .enrolment(&enrolment, at)
            .unwrap()
            .secret
            .expose();
        let enrolled = self
            .accounts
            .confirm(&enrolment, &code(&secret, at), &visit(at))
            .unwrap();
        Agent {
            email,
            secret,
            session: enrolled.session,
            codes: enrolled.codes.expose().map(str::to_owned).collect(),
        }
    }

    fn owner(&self) -> Agent {
        let issued = self.accounts.make_setup_link(&by_hand(NOW)).unwrap();
        self.join(&issued.token, "ada@bank.example", "Ada", NOW)
    }

    fn member_of_main(&self, role: Role, email: &str, at: Timestamp) -> Agent {
        let target = Target::Workspace(Membership {
            workspace: self.main.clone(),
            role,
        });
        let email_address: EmailAddress = email.parse().unwrap();
        let issued = self
            .accounts
            .invite(Authority::Operator, &email_address, &target, &by_hand(at))
            .unwrap();
        self.join(&issued.token, email, "Grace", at)
    }

    fn signed_in(&self, agent: &Agent, at: Timestamp) -> Option<SignedIn> {
        self.accounts.signed_in(&agent.session, at, true).unwrap()
    }

    fn sign_in(&self, agent: &Agent, at: Timestamp) -> Result<SessionToken, Error> {
        let pending = self
            .accounts
            .check_password(&agent.email, &text(PASSWORD), &visit(at))?;
        self.accounts
            .check_code(&pending, &code(&agent.secret, at), &visit(at))
    }

    /// Proves both factors again.
    fn step_up(&self, agent: &mut Agent, at: Timestamp) -> SignedIn {
        let who = self.signed_in(agent, at).unwrap();
        agent.session = self
            .accounts
            .step_up(&who, &text(PASSWORD), &code(&agent.secret, at), &visit(at))
            .unwrap();
        self.signed_in(agent, at).unwrap()
    }

    /// Actions in the log, oldest first.
    fn actions(&self) -> Vec<String> {
        let mut all = crate::audit::list(&self.control, &crate::audit::Filter::default(), 1000)
            .unwrap()
            .into_iter()
            .map(|entry| entry.action)
            .collect::<Vec<_>>();
        all.reverse();
        all
    }

    fn count(&self, sql: &str) -> i64 {
        self.control
            .read(|c| Ok::<_, db::Error>(c.query_row(sql, [], |row| row.get(0))?))
            .unwrap()
    }
}

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
        NOW,
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
    assert!(find(&old, NOW).is_none());
    assert!(find(&new, NOW + 24.hours() - 1.second()).is_some());
    assert!(find(&new, NOW + 24.hours()).is_none());
}

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
            NOW,
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
            .find_link(&issued.token, NOW)
            .unwrap()
            .is_some()
    );
    // It dies of too many wrong codes, and of age.
    for _ in 0..7 {
        let _ = office
            .accounts
            .confirm(&enrolment, &text("000000"), &visit(NOW));
    }
    assert!(office.accounts.enrolment(&enrolment, NOW).is_none());
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
                .begin_account(&issued.token, None, name, text(PASSWORD), NOW)
                .unwrap();
            let secret = *office
                .accounts
                .enrolment(&token, NOW)
                .unwrap()
                .secret
                .expose();
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
            .signed_in(&pending, later, true)
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
        .check_code(&pending, &code(&ada.secret, later), &visit(later))
        .unwrap();
    assert!(
        office
            .accounts
            .signed_in(&session, later, true)
            .unwrap()
            .is_some()
    );
    let again = office
        .accounts
        .check_code(&pending, &code(&ada.secret, later), &visit(later));
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
    let expired = office
        .accounts
        .check_code(&pending, &code(&ada.secret, late), &visit(late));
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
            let (accounts, code) = (Arc::clone(&office.accounts), code(&ada.secret, later));
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
        let refused = office
            .accounts
            .check_code(&pending, &code(&ada.secret, at), &visit(later));
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
    let id = office.signed_in(&ada, later).unwrap().id().clone();
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
        &code(&ada.secret, at),
        &visit(at),
    );
    assert!(matches!(wrong, Err(Error::WrongSignIn)));
    let before = ada.session.clone();
    let fresh = office.step_up(&mut ada, at);
    assert!(
        office
            .accounts
            .signed_in(&before, at, true)
            .unwrap()
            .is_none(),
        "the token is another one"
    );
    assert!(fresh.is_fresh(at + 5.minutes() - 1.second()) && !fresh.is_fresh(at + 5.minutes()));
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
            .signed_in(&other, at + 1.minute(), true)
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
    let linus_id = office.signed_in(&linus, at).unwrap().id().clone();
    let ada_id = office.signed_in(&ada, at).unwrap().id().clone();
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
    let grace_id = office.signed_in(&grace, at).unwrap().id().clone();
    office
        .accounts
        .set_owner(by, &grace_id, true, &by_hand(at))
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
    let grace_id = office.signed_in(&grace, at).unwrap().id().clone();
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
fn reset_one_time_codes_are_set_up_again_with_link_and_password() {
    let office = Office::new();
    let mut ada = office.owner();
    let grace = office.member_of_main(Role::Member, "grace@bank.example", NOW);
    let at = NOW + 1.minute();
    let owner = office.step_up(&mut ada, at);
    let grace_id = office.signed_in(&grace, at).unwrap().id().clone();
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
    let secret = *office
        .accounts
        .enrolment(&enrolment, at)
        .unwrap()
        .secret
        .expose();
    assert_ne!(secret, grace.secret);
    office
        .accounts
        .confirm(&enrolment, &code(&secret, at), &visit(at))
        .unwrap();
    assert!(
        office
            .accounts
            .find_link(&issued.token, at)
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
    let grace_id = office.signed_in(&grace, at).unwrap().id().clone();
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
        choose("too short", &code(&grace.secret, at)),
        Err(Error::BadPassword(_))
    ));
    assert!(matches!(
        choose(PASSWORD, &text("000000")),
        Err(Error::WrongCode)
    ));
    choose(PASSWORD, &code(&grace.secret, at)).unwrap();
    assert!(matches!(
        choose(PASSWORD, &code(&grace.secret, at)),
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
    assert!(!alive(&first, NOW) && alive(&second, NOW));
    assert!(alive(&second, NOW + 72.hours() - 1.second()) && !alive(&second, NOW + 72.hours()));
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
    assert!(!alive(&second, NOW));
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
        .signed_in(&session, NOW, true)
        .unwrap()
        .unwrap();
    assert_eq!(
        (who.role_in(&other), who.role_in(&office.main)),
        (Some(Role::Admin), Some(Role::Viewer))
    );
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
                "SELECT CAST(detail || before || after AS BLOB) FROM audit_entry",
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
    assert!(office.folder.path().join("control.db").exists() && dump.len() > 10);
}

#[test]
fn what_is_over_is_forgotten() {
    let office = Office::new();
    let ada = office.owner();
    let _ = office
        .accounts
        .check_password(&ada.email, &text(PASSWORD), &visit(NOW));
    let sessions = "SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM pending_sign_in) + (SELECT count(*) FROM attempt)";
    assert!(office.count(sessions) >= 3);
    office.accounts.purge(NOW + 25.hours()).unwrap();
    assert_eq!(office.count(sessions), 0);
}
