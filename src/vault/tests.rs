use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::daemon::{
    Error as VaultError, Keyring, KeyringError, Mailer, Provider, RootKey, RootKeyError, Vault,
    serve_connection,
};
use super::*;
use crate::config::Config;

/// A new vault in a folder.
fn vault(folder: &Path) -> (Client, RootKey) {
    let root = RootKey::random();
    let keyring = Keyring::create(folder, root.clone()).unwrap();
    let vault = Vault::create(keyring, mailer(Path::new("/nonexistent"))).unwrap();
    (client_of(vault), root)
}

/// The vault of a folder, as after a restart.
fn reopened(folder: &Path, root: RootKey) -> Result<Client, VaultError> {
    let keyring = Keyring::open(folder, root).unwrap();
    Ok(client_of(Vault::open(
        keyring,
        mailer(Path::new("/nonexistent")),
    )?))
}

/// As `init` makes it: its owner's alone.
fn private_folder() -> tempfile::TempDir {
    let mode = fs::Permissions::from_mode(0o700);
    tempfile::Builder::new()
        .permissions(mode)
        .tempdir()
        .unwrap()
}

fn mailer(outbox: &Path) -> Mailer {
    Mailer::new(&Config::default(), outbox).unwrap()
}

fn client_of(vault: Vault) -> Client {
    let (ours, theirs) = UnixStream::pair().unwrap();
    std::thread::spawn(move || serve_connection(theirs, &vault));
    Client::over(ours)
}

#[test]
fn a_database_key_is_the_same_after_a_restart() {
    let folder = private_folder();
    let (client, root) = vault(folder.path());
    let made = client.create_database_key(&Database::Control).unwrap();
    let reopened = reopened(folder.path(), root).unwrap();
    assert_eq!(
        reopened.database_key(&Database::Control).unwrap().expose(),
        made.expose()
    );
}

#[test]
fn a_key_file_is_worthless_under_another_name() {
    let folder = private_folder();
    let (client, _) = vault(folder.path());
    client.create_database_key(&Database::Control).unwrap();
    let other = Database::Workspace(WorkspaceId::random());
    client.create_database_key(&other).unwrap();
    fs::copy(
        folder.path().join("keys/control.json"),
        folder.path().join(format!("keys/{other}.json")),
    )
    .unwrap();
    assert!(matches!(
        client.database_key(&other),
        Err(Error::KeyFile { database, refusal: Refusal::BrokenKey }) if database == other
    ));
}

