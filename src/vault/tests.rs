use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::daemon::{Keyring, KeyringError, Provider, RootKey, RootKeyError, serve_connection};
use super::*;

fn vault(folder: &Path) -> (Client, RootKey) {
    let root = RootKey::random();
    let keyring = Keyring::create(folder, root.clone()).unwrap();
    (client_of(keyring), root)
}

fn client_of(keyring: Keyring) -> Client {
    let (ours, theirs) = UnixStream::pair().unwrap();
    std::thread::spawn(move || serve_connection(theirs, &keyring));
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
