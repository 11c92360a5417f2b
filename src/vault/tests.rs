use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::daemon::{
    Keyring, KeyringError, Postman, Provider, RootKey, RootKeyError, Vault, serve_connection,
};
use super::*;

fn vault(folder: &Path) -> (Client, RootKey) {
    let root = RootKey::random();
    let keyring = Keyring::create(folder, root.clone()).unwrap();
    (client_of(keyring), root)
}

fn client_of(keyring: Keyring) -> Client {
    client_with(keyring, Path::new("/nonexistent"))
}

fn client_with(keyring: Keyring, outbox: &Path) -> Client {
    let postman = Postman::new(&crate::config::Config::default().mail, outbox).unwrap();
    let vault = Vault::new(keyring, postman);
    let (ours, theirs) = UnixStream::pair().unwrap();
    std::thread::spawn(move || serve_connection(theirs, &vault));
    Client::over(ours)
}

#[test]
fn a_database_key_is_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (client, root) = vault(folder.path());
    let made = client.create_database_key(&Database::Control).unwrap();
    let reopened = client_of(Keyring::open(folder.path(), root).unwrap());
    assert_eq!(
        reopened.database_key(&Database::Control).unwrap().expose(),
        made.expose()
    );
}

#[test]
fn a_key_file_is_worthless_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let (client, _) = vault(folder.path());
    client.create_database_key(&Database::Control).unwrap();
    let other = Database::Workspace(WorkspaceId::random());
    fs::copy(
        folder.path().join("keys/control.json"),
        folder.path().join(format!("keys/{other}.json")),
    )
    .unwrap();
    assert!(matches!(
        client.database_key(&other),
        Err(Error::Refused(Refusal::BrokenKey))
    ));
}

#[test]
fn a_destroyed_key_is_gone_and_an_existing_one_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (client, _) = vault(folder.path());
    let database = Database::Workspace(WorkspaceId::random());
    assert!(matches!(
        client.database_key(&database),
        Err(Error::Refused(Refusal::UnknownDatabase))
    ));
    client.create_database_key(&database).unwrap();
    assert!(matches!(
        client.create_database_key(&database),
        Err(Error::Refused(Refusal::KeyExists))
    ));
    client.destroy_database_key(&database).unwrap();
    assert!(matches!(
        client.database_key(&database),
        Err(Error::Refused(Refusal::UnknownDatabase))
    ));
}

#[test]
fn a_name_that_is_a_path_is_refused() {
    assert_eq!(Database::parse("workspace-../../etc"), None);
    assert_eq!(Database::parse("../control"), None);
    assert_eq!(Database::parse("control"), Some(Database::Control));
}

#[test]
fn another_root_key_is_refused_with_both_fingerprints() {
    let folder = tempfile::tempdir().unwrap();
    let (_, root) = vault(folder.path());
    let other = RootKey::random();
    let Err(KeyringError::OtherRootKey { found, expected }) =
        Keyring::open(folder.path(), other.clone())
    else {
        panic!("was opened");
    };
    assert_eq!((found, expected), (other.fingerprint(), root.fingerprint()));
}

#[test]
fn a_root_key_file_must_be_private_and_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    let root = RootKey::random();
    root.write(&path).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o400
    );
    assert!(matches!(
        RootKey::random().write(&path),
        Err(RootKeyError::Exists { .. })
    ));
    let provider = Provider {
        credentials: None,
        file: path.clone(),
    };
    assert_eq!(provider.load().unwrap().fingerprint(), root.fingerprint());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    assert!(matches!(provider.load(), Err(RootKeyError::Exposed { .. })));
}

#[test]
fn a_systemd_credential_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let (in_file, in_credential) = (RootKey::random(), RootKey::random());
    in_file.write(&folder.path().join("root.key")).unwrap();
    in_credential
        .write(&folder.path().join("anchorite-root-key"))
        .unwrap();
    let provider = Provider {
        credentials: Some(folder.path().to_owned()),
        file: folder.path().join("root.key"),
    };
    assert_eq!(
        provider.load().unwrap().fingerprint(),
        in_credential.fingerprint()
    );
}

#[test]
fn a_recovery_code_gives_the_key_back_and_a_mistyped_one_does_not() {
    use crate::secret::SecretText;
    let root = RootKey::random();
    let code = root.recovery_code().expose().to_owned();
    let typed = SecretText::new(code.to_lowercase().replace('-', " "));
    assert_eq!(
        RootKey::from_recovery_code(&typed).unwrap().fingerprint(),
        root.fingerprint()
    );
    let first = if code.starts_with('A') { "B" } else { "A" };
    let mistyped = SecretText::new(format!("{first}{}", &code[1..]));
    assert!(matches!(
        RootKey::from_recovery_code(&mistyped),
        Err(RootKeyError::BadRecoveryCode)
    ));
}

#[test]
fn a_code_is_right_for_its_account_within_a_step_and_tells_its_step() {
    let folder = tempfile::tempdir().unwrap();
    let (client, root) = vault(folder.path());
    // The published test key of RFC 6238, of which 287082 is the code at 59 seconds.
    let secret = TotpSecret(*b"12345678901234567890");
    let sealed = client.seal_totp("ada", &secret).unwrap();
    assert!(!sealed.windows(20).any(|window| window == secret.expose()));
    let check = |account: &str, code: &str, at: u64| client.check_totp(account, &sealed, code, at);
    assert_eq!(check("ada", "287082", 59).unwrap(), Some(1));
    assert_eq!(
        check("ada", "287082", 89).unwrap(),
        Some(1),
        "one step late"
    );
    assert_eq!(
        check("ada", "287082", 29).unwrap(),
        Some(1),
        "one step early"
    );
    assert_eq!(check("ada", "287082", 90).unwrap(), None);
    for wrong in [
        "", "28708", "2870820", "abcdef", "287083", "-87082", " 28708",
    ] {
        assert_eq!(check("ada", wrong, 59).unwrap(), None, "{wrong:?}");
    }
    assert!(matches!(
        check("eve", "287082", 59),
        Err(Error::Refused(Refusal::BrokenTotp))
    ));
    let reopened = client_of(Keyring::open(folder.path(), root).unwrap());
    let again = reopened.check_totp("ada", &sealed, "287082", 59).unwrap();
    assert_eq!(again, Some(1));
}

#[test]
fn a_letter_lies_in_the_outbox_for_its_owner_only_when_there_is_no_mail_server() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create(&folder.path().join("vault"), RootKey::random()).unwrap();
    let outbox = folder.path().join("outbox");
    let client = client_with(keyring, &outbox);
    let letter = |to: &str| Letter::Reset {
        what: Reset::Totp,
        to: to.into(),
        name: "Ada".into(),
        link: "https://localhost/x".into(),
        expires: "soon".into(),
    };
    assert_eq!(
        client.send(letter("ada@bank.example")).unwrap(),
        Delivery::InOutbox
    );
    let files: Vec<_> = fs::read_dir(&outbox).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(
        files[0].metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(files[0].path()).unwrap();
    assert!(text.contains("To: ada@bank.example") && text.contains("https://localhost/x"));
    assert!(matches!(
        client.send(letter("ada@bank.example\r\nBcc: all@bank.example")),
        Err(Error::Refused(Refusal::NotSent(Undelivered::Address)))
    ));
}
