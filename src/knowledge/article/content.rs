//! What an article is made of, and what it may hold.

use jiff::Timestamp;

use crate::audit::Actor;
use crate::id::DocumentId;
use crate::knowledge::SourcePath;
use crate::knowledge::review::{
    self,
    course::{Course, Taken},
};
use crate::search::Visibility;
use crate::text;

pub(crate) const MAX_TITLE_CHARS: usize = 200;
pub(crate) const MAX_MARKDOWN_BYTES: usize = 1024 * 1024;

/// An article and its document have one id.
pub(crate) type ArticleId = DocumentId;

#[derive(Debug, Clone)]
pub(crate) struct Article {
    pub id: ArticleId,
    pub path: SourcePath,
    pub course: Course,
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

/// Why an article cannot be saved or handed in.
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
        if visibility.during.is_never() {
            return Err(Problem::Dates);
        }
        Ok(Self {
            title: title.to_owned(),
            markdown,
            visibility,
        })
    }
}

/// A version without its text: an article may have many, and each may be long.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub number: u32,
    pub visibility: Visibility,
    pub author: Actor,
    pub saved: Timestamp,
}

/// An article as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    pub article: Article,
    /// The newest version.
    pub head: Version,
    /// The newest first.
    pub versions: Vec<Listed>,
    /// The newest first.
    pub steps: Vec<Taken>,
}

impl Whole {
    /// The version that is published.
    pub(crate) fn live(&self) -> Option<&Listed> {
        let live = self.article.course.live?;
        self.versions.iter().find(|version| version.number == live)
    }

    /// Why this person may not publish the newest version.
    pub(crate) fn hinders(&self, by: &Actor, needs_review: bool) -> Option<review::Problem> {
        let author = &self.head.author;
        self.article.course.hinders(author, by, needs_review)
    }
}

impl Version {
    /// Refuses one that says nothing.
    pub(super) fn check_text(&self) -> Result<(), Problem> {
        if self.content.markdown.trim().is_empty() {
            return Err(Problem::NoText);
        }
        Ok(())
    }
}
