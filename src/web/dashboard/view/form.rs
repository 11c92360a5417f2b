//! Forms: fields with label, value, hint and the error next to them, and a page that has one short form.

use actix_web::http::StatusCode;
use askama::Template;
use askama::filters::HtmlSafe;

use super::frame::{Frame, Place};
use crate::staff::Permission;
use crate::web::dashboard::view;
use crate::web::error::Error;

/// What is typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Email,
    Password,
    Moment,
    /// Several lines.
    Area,
}

impl Kind {
    /// As `type` of an `input`.
    const fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Area => "text",
            Self::Email => "email",
            Self::Password => "password",
            Self::Moment => "datetime-local",
        }
    }
}

/// What stands below a field.
enum Hint {
    Nothing,
    Text(String),
    /// What an empty one stands for: such a field is filled in either way, and so not called optional.
    IfEmpty(&'static str),
}

/// One field.
#[derive(Template)]
#[template(path = "dashboard/part/field.html", config = "assets/askama.toml")]
pub(in crate::web::dashboard) struct Field {
    name: &'static str,
    label: &'static str,
    kind: Kind,
    value: String,
    hint: Hint,
    error: String,
    autocomplete: &'static str,
    input_mode: &'static str,
    class: &'static str,
    max_length: usize,
    is_required: bool,
    has_focus: bool,
    rows: usize,
}

impl HtmlSafe for Field {}

impl Field {
    pub(in crate::web::dashboard) fn text(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            kind: Kind::Text,
            value: String::new(),
            hint: Hint::Nothing,
            error: String::new(),
            autocomplete: "off",
            input_mode: "",
            class: "",
            max_length: 0,
            is_required: true,
            has_focus: false,
            rows: 0,
        }
    }

    pub(in crate::web::dashboard) fn email(label: &'static str) -> Self {
        Self {
            kind: Kind::Email,
            autocomplete: "username",
            max_length: 254,
            ..Self::text("email", label)
        }
    }

    pub(in crate::web::dashboard) fn password(name: &'static str, label: &'static str) -> Self {
        Self {
            kind: Kind::Password,
            autocomplete: "current-password",
            ..Self::text(name, label)
        }
    }

    pub(in crate::web::dashboard) fn new_password(name: &'static str, label: &'static str) -> Self {
        Self {
            autocomplete: "new-password",
            ..Self::password(name, label)
        }
    }

    /// Six digits.
    pub(in crate::web::dashboard) fn code(label: &'static str) -> Self {
        Self {
            autocomplete: "one-time-code",
            class: "code-entry",
            max_length: 40,
            ..Self::text("code", label)
        }
    }

    /// A day and an hour, in the form that browsers send.
    pub(in crate::web::dashboard) fn moment(name: &'static str, label: &'static str) -> Self {
        Self {
            kind: Kind::Moment,
            is_required: false,
            ..Self::text(name, label)
        }
    }

    /// Several lines.
    pub(in crate::web::dashboard) fn area(
        name: &'static str,
        label: &'static str,
        rows: usize,
    ) -> Self {
        Self {
            kind: Kind::Area,
            rows,
            ..Self::text(name, label)
        }
    }

    pub(in crate::web::dashboard) fn value(self, value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            ..self
        }
    }

    pub(in crate::web::dashboard) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Hint::Text(hint.into()),
            ..self
        }
    }

    pub(in crate::web::dashboard) fn if_empty(self, meaning: &'static str) -> Self {
        Self {
            hint: Hint::IfEmpty(meaning),
            ..self
        }
    }

    pub(in crate::web::dashboard) fn error(self, error: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            ..self
        }
    }

    pub(in crate::web::dashboard) fn digits(self) -> Self {
        Self {
            input_mode: "numeric",
            ..self
        }
    }

    pub(in crate::web::dashboard) fn at_most(self, max_length: usize) -> Self {
        Self { max_length, ..self }
    }

    pub(in crate::web::dashboard) fn optional(self) -> Self {
        Self {
            is_required: false,
            ..self
        }
    }

    pub(in crate::web::dashboard) fn focus(self) -> Self {
        Self {
            has_focus: true,
            ..self
        }
    }

    pub(in crate::web::dashboard) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self {
            autocomplete,
            ..self
        }
    }

    pub(in crate::web::dashboard) fn is_password(&self) -> bool {
        self.kind == Kind::Password
    }

    fn says_what_empty_means(&self) -> bool {
        matches!(self.hint, Hint::IfEmpty(_))
    }

    /// What explains the field to a screen reader.
    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.name));
        }
        if !matches!(self.hint, Hint::Nothing) {
            ids.push(format!("{}-hint", self.name));
        }
        ids.join(" ")
    }
}

/// One of several values.
#[derive(Template)]
#[template(path = "dashboard/part/choice.html", config = "assets/askama.toml")]
pub(in crate::web::dashboard) struct Choice {
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: String,
}

impl HtmlSafe for Choice {}

impl Choice {
    /// `options`: value and label.
    pub(in crate::web::dashboard) fn new(
        name: &'static str,
        label: &'static str,
        options: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        Self {
            name,
            label,
            options: options
                .into_iter()
                .map(|(value, label)| (value.into(), label.into()))
                .collect(),
            chosen: String::new(),
        }
    }

    /// The same with one more value, before the others.
    pub(in crate::web::dashboard) fn or(mut self, value: &str, label: &str) -> Self {
        self.options.insert(0, (value.to_owned(), label.to_owned()));
        self
    }

    pub(in crate::web::dashboard) fn chosen(self, chosen: impl Into<String>) -> Self {
        Self {
            chosen: chosen.into(),
            ..self
        }
    }
}

/// A page with one short form.
#[derive(Template)]
#[template(path = "dashboard/form.html", config = "assets/askama.toml")]
pub(in crate::web::dashboard) struct FormPage {
    pub frame: Frame,
    pub title: String,
    pub about: String,
    pub action: String,
    pub fields: Vec<Field>,
    pub choices: Vec<Choice>,
    pub problem: String,
    pub button: &'static str,
    pub is_harmful: bool,
    pub back: String,
}

impl FormPage {
    /// Whoever keeps passwords needs to know whose it is.
    fn asks_password(&self) -> bool {
        self.fields.iter().any(Field::is_password)
    }

    pub(in crate::web::dashboard) fn new(
        frame: Frame,
        title: impl Into<String>,
        back: impl Into<String>,
    ) -> Self {
        Self {
            action: frame.path.clone(),
            frame,
            title: title.into(),
            about: String::new(),
            fields: Vec::new(),
            choices: Vec::new(),
            problem: String::new(),
            button: "Save",
            is_harmful: false,
            back: back.into(),
        }
    }
}

/// A form whose session is not this one.
pub(in crate::web::dashboard) fn stale() -> Error {
    Error::new(
        StatusCode::FORBIDDEN,
        "csrf",
        "this form is out of date: go back, reload the page, and try again",
    )
}
