//! Reads a set: documents, questions about them, and which documents answer which.
//!
//! In BEIR's form these are `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`. With a `set.toml` the documents are files of a folder, read as
//! an ingest reads them, and every `queries*.jsonl` says of each question what a right answer shows (see [`super::trust`]).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use walkdir::WalkDir;

use super::trust::Expected;
use crate::crypto;
use crate::parser::MediaType;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {source}", path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{} line {line}: {reason}", path.display())]
    Malformed {
        path: PathBuf,
        line: usize,
        reason: String,
    },
}

/// `set.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The folder of the documents, seen from the set's own.
    documents: PathBuf,
    /// The day on which the questions are asked, which decides what is in force.
    at: Option<Date>,
}

/// A line of `corpus.jsonl`, or a file. `type` says how the text is to be read; without it, a text with Markdown's headings or tables is Markdown.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Document {
    #[serde(alias = "_id")]
    pub id: String,
    #[serde(default)]
    pub title: String,
    pub text: String,
    #[serde(default, rename = "type")]
    media: Option<String>,
    /// A file, whose id is its path.
    #[serde(skip)]
    pub(super) is_file: bool,
}

impl Document {
    pub(super) fn media(&self) -> MediaType {
        if self.is_file
            && let Some(media) = MediaType::from_file_name(&self.id)
        {
            return media;
        }
        let said = self.media.as_deref().and_then(|media| media.parse().ok());
        said.unwrap_or_else(|| {
            if looks_like_markdown(&self.text) {
                MediaType::Markdown
            } else {
                MediaType::PlainText
            }
        })
    }
}

/// Only what nobody writes by chance: two headings, or the rule below a table's header.
fn looks_like_markdown(text: &str) -> bool {
    let is_heading = |line: &&str| {
        let rest = line.trim_start_matches('#');
        (1..=6).contains(&(line.len() - rest.len())) && rest.starts_with(' ')
    };
    let is_rule = |line: &str| {
        line.contains("--")
            && line.contains('|')
            && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
    };
    text.lines().filter(is_heading).take(2).count() == 2 || text.lines().any(is_rule)
}

/// A line of `queries.jsonl`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Question {
    #[serde(alias = "_id")]
    pub id: String,
    pub text: String,
    answerable: Option<bool>,
    #[serde(default)]
    pub answers: Vec<String>,
    /// What a right answer shows, in a trust set.
    #[serde(flatten)]
    pub expected: Option<Expected>,
}

/// A corpus, questions about it, and which documents answer them.
pub(crate) struct Set {
    pub name: String,
    pub documents: Vec<Document>,
    pub questions: Vec<Question>,
    /// Grades above 0, by question and document.
    relevant: HashMap<String, BTreeMap<String, u32>>,
    /// When the questions are asked; `None`: now.
    pub at: Option<Timestamp>,
}

impl Set {
    pub(crate) fn load(folder: &Path) -> Result<Self, Error> {
        let settings = folder.join("set.toml");
        let mut set = if settings.is_file() {
            Self::of_files(folder, &settings)?
        } else {
            Self {
                name: String::new(),
                documents: lines(&folder.join("corpus.jsonl"))?,
                questions: lines(&folder.join("queries.jsonl"))?,
                relevant: qrels(&folder.join("qrels.tsv"))?,
                at: None,
            }
        };
        let name = folder
            .canonicalize()
            .ok()
            .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        set.name = name.unwrap_or_else(|| "set".to_owned());
        Ok(set)
    }

    /// Documents that are files, and questions that say what a right answer shows.
    fn of_files(folder: &Path, settings: &Path) -> Result<Self, Error> {
        let malformed = |reason: String| Error::Malformed {
            path: settings.to_owned(),
            line: 1,
            reason,
        };
        let parsed: Settings = toml::from_str(&read(settings)?)
            .map_err(|error| malformed(error.message().to_owned()))?;
        let at = parsed
            .at
            .map(|day| day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()))
            .transpose()
            .map_err(|error| malformed(error.to_string()))?;
        let mut questions: Vec<Question> = Vec::new();
        for path in files(folder, 1)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("queries") && name.ends_with(".jsonl") {
                questions.extend(lines::<Question>(&path)?);
            }
        }
        let relevant = questions
            .iter()
            .filter_map(|question| Some((question, question.expected.as_ref()?)))
            .map(|(question, expected)| {
                let documents = expected
                    .documents
                    .iter()
                    .map(|document| (document.clone(), 1));
                (question.id.clone(), documents.collect())
            })
            .collect();
        Ok(Self {
            name: String::new(),
            documents: documents(&folder.join(parsed.documents))?,
            questions,
            relevant,
            at,
        })
    }

    /// Keeps `count` questions, chosen by `seed`, in their order.
    pub(crate) fn sample(&mut self, count: usize, seed: u64) {
        let draw =
            |question: &Question| crypto::sha256(format!("{seed} {}", question.id).as_bytes());
        let mut drawn: Vec<([u8; 32], String)> = self
            .questions
            .iter()
            .map(|question| (draw(question), question.id.clone()))
            .collect();
        drawn.sort();
        let kept: HashSet<String> = drawn.into_iter().take(count).map(|(_, id)| id).collect();
        self.questions
            .retain(|question| kept.contains(&question.id));
    }

    /// The documents that answer a question, with their grades.
    pub(crate) fn relevant(&self, question: &Question) -> &BTreeMap<String, u32> {
        static NONE: BTreeMap<String, u32> = BTreeMap::new();
        self.relevant.get(&question.id).unwrap_or(&NONE)
    }

    /// What the set says, or, when it says nothing, whether any document answers it.
    pub(crate) fn is_answerable(&self, question: &Question) -> bool {
        let expected = question.expected.as_ref().map(Expected::is_answerable);
        question
            .answerable
            .or(expected)
            .unwrap_or_else(|| !self.relevant(question).is_empty())
    }
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// The files below a folder, in the order of their paths.
fn files(folder: &Path, depth: usize) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).max_depth(depth).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::Unreadable {
            path: folder.to_owned(),
            source: error.into(),
        })?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// The files of a folder that an ingest would read.
