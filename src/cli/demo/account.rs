//! The demo's first account, so that the dashboard can be opened at once.

use totp_rs::Builder;

use crate::app::App;
use crate::audit::Change;
use crate::secret::SecretText;
use crate::staff::{Browser, Ending, Visit};
use crate::{crypto, db};

use super::Failure;

const EMAIL: &str = "ada@harbourvale.example";
const NAME: &str = "Ada Demo";
/// Recovery codes that are printed: each is good for one sign-in.
const CODES: usize = 5;

/// What somebody signs in with.
pub(super) struct Account {
    password: SecretText,
    totp_key: SecretText,
    recovery_codes: Vec<SecretText>,
}

/// Makes an owner, by the way that every first account comes into being.
pub(super) fn create(app: &App, change: &Change) -> Result<Account, Failure> {
    let password = SecretText::new(random_password());
    let link = app.accounts.make_setup_link(change)?;
    let at = change.at;
    let enrolment = app.accounts.begin_account(
        &link.token,
        Some(EMAIL.parse()?),
        NAME.parse()?,
        password.clone(),
        at,
    )?;
    let shown = app.accounts.enrolment(&enrolment, at);
    let secret = shown.ok_or("the enrolment is over")?.secret;
    let totp = Builder::new()
        .with_secret(secret.expose().to_vec())
        .build()?;
    let code = totp
        .generate(at.wall.as_second().unsigned_abs())
        .to_string();
    let visit = Visit {
        address: None,
        browser: Browser::new("anchorite demo"),
        at,
        request: None,
    };
    let enrolled = app
        .accounts
        .confirm(&enrolment, &SecretText::new(code), &visit)?;
    // Nobody holds the session that comes with it.
    if let Some(who) = app.accounts.signed_in(&enrolled.session, at, false)?
        && app.accounts.sign_out(&who, change) == Ending::InMemory
    {
        return Err(db::Error::DiskFull.into());
    }
    Ok(Account {
        password,
        totp_key: SecretText::new(totp.secret().to_base32()),
        recovery_codes: enrolled
            .codes
            .expose()
            .take(CODES)
            .map(|code| SecretText::new(code.to_owned()))
            .collect(),
    })
}

/// Four groups of five letters, of 94 random bits.
fn random_password() -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz";
    let bytes: [u8; 20] = crypto::random();
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(5)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

impl Account {
    /// For the terminal of whoever runs the demo; the account ends with it.
    pub(super) fn to_text(&self) -> String {
        let codes: Vec<&str> = self.recovery_codes.iter().map(SecretText::expose).collect();
        format!(
            "Sign in to the dashboard with\n\
             \x20 e-mail    {EMAIL}\n\
             \x20 password  {}\n\
             \x20 code      from an authenticator app with the key {},\n\
             \x20           or one of these, each good once: {}\n",
            self.password.expose(),
            self.totp_key.expose(),
            codes.join(" "),
        )
    }
}
