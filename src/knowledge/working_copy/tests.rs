use jiff::ToSpan;

use super::*;
use crate::audit::Actor;
use crate::crypto;
use crate::db::{self, Schema, schema};
use crate::id::ApprovedId;
use crate::inference::shared_pool;
use crate::knowledge::approved::{self, Wording};
use crate::knowledge::article::{self, ArticleId, Content};
use crate::search::{During, Visibility};
use crate::testing::{NOW, TestDb, change, workspace_db};

const A_NEW_ARTICLE: Subject = Subject::Article(None);

fn copy_of(of: &Subject, seen: u32) -> WorkingCopy {
    let (text, half_a_date) = ("Nettle tea is".to_owned(), "2030-".to_owned());
    // Half a date is kept as well: it is what was typed.
    let fields = [("markdown", &text), ("expires", &half_a_date)];
    WorkingCopy {
        id: WorkingCopyId::random(),
        of: of.clone(),
        typed: Typed::new("Tea", seen, fields),
        revision: 0,
        kept: NOW,
    }
}

fn begun(db: &TestDb) -> ArticleId {
    let content = Content::new("Tea", "Tea.\n", Visibility::default()).unwrap();
    article::create(db, &content, &change()).unwrap()
}

fn answered(db: &TestDb) -> ApprovedId {
    let question = ["Is there tea?".to_owned()];
    let wording = Wording::new(question, "There is.", Vec::new(), During::default()).unwrap();
    let (id, _) = approved::save(db, shared_pool(), None, &wording, &change()).unwrap();
    id
}

#[track_caller]
fn is_problem<T: std::fmt::Debug>(done: Result<T, Error>, expected: Problem) {
    match done {
        Err(Error::WorkingCopy(problem)) => assert_eq!(problem, expected),
        other => panic!("{other:?} instead of {expected:?}"),
    }
}

#[test]
fn what_was_typed_is_there_for_its_writer_and_nobody_else() {
    let db = workspace_db();
    let (ada, grace) = (StaffId::random(), StaffId::random());
    let (article, answer) = (begun(&db), answered(&db));
    for of in [
        Subject::Article(Some(article.clone())),
        Subject::Approved(Some(answer.clone())),
    ] {
        let copy = copy_of(&of, 1);
        let kept = keep(&db, &ada, &copy, NOW.into()).unwrap();
        assert_eq!((kept.revision, kept.overtaken_by), (1, None));

        let found = find(&db, &ada, &copy.id).unwrap().unwrap();
        assert_eq!(
            (&found.of, &found.typed, found.revision),
            (&of, &copy.typed, 1)
        );
        let listed = list(&db, &ada, &of).unwrap();
        assert_eq!((listed.len(), &*listed[0].title), (1, "Tea"));

        assert!(find(&db, &grace, &copy.id).unwrap().is_none());
        assert!(list(&db, &grace, &of).unwrap().is_empty());
        discard(&db, &grace, &copy.id).unwrap();
        // Whoever guesses an id changes nothing of its owner's.
        let mut guessed = copy.clone();
        guessed.typed.title = "By Grace.".to_owned();
        assert!(matches!(
            keep(&db, &grace, &guessed, NOW.into()),
            Err(Error::Unknown)
        ));
        let found = find(&db, &ada, &copy.id).unwrap().unwrap();
        assert_eq!((found.typed, found.revision), (copy.typed, 1));
    }
    // What they are of is as it was.
    assert_eq!(article::get(&db, &article).unwrap().article.course.head, 1);
    assert_eq!(approved::get(&db, &answer).unwrap().course.head, 1);
}

#[test]
fn a_working_copy_is_of_what_it_was_begun_for() {
    let db = workspace_db();
    let ada = StaffId::random();
    let (article, answer) = (begun(&db), answered(&db));
    let all = [
        A_NEW_ARTICLE,
        Subject::Approved(None),
        Subject::Article(Some(article)),
        Subject::Approved(Some(answer.clone())),
    ];
    for of in &all {
        keep(&db, &ada, &copy_of(of, 0), NOW.into()).unwrap();
    }
    for of in &all {
        let listed = list(&db, &ada, of).unwrap();
        assert_eq!(listed.len(), 1, "{of:?}");
        let mut moved = find(&db, &ada, &listed[0].id).unwrap().unwrap();
        for other in all.iter().filter(|other| *other != of) {
            moved.of = other.clone();
            let kept = keep(&db, &ada, &moved, NOW.into());
            assert!(matches!(kept, Err(Error::Unknown)), "{of:?} {other:?}");
        }
    }
    // An id of the one kind is none of the other.
    let taken_for_an_article = Subject::Article(answer.as_str().parse().ok());
    let kept = keep(&db, &ada, &copy_of(&taken_for_an_article, 1), NOW.into());
    assert!(matches!(kept, Err(Error::Unknown)));
}

