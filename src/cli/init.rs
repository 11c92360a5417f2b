//! `anchorite init`

use std::ffi::OsString;
use std::io::{IsTerminal, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::JoinHandle;

use clap::Args;

use super::{Failure, connect, output, setup_link};
use crate::app::{App, create_private_folder};
use crate::config::{self, Config, DataFolder};
use crate::secret::SecretText;
use crate::vault::Client;
use crate::vault::daemon::{Keyring, Mailer, RootKey, Vault, serve_connection};
use crate::workspace::Name;

/// Creates the data folder, the root key beside it, and a first workspace, and prints the recovery kit once.
#[derive(Args)]
pub(super) struct Arguments {
    /// The data folder to create
    #[arg(
        long,
        value_name = "DIR",
        env = "ANCHORITE_DATA",
        default_value = "/var/lib/anchorite"
    )]
    data: PathBuf,
    /// Where the root key goes [default: beside the data folder, as DIR.root.key]
    #[arg(long, value_name = "FILE")]
    root_key: Option<PathBuf>,
    /// The name of the first workspace
    #[arg(long, value_name = "NAME", default_value = "main")]
    workspace: Name,
    /// Write a lost root key again, from the recovery code on standard input; changes nothing else
    #[arg(long)]
    recover: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if arguments.recover {
        return recover(arguments);
    }
    let created = create(
        &arguments.data,
        arguments.root_key.as_deref(),
        &arguments.workspace,
        config::EXAMPLE,
    )?;
    let app = created.app();
    let link = app
        .setup_link(&connect::change(app))?
        .ok_or("the new instance has an account already")?;
    output::line(&recovery_kit(&created.root))?;
    let data = arguments.data.display();
    output::line(&format!(
        "Created {data} with the workspace {0}. Next:\n\n  anchorite ingest DOCUMENTS --workspace {0} --data {data}\n  anchorite serve --data {data}\n\n\
         Then make the first account, within 24 hours; until there is one, nothing is served. {1}",
        arguments.workspace,
        setup_link::sentence(&link),
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// An instance that was just made, still open.
pub(super) struct Created {
    /// First, so that it lets go of the vault before that is waited for.
    app: Arc<App>,
    root: RootKey,
    _vault: OwnVault,
}

impl Created {
    pub(super) fn app(&self) -> &App {
        &self.app
    }
}

/// The vault that this process is for a moment. It ends when its client has gone, and is waited for: what it has open must be closed before the process
/// ends.
struct OwnVault(Option<JoinHandle<()>>);

impl Drop for OwnVault {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}

/// Makes an instance. What was made before a failure is removed again.
pub(super) fn create(
    data: &std::path::Path,
    root_key: Option<&std::path::Path>,
    workspace: &Name,
    config: &str,
) -> Result<Created, Failure> {
    let folder = DataFolder::new(data);
    clear_unfinished(&folder)?;
    if folder
        .path()
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some())
    {
        return Err(format!(
            "{} is not empty. Nothing was changed: choose a new folder",
            data.display()
        )
        .into());
    }
    let key_file = root_key.map_or_else(|| folder.default_root_key(), PathBuf::from);
    if std::path::absolute(&key_file)?.starts_with(std::path::absolute(folder.path())?) {
        return Err("the root key must lie outside of the data folder, or whoever copies the folder has it too".into());
    }
    let existed = folder.path().exists();
    folder.check()?;
    create_private_folder(folder.path())?;
    let absolute = std::path::absolute(&key_file)?;
    let root = RootKey::random();
    let written = std::fs::write(folder.unfinished(), absolute.as_os_str().as_bytes())
        .map_err(Failure::from)
        .and_then(|()| Ok(root.write(&key_file)?));
    let made = written.and_then(|()| {
        create_inside(&folder, &root, root_key, workspace, config)
            .inspect_err(|_| drop(std::fs::remove_file(&key_file)))
    });
    let made = made.and_then(|made| {
        std::fs::remove_file(folder.unfinished())?;
        Ok(made)
    });
    match made {
        Ok((app, vault)) => Ok(Created {
            app,
            root,
            _vault: vault,
        }),
        Err(failure) => {
            // The folder was empty when we began.
            let _ = std::fs::remove_dir_all(folder.path());
            if existed {
                let _ = create_private_folder(folder.path());
            }
            Err(failure)
        }
    }
}

/// Removes what an interrupted `init` left: the folder was empty when it began, and the root key opens nothing else.
fn clear_unfinished(folder: &DataFolder) -> Result<(), Failure> {
    let key_file = match std::fs::read(folder.unfinished()) {
        Ok(path) => PathBuf::from(OsString::from_vec(path)),
        Err(_) => return Ok(()),
    };
    match std::fs::remove_file(&key_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in folder.path().read_dir()? {
        entries.push(entry?.path());
    }
    // The mark goes last: this too may be interrupted.
    entries.sort_by_key(|path| *path == folder.unfinished());
    for path in entries {
        if path.is_dir() {
            std::fs::remove_dir_all(path)?;
        } else {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn create_inside(
    folder: &DataFolder,
    root: &RootKey,
    root_key: Option<&std::path::Path>,
    workspace: &Name,
    config: &str,
) -> Result<(Arc<App>, OwnVault), Failure> {
    let config = match root_key {
        Some(path) => {
            let path = std::path::absolute(path)?;
            let setting = format!(
                "root_key_file = {}",
                toml::Value::from(path.display().to_string())
            );
            config.replacen("root_key_file = \"\"", &setting, 1)
        }
        None => config.to_owned(),
    };
    std::fs::write(folder.config_file(), &config)?;
    let config = Config::load(&folder.config_file())?;
    let keyring = Keyring::create(&folder.vault(), root.clone())?;
    let mailer = Mailer::new(&config, &folder.default_outbox())?;
    let vault = Vault::create(keyring, mailer)?;
    let (ours, theirs) = UnixStream::pair()?;
    // For this one moment the process is its own vault: it made the root key, so nothing is gained by another process.
    let thread = std::thread::spawn(move || serve_connection(theirs, &vault));
    let own = OwnVault(Some(thread));
    let app = App::create(config, folder.clone(), Client::over(ours))?;
    app.create_workspace(workspace.clone(), &connect::change(&app))?;
    Ok((Arc::new(app), own))
}

fn recovery_kit(root: &RootKey) -> String {
    format!(
        "RECOVERY KIT - print it, lock it away, and clear this screen. It is shown this once.\n\n\
         \x20 {}\n\n\
         This code is the root key (fingerprint {}). Whoever has it and a copy of the data folder can read everything; without it and\n\
         without the key file, nobody can. `anchorite init --recover --data DIR` writes the key file again from it.\n",
        root.recovery_code().expose(),
        root.fingerprint()
    )
}

fn recover(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let folder = DataFolder::new(&arguments.data);
    let expected = Keyring::expected_fingerprint(&folder.vault())?;
    if std::io::stdin().is_terminal() {
        eprintln!("Type the recovery code, then Enter and Ctrl-D:");
    }
    let mut code = String::with_capacity(256);
    std::io::stdin().take(256).read_to_string(&mut code)?;
    let root = RootKey::from_recovery_code(&SecretText::new(code))?;
    if root.fingerprint() != expected {
        return Err(format!(
            "this is the recovery code of another instance (fingerprint {}, this one has {expected}). Nothing was changed",
            root.fingerprint()
        )
        .into());
    }
    let config = Config::load(&folder.config_file())?;
    let file = arguments
        .root_key
        .clone()
        .unwrap_or_else(|| config.root_key_file(&folder));
    root.write(&file)?;
    output::line(&format!("Wrote {}.", file.display()))?;
    Ok(ExitCode::SUCCESS)
}
