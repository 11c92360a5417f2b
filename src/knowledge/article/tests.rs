use std::fmt;

use jiff::{Timestamp, ToSpan};

use super::*;
use crate::audit::Actor;
use crate::id::StaffId;
use crate::inference::shared_pool;
use crate::knowledge::ingest::{Outcome, ingest_one};
use crate::knowledge::review::{self, course::State};
use crate::search::{During, Filter, Index, Label, Query, Visibility};
use crate::testing::{NOW, TestDb, change, workspace_db};

const TEA: &str = "The kitchen serves **nettle tea** at four.\n";

/// Somebody of the two who may publish.
const TWO: Eyes = Eyes::First { publishers: 2 };

struct Desk {
    db: TestDb,
    index: Index,
    ada: Actor,
    grace: Actor,
}

impl Desk {
    fn new() -> Self {
        let db = workspace_db();
        Self {
            index: Index::open(db.clone(), 1_000).unwrap(),
            db,
            ada: Actor::Staff(StaffId::random()),
            grace: Actor::Staff(StaffId::random()),
        }
    }

    fn create(&self, markdown: &str) -> ArticleId {
        create(&self.db, &content("Tea", markdown), &by(&self.ada)).unwrap()
    }

    fn publish(&self, id: &ArticleId, seen: u32, who: &Actor) -> Result<(), Error> {
        publish(&self.db, shared_pool(), id, seen, TWO, &by(who))
    }

    fn find(&self, question: &str, at: Timestamp) -> Vec<String> {
        let vector = shared_pool().embed_now(&[question]).unwrap();
        let query = Query::new(question, vector);
        let found = self.index.search(&query, &Filter::visitor(at), 5).unwrap();
        found.hits.into_iter().map(|hit| hit.body).collect()
    }

    fn state(&self, id: &ArticleId) -> (State, u32, Option<u32>) {
        let article = get(&self.db, id).unwrap().article;
        (
            article.course.state,
            article.course.head,
            article.course.live,
        )
    }

    fn actions(&self) -> Vec<String> {
        let filter = audit::Filter::default();
        let mut all: Vec<String> = audit::list(&self.db, &filter, 100)
            .unwrap()
            .into_iter()
            .map(|entry| entry.action)
            .collect();
        all.reverse();
        all
    }
}

fn by(who: &Actor) -> Change {
    Change {
        by: who.clone(),
        ..change()
    }
}

fn content(title: &str, markdown: &str) -> Content {
    Content::new(title, markdown, Visibility::default()).unwrap()
}

#[track_caller]
fn is_problem<T: fmt::Debug>(done: Result<T, Error>, expected: review::Problem) {
    match done {
        Err(Error::Review(problem)) => assert_eq!(problem, expected),
        other => panic!("{other:?} instead of {expected:?}"),
    }
}

#[test]
fn an_article_is_found_when_somebody_else_has_published_it() {
    let desk = Desk::new();
    let id = desk.create(TEA);
    is_problem(
        desk.publish(&id, 1, &desk.grace),
        review::Problem::WrongState,
    );
    submit(&desk.db, &id, 1, &by(&desk.ada)).unwrap();
    is_problem(desk.publish(&id, 1, &desk.ada), review::Problem::Own);
    assert!(desk.find("When is nettle tea served?", NOW).is_empty());

    desk.publish(&id, 1, &desk.grace).unwrap();
    assert_eq!(desk.state(&id), (State::Published, 1, Some(1)));
    assert_eq!(
        desk.find("When is nettle tea served?", NOW),
        ["The kitchen serves nettle tea at four."]
    );
    assert_eq!(
        desk.actions(),
        ["article.created", "article.submitted", "article.published"]
    );
}

#[test]
fn the_published_version_is_found_until_a_newer_one_replaces_it() {
    let desk = Desk::new();
    let id = desk.create(TEA);
    submit(&desk.db, &id, 1, &by(&desk.ada)).unwrap();
    desk.publish(&id, 1, &desk.grace).unwrap();
    let newer = content("Tea", "The kitchen serves nettle tea at five.\n");
    assert_eq!(save(&desk.db, &id, 1, &newer, &by(&desk.grace)).unwrap(), 2);
    assert_eq!(desk.state(&id), (State::Draft, 2, Some(1)));
    assert!(desk.find("nettle tea", NOW)[0].contains("four"));
    submit(&desk.db, &id, 2, &by(&desk.grace)).unwrap();
    desk.publish(&id, 2, &desk.ada).unwrap();
    let found = desk.find("nettle tea", NOW);
    assert!(found.len() == 1 && found[0].contains("five"), "{found:?}");
}

