//! The form of an article: what somebody typed, and what is wrong with it.

use super::{VisibilityErrors, VisibilityInput, document_id};
use crate::id::WorkingCopyId;
use crate::knowledge::article::working_copy::{Typed, WorkingCopy};
use crate::knowledge::article::{ArticleId, Content, Problem, Version};
use crate::search::Visibility;
use crate::web::dashboard::prelude::*;

#[derive(Deserialize, Clone, Default)]
pub(in crate::web) struct ArticleForm {
    pub title: String,
    pub markdown: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub effective: String,
    #[serde(default)]
    pub expires: String,
    /// The newest version when writing began.
    #[serde(default)]
    pub seen: u32,
    /// The working copy of the window in which it is written.
    #[serde(default)]
    pub copy: String,
    /// How often that was kept.
    #[serde(default)]
    pub revision: u32,
    /// Empty: of a new one.
    #[serde(default)]
    pub article: String,
}

/// What is wrong, by field.
#[derive(Default)]
pub(super) struct EditorErrors {
    pub title: String,
    pub markdown: String,
    pub visibility: VisibilityErrors,
    pub other: String,
}

impl ArticleForm {
    pub(super) fn of_version(version: &Version) -> Self {
        let visibility = VisibilityInput::of(&version.content.visibility);
        Self {
            title: version.content.title.clone(),
            markdown: version.content.markdown.clone(),
            label: visibility.label,
            effective: visibility.effective,
            expires: visibility.expires,
            seen: version.number,
            ..Self::default()
        }
    }

    pub(super) fn of_copy(copy: WorkingCopy) -> Self {
        Self {
            title: copy.typed.title,
            markdown: copy.typed.markdown,
            label: copy.typed.label,
            effective: copy.typed.effective,
            expires: copy.typed.expires,
            seen: copy.typed.seen,
            copy: copy.id.to_string(),
            revision: copy.revision,
            article: copy.article.map(|id| id.to_string()).unwrap_or_default(),
        }
    }

    pub(super) fn visibility(&self) -> VisibilityInput {
        VisibilityInput {
            label: self.label.clone(),
            effective: self.effective.clone(),
            expires: self.expires.clone(),
        }
    }

    /// The article that it is about. `None`: a new one.
    pub(super) fn article(&self) -> Result<Option<ArticleId>, Error> {
        match &*self.article {
            "" => Ok(None),
            id => document_id(id).map(Some),
        }
    }

    /// The id of its working copy; a new one where none was kept.
    pub(super) fn copy_id(&self) -> WorkingCopyId {
        self.copy
            .parse()
            .unwrap_or_else(|_| WorkingCopyId::random())
    }

    pub(super) fn typed(&self) -> Typed {
        Typed {
            title: self.title.clone(),
            markdown: self.markdown.clone(),
            label: self.label.clone(),
            effective: self.effective.clone(),
            expires: self.expires.clone(),
            seen: self.seen,
        }
    }

    /// What was typed, or what is wrong with it.
    pub(super) fn read(&self) -> Result<Content, Box<EditorErrors>> {
        let mut errors = EditorErrors::default();
        let visibility = self.visibility().read().unwrap_or_else(|wrong| {
            errors.visibility = wrong;
            Visibility::default()
        });
        match Content::new(&self.title, &self.markdown, visibility) {
            Ok(content)
                if errors.visibility.effective.is_empty()
                    && errors.visibility.expires.is_empty() =>
            {
                return Ok(content);
            }
            Ok(_) => {}
            Err(problem @ (Problem::NoTitle | Problem::BadTitle | Problem::HiddenInTitle(_))) => {
                errors.title = view::sentence(&problem);
            }
            Err(problem) => errors.markdown = view::sentence(&problem),
        }
        Err(Box::new(errors))
    }
}
