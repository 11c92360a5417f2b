use super::*;
use crate::audit::{self, Actor, Change};
use crate::crypto;
use crate::db::{self, Schema, schema};
use crate::id::{ReviewId, StaffId};
use crate::inference::shared_pool;
use crate::knowledge::Source;
use crate::knowledge::approval::approve;
use crate::knowledge::ingest::{Outcome, ingest_one};
use crate::knowledge::{Origin, Shown, find_label, get_by_path, remove, set_visibility};
use crate::search::{During, Label, Visibility};
use crate::testing::{NOW, TestWorkspace, change, source};

const TWO: Eyes = Eyes::First { publishers: 2 };
const QUESTION: &str = "When is nettle tea served?";

fn tea(hour: &str) -> String {
    format!("# Tea\n\nThe kitchen serves nettle tea at {hour}.\n")
}

struct Desk {
    workspace: TestWorkspace,
    ada: Change,
    grace: Change,
}

impl Desk {
    fn new() -> Self {
        let somebody = || Change {
            by: Actor::Staff(StaffId::random()),
            ..change()
        };
        Self {
            workspace: TestWorkspace::new(),
            ada: somebody(),
            grace: somebody(),
        }
    }

    fn put(&self, hour: &str, label: Option<Label>, eyes: Eyes) -> Outcome {
        self.put_by(&self.ada, hour, label, eyes)
    }

    fn put_by(&self, by: &Change, hour: &str, label: Option<Label>, eyes: Eyes) -> Outcome {
        let source = Source {
            origin: Origin::Uploaded,
            ..source("tea.md", &tea(hour), label)
        };
        ingest_one(&self.workspace.db, shared_pool(), source, eyes, by).unwrap()
    }

    fn answer(&self) -> String {
        self.workspace.ask(QUESTION).to_text()
    }

    fn only(&self) -> ReviewId {
        let all = list(&self.workspace.db).unwrap();
        assert_eq!(all.len(), 1);
        all[0].id.clone()
    }

    /// What this person handed in of a kind.
    fn of(&self, by: &Change, kind: &str) -> ReviewId {
        let all = list(&self.workspace.db).unwrap();
        let mut theirs = all
            .iter()
            .filter(|one| one.author == by.by && one.what.kind() == kind);
        let id = theirs.next().expect("it waits").id.clone();
        assert!(theirs.next().is_none());
        id
    }

    fn approve(&self, id: &ReviewId, by: &Change) -> Result<(), Error> {
        approve(&self.workspace.db, shared_pool(), id, TWO, by)
    }

    fn show(&self, visibility: Visibility) -> Shown {
        self.show_by(&self.ada, visibility)
    }

    fn show_by(&self, by: &Change, visibility: Visibility) -> Shown {
        let id = get_by_path(&self.workspace.db, &"tea.md".parse().unwrap());
        let id = id.unwrap().summary.id;
        set_visibility(&self.workspace.db, &id, visibility, TWO, by).unwrap()
    }

    fn actions(&self) -> Vec<String> {
        let entries = audit::list(&self.workspace.db, &audit::Filter::default(), 100).unwrap();
        entries
            .into_iter()
            .rev()
            .map(|entry| entry.action)
            .collect()
    }
}

#[track_caller]
fn is_problem(done: Result<(), Error>, expected: Problem) {
    match done {
        Err(Error::Review(problem)) => assert_eq!(problem, expected),
        other => panic!("{other:?} instead of {expected:?}"),
    }
}

fn labelled(label: Label) -> Visibility {
    Visibility {
        label,
        ..Visibility::default()
    }
}

#[test]
fn a_document_for_visitors_waits_until_somebody_else_approves_it() {
    let desk = Desk::new();
    let outcome = desk.put("four", Some(Label::Public), TWO);
    assert!(matches!(outcome, Outcome::Waiting { .. }), "{outcome:?}");
    assert!(!desk.answer().contains("four"));
    assert_eq!(count(&desk.workspace.db).unwrap(), 1);
    let id = desk.only();
    let (waiting, content) = get(&desk.workspace.db, &id).unwrap();
    assert_eq!((&*waiting.title, waiting.base), ("Tea", None));
    assert!(content.unwrap().text.contains("nettle tea at four"));
    is_problem(desk.approve(&id, &desk.ada), Problem::Own);
    desk.approve(&id, &desk.grace).unwrap();
    assert!(desk.answer().contains("four"), "{}", desk.answer());
    is_problem(desk.approve(&id, &desk.grace), Problem::Gone);
    assert_eq!(
        desk.actions(),
        ["document.submitted", "document.approved", "document.added"]
    );

    // A newer version leaves the older one in force.
    desk.put("five", None, TWO);
    assert!(desk.answer().contains("four"));
    desk.approve(&desk.only(), &desk.grace).unwrap();
    assert!(desk.answer().contains("five"));
}