#[test]
fn two_windows_do_not_overwrite_each_other() {
    let db = workspace_db();
    let ada = StaffId::random();
    let mut first = copy_of(&A_NEW_ARTICLE, 0);
    first.revision = keep(&db, &ada, &first, NOW.into()).unwrap().revision;
    let second = first.clone();
    first.typed.title.push_str(", green");
    first.typed.take("expires");
    assert_eq!(keep(&db, &ada, &first, NOW.into()).unwrap().revision, 2);
    is_problem(keep(&db, &ada, &second, NOW.into()), Problem::KeptElsewhere);
    let found = find(&db, &ada, &first.id).unwrap().unwrap();
    assert_eq!(found.typed, first.typed, "a field that was emptied is gone");
    discard(&db, &ada, &first.id).unwrap();
    is_problem(
        keep(&db, &ada, &second, NOW.into()),
        Problem::NotKeptAnyMore,
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
    let copy = copy_of(&Subject::Article(Some(article)), 1);
    let kept = keep(&db, &StaffId::random(), &copy, NOW.into()).unwrap();
    assert_eq!(kept.overtaken_by, Some(2));
}

#[test]
fn working_copies_go_with_what_they_are_of_and_with_time() {
    let db = workspace_db();
    let ada = StaffId::random();
    let (article, answer) = (begun(&db), answered(&db));
    let of_article = copy_of(&Subject::Article(Some(article.clone())), 1);
    let of_answer = copy_of(&Subject::Approved(Some(answer.clone())), 1);
    let of_new = copy_of(&A_NEW_ARTICLE, 0);
    for copy in [&of_article, &of_answer, &of_new] {
        keep(&db, &ada, copy, NOW.into()).unwrap();
    }
    article::remove(&db, &article, &change()).unwrap();
    assert!(find(&db, &ada, &of_article.id).unwrap().is_none());
    assert!(find(&db, &ada, &of_answer.id).unwrap().is_some());
    approved::remove(&db, &answer, &change()).unwrap();
    assert!(find(&db, &ada, &of_answer.id).unwrap().is_none());
    let later = |days: i64| (NOW + (24 * days).hours()).into();
    assert_eq!(forget_old(&db, later(89)).unwrap(), 0);
    assert!(find(&db, &ada, &of_new.id).unwrap().is_some());
    assert_eq!(forget_old(&db, later(91)).unwrap(), 1);
    assert!(find(&db, &ada, &of_new.id).unwrap().is_none());
    let fields = "SELECT count(*) FROM working_copy_field";
    let left: i64 = db
        .read(|c| Ok::<_, db::Error>(c.query_row(fields, [], |row| row.get(0))?))
        .unwrap();
    assert_eq!(left, 0, "what was typed goes with them");
}

#[test]
fn a_writer_keeps_so_much_and_so_many() {
    let db = workspace_db();
    let ada = StaffId::random();
    let mut long = copy_of(&A_NEW_ARTICLE, 0);
    long.typed.title = "x".repeat(MAX_BYTES);
    is_problem(keep(&db, &ada, &long, NOW.into()), Problem::Long);
    for _ in 0..MAX_COPIES {
        keep(&db, &ada, &copy_of(&A_NEW_ARTICLE, 0), NOW.into()).unwrap();
    }
    is_problem(
        keep(&db, &ada, &copy_of(&A_NEW_ARTICLE, 0), NOW.into()),
        Problem::Many,
    );
    assert!(
        keep(
            &db,
            &StaffId::random(),
            &copy_of(&A_NEW_ARTICLE, 0),
            NOW.into()
        )
        .is_ok()
    );
}

/// From when only articles had working copies.
#[test]
fn what_was_kept_by_an_older_version_is_still_there() {
    let all = schema::WORKSPACE.migrations;
    let mut names = all.iter().map(|migration| migration.name);
    let before = names.position(|name| name == "working-copies").unwrap();
    let older = Schema {
        migrations: &all[..before],
    };
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("a.db"), crypto::random_key());
    let (ada, id) = (StaffId::random(), WorkingCopyId::random());
    let db = Db::create(&path, &key, &older, 2).unwrap();
    let sql = "INSERT INTO article_working_copy VALUES (?1, ?2, NULL, 'Tea', 'Nettle tea is', '', '', '2030-', 0, 7, ?3)";
    db.write(|tx| {
        let row = (id.as_str(), ada.as_str(), NOW.as_millisecond());
        Ok::<_, db::Error>(tx.execute(sql, row)?)
    })
    .unwrap();
    drop(db);

    let db = Db::open(&path, &key, &schema::WORKSPACE, 2).unwrap();
    let found = find(&db, &ada, &id).unwrap().unwrap();
    assert_eq!(found.typed, copy_of(&A_NEW_ARTICLE, 0).typed);
    assert_eq!(
        (found.of, found.revision, found.kept),
        (A_NEW_ARTICLE, 7, NOW)
    );
}