#[test]
fn a_destroyed_key_is_gone_and_an_existing_one_is_not_replaced() {
    let folder = private_folder();
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
fn a_sentence_about_a_key_names_its_file_and_says_what_to_do() {
    let data = private_folder();
    let folder = data.path().join("vault");
    let at = |name: &str| folder.join(name);
    let (client, root) = vault(&folder);
    client.create_database_key(&Database::Control).unwrap();
    let mut said: Vec<(&str, String)> = Vec::new();
    let control = || client.database_key(&Database::Control).map(drop);
    let own = || reopened(&folder, root.clone()).map(drop);
    fs::write(at("keys/control.json"), "{}").unwrap();
    said.push(("keys/control.json", control().unwrap_err().to_string()));
    fs::remove_file(at("keys/control.json")).unwrap();
    said.push(("keys/control.json", control().unwrap_err().to_string()));
    fs::write(at("keys/vault.json"), "{}").unwrap();
    said.push(("keys/vault.json", own().unwrap_err().to_string()));
    fs::remove_file(at("keys/vault.json")).unwrap();
    said.push(("keys/vault.json", own().unwrap_err().to_string()));

    let provider = Provider {
        credentials: None,
        file: data.path().join("root.key"),
    };
    let opened = |root: RootKey| Keyring::open(&folder, root).map(drop).unwrap_err();
    RootKey::random().write(&provider.file).unwrap();
    said.push(("root.key", opened(provider.load().unwrap()).to_string()));
    fs::remove_file(&provider.file).unwrap();
    fs::write(&provider.file, "half a key").unwrap();
    fs::set_permissions(&provider.file, fs::Permissions::from_mode(0o400)).unwrap();
    said.push(("root.key", provider.load().unwrap_err().to_string()));
    fs::write(at("instance.json"), "{").unwrap();
    said.push(("instance.json", opened(root.clone()).to_string()));
    fs::remove_file(at("instance.json")).unwrap();
    fs::create_dir(at("instance.json")).unwrap();
    said.push(("instance.json", opened(root.clone()).to_string()));
    for (file, sentence) in said {
        assert!(
            sentence.contains(file)
                && sentence.to_lowercase().contains("never delete")
                && sentence.contains("backup"),
            "{file}: {sentence}"
        );
    }
}

#[test]
fn a_name_that_is_a_path_is_refused() {
    assert_eq!(Database::parse("workspace-../../etc"), None);
    assert_eq!(Database::parse("../control"), None);
    assert_eq!(Database::parse("control"), Some(Database::Control));
}

#[test]
fn another_root_key_is_refused_with_both_fingerprints() {
    let folder = private_folder();
    let (_, root) = vault(folder.path());
    let other = RootKey::random();
    let Err(KeyringError::OtherRootKey {
        found, expected, ..
    }) = Keyring::open(folder.path(), other.clone())
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
    assert!(matches!(provider.load(), Err(RootKeyError::Access(_))));
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
fn the_vault_knows_which_databases_there_are() {
    let folder = private_folder();
    let (client, root) = vault(folder.path());
    let workspace = Database::Workspace(WorkspaceId::random());
    client.create_database_key(&Database::Control).unwrap();
    client.create_database_key(&workspace).unwrap();
    client.database_was_created(&Database::Control).unwrap();
    let expected = vec![
        (Database::Control, Standing::Exists),
        (workspace.clone(), Standing::Creating),
    ];
    assert_eq!(client.databases().unwrap(), expected);
    let again = reopened(folder.path(), root).unwrap();
    assert_eq!(again.databases().unwrap(), expected);
    // A key whose file somebody took away is not made anew.
    fs::remove_file(folder.path().join(format!("keys/{workspace}.json"))).unwrap();
    assert!(matches!(
        again.database_key(&workspace),
        Err(Error::KeyFile { database, refusal: Refusal::LostKey }) if database == workspace
    ));
    assert!(matches!(
        again.create_database_key(&workspace),
        Err(Error::Refused(Refusal::KeyExists))
    ));
    assert!(matches!(
        again.database_was_created(&Database::Workspace(WorkspaceId::random())),
        Err(Error::Refused(Refusal::UnknownDatabase))
    ));
}

#[test]
fn many_databases_are_listed_in_several_answers() {
    let folder = private_folder();
    let (client, _) = vault(folder.path());
    for _ in 0..450 {
        let database = Database::Workspace(WorkspaceId::random());
        client.create_database_key(&database).unwrap();
    }
    assert_eq!(client.databases().unwrap().len(), 450);
}

#[test]
fn no_request_destroys_the_control_database() {
    let folder = private_folder();
    let (client, _) = vault(folder.path());
    client.create_database_key(&Database::Control).unwrap();
    assert!(matches!(
        client.destroy_database_key(&Database::Control),
        Err(Error::Refused(Refusal::Indestructible))
    ));
    client.database_key(&Database::Control).unwrap();
}

#[test]
fn the_vaults_own_key_cannot_be_asked_for() {
    for name in ["vault", "workspace-vault", "../keys/vault"] {
        assert_eq!(Database::parse(name), None, "{name}");
    }
}

#[test]
fn a_vault_without_its_database_does_not_start_and_says_which_file_is_missing() {
    let folder = private_folder();
    let (client, root) = vault(folder.path());
    drop(client);
    let file = folder.path().join("vault.db");
    fs::remove_file(&file).unwrap();
    let Err(error) = reopened(folder.path(), root) else {
        panic!("was opened");
    };
    let text = crate::telemetry::chain(&error);
    assert!(
        text.contains(&file.display().to_string()) && text.contains("missing"),
        "{text}"
    );
    assert!(!file.exists(), "and makes none in its place");
}

#[test]
fn a_letter_lies_in_the_outbox_for_its_owner_only_when_there_is_no_mail_server() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create(&folder.path().join("vault"), RootKey::random()).unwrap();
    let outbox = folder.path().join("outbox");
    let client = client_of(Vault::create(keyring, mailer(&outbox)).unwrap());
    let letter = |to: &str| Letter::Reset {
        what: Reset::Totp,
        to: to.into(),
        name: "Ada".into(),
        token: LinkSecret::new(&"0a".repeat(32)),
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
    // Long lines are broken, as mail programs expect it.
    let text = text.replace("=\r\n", "");
    assert!(
        text.contains("To: ada@bank.example")
            && text.contains(&format!(
                "https://localhost:8443/dashboard/reset/{}",
                "0a".repeat(32)
            ))
    );
    assert!(matches!(
        client.send(letter("ada@bank.example\r\nBcc: all@bank.example")),
        Err(Error::Refused(Refusal::NotSent(Undelivered::Address)))
    ));
}

#[test]
fn letters_go_out_at_a_limited_rate_whoever_asks() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create(&folder.path().join("vault"), RootKey::random()).unwrap();
    let outbox = folder.path().join("outbox");
    let client = client_of(Vault::create(keyring, mailer(&outbox)).unwrap());
    let letter = || Letter::EmailChanged {
        to: "ada@bank.example".into(),
        name: "Ada".into(),
    };
    for _ in 0..30 {
        client.send(letter()).unwrap();
    }
    assert!(matches!(
        client.send(letter()),
        Err(Error::Refused(Refusal::NotSent(
            Undelivered::TooMany { .. }
        )))
    ));
    assert_eq!(fs::read_dir(&outbox).unwrap().count(), 30);
}
