//! What an approved answer is to say, checked.

use crate::id::DocumentId;
use crate::search::During;

pub(crate) const MAX_QUESTION_CHARS: usize = 500;
pub(crate) const MAX_ANSWER_CHARS: usize = 4_000;
pub(crate) const MAX_PHRASINGS: usize = 50;

/// A document that an approved answer refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cited {
    pub document: DocumentId,
    /// A sentence of it, word for word; empty: the whole document.
    pub quote: String,
}

/// What an approved answer is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wording {
    pub phrasings: Vec<String>,
    /// Markdown.
    pub text: String,
    pub citations: Vec<Cited>,
    /// In which time it is given.
    pub during: During,
}

/// A wording that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadWording {
    #[error("a question is needed")]
    NoQuestion,
    #[error("a question has at most {MAX_QUESTION_CHARS} characters")]
    LongQuestion,
    #[error("there are at most {MAX_PHRASINGS} phrasings")]
    ManyPhrasings,
    #[error("an answer is needed")]
    NoAnswer,
    #[error("an answer has at most {MAX_ANSWER_CHARS} characters")]
    LongAnswer,
    #[error("a question has control characters")]
    StrangeQuestion,
    #[error("an answer has no control characters but line breaks")]
    StrangeAnswer,
    #[error("“{0}” has an approved answer already")]
    AnsweredAlready(String),
    #[error("it would expire before it takes effect")]
    Dates,
    #[error("{0} does not hold this sentence, word for word")]
    NotQuoted(String),
    #[error("a document that it cites is gone")]
    NoDocument,
}

impl Wording {
    /// Trims, drops empty and repeated phrasings, and checks what does not need the database.
    pub(crate) fn new(
        phrasings: impl IntoIterator<Item = String>,
        text: &str,
        citations: Vec<Cited>,
        during: During,
    ) -> Result<Self, BadWording> {
        let mut kept: Vec<String> = Vec::new();
        for phrasing in phrasings {
            let phrasing = phrasing.split_whitespace().collect::<Vec<_>>().join(" ");
            if phrasing.is_empty()
                || kept
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(&phrasing))
            {
                continue;
            }
            if phrasing.chars().count() > MAX_QUESTION_CHARS {
                return Err(BadWording::LongQuestion);
            }
            if phrasing.chars().any(char::is_control) {
                return Err(BadWording::StrangeQuestion);
            }
            kept.push(phrasing);
        }
        let text = text.replace("\r\n", "\n").trim().to_owned();
        if kept.is_empty() {
            return Err(BadWording::NoQuestion);
        }
        if kept.len() > MAX_PHRASINGS {
            return Err(BadWording::ManyPhrasings);
        }
        if text.is_empty() {
            return Err(BadWording::NoAnswer);
        }
        if text.chars().count() > MAX_ANSWER_CHARS {
            return Err(BadWording::LongAnswer);
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(BadWording::StrangeAnswer);
        }
        if during.is_never() {
            return Err(BadWording::Dates);
        }
        Ok(Self {
            phrasings: kept,
            text,
            citations,
            during,
        })
    }
}
