//! Settings of a workspace.

use crate::answer::Talk;
use crate::knowledge;
use crate::knowledge::review::PUBLISHERS_NEEDED;
use crate::knowledge::settings::words::{self, Problem, Words};
use crate::knowledge::settings::{self, Settings};
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(
    path = "dashboard/workspace/settings.html",
    config = "assets/askama.toml"
)]
struct SettingsPage {
    frame: Frame,
    settings: Settings,
    /// How many people may publish.
    publishers: usize,
    /// Of the words that visitors read.
    fields: Vec<Field>,
}

impl SettingsPage {
    fn is_in_force(&self) -> bool {
        self.publishers >= PUBLISHERS_NEEDED
    }
}

/// `typed`: words that could not be taken, and why.
async fn page(desk: &Desk, typed: Option<(Words, Problem)>) -> Result<SettingsPage, Error> {
    let (settings, words, publishers) = desk
        .run_in(|app, workspace| {
            let workspace_id = &workspace.register.id;
            let publishers = app
                .accounts
                .count_who_may(Permission::Publish, workspace_id)?;
            let settings = settings::get(&workspace.db)?;
            Ok((settings, words::get(&workspace.db)?, publishers))
        })
        .await?;
    let (words, problem) = match typed {
        Some((typed, problem)) => (typed, Some(problem)),
        None => (words, None),
    };
    Ok(SettingsPage {
        frame: desk.frame(Place::Settings),
        settings,
        publishers,
        fields: fields(&words, problem),
    })
}

fn fields(words: &Words, problem: Option<Problem>) -> Vec<Field> {
    let wrong = |of: Problem| {
        let found = problem.filter(|problem| *problem == of);
        found.map_or_else(String::new, |problem| view::sentence(&problem))
    };
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
            .hint(format!("Empty: “{}”", Talk::Greeting.usual_reply())),
        reply("thanks", "Reply to thanks", &words.thanks, Problem::Thanks)
            .hint(format!("Empty: “{}”", Talk::Thanks.usual_reply())),
        reply("who_are_you", "Reply to “Who are you?”", &words.who_are_you, Problem::WhoAreYou)
            .hint(format!("Empty: “{}”", Talk::WhoAreYou.usual_reply())),
    ]
}

/// `GET /dashboard/w/{workspace}/settings`
pub(in crate::web) async fn form(desk: Desk) -> PageResult {
    Ok(render(&page(&desk, None).await?))
}

#[derive(Deserialize)]
pub(in crate::web) struct SettingsForm {
    #[serde(default)]
    needs_reviewer: String,
}

/// `POST /dashboard/w/{workspace}/settings`
pub(in crate::web) async fn save(desk: Desk, form: Form<SettingsForm>) -> PageResult {
    let (change, settings) = (
        desk.change(),
        Settings {
            needs_reviewer: !form.needs_reviewer.is_empty(),
        },
    );
    desk.run_in(move |_, workspace| Ok(settings::set(&workspace.db, settings, &change)?))
        .await?;
    Ok(done(&desk.at("/settings"), Notice::SettingsSaved))
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
}

impl WordsForm {
    fn words(self) -> Words {
        // Browsers send CR LF.
        let text = |typed: String| typed.replace("\r\n", "\n").trim().to_owned();
        let lines = self.examples.lines().map(str::trim);
        Words {
            name: text(self.name),
            contact: text(self.contact),
            examples: lines
                .filter(|line| !line.is_empty())
                .map(ToOwned::to_owned)
                .collect(),
            greeting: text(self.greeting),
            thanks: text(self.thanks),
            who_are_you: text(self.who_are_you),
        }
    }
}

/// `POST /dashboard/w/{workspace}/settings/visitors`
pub(in crate::web) async fn save_words(desk: Desk, form: Form<WordsForm>) -> PageResult {
    let (change, words) = (desk.change(), form.into_inner().words());
    let typed = words.clone();
    let saved = desk
        .run_in(
            move |_, workspace| match words::set(&workspace.db, &words, &change) {
                Ok(()) => Ok(None),
                Err(knowledge::Error::Words(problem)) => Ok(Some(problem)),
                Err(error) => Err(error.into()),
            },
        )
        .await?;
    match saved {
        None => Ok(done(&desk.at("/settings"), Notice::SettingsSaved)),
        Some(problem) => Ok(unprocessable(&page(&desk, Some((typed, problem))).await?)),
    }
}