fn documents(folder: &Path) -> Result<Vec<Document>, Error> {
    let mut documents = Vec::new();
    for path in files(folder, usize::MAX)? {
        let relative = path.strip_prefix(folder).unwrap_or(&path);
        let id = relative.to_string_lossy().replace('\\', "/");
        if MediaType::from_file_name(&id).is_some() {
            documents.push(Document {
                id,
                title: String::new(),
                text: read(&path)?,
                media: None,
                is_file: true,
            });
        }
    }
    Ok(documents)
}

fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Error> {
    let text = read(path)?;
    let parse = |(index, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| Error::Malformed {
            path: path.to_owned(),
            line: index + 1,
            reason: error.to_string(),
        })
    };
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(parse)
        .collect()
}

/// Tab-separated: question, document, grade. A first line that is no judgement is a heading.
fn qrels(path: &Path) -> Result<HashMap<String, BTreeMap<String, u32>>, Error> {
    let mut all: HashMap<String, BTreeMap<String, u32>> = HashMap::new();
    for (index, line) in read(path)?.lines().enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        match (
            fields.as_slice(),
            fields
                .last()
                .and_then(|grade| grade.trim().parse::<i64>().ok()),
        ) {
            ([question, document, _], Some(grade)) => {
                if let Some(grade) = u32::try_from(grade).ok().filter(|grade| *grade > 0) {
                    all.entry((*question).to_owned())
                        .or_default()
                        .insert((*document).to_owned(), grade);
                }
            }
            _ if index == 0 || line.trim().is_empty() => {}
            _ => {
                let reason =
                    "question, document and grade, separated by tabs, are expected".to_owned();
                return Err(Error::Malformed {
                    path: path.to_owned(),
                    line: index + 1,
                    reason,
                });
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(questions: &str, qrels: &str) -> Result<Set, Error> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("corpus.jsonl"),
            r#"{"_id": "d1", "title": "T", "text": "x"}"#,
        )
        .unwrap();
        fs::write(folder.path().join("queries.jsonl"), questions).unwrap();
        fs::write(folder.path().join("qrels.tsv"), qrels).unwrap();
        Set::load(folder.path())
    }

    #[test]
    fn a_question_without_judgements_is_unanswerable_unless_it_says_otherwise() {
        let questions = "{\"id\": \"a\", \"text\": \"?\"}\n{\"id\": \"b\", \"text\": \"?\"}\n{\"id\": \"c\", \"text\": \"?\", \"answerable\": true}";
        let set = set(
            questions,
            "query-id\tcorpus-id\tscore\na\td1\t2\nb\td1\t0\n",
        )
        .unwrap();
        let answerable: Vec<bool> = set
            .questions
            .iter()
            .map(|question| set.is_answerable(question))
            .collect();
        assert_eq!(answerable, [true, false, true]);
        assert_eq!(set.relevant(&set.questions[0])["d1"], 2);
    }

    #[test]
    fn a_text_says_by_its_form_how_it_is_read() {
        let media = |text: &str| {
            Document {
                id: String::new(),
                title: String::new(),
                text: text.to_owned(),
                media: None,
                is_file: false,
            }
            .media()
        };
        assert_eq!(media("# One\n\ntext\n\n## Two\n"), MediaType::Markdown);
        assert_eq!(
            media("| a | b |\n|---|---|\n| c | d |"),
            MediaType::Markdown
        );
        assert_eq!(
            media("# One comment in a shell script | with a pipe"),
            MediaType::PlainText
        );
        assert_eq!(media("Use ~~tildes~~ -- really"), MediaType::PlainText);
    }

    #[test]
    fn a_broken_line_is_named() {
        assert!(matches!(
            set("{\"id\": \"a\", \"text\": \"?\"}\nnonsense", "a\td1\t1"),
            Err(Error::Malformed { line: 2, .. })
        ));
        assert!(matches!(
            set("", "a\td1\t1\nb d1 1"),
            Err(Error::Malformed { line: 2, .. })
        ));
    }

    #[test]
    fn a_sample_is_the_same_for_the_same_seed() {
        let questions: String = (0..50)
            .map(|n| format!("{{\"id\": \"q{n}\", \"text\": \"?\"}}"))
            .collect::<Vec<_>>()
            .join("\n");
        let drawn = |seed| {
            let mut set = set(&questions, "").unwrap();
            set.sample(5, seed);
            set.questions
                .into_iter()
                .map(|question| question.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(drawn(1), drawn(1));
        assert_eq!(drawn(1).len(), 5);
        assert_ne!(drawn(1), drawn(2));
    }
}
