//! One list of everything that a workspace knows: documents that came in, and articles that were written, in all their states.

mod store;

use std::str::FromStr;

use jiff::Timestamp;

use super::review::course::State;
use super::{Error, Origin};
use crate::clock::Moment;
use crate::db::Db;
use crate::id::DocumentId;
use crate::language::Tongue;
use crate::search::stated::Stated;
use crate::search::{During, Label, Visibility};

/// Where an entry of the list stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Draft,
    InReview,
    Published,
    /// Its day has not come.
    Scheduled,
    /// Its time is over.
    Expired,
    Withdrawn,
}

impl Standing {
    pub(crate) const ALL: [Self; 6] = [
        Self::Draft,
        Self::InReview,
        Self::Published,
        Self::Scheduled,
        Self::Expired,
        Self::Withdrawn,
    ];

    /// Of something that went its course, at a moment.
    pub(crate) fn of(state: State, during: During, now: Moment) -> Self {
        let is_over = |expires| expires <= now.expiry;
        match state {
            State::Draft => Self::Draft,
            State::InReview => Self::InReview,
            State::Withdrawn => Self::Withdrawn,
            State::Published if during.is_in_force(now) => Self::Published,
            State::Published if during.expires.is_some_and(is_over) => Self::Expired,
            State::Published => Self::Scheduled,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in-review",
            Self::Published => "published",
            Self::Scheduled => "scheduled",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in review",
            Self::Published => "published",
            Self::Scheduled => "scheduled",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a standing of documents and articles")]
pub(crate) struct UnknownStanding;

impl FromStr for Standing {
    type Err = UnknownStanding;
    fn from_str(text: &str) -> Result<Self, UnknownStanding> {
        Self::ALL
            .into_iter()
            .find(|standing| standing.name() == text)
            .ok_or(UnknownStanding)
    }
}

/// An entry of the list.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub id: DocumentId,
    pub is_article: bool,
    pub title: String,
    pub path: String,
    pub visibility: Visibility,
    pub standing: Standing,
    /// The label of an older version of the article, which is published and in force while this one is written.
    pub older_live: Option<Label>,
    /// When what is published and in force expires.
    pub live_expires: Option<Timestamp>,
    pub source: Origin,
    pub changed: Timestamp,
    pub passages: usize,
    /// What the document says about its own time; of an article, what is published of it.
    pub stated: Stated,
    /// In which the same is written, if that can be told.
    pub language: Option<Tongue>,
}

/// Which entries are asked for. Empty means all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Part of the title or the path.
    pub text: String,
    pub standing: Option<Standing>,
    pub label: Option<Label>,
    pub source: Option<Origin>,
    /// Changed at least so many days ago.
    pub older_than_days: Option<u32>,
    /// What is published and in force expires within so many days.
    pub expires_within_days: Option<u32>,
    /// Whether it is published, within its dates, and says nothing against being in force today.
    pub in_force: Option<bool>,
    /// In which it is written, as far as that could be told.
    pub language: Option<Tongue>,
}

/// A part of the list, the last changed first.
pub(crate) struct Page {
    pub items: Vec<Item>,
    /// Entries that pass the filter.
    pub total: usize,
}

pub(crate) fn page(
    db: &Db,
    filter: &Filter,
    now: Moment,
    offset: usize,
    limit: usize,
) -> Result<Page, Error> {
    Ok(db.read(|c| store::page(c, filter, now, offset, limit))?)
}

/// How many documents there are, of how many passages.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub documents: usize,
    pub passages: usize,
}

