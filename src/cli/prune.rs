//! What an ingest may prune, and when it asks first.
//!
//! A share that is not mounted looks like an empty folder: what would remove much is not done by a job at night, but by a person, or with `--prune-all`.

use std::io::{BufRead, IsTerminal, Write};

use super::sources::Sources;

/// The part of what is there that goes without a question: one in so many.
const UNASKED: usize = 5;
/// Paths that are named as examples.
const EXAMPLES: usize = 3;

/// Why nothing is pruned.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error(
        "nothing was pruned: no document was found in what was given, and {would} would have been removed. See that the folder is there and its \
         share mounted, or add --prune-all"
    )]
    NothingFound { would: Documents },
    #[error(
        "nothing was pruned: only files were given, and a file does not say what else is gone ({would} would have been removed). Give the \
         folder, or add --prune-all"
    )]
    OnlyFiles { would: Documents },
    #[error(
        "nothing was pruned: {} of {there} ingested documents would have been removed, more than a fifth ({}). See that the folder is whole, \
         or add --prune-all", would.0, such_as(examples)
    )]
    TooMany {
        would: Documents,
        there: usize,
        examples: Vec<String>,
    },
    #[error("nothing was pruned, as you said; the rest was ingested")]
    Declined,
}

/// How many. Displays as `1 document` or `7 documents`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Documents(usize);

impl std::fmt::Display for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} document{plural}", self.0)
    }
}

fn such_as(paths: &[String]) -> String {
    format!("such as {}", paths.join(", "))
}

/// Which of the documents that are `there` are to go: those that cannot be among the sources any more. `all`: however many they are. `ask` puts a
/// question to a person; `None`: nobody is there.
pub(super) fn decide(
    sources: &Sources,
    there: Vec<String>,
    all: bool,
    ask: impl FnOnce(&str) -> Option<bool>,
) -> Result<Vec<String>, Refused> {
    let before = there.len();
    let gone: Vec<String> = there
        .into_iter()
        .filter(|path| !sources.may_have(path))
        .collect();
    let would = Documents(gone.len());
    if all {
        return Ok(gone);
    }
    if !sources.has_folder {
        return Err(Refused::OnlyFiles { would });
    }
    if sources.found.is_empty() {
        return Err(Refused::NothingFound { would });
    }
    if gone.len() <= 1 || gone.len() * UNASKED <= before {
        return Ok(gone);
    }
    let named: Vec<String> = gone.iter().take(EXAMPLES).cloned().collect();
    let question = format!(
        "{} of {before} ingested documents are not among the files any more, {}. Remove them?",
        gone.len(),
        such_as(&named)
    );
    match ask(&question) {
        Some(true) => Ok(gone),
        Some(false) => Err(Refused::Declined),
        None => Err(Refused::TooMany {
            would,
            there: before,
            examples: named,
        }),
    }
}

/// Asks the person at the terminal, if there is one. Anything but "yes" is no.
pub(super) fn ask_terminal(question: &str) -> Option<bool> {
    let (input, mut output) = (std::io::stdin(), std::io::stderr());
    if !input.is_terminal() || !output.is_terminal() {
        return None;
    }
    write!(output, "{question} Type yes to go on: ").ok()?;
    output.flush().ok()?;
    let mut answer = String::new();
    input.lock().read_line(&mut answer).ok()?;
    Some(answer.trim().eq_ignore_ascii_case("yes"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::cli::sources::Private;

    /// Of a folder with these files.
    fn sources(names: &[&str]) -> Sources {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        Sources::collect(&[folder.path().to_owned()], "", &Private::default()).unwrap()
    }

    /// `0.md`, `1.md` …
    fn there(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("{number}.md")).collect()
    }

    fn nobody(_: &str) -> Option<bool> {
        None
    }

    #[test]
    fn a_fifth_goes_and_more_is_asked_about() {
        let all = there(10);
        let names: Vec<&str> = all.iter().map(String::as_str).collect();
        let eight = sources(&names[..8]);
        assert_eq!(
            decide(&eight, there(10), false, nobody),
            Ok(vec!["8.md".to_owned(), "9.md".to_owned()])
        );

        let six = sources(&names[..6]);
        let refused = decide(&six, there(10), false, nobody).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "nothing was pruned: 4 of 10 ingested documents would have been removed, more than a fifth (such as 6.md, 7.md, 8.md). See that \
             the folder is whole, or add --prune-all"
        );
        assert_eq!(decide(&six, there(10), true, nobody).unwrap().len(), 4);
        let mut asked = String::new();
        let answered = decide(&six, there(10), false, |question| {
            question.clone_into(&mut asked);
            Some(true)
        });
        assert_eq!(answered.unwrap().len(), 4);
        assert!(
            asked.contains("4 of 10") && asked.contains("6.md, 7.md, 8.md."),
            "{asked}"
        );
        assert_eq!(
            decide(&six, there(10), false, |_| Some(false)),
            Err(Refused::Declined)
        );
    }

    #[test]
    fn a_single_document_goes_whatever_its_part() {
        let one = sources(&["0.md"]);
        assert_eq!(
            decide(&one, there(2), false, nobody),
            Ok(vec!["1.md".to_owned()])
        );
    }

    #[test]
    fn nothing_found_and_files_alone_prune_nothing() {
        let empty = sources(&[]);
        let refused = decide(&empty, there(1), false, |_| Some(true));
        assert_eq!(
            refused,
            Err(Refused::NothingFound {
                would: Documents(1)
            })
        );
        assert_eq!(decide(&empty, there(3), true, nobody).unwrap().len(), 3);

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("0.md");
        fs::write(&file, "x").unwrap();
        let file = Sources::collect(&[file], "", &Private::default()).unwrap();
        let refused = decide(&file, there(3), false, |_| Some(true));
        assert_eq!(
            refused,
            Err(Refused::OnlyFiles {
                would: Documents(2)
            })
        );
        assert_eq!(decide(&file, there(3), true, nobody).unwrap().len(), 2);
    }
}