#[test]
fn the_rule_needs_the_setting_and_a_second_person_and_spares_what_shows_less() {
    let desk = Desk::new();
    let public = Some(Label::Public);
    let is_waiting = |outcome: Outcome| matches!(outcome, Outcome::Waiting { .. });
    assert!(
        !is_waiting(desk.put("one", None, TWO)),
        "for staff, as uploads are"
    );
    let path = "tea.md".parse().unwrap();
    let label = || find_label(&desk.workspace.db, &path).unwrap();
    assert_eq!(label(), Some(Label::Staff));
    assert!(is_waiting(desk.put("one", public, TWO)), "another label");
    assert!(!is_waiting(desk.put(
        "two",
        public,
        Eyes::First { publishers: 1 }
    )));
    assert!(!is_waiting(desk.put("three", public, Eyes::Second)));
    assert!(is_waiting(desk.put("four", public, TWO)));
    assert!(
        !is_waiting(desk.put("three", Some(Label::Unnamed), TWO)),
        "it shows less"
    );
    assert!(!is_waiting(desk.put("four", Some(Label::Staff), TWO)));
    let off = settings::Revised::first(Settings {
        needs_reviewer: false,
    });
    settings::set(&desk.workspace.db, off, &change()).unwrap();
    assert!(!is_waiting(desk.put("five", public, TWO)));
}

#[test]
fn another_label_or_other_dates_wait_when_they_show_more() {
    let desk = Desk::new();
    desk.put("four", Some(Label::Staff), TWO);
    assert_eq!(desk.show(labelled(Label::Unnamed)), Shown::Waiting);
    assert!(!desk.answer().contains("four"));
    is_problem(desk.approve(&desk.only(), &desk.ada), Problem::Own);
    desk.approve(&desk.only(), &desk.grace).unwrap();
    assert!(desk.answer().contains("four"));
    let over = Visibility {
        during: During {
            expires: Some(NOW),
            ..During::default()
        },
        ..labelled(Label::Unnamed)
    };
    assert_eq!(desk.show(over), Shown::Changed);
    assert!(!desk.answer().contains("four"));
    assert_eq!(desk.show(labelled(Label::Unnamed)), Shown::Waiting);
    assert!(!desk.answer().contains("four"));
    // Who looked at the text looked at this one.
    desk.put("five", Some(Label::Staff), TWO);
    is_problem(desk.approve(&desk.only(), &desk.grace), Problem::Changed);
}

#[test]
fn what_was_sent_back_is_handed_in_again_or_taken_back() {
    let desk = Desk::new();
    let db = &desk.workspace.db;
    desk.put("four", Some(Label::Public), TWO);
    let first = desk.only();
    let long = Remark::new(&"x".repeat(MAX_REMARK_CHARS + 1));
    assert_eq!(long, Err(LongRemark));
    let remark = Remark::new(" Is it five? ").unwrap();
    send_back(db, &first, &remark, &desk.grace).unwrap();
    assert_eq!(count(db).unwrap(), 0);
    let returned = list(db).unwrap()[0].returned.clone().unwrap();
    assert_eq!(
        (returned.by, &*returned.remark),
        (desk.grace.by.clone(), "Is it five?")
    );
    is_problem(desk.approve(&first, &desk.grace), Problem::Gone);
    desk.put("five", Some(Label::Public), TWO);
    let second = desk.only();
    assert_ne!(first, second);
    is_problem(take_back(db, &second, false, &desk.grace), Problem::NotOwn);
    take_back(db, &second, false, &desk.ada).unwrap();
    assert!(list(db).unwrap().is_empty());
    assert_eq!(
        desk.actions(),
        [
            "document.submitted",
            "document.returned",
            "document.submitted",
            "document.taken-back"
        ]
    );
}

#[test]
fn what_waits_goes_with_its_document() {
    let desk = Desk::new();
    desk.put("four", Some(Label::Staff), TWO);
    desk.put("five", Some(Label::Public), TWO);
    desk.show(labelled(Label::Public));
    assert_eq!(list(&desk.workspace.db).unwrap().len(), 2);
    remove(&desk.workspace.db, &"tea.md".parse().unwrap(), &desk.ada).unwrap();
    assert!(list(&desk.workspace.db).unwrap().is_empty());
}

#[test]
fn who_hands_in_again_what_is_published_takes_back_what_waits() {
    let desk = Desk::new();
    desk.put("four", Some(Label::Public), Eyes::Second);
    desk.put("five", None, TWO);
    assert_eq!(list(&desk.workspace.db).unwrap().len(), 1);
    let outcome = desk.put("four", None, TWO);
    assert!(matches!(outcome, Outcome::Unchanged), "{outcome:?}");
    assert!(list(&desk.workspace.db).unwrap().is_empty());
}

