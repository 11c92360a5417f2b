//! Settings of a workspace.

use crate::answer::Talk;
use crate::knowledge;
use crate::knowledge::review::PUBLISHERS_NEEDED;
use crate::knowledge::settings::words::{self, Problem, Words};
use crate::knowledge::settings::{self, Overtaken, Revised, Settings};
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(
    path = "dashboard/workspace/settings.html",
    config = "assets/askama.toml"
)]
struct SettingsPage {
    frame: Frame,
    settings: Revised<Settings>,
    /// How many people may publish.
    publishers: usize,
    /// What visitors read.
    words: Revised<Words>,
    /// Why one of the two was not saved, as it stands in its form.
    not_saved: Option<NotSaved>,
}

enum NotSaved {
    Settings,
    Words,
    /// What is wrong with a field.
    Field(Problem),
}

impl SettingsPage {
    fn is_in_force(&self) -> bool {
        self.publishers >= PUBLISHERS_NEEDED
    }

    fn fields(&self) -> Vec<Field> {
        let problem = match self.not_saved {
            Some(NotSaved::Field(problem)) => Some(problem),
            _ => None,
        };
        fields(&self.words.value, problem)
    }

    /// What stands above each of the two forms.
    fn overtaken(&self) -> (Option<String>, Option<String>) {
        let said = || {
            format!(
                "This was not saved: {Overtaken}. What you entered is still below: copy it, reload the page, and put it in again."
            )
        };
        match self.not_saved {
            Some(NotSaved::Settings) => (Some(said()), None),
            Some(NotSaved::Words) => (None, Some(said())),
            Some(NotSaved::Field(_)) | None => (None, None),
        }
    }
}

async fn page(desk: &Desk) -> Result<SettingsPage, Error> {
    let (settings, words, publishers) = desk
        .run_in(|app, workspace| {
            let workspace_id = &workspace.register.id;
            let publishers = app
                .accounts
                .count_who_may(Permission::Publish, workspace_id)?;
            let settings = settings::get(&workspace.db)?;
            Ok((settings, words::revised(&workspace.db)?, publishers))
        })
        .await?;
    Ok(SettingsPage {
        frame: desk.frame(Place::Settings),
        settings,
        publishers,
        words,
        not_saved: None,
    })
}

fn fields(words: &Words, problem: Option<Problem>) -> Vec<Field> {
    let wrong = |of: Problem| {
        let found = problem.filter(|problem| *problem == of);
        found.map_or_else(String::new, |problem| view::sentence(&problem))
    };
    let if_empty = |talk: Talk| format!("Plain text. Empty: “{}”", talk.usual_reply());
    let reply = |name, label, value: &str, of| {
        Field::area(name, label, 2)
            .value(value)
            .optional()
            .at_most(words::MOST_TEXT)
            .error(wrong(of))
    };
    vec![
        Field::text("name", "Name shown to visitors")
            .value(&words.name)
            .optional()
            .at_most(words::MOST_NAME)
            .hint("Of your organisation, on every help page and in the browser’s tab. Empty: the workspace’s name.")
            .error(wrong(Problem::Name)),
        Field::area("contact", "How visitors reach a person", 4)
            .value(&words.contact)
            .optional()
            .at_most(words::MOST_TEXT)
            .hint("Markdown, at most 500 characters. It stands under every answer that is refused or only a part, and after “No, this did not help”.")
            .error(wrong(Problem::Contact)),
        Field::area("examples", "Example questions", 4)
            .value(words.examples.join("\n"))
            .optional()
            .hint("Up to six, one a line. They stand below the field for the question.")
            .error(wrong(Problem::Examples)),
        reply("greeting", "Reply to a greeting", &words.greeting, Problem::Greeting)
            .hint(if_empty(Talk::Greeting)),
        reply("thanks", "Reply to thanks", &words.thanks, Problem::Thanks)
            .hint(if_empty(Talk::Thanks)),
        reply("who_are_you", "Reply to “Who are you?”", &words.who_are_you, Problem::WhoAreYou)
            .hint(if_empty(Talk::WhoAreYou)),
    ]
}

/// `GET /dashboard/w/{workspace}/settings`
pub(in crate::web) async fn form(desk: Desk) -> PageResult {
    Ok(render(&page(&desk).await?))
}

#[derive(Deserialize)]
pub(in crate::web) struct SettingsForm {
    #[serde(default)]
    needs_reviewer: String,
    /// The revision from which this was changed.
    #[serde(default)]
    seen: u32,
}

/// `POST /dashboard/w/{workspace}/settings`
pub(in crate::web) async fn save(desk: Desk, form: Form<SettingsForm>) -> PageResult {
    let change = desk.change();
    let typed = Revised {
        revision: form.seen,
        value: Settings {
            needs_reviewer: !form.needs_reviewer.is_empty(),
        },
    };
    let saved = desk
        .run_in(move |_, workspace| not_saved(settings::set(&workspace.db, typed, &change)))
        .await?;
    let Some(error) = saved else {
        return Ok(done(&desk.at("/settings"), Notice::SettingsSaved));
    };
    let page = SettingsPage {
        settings: typed,
        not_saved: Some(NotSaved::Settings),
        ..page(&desk).await?
    };
    Ok(with_status(Error::from(error).status(), &page))
}

/// What is said beside the form; other errors are not its business.
fn not_saved(saved: Result<(), knowledge::Error>) -> Result<Option<knowledge::Error>, Error> {
    match saved {
        Ok(()) => Ok(None),
        Err(error @ (knowledge::Error::Settings(_) | knowledge::Error::Words(_))) => {
            Ok(Some(error))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(in crate::web) struct WordsForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    examples: String,
    #[serde(default)]
    greeting: String,
    #[serde(default)]
    thanks: String,
    #[serde(default)]
    who_are_you: String,
    /// The revision from which these were changed.
    #[serde(default)]
    seen: u32,
}

impl WordsForm {
    fn words(self) -> Revised<Words> {
        // Browsers send CR LF.
        let text = |typed: String| typed.replace("\r\n", "\n").trim().to_owned();
        let lines = self.examples.lines().map(str::trim);
        let value = Words {
            name: text(self.name),
            contact: text(self.contact),
            examples: lines
                .filter(|line| !line.is_empty())
                .map(ToOwned::to_owned)
                .collect(),
            greeting: text(self.greeting),
            thanks: text(self.thanks),
            who_are_you: text(self.who_are_you),
        };
        Revised {
            revision: self.seen,
            value,
        }
    }
}

/// `POST /dashboard/w/{workspace}/settings/visitors`
pub(in crate::web) async fn save_words(desk: Desk, form: Form<WordsForm>) -> PageResult {
    let (change, words) = (desk.change(), form.into_inner().words());
    let typed = words.clone();
    let saved = desk
        .run_in(move |_, workspace| not_saved(words::set(&workspace.db, &words, &change)))
        .await?;
    let Some(error) = saved else {
        return Ok(done(&desk.at("/settings"), Notice::SettingsSaved));
    };
    let page = SettingsPage {
        words: typed,
        not_saved: Some(match error {
            knowledge::Error::Words(problem) => NotSaved::Field(problem),
            _ => NotSaved::Words,
        }),
        ..page(&desk).await?
    };
    Ok(with_status(Error::from(error).status(), &page))
}
