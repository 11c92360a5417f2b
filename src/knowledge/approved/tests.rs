use super::*;
use crate::id::StaffId;
use crate::inference::shared_pool;
use crate::knowledge::review::Problem;
use crate::search::During;
use crate::testing::{NOW, TestWorkspace, change};

const TWO: Eyes = Eyes::First { publishers: 2 };
const QUESTION: &str = "When are the hives opened?";

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

    fn save(
        &self,
        known: Option<(&ApprovedId, u32)>,
        text: &str,
        during: During,
    ) -> (ApprovedId, u32) {
        let wording = Wording::new([QUESTION.to_owned()], text, Vec::new(), during).unwrap();
        save(
            &self.workspace.db,
            shared_pool(),
            known,
            &wording,
            &self.ada,
        )
        .unwrap()
    }

    fn publish(&self, id: &ApprovedId, seen: u32, by: &Change) -> Result<(), Error> {
        publish(&self.workspace.db, id, seen, TWO, by)
    }

    fn answer(&self) -> String {
        self.workspace.ask(QUESTION).to_text()
    }
}

#[track_caller]
fn is_refused(done: Result<(), Error>, expected: Problem) {
    match done {
        Err(Error::Review(problem)) => assert_eq!(problem, expected),
        other => panic!("{other:?} instead of {expected:?}"),
    }
}

#[test]
fn an_answer_is_given_when_somebody_else_has_published_it() {
    let desk = Desk::new();
    let db = &desk.workspace.db;
    let (id, first) = desk.save(None, "On Tuesdays.", During::default());
    assert_eq!(first, 1);
    assert_eq!(desk.answer(), "", "a draft");
    is_refused(desk.publish(&id, 1, &desk.grace), Problem::WrongState);
    submit(db, &id, 1, &desk.ada).unwrap();
    assert_eq!(in_review(db).unwrap().len(), 1);
    is_refused(desk.publish(&id, 1, &desk.ada), Problem::Own);
    let remark = Remark::new("Which ones?").unwrap();
    give_back(db, &id, 1, &remark, &desk.grace).unwrap();
    assert_eq!(steps(db, &id).unwrap()[0].remark, "Which ones?");
    submit(db, &id, 1, &desk.ada).unwrap();
    desk.publish(&id, 1, &desk.grace).unwrap();
    assert_eq!(desk.answer(), "On Tuesdays.");

    // A newer version leaves the older one in force until it is published too.
    let (_, second) = desk.save(Some((&id, 1)), "On Fridays.", During::default());
    assert_eq!(desk.answer(), "On Tuesdays.");
    let again = desk.save(Some((&id, second)), "On Fridays.", During::default());
    assert_eq!(again.1, second, "nothing was changed");
    submit(db, &id, second, &desk.ada).unwrap();
    is_refused(desk.publish(&id, 1, &desk.grace), Problem::Overtaken(2));
    desk.publish(&id, second, &desk.grace).unwrap();
    assert_eq!(desk.answer(), "On Fridays.");
    withdraw(db, &id, &desk.ada).unwrap();
    assert_eq!(desk.answer(), "");
}

#[test]
fn an_answer_is_given_in_its_time() {
    let desk = Desk::new();
    let hour = jiff::SignedDuration::from_hours(1);
    for (effective, expires, is_given) in [
        (None, None, true),
        (Some(NOW), Some(NOW + hour), true),
        (Some(NOW + hour), None, false),
        (None, Some(NOW), false),
    ] {
        let known = list(&desk.workspace.db, "").unwrap();
        let known = known.first().map(|answer| (&answer.id, answer.course.head));
        let (id, version) = desk.save(known, "On Tuesdays.", During { effective, expires });
        publish(&desk.workspace.db, &id, version, Eyes::Second, &desk.ada).unwrap();
        assert_eq!(
            desk.answer() == "On Tuesdays.",
            is_given,
            "{effective:?} {expires:?}"
        );
    }
    let during = During {
        effective: Some(NOW),
        expires: Some(NOW),
    };
    let wording = Wording::new([QUESTION.to_owned()], "Never.", Vec::new(), during);
    assert_eq!(wording.unwrap_err(), BadWording::Dates);
}

#[test]
fn an_old_version_comes_back_as_a_draft() {
    let desk = Desk::new();
    let db = &desk.workspace.db;
    let (id, _) = desk.save(None, "On Tuesdays.", During::default());
    desk.save(Some((&id, 1)), "On Fridays.", During::default());
    publish(db, &id, 2, Eyes::Second, &desk.ada).unwrap();
    let entries = || audit::list(db, &audit::Filter::default(), 100).unwrap();
    let before = entries().len();
    let back = roll_back(db, shared_pool(), &id, 1, &desk.ada).unwrap();
    assert_eq!(back, 3);
    assert_eq!(entries().len(), before + 1);
    assert_eq!(entries()[0].action, Action::ApprovedChanged.name());
    assert_eq!(get(db, &id).unwrap().wording.text, "On Tuesdays.");
    assert_eq!(desk.answer(), "On Fridays.", "nothing is published by it");
    is_refused(desk.publish(&id, 3, &desk.grace), Problem::WrongState);
    submit(db, &id, 3, &desk.ada).unwrap();
    is_refused(desk.publish(&id, 3, &desk.ada), Problem::Own);
    desk.publish(&id, 3, &desk.grace).unwrap();
    assert_eq!(desk.answer(), "On Tuesdays.");
    let again = roll_back(db, shared_pool(), &id, 1, &desk.ada).unwrap();
    assert_eq!(again, 3, "it is the newest already");
    let unknown = roll_back(db, shared_pool(), &id, 9, &desk.ada);
    assert!(matches!(unknown, Err(Error::Unknown)));
}

#[test]
fn an_old_version_whose_question_is_taken_does_not_come_back() {
    let desk = Desk::new();
    let db = &desk.workspace.db;
    let (id, _) = desk.save(None, "On Tuesdays.", During::default());
    let other = ["Who opens the hives?".to_owned()];
    let other = Wording::new(other, "Ada.", Vec::new(), During::default()).unwrap();
    save(db, shared_pool(), Some((&id, 1)), &other, &desk.ada).unwrap();
    desk.save(None, "On Fridays.", During::default());
    let taken = roll_back(db, shared_pool(), &id, 1, &desk.ada);
    let Err(Error::BadWording(bad)) = taken else {
        panic!("{taken:?}");
    };
    assert_eq!(bad, BadWording::AnsweredAlready(QUESTION.to_owned()));
    assert_eq!(get(db, &id).unwrap().course.head, 2);
}
