use super::*;
use crate::id::StaffId;
use crate::testing::NOW;

fn at(state: State, live: Option<u32>) -> Course {
    Course {
        state,
        head: 2,
        live,
        begun: NOW,
        changed: NOW,
    }
}

#[test]
fn each_step_leads_from_some_states_and_from_no_other() {
    use State::{Draft, InReview, Published, Withdrawn};
    for (step, from, to) in [
        (Step::Submitted, Draft, Some(InReview)),
        (Step::Submitted, InReview, None),
        (Step::Submitted, Published, None),
        (Step::Submitted, Withdrawn, Some(InReview)),
        (Step::Returned, Draft, None),
        (Step::Returned, InReview, Some(Draft)),
        (Step::Returned, Published, None),
        (Step::Returned, Withdrawn, None),
        (Step::Published, Draft, Some(Published)),
        (Step::Published, InReview, Some(Published)),
        (Step::Published, Published, None),
        (Step::Published, Withdrawn, Some(Published)),
        (Step::Withdrawn, Draft, Some(Draft)),
        (Step::Withdrawn, InReview, Some(InReview)),
        (Step::Withdrawn, Published, Some(Withdrawn)),
    ] {
        let (state, live) = at(from, Some(1)).after(step).unzip();
        assert_eq!(state, to, "{step:?} from {from}");
        let expected = to.map(|_| match step {
            Step::Submitted | Step::Returned => Some(1),
            Step::Published => Some(2),
            Step::Withdrawn => None,
        });
        assert_eq!(live, expected, "{step:?} from {from}");
    }
    assert_eq!(at(Draft, None).after(Step::Withdrawn), None);
    assert_eq!(at(Withdrawn, None).after(Step::Withdrawn), None);
}

#[test]
fn with_the_rule_in_force_somebody_else_publishes_what_was_handed_in() {
    let [ada, grace] = [(); 2].map(|()| Actor::Staff(StaffId::random()));
    for (state, by, needs_review, expected) in [
        (State::InReview, &grace, true, None),
        (State::InReview, &ada, true, Some(Problem::Own)),
        (State::InReview, &ada, false, None),
        (State::Draft, &grace, true, Some(Problem::WrongState)),
        (State::Draft, &ada, false, None),
        (State::Withdrawn, &grace, true, Some(Problem::WrongState)),
        (State::Published, &ada, false, Some(Problem::WrongState)),
    ] {
        let found = at(state, None).hinders(&ada, by, needs_review);
        assert_eq!(found, expected, "{state} {needs_review}");
    }
    assert_eq!(
        at(State::InReview, None).check_seen(1),
        Err(Problem::Overtaken(2))
    );
}

#[test]
fn what_is_stored_is_read_back_and_nothing_else_is() {
    for state in State::ALL {
        assert_eq!(state.name().parse::<State>().unwrap(), state);
    }
    for step in Step::ALL {
        assert_eq!(step.name().parse::<Step>().unwrap(), step);
    }
    assert!("Draft".parse::<State>().is_err() && "removed".parse::<Step>().is_err());
}

#[test]
fn a_remark_is_trimmed_and_bounded() {
    use super::super::{LongRemark, MAX_REMARK_CHARS};
    assert_eq!(
        Remark::new(" Which?\r\nAll? ").unwrap().as_str(),
        "Which?\nAll?"
    );
    assert!(Remark::new(&"é".repeat(MAX_REMARK_CHARS)).is_ok());
    let long = Remark::new(&"é".repeat(MAX_REMARK_CHARS + 1));
    assert_eq!(long, Err(LongRemark));
}
