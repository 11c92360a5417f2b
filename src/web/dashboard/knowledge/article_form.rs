//! The form of an article: what somebody typed, and what is wrong with it.

use super::{VisibilityErrors, VisibilityInput};
use crate::knowledge::article::{Content, Problem, Version};
use crate::knowledge::working_copy::{Typed, WorkingCopy};
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
    /// The article that it is of. Empty: a new one.
    #[serde(default)]
    pub of: String,
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
        let mut typed = copy.typed;
        Self {
            markdown: typed.take("markdown"),
            label: typed.take("label"),
            effective: typed.take("effective"),
            expires: typed.take("expires"),
            title: typed.title,
            seen: typed.seen,
            copy: copy.id.to_string(),
            revision: copy.revision,
            of: copy.of.id().unwrap_or_default().to_owned(),
        }
    }

    pub(super) fn visibility(&self) -> VisibilityInput {
        VisibilityInput {
            label: self.label.clone(),
            effective: self.effective.clone(),
            expires: self.expires.clone(),
        }
    }

    pub(super) fn typed(&self) -> Typed {
        let fields = [
            ("markdown", &self.markdown),
            ("label", &self.label),
            ("effective", &self.effective),
            ("expires", &self.expires),
        ];
        Typed::new(&self.title, self.seen, fields)
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
