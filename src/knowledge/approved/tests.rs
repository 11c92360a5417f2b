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