#[test]
fn what_is_shown_otherwise_meanwhile_is_not_what_was_handed_in() {
    let desk = Desk::new();
    desk.put("nine", Some(Label::Public), Eyes::Second);
    desk.put("ten", Some(Label::Public), TWO);
    let id = desk.only();
    // Somebody takes the document from visitors; an approval of the day before does not bring it back.
    assert_eq!(desk.show(labelled(Label::Staff)), Shown::Changed);
    is_problem(desk.approve(&id, &desk.grace), Problem::Changed);
    assert!(!desk.answer().contains("ten") && !desk.answer().contains("nine"));
}

#[test]
fn what_one_person_hands_in_leaves_what_another_handed_in() {
    let desk = Desk::new();
    let db = &desk.workspace.db;
    let public = Some(Label::Public);
    desk.put("four", public, TWO);
    desk.put_by(&desk.grace, "five", public, TWO);
    desk.put_by(&desk.grace, "six", public, TWO);
    assert_eq!(count(db).unwrap(), 2);
    let (adas, graces) = (
        desk.of(&desk.ada, "version"),
        desk.of(&desk.grace, "version"),
    );
    let text = |id| get(db, id).unwrap().1.unwrap().text;
    assert!(text(&adas).contains("four") && text(&graces).contains("six"));

    // Approving one leaves the other to its author: it was made for what is no more.
    desk.approve(&adas, &desk.grace).unwrap();
    assert!(desk.answer().contains("four"));
    assert_eq!(desk.only(), graces);
    is_problem(desk.approve(&graces, &desk.ada), Problem::Changed);
    // Ada's last word is what is published; that says nothing of Grace's.
    desk.put("seven", public, TWO);
    desk.put("four", public, TWO);
    assert_eq!(desk.only(), graces);
    is_problem(take_back(db, &graces, false, &desk.ada), Problem::NotOwn);
    desk.put_by(&desk.grace, "six", public, TWO);
    desk.approve(&desk.only(), &desk.ada).unwrap();
    assert!(desk.answer().contains("six"));
}

#[test]
fn labels_and_dates_of_several_people_wait_side_by_side() {
    let desk = Desk::new();
    let db = &desk.workspace.db;
    desk.put("four", Some(Label::Staff), TWO);
    assert_eq!(desk.show(labelled(Label::Unnamed)), Shown::Waiting);
    let by_grace = desk.show_by(&desk.grace, labelled(Label::Public));
    assert_eq!(by_grace, Shown::Waiting);
    desk.show_by(&desk.grace, labelled(Label::Unnamed));
    assert_eq!(count(db).unwrap(), 2);
    let document = get_by_path(db, &"tea.md".parse().unwrap()).unwrap();
    assert_eq!(of_document(db, &document.summary.id).unwrap().len(), 2);
    let adas = desk.of(&desk.ada, "visibility");
    desk.approve(&adas, &desk.grace).unwrap();
    is_problem(desk.approve(&desk.only(), &desk.ada), Problem::Changed);
    remove(db, &"tea.md".parse().unwrap(), &desk.ada).unwrap();
    assert!(list(db).unwrap().is_empty());
}

#[test]
fn what_waited_in_an_older_version_waits_on() {
    let all = schema::WORKSPACE.migrations;
    let mut names = all.iter().map(|migration| migration.name);
    let before = names.position(|name| name == "review-of-each").unwrap();
    let older = Schema {
        migrations: &all[..before],
    };
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("a.db"), crypto::random_key());
    let (ada, id) = (Actor::Staff(StaffId::random()), ReviewId::random());
    let db = Db::create(&path, &key, &older, 2).unwrap();
    let sql = "INSERT INTO review (id, kind, path, title, base, media_type, source, origin, label, author, at_ms, returned_by, returned_ms, remark)
         VALUES (?1, 'version', 'tea.md', 'Tea', NULL, 'text/markdown', ?2, 'uploaded', 'public', ?3, ?4, ?3, ?4, 'Which tea?')";
    let (text, at) = (tea("four"), NOW.as_millisecond());
    db.write(|tx| {
        let row = (id.as_str(), text.as_bytes(), ada.to_string(), at);
        Ok::<_, db::Error>(tx.execute(sql, row)?)
    })
    .unwrap();
    drop(db);

    let db = Db::open(&path, &key, &schema::WORKSPACE, 2).unwrap();
    let (found, content) = get(&db, &id).unwrap();
    assert_eq!(
        (found.path.as_str(), found.title.as_str()),
        ("tea.md", "Tea")
    );
    assert_eq!((&found.author, found.at), (&ada, NOW));
    assert_eq!(found.visibility.label, Label::Public);
    assert_eq!(found.returned.unwrap().remark, "Which tea?");
    assert!(content.unwrap().text.contains("nettle tea at four"));
}