#[test]
fn a_returned_article_goes_back_with_a_remark() {
    let desk = Desk::new();
    let id = desk.create(TEA);
    submit(&desk.db, &id, 1, &by(&desk.ada)).unwrap();
    let remark = Remark::new(" Which tea? ").unwrap();
    give_back(&desk.db, &id, 1, &remark, &by(&desk.grace)).unwrap();
    let whole = get(&desk.db, &id).unwrap();
    assert_eq!(whole.article.course.state, State::Draft);
    assert_eq!(
        (whole.steps[0].step, &*whole.steps[0].remark),
        (Step::Returned, "Which tea?")
    );
    is_problem(
        give_back(&desk.db, &id, 1, &remark, &by(&desk.grace)),
        review::Problem::WrongState,
    );
}

#[test]
fn a_save_over_somebody_elses_is_refused_and_nothing_is_lost() {
    let desk = Desk::new();
    let id = desk.create(TEA);
    save(
        &desk.db,
        &id,
        1,
        &content("Tea", "By Grace.\n"),
        &by(&desk.grace),
    )
    .unwrap();
    is_problem(
        save(
            &desk.db,
            &id,
            1,
            &content("Tea", "By Ada.\n"),
            &by(&desk.ada),
        ),
        review::Problem::Overtaken(2),
    );
    let same = save(
        &desk.db,
        &id,
        2,
        &content("Tea", "By Grace.\n"),
        &by(&desk.ada),
    )
    .unwrap();
    assert_eq!(same, 2, "a save without a change makes no version");
    assert_eq!(get(&desk.db, &id).unwrap().versions.len(), 2);
}

#[test]
fn an_old_version_comes_back_as_a_draft() {
    let desk = Desk::new();
    let id = desk.create(TEA);
    save(
        &desk.db,
        &id,
        1,
        &content("Tea", "Worse.\n"),
        &by(&desk.ada),
    )
    .unwrap();
    assert_eq!(roll_back(&desk.db, &id, 1, &by(&desk.ada)).unwrap(), 3);
    let whole = get(&desk.db, &id).unwrap();
    assert_eq!(whole.head.content.markdown, TEA);
    assert_eq!(whole.article.course.state, State::Draft);
}

#[test]
fn an_article_takes_effect_and_expires() {
    let desk = Desk::new();
    let visibility = Visibility {
        label: Label::Public,
        during: During {
            effective: Some(NOW + 1.hour()),
            expires: Some(NOW + 2.hours()),
        },
    };
    let content = Content::new("Tea", TEA, visibility).unwrap();
    let id = create(&desk.db, &content, &by(&desk.ada)).unwrap();
    submit(&desk.db, &id, 1, &by(&desk.ada)).unwrap();
    desk.publish(&id, 1, &desk.grace).unwrap();
    let found = |at: Timestamp| desk.find("nettle tea", at).len();
    assert_eq!([NOW, NOW + 1.hour(), NOW + 2.hours()].map(found), [0, 1, 0]);
}

#[test]
fn a_withdrawn_article_is_not_found_and_can_come_back() {
    let desk = Desk::new();
    let id = desk.create(TEA);
    submit(&desk.db, &id, 1, &by(&desk.ada)).unwrap();
    desk.publish(&id, 1, &desk.grace).unwrap();
    withdraw(&desk.db, &id, &by(&desk.grace)).unwrap();
    assert_eq!(desk.state(&id), (State::Withdrawn, 1, None));
    assert!(desk.find("nettle tea", NOW).is_empty());
    is_problem(
        withdraw(&desk.db, &id, &by(&desk.grace)),
        review::Problem::WrongState,
    );
    submit(&desk.db, &id, 1, &by(&desk.ada)).unwrap();
    desk.publish(&id, 1, &desk.grace).unwrap();
    assert_eq!(desk.find("nettle tea", NOW).len(), 1);
}