pub(crate) fn counts(db: &Db) -> Result<Counts, Error> {
    Ok(db.read(store::counts)?)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, ToSpan};

    use super::*;
    use crate::audit::Change;
    use crate::inference::shared_pool;
    use crate::knowledge::Origin;
    use crate::knowledge::Source;
    use crate::knowledge::article::{self, Content};
    use crate::knowledge::ingest::ingest_one;
    use crate::knowledge::review::Eyes;
    use crate::knowledge::{get_by_path, set_visibility};
    use crate::search::During;
    use crate::testing::{NOW, source, workspace_db};

    fn visibility(
        label: Label,
        effective: Option<Timestamp>,
        expires: Option<Timestamp>,
    ) -> Visibility {
        Visibility {
            label,
            during: During { effective, expires },
        }
    }

    fn titles(db: &Db, filter: &Filter) -> Vec<String> {
        let page = page(db, filter, NOW.into(), 0, 50).unwrap();
        assert_eq!(page.total, page.items.len());
        page.items.into_iter().map(|item| item.title).collect()
    }

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    /// Four documents and two articles.
    fn fill(db: &Db) {
        let put = |path: &str, at: Timestamp, visibility: Visibility, origin: Origin| {
            let source = Source {
                origin,
                ..source(path, &format!("# {path}\n\nSome words.\n"), None)
            };
            let change = Change::by_program(at);
            ingest_one(db, shared_pool(), source, Eyes::Second, &change).unwrap();
            let id = get_by_path(db, &path.parse().unwrap()).unwrap().summary.id;
            set_visibility(db, &id, visibility, Eyes::Second, &change).unwrap();
        };
        let usual = visibility(Label::Public, None, None);
        put("old.md", NOW - DAY * 400, usual, Origin::Ingested);
        put(
            "later.md",
            NOW - DAY * 3,
            visibility(Label::Public, Some(NOW + 1.hour()), None),
            Origin::Uploaded,
        );
        put(
            "over.md",
            NOW - DAY * 2,
            visibility(Label::Staff, None, Some(NOW)),
            Origin::Ingested,
        );
        put(
            "soon.md",
            NOW - DAY,
            visibility(Label::Unnamed, None, Some(NOW + DAY * 9)),
            Origin::Ingested,
        );
        let write = |title: &str| {
            let content = Content::new(title, "Some words.", usual).unwrap();
            article::create(db, &content, &Change::by_program(NOW)).unwrap()
        };
        write("Draft");
        let published = write("Written");
        article::publish(
            db,
            shared_pool(),
            &published,
            1,
            Eyes::Second,
            &Change::by_program(NOW + 1.second()),
        )
        .unwrap();
    }

    #[test]
    fn documents_and_articles_stand_in_one_list_that_is_filtered() {
        let db = workspace_db();
        fill(&db);
        let all = [
            "Written", "Draft", "soon.md", "over.md", "later.md", "old.md",
        ];
        assert_eq!(titles(&db, &Filter::default()), all);
        let standing = |standing| Filter {
            standing: Some(standing),
            ..Filter::default()
        };
        assert_eq!(
            titles(&db, &standing(Standing::Published)),
            ["Written", "soon.md", "old.md"]
        );
        assert_eq!(titles(&db, &standing(Standing::Scheduled)), ["later.md"]);
        assert_eq!(titles(&db, &standing(Standing::Expired)), ["over.md"]);
        assert_eq!(titles(&db, &standing(Standing::Draft)), ["Draft"]);
        let second = page(&db, &Filter::default(), NOW.into(), 4, 50).unwrap();
        assert_eq!((second.items.len(), second.total), (2, 6));
        let counts = counts(&db).unwrap();
        assert_eq!(counts.documents, 5);
    }

    #[test]
    fn a_filter_leaves_what_it_names() {
        let db = workspace_db();
        fill(&db);
        let filters = [
            (
                Filter {
                    text: "OLD".into(),
                    ..Filter::default()
                },
                vec!["old.md"],
            ),
            (
                Filter {
                    label: Some(Label::Staff),
                    ..Filter::default()
                },
                vec!["over.md"],
            ),
            (
                Filter {
                    source: Some(Origin::Uploaded),
                    ..Filter::default()
                },
                vec!["later.md"],
            ),
            (
                Filter {
                    source: Some(Origin::Article),
                    ..Filter::default()
                },
                vec!["Written", "Draft"],
            ),
            (
                Filter {
                    older_than_days: Some(365),
                    ..Filter::default()
                },
                vec!["old.md"],
            ),
            (
                Filter {
                    expires_within_days: Some(30),
                    ..Filter::default()
                },
                vec!["soon.md"],
            ),
        ];
        for (filter, expected) in filters {
            assert_eq!(titles(&db, &filter), expected, "{filter:?}");
        }
    }

    #[test]
    fn what_is_written_in_a_language_can_be_asked_for() {
        let db = workspace_db();
        let german = "# Zeiten\n\nUnsere Filialen sind am Samstag von neun bis zwölf Uhr geöffnet. Am Sonntag bleiben alle Filialen geschlossen.\n";
        let english = "# Hours\n\nOur branches are open on Saturdays from nine to twelve. On Sundays all of our branches stay closed.\n";
        for (path, text) in [("a.md", german), ("b.md", english), ("c.md", "# 7\n\n12\n")] {
            let change = Change::by_program(NOW);
            let source = source(path, text, None);
            ingest_one(&db, shared_pool(), source, Eyes::Second, &change).unwrap();
        }
        for (code, expected) in [("deu", "Zeiten"), ("eng", "Hours")] {
            let filter = Filter {
                language: code.parse().ok(),
                ..Filter::default()
            };
            assert_eq!(titles(&db, &filter), [expected]);
        }
    }

    #[test]
    fn what_says_that_it_is_over_is_told_from_what_is_in_force() {
        let db = workspace_db();
        fill(&db);
        let put = |path: &str, markdown: &str| {
            let change = Change::by_program(NOW);
            let source = source(path, markdown, None);
            ingest_one(&db, shared_pool(), source, Eyes::Second, &change).unwrap();
        };
        put("a.md", "# Fees until 13 January 2027\n\nSome words.\n");
        put("b.md", "# Fees until 15 January 2027\n\nSome words.\n");
        put("c.md", "# Fees from 16 January 2027\n\nSome words.\n");
        put("d.md", "# Fees\n\nThis is an old version.\n");
        let found = |in_force, standing| {
            let filter = Filter {
                in_force: Some(in_force),
                standing,
                ..Filter::default()
            };
            let items = page(&db, &filter, NOW.into(), 0, 50).unwrap().items;
            let badge = |item: Item| (item.path, item.stated.badge(Moment::from(NOW).day()));
            let mut badges: Vec<_> = items.into_iter().map(badge).collect();
            badges.sort_unstable();
            badges
        };
        let in_force: Vec<_> = found(true, None)
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        assert_eq!(in_force[1..], ["b.md", "old.md", "soon.md"]);
        assert_eq!(in_force.len(), 4, "and the article: {in_force:?}");
        let over = "no longer in force";
        assert_eq!(
            found(false, Some(Standing::Published)),
            [
                ("a.md".to_owned(), over),
                ("c.md".to_owned(), "not yet in force"),
                ("d.md".to_owned(), over)
            ]
        );
        assert_eq!(
            found(false, None).len(),
            6,
            "with what has expired, is to come, or is a draft"
        );
    }

    #[test]
    fn what_is_published_of_an_article_counts_while_another_version_is_written() {
        let db = workspace_db();
        let change = Change::by_program(NOW);
        let content = |title: &str, visibility| Content::new(title, "Words.", visibility).unwrap();
        let live = visibility(Label::Public, None, Some(NOW + DAY * 9));
        let id = article::create(&db, &content("Fêtes", live), &change).unwrap();
        article::publish(&db, shared_pool(), &id, 1, Eyes::Second, &change).unwrap();
        let draft = visibility(Label::Staff, None, None);
        article::save(&db, &id, 1, &content("Fêtes", draft), &change).unwrap();
        let soon = Filter {
            expires_within_days: Some(30),
            ..Filter::default()
        };
        let found =
            |filter: &Filter, at: Timestamp| page(&db, filter, at.into(), 0, 9).unwrap().items;
        assert_eq!(found(&soon, NOW)[0].live_expires, Some(NOW + DAY * 9));
        let labelled = |label| Filter {
            label: Some(label),
            text: "FÊTES".into(),
            ..Filter::default()
        };
        let item = &found(&labelled(Label::Public), NOW)[0];
        assert_eq!(
            (item.standing, item.visibility.label, item.older_live),
            (Standing::Draft, Label::Staff, Some(Label::Public))
        );
        assert_eq!(found(&labelled(Label::Staff), NOW).len(), 1);
        // Once it has expired, nothing of it is published.
        let later = NOW + DAY * 9;
        assert!(found(&soon, later).is_empty());
        assert!(found(&labelled(Label::Public), later).is_empty());
        assert_eq!(found(&labelled(Label::Staff), later)[0].older_live, None);
    }
}
