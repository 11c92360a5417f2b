mod account;
mod link;
mod sign_in;

use std::os::unix::net::UnixStream;
use std::sync::{Arc, Barrier};

use jiff::{SignedDuration, Timestamp, ToSpan};
use totp_rs::Builder;

use super::*;
use crate::audit::{Actor, Change, Origin};
use crate::config::Config;
use crate::db;
use crate::id::WorkspaceId;
use crate::secret::SecretText;
use crate::testing::{NOW, TestDb, control_db};
use crate::vault::daemon::{Keyring, Mailer, RootKey, Vault, serve_connection};
use crate::workspace;

const PASSWORD: &str = "seven quiet tractors hum";

/// Accounts with a real database and a real vault; time is an argument.
struct Office {
    /// Where the databases are, until they are not needed any more.
    _folder: tempfile::TempDir,
    control: TestDb,
    vault: Arc<Vault>,
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
        at: at.into(),
        request: None,
    }
}

fn by_hand(at: Timestamp) -> Change {
    Change {
        by: Actor::Operator { uid: 0 },
        from: Origin::Machine,
        at: at.into(),
        request: None,
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
        let mailer = Mailer::new(&Config::default(), &folder.path().join("outbox")).unwrap();
        let (ours, theirs) = UnixStream::pair().unwrap();
        let vault = Arc::new(Vault::create(keyring, mailer).unwrap());
        let served = Arc::clone(&vault);
        std::thread::spawn(move || serve_connection(theirs, &served));
        let control = control_db();
        control.write(create_keys).unwrap();
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
            _folder: folder,
            control,
            vault,
            accounts,
            main,
        }
    }

    /// The code that an app shows then. The vault's clock is put there too.
    fn code(&self, secret: &[u8; 20], at: Timestamp) -> SecretText {
        self.vault.set_clock(at);
        code(secret, at)
    }

    /// Uses a setup link or an invitation.
    fn join(&self, token: &LinkToken, email: &str, name: &str, at: Timestamp) -> Agent {
        let email: EmailAddress = email.parse().unwrap();
        let name = name.parse().unwrap();
        let given = Some(email.clone());
        let enrolment = self
            .accounts
            .begin_account(token, given, name, text(PASSWORD), at.into())
            .unwrap();
        let secret = self.secret_of(&enrolment, at);
        let enrolled = self
            .accounts
            .confirm(&enrolment, &self.code(&secret, at), &visit(at))
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
        self.accounts
            .signed_in(&agent.session, at.into(), true)
            .unwrap()
    }

    fn id_of(&self, agent: &Agent, at: Timestamp) -> crate::id::StaffId {
        self.signed_in(agent, at).unwrap().id().clone()
    }

    /// What an enrolment shows as its QR code.
    fn secret_of(&self, enrolment: &SessionToken, at: Timestamp) -> [u8; 20] {
        *self
            .accounts
            .enrolment(enrolment, at.into())
            .unwrap()
            .secret
            .expose()
    }

    fn sign_in(&self, agent: &Agent, at: Timestamp) -> Result<SessionToken, Error> {
        let pending = self
            .accounts
            .check_password(&agent.email, &text(PASSWORD), &visit(at))?;
        self.accounts
            .check_code(&pending, &self.code(&agent.secret, at), &visit(at))
    }

    /// Proves both factors again.
    fn step_up(&self, agent: &mut Agent, at: Timestamp) -> SignedIn {
        let who = self.signed_in(agent, at).unwrap();
        agent.session = self
            .accounts
            .step_up(
                &who,
                &text(PASSWORD),
                &self.code(&agent.secret, at),
                &visit(at),
            )
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
