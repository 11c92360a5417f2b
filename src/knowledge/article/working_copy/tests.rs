use jiff::ToSpan;

use super::*;
use crate::audit::Actor;
use crate::knowledge::article::{self, Content};
use crate::search::Visibility;
use crate::testing::{NOW, TestDb, change, workspace_db};

fn copy_of(article: Option<&ArticleId>, seen: u32) -> WorkingCopy {
    WorkingCopy {
        id: WorkingCopyId::random(),
        article: article.cloned(),
        typed: Typed {
            title: "Tea".to_owned(),
            markdown: "Nettle tea is".to_owned(),
            // Half a date is kept as well: it is what was typed.
            expires: "2030-".to_owned(),
            seen,
            ..Typed::default()
        },
        revision: 0,
        kept: NOW,
    }
}

fn begun(db: &TestDb) -> ArticleId {
    let content = Content::new("Tea", "Tea.\n", Visibility::default()).unwrap();
    article::create(db, &content, &change()).unwrap()
}

#[track_caller]
fn is_problem<T: std::fmt::Debug>(done: Result<T, Error>, expected: &Problem) {
    match done {
        Err(Error::Article(problem)) => assert_eq!(problem, *expected),
        other => panic!("{other:?} instead of {expected:?}"),
    }
}

#[test]
fn what_was_typed_is_there_for_its_writer_and_nobody_else() {
    let db = workspace_db();
    let (ada, grace) = (StaffId::random(), StaffId::random());
    let article = begun(&db);
    let copy = copy_of(Some(&article), 1);
    let kept = keep(&db, &ada, &copy, NOW.into()).unwrap();
    assert_eq!((kept.revision, kept.overtaken_by), (1, None));

    let found = find(&db, &ada, &copy.id).unwrap().unwrap();
    assert_eq!((&found.typed, found.revision), (&copy.typed, 1));
    assert_eq!(list(&db, &ada, Some(&article)).unwrap().len(), 1);
    assert!(list(&db, &ada, None).unwrap().is_empty());

    assert!(find(&db, &grace, &copy.id).unwrap().is_none());
    assert!(list(&db, &grace, Some(&article)).unwrap().is_empty());
    discard(&db, &grace, &copy.id).unwrap();
    // Whoever guesses an id changes nothing of its owner's.
    let mut guessed = copy.clone();
    guessed.typed.markdown = "By Grace.".to_owned();
    assert!(matches!(
        keep(&db, &grace, &guessed, NOW.into()),
        Err(Error::Unknown)
    ));
    assert_eq!(
        find(&db, &ada, &copy.id).unwrap().unwrap().typed,
        copy.typed
    );
    assert_eq!(find(&db, &ada, &copy.id).unwrap().unwrap().revision, 1);
    // The article itself is as it was.
    assert_eq!(article::get(&db, &article).unwrap().article.course.head, 1);
}

#[test]
fn two_windows_do_not_overwrite_each_other() {
    let db = workspace_db();
    let ada = StaffId::random();
    let mut first = copy_of(None, 0);
    first.revision = keep(&db, &ada, &first, NOW.into()).unwrap().revision;
    let second = first.clone();
    first.typed.markdown.push_str(" green");
    assert_eq!(keep(&db, &ada, &first, NOW.into()).unwrap().revision, 2);
    is_problem(
        keep(&db, &ada, &second, NOW.into()),
        &Problem::KeptElsewhere,
    );
    assert_eq!(
        find(&db, &ada, &first.id).unwrap().unwrap().typed,
        first.typed
    );
    discard(&db, &ada, &first.id).unwrap();
    is_problem(
        keep(&db, &ada, &second, NOW.into()),
        &Problem::NotKeptAnyMore,
    );
}

#[test]
fn the_writer_hears_that_somebody_else_has_saved() {
    let db = workspace_db();
    let article = begun(&db);
    let mut by_grace = change();
    by_grace.by = Actor::Staff(StaffId::random());
    let newer = Content::new("Tea", "By Grace.\n", Visibility::default()).unwrap();
    article::save(&db, &article, 1, &newer, &by_grace).unwrap();
    let kept = keep(
        &db,
        &StaffId::random(),
        &copy_of(Some(&article), 1),
        NOW.into(),
    )
    .unwrap();
    assert_eq!(kept.overtaken_by, Some(2));
}

#[test]
fn working_copies_go_with_their_article_and_with_time() {
    let db = workspace_db();
    let ada = StaffId::random();
    let article = begun(&db);
    let (of_article, of_new) = (copy_of(Some(&article), 1), copy_of(None, 0));
    keep(&db, &ada, &of_article, NOW.into()).unwrap();
    keep(&db, &ada, &of_new, NOW.into()).unwrap();
    article::remove(&db, &article, &change()).unwrap();
    assert!(find(&db, &ada, &of_article.id).unwrap().is_none());
    let later = |days: i64| (NOW + (24 * days).hours()).into();
    assert_eq!(forget_old(&db, later(89)).unwrap(), 0);
    assert!(find(&db, &ada, &of_new.id).unwrap().is_some());
    assert_eq!(forget_old(&db, later(91)).unwrap(), 1);
    assert!(find(&db, &ada, &of_new.id).unwrap().is_none());
}

#[test]
fn a_writer_keeps_so_much_and_so_many() {
    let db = workspace_db();
    let ada = StaffId::random();
    let mut long = copy_of(None, 0);
    long.typed.markdown = "x".repeat(MAX_MARKDOWN_BYTES + 1);
    is_problem(keep(&db, &ada, &long, NOW.into()), &Problem::LongText);
    let mut long = copy_of(None, 0);
    long.typed.title = "x".repeat(MAX_REST_BYTES);
    is_problem(keep(&db, &ada, &long, NOW.into()), &Problem::LongText);
    for _ in 0..MAX_COPIES {
        keep(&db, &ada, &copy_of(None, 0), NOW.into()).unwrap();
    }
    is_problem(
        keep(&db, &ada, &copy_of(None, 0), NOW.into()),
        &Problem::ManyCopies,
    );
    assert!(keep(&db, &StaffId::random(), &copy_of(None, 0), NOW.into()).is_ok());
}
