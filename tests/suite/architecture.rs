//! The invariants of ARCHITECTURE.md that a look at the sources proves.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use walkdir::WalkDir;

/// Modules by layer, as ARCHITECTURE.md has them: each may name those of lower layers and itself. `main.rs` and `lib.rs` only put them together.
fn layers() -> Vec<Vec<String>> {
    let text = read("ARCHITECTURE.md");
    let rows = text
        .lines()
        .skip_while(|line| *line != "| layer | modules |")
        .skip(2);
    let layers: Vec<Vec<String>> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|row| {
            let quoted = row.split('`').skip(1).step_by(2);
            quoted.map(ToOwned::to_owned).collect()
        })
        .collect();
    assert!(layers.len() > 5, "the table is found");
    layers
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Modules that are compiled for tests only.
const OF_TESTS: [&str; 2] = ["testing", "fuzzing"];

struct Source {
    /// Below `src/`.
    path: String,
    /// Without comments, and without its tests.
    code: String,
}

/// The sources of the program, tests left out.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap);
    let sources: Vec<Source> = files
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "rs")
        })
        .map(|entry| {
            (
                entry
                    .path()
                    .strip_prefix(&root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
                fs::read_to_string(entry.path()).unwrap(),
            )
        })
        .filter(|(path, _)| {
            let is_of_tests = OF_TESTS
                .iter()
                .any(|name| path.trim_end_matches(".rs") == *name);
            !is_of_tests && !path.ends_with("tests.rs") && !path.contains("tests/")
        })
        .map(|(path, text)| Source {
            path,
            code: without_comments(text.split("#[cfg(test)]\nmod tests {").next().unwrap()),
        })
        .collect();
    assert!(sources.len() > 50, "the sources are found");
    sources
}

fn without_comments(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |code, line| code + line + "\n")
}

impl Source {
    /// The top module that it belongs to.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// The top modules of this crate that it names.
    fn named_modules(&self) -> BTreeSet<&str> {
        let mut named = BTreeSet::new();
        for (at, _) in self.code.match_indices("crate::") {
            let rest = &self.code[at + "crate::".len()..];
            match rest.strip_prefix('{') {
                Some(list) => named.extend(names(list)),
                None => named.extend(identifier(rest)),
            }
        }
        named
    }

    fn names_crate(&self, name: &str) -> bool {
        self.code.match_indices(name).any(|(at, _)| {
            let before = self.code[..at]
                .chars()
                .next_back()
                .is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
            before && self.code[at + name.len()..].starts_with("::")
        })
    }
}

