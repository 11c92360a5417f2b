//! The list of documents and articles.

use jiff::civil::Date;

use crate::knowledge::Origin;
use crate::knowledge::catalogue::{self, Filter, Item, Standing};
use crate::knowledge::disagreement;
use crate::knowledge::languages;
use crate::language::Tongue;
use crate::search::Label;
use crate::web::dashboard::prelude::*;

const PAGE: usize = 50;

#[derive(Deserialize, Default)]
pub(in crate::web) struct ListQuery {
    #[serde(default)]
    text: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    source: String,
    /// `30`, `180`, `365`: not changed for so many days. `soon`: expires within 30 days.
    #[serde(default)]
    age: String,
    /// `yes` or `no`: whether it is in force, by its dates and by its own words.
    #[serde(default)]
    force: String,
    /// A code, as `deu`.
    #[serde(default)]
    language: String,
    #[serde(default)]
    page: String,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        Filter {
            text: self.text.clone(),
            standing: self.state.parse::<Standing>().ok(),
            label: self.label.parse::<Label>().ok(),
            source: self.source.parse::<Origin>().ok(),
            older_than_days: self.age.parse().ok().filter(|days| *days <= 36_500),
            expires_within_days: (self.age == "soon").then_some(30),
            in_force: match self.force.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            language: self.language.parse::<Tongue>().ok(),
        }
    }

    fn number(&self) -> usize {
        self.page.parse().unwrap_or(1).clamp(1, 1_000_000)
    }

    /// The query for another page.
    fn at(&self, number: usize) -> String {
        let number = number.to_string();
        view::query([
            ("text", &*self.text),
            ("state", &self.state),
            ("label", &self.label),
            ("source", &self.source),
            ("age", &self.age),
            ("force", &self.force),
            ("language", &self.language),
            ("page", &number),
        ])
    }

    fn is_filtered(&self) -> bool {
        [
            &self.text,
            &self.state,
            &self.label,
            &self.source,
            &self.age,
            &self.force,
            &self.language,
        ]
        .iter()
        .any(|value| !value.is_empty())
    }
}

#[derive(Template)]
#[template(path = "dashboard/knowledge/list.html", config = "assets/askama.toml")]
struct ListPage {
    frame: Frame,
    query: ListQuery,
    today: Date,
    /// In which documents are written, that of most of them first.
    languages: Vec<Tongue>,
    /// Pairs of pages that disagree.
    disagreeing: usize,
    items: Vec<Item>,
    pages: view::Pages,
}

/// `GET /dashboard/w/{workspace}/knowledge`
pub(in crate::web) async fn show(desk: Desk, query: Query<ListQuery>) -> PageResult {
    let query = query.into_inner();
    let (filter, number, now) = (query.filter(), query.number(), desk.now);
    let (found, languages, disagreeing) = desk
        .run_in(move |_, workspace| {
            let offset = (number - 1) * PAGE;
            let found = catalogue::page(&workspace.db, &filter, now, offset, PAGE)?;
            let languages = languages::of_documents(&workspace.db)?;
            Ok((found, languages, disagreement::count_open(&workspace.db)?))
        })
        .await?;
    Ok(render(&ListPage {
        frame: desk.frame(Place::Knowledge),
        pages: view::Pages::new(number, PAGE, (found.items.len(), found.total), |page| {
            query.at(page)
        }),
        today: now.day(),
        languages,
        disagreeing,
        items: found.items,
        query,
    }))
}

impl ListPage {
    /// In which something is written, where that is not the usual language here.
    fn unusual(&self, item: &Item) -> Option<Tongue> {
        let usual = self.languages.first();
        item.language.filter(|language| Some(language) != usual)
    }
}