#[test]
fn a_removed_article_leaves_nothing_but_its_certificate() {
    let desk = Desk::new();
    let id = desk.create(TEA);
    submit(&desk.db, &id, 1, &by(&desk.ada)).unwrap();
    desk.publish(&id, 1, &desk.grace).unwrap();
    let removal = remove(&desk.db, &id, &by(&desk.grace)).unwrap();
    assert_eq!(
        (
            removal.passages,
            removal.vectors,
            removal.term_rows,
            removal.versions
        ),
        (1, 3, 1, 1)
    );
    assert_eq!(
        (removal.left_behind, &*removal.path),
        (0, "articles/tea.md")
    );
    assert!(get(&desk.db, &id).is_err() && desk.find("nettle tea", NOW).is_empty());
    let entry = audit::find(&desk.db, removal.entry).unwrap().unwrap();
    assert_eq!(crate::knowledge::certificate(&entry), Some(removal));
}

#[test]
fn without_the_setting_an_author_publishes_alone() {
    let desk = Desk::new();
    let off = settings::Revised::first(settings::Settings {
        needs_reviewer: false,
    });
    settings::set(&desk.db, off, &by(&desk.ada)).unwrap();
    let id = desk.create(TEA);
    desk.publish(&id, 1, &desk.ada).unwrap();
    is_problem(desk.publish(&id, 1, &desk.ada), review::Problem::WrongState);
    let empty = desk.create(" \n");
    let published = desk.publish(&empty, 1, &desk.ada);
    assert!(matches!(published, Err(Error::Article(Problem::NoText))));
}

#[test]
fn nobody_replaces_an_article_from_outside() {
    let desk = Desk::new();
    let id = desk.create(TEA);
    submit(&desk.db, &id, 1, &by(&desk.ada)).unwrap();
    desk.publish(&id, 1, &desk.grace).unwrap();
    let source = || Source {
        path: "articles/tea.md".parse().unwrap(),
        media: MediaType::Markdown,
        bytes: b"# Coffee\n\nOther words.\n".to_vec(),
        title: None,
        label: None,
        origin: Origin::Ingested,
    };
    let put = ingest_one(
        &desk.db,
        shared_pool(),
        source(),
        Eyes::Second,
        &by(&desk.ada),
    );
    assert!(matches!(put, Err(Error::IsArticle)), "{put:?}");
    let path = source().path;
    let removed = crate::knowledge::remove(&desk.db, &path, &by(&desk.ada));
    assert!(matches!(removed, Err(Error::IsArticle)));
    assert!(
        crate::knowledge::ingested_paths(&desk.db, "")
            .unwrap()
            .is_empty()
    );
    let pruned = crate::knowledge::prune(&desk.db, &[path.to_string()], &by(&desk.ada)).unwrap();
    assert!(pruned.is_empty());
    assert_eq!(desk.find("nettle tea", NOW).len(), 1);
    // The same name twice is no problem.
    let second = desk.create(TEA);
    let path = get(&desk.db, &second).unwrap().article.path.to_string();
    let name = path.strip_suffix(".md");
    assert!(
        name.is_some_and(|name| name.starts_with("articles/tea-")),
        "{path}"
    );
    let added = ingest_one(
        &desk.db,
        shared_pool(),
        Source {
            path: "other.md".parse().unwrap(),
            ..source()
        },
        Eyes::Second,
        &by(&desk.ada),
    );
    assert!(matches!(added, Ok(Outcome::Added { .. })));
}

#[test]
fn a_bad_draft_is_told() {
    let bad =
        |title: &str, visibility: Visibility| Content::new(title, "x", visibility).unwrap_err();
    let usual = Visibility::default();
    assert_eq!(bad("  ", usual), Problem::NoTitle);
    assert_eq!(bad(&"x".repeat(201), usual), Problem::BadTitle);
    assert_eq!(bad("a\nb", usual), Problem::BadTitle);
    assert_eq!(
        bad("Fees \u{2067}abolished", usual).to_string(),
        "a title cannot have the invisible character U+2067: type it again"
    );
    let dates = Visibility {
        during: During {
            effective: Some(NOW),
            expires: Some(NOW),
        },
        ..usual
    };
    assert_eq!(bad("Tea", dates), Problem::Dates);
}