/// The first identifier of every entry of a `{…}` list, up to its end.
fn names(list: &str) -> Vec<&str> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.extend(identifier(list[start..at].trim()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.extend(identifier(list[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

fn identifier(text: &str) -> Option<&str> {
    let end = text
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

fn layer(layers: &[Vec<String>], module: &str) -> usize {
    layers
        .iter()
        .position(|modules| modules.iter().any(|known| known == module))
        .unwrap_or_else(|| panic!("{module} has no layer: add it to the table of ARCHITECTURE.md"))
}

#[track_caller]
fn only(name: &str, may: impl Fn(&Source) -> bool) {
    let sources = sources();
    let others: Vec<&str> = sources
        .iter()
        .filter(|source| source.names_crate(name) && !may(source))
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(others, Vec::<&str>::new(), "these name {name}");
    assert!(
        sources.iter().any(|source| source.names_crate(name)),
        "nobody names {name} any more"
    );
}

#[test]
fn only_web_names_actix() {
    only("actix_web", |source| source.module() == "web");
}

#[test]
fn only_db_and_the_stores_name_rusqlite() {
    only("rusqlite", |source| {
        source.module() == "db" || source.path.ends_with("/store.rs")
    });
}

#[test]
fn only_inference_names_candle() {
    only("candle_core", |source| source.module() == "inference");
}

#[test]
fn only_search_names_hnsw() {
    only("hnsw_rs", |source| source.module() == "search");
}

#[test]
fn a_module_names_lower_layers_only() {
    let (layers, mut wrong) = (layers(), Vec::new());
    for source in sources()
        .iter()
        .filter(|source| !matches!(source.module(), "main" | "lib"))
    {
        for named in source.named_modules().into_iter().filter(|named| {
            *named != source.module() && *named != "main" && !OF_TESTS.contains(named)
        }) {
            if layer(&layers, named) >= layer(&layers, source.module()) {
                wrong.push(format!("{} names {named}", source.path));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Of what speaks to the outside or holds documents, the vault knows nothing.
#[test]
fn the_vault_names_few() {
    let may = [
        "vault",
        "clock",
        "config",
        "crypto",
        "db",
        "id",
        "ipc",
        "secret",
        "telemetry",
        "text",
    ];
    for source in sources().iter().filter(|source| source.module() == "vault") {
        let others: Vec<&str> = source
            .named_modules()
            .into_iter()
            .filter(|named| !may.contains(named))
            .collect();
        assert_eq!(others, Vec::<&str>::new(), "{}", source.path);
    }
}

/// A store is for the domain that it lies in: others go through that module's functions.
#[test]
fn nobody_opens_the_store_of_another() {
    let mut wrong = Vec::new();
    for source in sources() {
        let folder = source
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        for (at, _) in source.code.match_indices("::store::") {
            let before = &source.code[..at];
            let start = before
                .rfind(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':'))
                .map_or(0, |at| at + 1);
            let owner = &before[start..];
            let top = owner.trim_start_matches("crate::").split("::").next();
            let own = format!("crate::{}", folder.replace('/', "::"));
            if owner.starts_with("crate::") && owner != own && top != Some(source.module()) {
                wrong.push(format!("{} names {owner}::store", source.path));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A row's columns may come in another order one day.
#[test]
fn rows_are_read_by_name() {
    let mut wrong = Vec::new();
    for source in sources() {
        for column in 1..20 {
            if source.code.contains(&format!("row.get({column})")) {
                wrong.push(format!("{} reads column {column}", source.path));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_file_has_a_second_subject() {
    const MOST_LINES: usize = 450;
    let long: Vec<String> = sources()
        .iter()
        .map(|source| {
            (
                read(&format!("src/{}", source.path)).lines().count(),
                &source.path,
            )
        })
        .filter(|(lines, _)| *lines > MOST_LINES)
        .map(|(lines, path)| format!("{path} has {lines} lines"))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn nothing_gives_up_in_the_middle_of_a_request() {
    let mut found = Vec::new();
    for source in sources() {
        for word in [
            ".unwrap()",
            "todo!(",
            "unimplemented!(",
            "dbg!(",
            "#[ignore",
            "#[allow(",
            "#![allow(",
        ] {
            if source.code.contains(word) {
                found.push(format!("{} has {word}", source.path));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn no_test_is_switched_off() {
    let tests = WalkDir::new(env!("CARGO_MANIFEST_DIR"))
        .into_iter()
        .filter_entry(|entry| {
            !["target", ".git", "node_modules"].contains(&&*entry.file_name().to_string_lossy())
        });
    let own = Path::new(file!()).file_name().unwrap();
    for entry in tests.map(Result::unwrap).filter(|entry| {
        entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "rs")
            && entry.file_name() != own
    }) {
        let text = fs::read_to_string(entry.path()).unwrap();
        for word in ["#[ignore", "thread::sleep", "#[allow("] {
            assert!(
                !text.contains(word),
                "{} has {word}",
                entry.path().display()
            );
        }
    }
}

#[test]
fn no_unwanted_library_is_part_of_the_program() {
    let lock: toml::Table = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"))
        .unwrap()
        .parse()
        .unwrap();
    let packages: BTreeSet<&str> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    for unwanted in [
        "native-tls",
        "openssl",
        "rsa",
        "h2",
        "hyper-tls",
        "aws-lc-fips-sys",
    ] {
        assert!(!packages.contains(unwanted), "{unwanted} is in Cargo.lock");
    }
    assert!(packages.contains("aws-lc-rs") && packages.contains("rustls"));
}

#[test]
fn ring_is_not_linked() {
    let tree = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        let output = command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["tree", "--offline", "--edges", "normal"])
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(tree(&["--invert", "ring"]), "");
    // What can be asked for in this way is answered.
    assert!(tree(&["--invert", "rustls"]).contains("anchorite v"));
}
