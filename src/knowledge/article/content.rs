//! What an article is made of, and what it may hold.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::audit::Actor;
use crate::id::DocumentId;
use crate::knowledge::{Error, SourcePath};
use crate::search::Visibility;
use crate::text;

pub(crate) const MAX_TITLE_CHARS: usize = 200;
pub(crate) const MAX_MARKDOWN_BYTES: usize = 1024 * 1024;
pub(crate) const MAX_REMARK_CHARS: usize = 2_000;

/// An article and its document have one id.
pub(crate) type ArticleId = DocumentId;

/// Where the newest version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Draft,
    InReview,
    Published,
    Withdrawn,
}

impl State {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in-review",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a state of articles")]
pub(crate) struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        [
            Self::Draft,
            Self::InReview,
            Self::Published,
            Self::Withdrawn,
        ]
        .into_iter()
        .find(|state| state.name() == text)
        .ok_or(UnknownState)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Article {
    pub id: ArticleId,
    pub path: SourcePath,
    pub state: State,
    pub head: u32,
    /// The version that is published; the newest may be another.
    pub live: Option<u32>,
    pub created: Timestamp,
    pub changed: Timestamp,
}

/// What an article says, and how far and when it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub title: String,
    pub markdown: String,
    pub visibility: Visibility,
}

#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub number: u32,
    pub content: Content,
    pub author: Actor,
    pub saved: Timestamp,
}

/// What became of a version.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub version: u32,
    /// `submitted`, `returned`, `published` or `withdrawn`.
    pub what: String,
    pub actor: Actor,
    pub at: Timestamp,
    pub remark: String,
}

/// Why an article cannot be saved or moved on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("a title is needed")]
    NoTitle,
    #[error("a title has at most {MAX_TITLE_CHARS} characters and no control characters")]
    BadTitle,
    #[error("a title cannot have {0}: type it again")]
    HiddenInTitle(#[from] text::Hidden),
    #[error("there is nothing to read yet")]
    NoText,
    #[error("an article has at most {} KiB", MAX_MARKDOWN_BYTES / 1024)]
    LongText,
    #[error("it would expire before it takes effect")]
    Dates,
    #[error("a remark has at most {MAX_REMARK_CHARS} characters")]
    LongRemark,
    #[error("somebody else has saved it since you opened it (version {0})")]
    Overtaken(u32),
    #[error("another window has kept a newer text of it: go on there, or reload this page")]
    KeptElsewhere,
    #[error(
        "it was saved or discarded in another window: copy what you need, and reload this page"
    )]
    NotKeptAnyMore,
    #[error(
        "you have {} texts that you have not saved: save or discard some of them",
        super::working_copy::MAX_COPIES
    )]
    ManyCopies,
    #[error("it is not in a state in which this can be done")]
    WrongState,
    #[error("somebody other than its author must review it")]
    OwnArticle,
}

impl Content {
    /// Trims the title, makes line ends `\n`, and checks.
    pub(crate) fn new(
        title: &str,
        markdown: &str,
        visibility: Visibility,
    ) -> Result<Self, Problem> {
        let title = title.trim();
        if title.is_empty() {
            return Err(Problem::NoTitle);
        }
        if title.chars().count() > MAX_TITLE_CHARS || title.chars().any(char::is_control) {
            return Err(Problem::BadTitle);
        }
        text::refuse_hidden(title)?;
        let markdown = markdown.replace("\r\n", "\n");
        if markdown.len() > MAX_MARKDOWN_BYTES {
            return Err(Problem::LongText);
        }
        if let (Some(effective), Some(expires)) = (visibility.effective, visibility.expires)
            && expires <= effective
        {
            return Err(Problem::Dates);
        }
        Ok(Self {
            title: title.to_owned(),
            markdown,
            visibility,
        })
    }
}

/// An article as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    pub article: Article,
    /// The newest first.
    pub versions: Vec<Version>,
    /// The newest first.
    pub steps: Vec<Step>,
}

impl Whole {
    pub(crate) fn version(&self, number: u32) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.number == number)
    }

    /// The newest version.
    pub(crate) fn head(&self) -> Result<&Version, Error> {
        self.version(self.article.head).ok_or(Error::Unknown)
    }

    /// Why this person may not publish the newest version.
    pub(crate) fn hinders(&self, by: &Actor, needs_reviewer: bool) -> Option<Problem> {
        let can = match self.article.state {
            State::InReview => true,
            State::Draft | State::Withdrawn => !needs_reviewer,
            State::Published => false,
        };
        if !can {
            return Some(Problem::WrongState);
        }
        let head = self.version(self.article.head)?;
        if needs_reviewer && head.author == *by {
            return Some(Problem::OwnArticle);
        }
        head.content
            .markdown
            .trim()
            .is_empty()
            .then_some(Problem::NoText)
    }
}
