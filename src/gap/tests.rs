use super::*;
use crate::id::QuestionId;
use crate::inference::shared_pool;
use crate::knowledge::approved::{self, Wording};
use crate::knowledge::review::Eyes;
use crate::question::{Asked, Surface};
use crate::search::During;
use crate::testing::{NOW, TestWorkspace, change};

/// A workspace whose questions are kept and grouped.
struct Workspace(TestWorkspace);

impl std::ops::Deref for Workspace {
    type Target = TestWorkspace;
    fn deref(&self) -> &TestWorkspace {
        &self.0
    }
}

impl Workspace {
    fn new() -> Self {
        Self(TestWorkspace::new())
    }

    fn keep(&self, asked: &Asked) {
        let kept = self.db.write(|tx| question::record(tx, asked));
        kept.unwrap();
        while group(&self.db, shared_pool(), 100).unwrap() > 0 {}
    }

    fn ask(&self, text: &str) -> Asked {
        let answer = self.0.ask(text);
        let asked = Asked {
            id: QuestionId::random(),
            at: NOW,
            text: text.to_owned(),
            outcome: outcome_of(answer.class),
            probability: answer.probability,
            surface: Surface::Help,
            answer_hash: hash_of(&answer),
            // With a vector and without, as they come.
            vector: text.len().is_multiple_of(2).then_some(answer.vector),
        };
        self.keep(&asked);
        asked
    }

    fn say_helped(&self, id: &QuestionId, helped: bool) -> Result<(), question::Error> {
        self.db.write(|tx| question::set_helped(tx, id, helped))?;
        group(&self.db, shared_pool(), 100).unwrap();
        Ok(())
    }

    fn gaps(&self, state: State) -> Vec<(String, u64)> {
        let (gaps, total) = list(&self.db, state, "", 0, 50).unwrap();
        assert_eq!(gaps.len(), total);
        gaps.into_iter().map(|gap| (gap.title, gap.count)).collect()
    }
}

const FEES: &str = "# Fees\n\n## Fee for a CHAPS payment\n\nA CHAPS payment costs 25 pounds.\n";
const CARDS: &str = "# Replace a card\n\nTo replace a damaged card, call us. The new card comes within six working days.\n";

#[test]
fn questions_that_mean_the_same_are_one_gap() {
    let workspace = Workspace::new();
    workspace.put("fees.md", FEES);
    for text in [
        "Do you offer student loans?",
        "can i get a loan as a student",
        "student loan available?",
        "How do I insure my bicycle?",
    ] {
        assert_eq!(workspace.ask(text).outcome, Outcome::NotFound, "{text}");
    }
    assert_eq!(
        workspace.gaps(State::Open),
        [
            ("Do you offer student loans?".to_owned(), 3),
            ("How do I insure my bicycle?".to_owned(), 1)
        ]
    );
    let (gaps, _) = list(&workspace.db, State::Open, "STUDENT", 0, 9).unwrap();
    assert_eq!(questions(&workspace.db, &gaps[0].id).unwrap().len(), 3);
    let day = question::days(&workspace.db, NOW, 2).unwrap();
    assert_eq!((day.len(), day[1].not_found, day[0].total()), (2, 4, 0));
}

#[test]
fn a_gap_closes_when_its_questions_are_answered_and_opens_again() {
    let workspace = Workspace::new();
    workspace.put("fees.md", FEES);
    workspace.ask("Do you offer student loans?");
    let (gaps, _) = list(&workspace.db, State::Open, "", 0, 9).unwrap();
    assert!(!ask_again(&workspace.db, workspace.engine(), &gaps[0].id, &change()).unwrap());

    let wording = Wording::new(
        ["Do you offer student loans?".to_owned()],
        "No, we do not.",
        Vec::new(),
        During::default(),
    )
    .unwrap();
    let (fixed, version) =
        approved::save(&workspace.db, shared_pool(), None, &wording, &change()).unwrap();
    approved::publish(&workspace.db, &fixed, version, Eyes::Second, &change()).unwrap();
    let again = || ask_again_after_change(&workspace.db, workspace.engine(), 10, &change());
    assert!(again().unwrap());
    assert_eq!(workspace.gaps(State::Open), []);
    assert!(!again().unwrap(), "nothing has changed since");
    assert_eq!(workspace.gaps(State::Answered).len(), 1);

    approved::remove(&workspace.db, &fixed, &change()).unwrap();
    workspace.ask("do you offer any student loans");
    assert_eq!(
        workspace.gaps(State::Open),
        [("Do you offer student loans?".to_owned(), 2)]
    );
}

#[test]
fn all_gaps_are_asked_again_however_many_there_are_and_each_once() {
    let workspace = Workspace::new();
    workspace.put("cards.md", CARDS);
    let questions = [
        "Do you offer student loans?",
        "Is there a cash machine on the moon?",
        "Who painted the picture in the hall?",
        "How deep is the lake behind the mill?",
    ];
    for question in questions {
        workspace.ask(question);
    }
    let again = || ask_again_after_change(&workspace.db, workspace.engine(), 1, &change()).unwrap();
    workspace.put(
        "lake.md",
        "# Lake\n\nThe lake behind the mill is nine metres deep.\n",
    );
    let open = workspace.gaps(State::Open).len();
    assert_eq!(open, questions.len());
    let runs = (0..20).take_while(|_| again()).count();
    assert_eq!(runs, open, "one in each run, and then none");
    let closed = [("How deep is the lake behind the mill?".to_owned(), 1)];
    assert_eq!(workspace.gaps(State::Answered), closed);
}

#[test]
fn an_answer_that_did_not_help_is_a_gap_until_there_is_another_answer() {
    let workspace = Workspace::new();
    workspace.put("fees.md", FEES);
    workspace.put("cards.md", CARDS);
    let asked = workspace.ask("What does a CHAPS payment cost?");
    assert_eq!(asked.outcome, Outcome::Answered);
    assert!(workspace.gaps(State::Open).is_empty());
    let said = |helped| workspace.say_helped(&asked.id, helped);
    said(true).unwrap();
    assert!(workspace.gaps(State::Open).is_empty());
    said(false).unwrap();
    said(false).unwrap();
    assert_eq!(
        workspace.gaps(State::Open),
        [(asked.text.clone(), 1)],
        "once is enough"
    );
    let again =
        || ask_again_after_change(&workspace.db, workspace.engine(), 10, &change()).unwrap();
    assert!(again());
    let open = workspace.gaps(State::Open).len();
    assert_eq!(open, 1, "the same answer helps as little as before");
    workspace.put(
        "fees.md",
        &FEES.replace("25 pounds", "nothing from this year on"),
    );
    assert!(again());
    assert_eq!(workspace.gaps(State::Open), []);
    let unknown = workspace.say_helped(&QuestionId::random(), false);
    assert!(matches!(unknown, Err(question::Error::Unknown)));
}

#[test]
fn a_dismissed_gap_stays_dismissed_and_says_why() {
    let workspace = Workspace::new();
    workspace.put("fees.md", FEES);
    workspace.ask("How do I insure my bicycle?");
    let (gaps, _) = list(&workspace.db, State::Open, "", 0, 9).unwrap();
    let id = &gaps[0].id;
    for bad in ["", "  ", &"x".repeat(501)] {
        let done = dismiss(&workspace.db, id, bad, &change());
        assert!(matches!(done, Err(Error::BadReason)), "{bad}");
    }
    dismiss(&workspace.db, id, "We sell no insurance.", &change()).unwrap();
    workspace.ask("how to insure my bicycle");
    let gap = get(&workspace.db, id).unwrap();
    assert_eq!((gap.state, gap.count), (State::Dismissed, 2));
    assert_eq!(gap.reason, "We sell no insurance.");
    reopen(&workspace.db, id, &change()).unwrap();
    assert_eq!(count_open(&workspace.db).unwrap(), 1);
}

#[test]
fn old_questions_are_forgotten_and_stay_counted() {
    let workspace = Workspace::new();
    workspace.put("fees.md", FEES);
    workspace.ask("How do I insure my bicycle?");
    workspace.ask("Who mends umbrellas?");
    let day = jiff::SignedDuration::from_hours(24);
    let later = Asked {
        id: QuestionId::random(),
        at: NOW + day,
        text: "How can I insure my bicycle?".to_owned(),
        outcome: Outcome::NotFound,
        probability: 0.1,
        surface: Surface::Help,
        answer_hash: [0; 32],
        vector: None,
    };
    workspace.keep(&later);
    assert_eq!(workspace.gaps(State::Open).len(), 2);
    assert_eq!(forget_before(&workspace.db, NOW + day).unwrap(), 2);
    assert_eq!(question::days(&workspace.db, NOW, 1).unwrap()[0].total(), 2);
    let gaps = workspace.gaps(State::Open);
    let titles: Vec<&str> = gaps.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(
        titles,
        ["How can I insure my bicycle?"],
        "no forgotten question is the title of a gap"
    );
    assert_eq!(forget_before(&workspace.db, NOW + day * 2).unwrap(), 1);
    assert!(workspace.gaps(State::Open).is_empty());
}

#[test]
fn what_was_dismissed_stays_so_when_its_questions_are_forgotten() {
    let workspace = Workspace::new();
    workspace.put("fees.md", FEES);
    workspace.ask("How do I insure my bicycle?");
    let (gaps, _) = list(&workspace.db, State::Open, "", 0, 9).unwrap();
    dismiss(&workspace.db, &gaps[0].id, "We sell none.", &change()).unwrap();
    let later = NOW + jiff::SignedDuration::from_hours(24);
    assert_eq!(forget_before(&workspace.db, later).unwrap(), 1);
    let dismissed = workspace.gaps(State::Dismissed);
    assert!(!dismissed[0].0.contains("bicycle"), "{dismissed:?}");
    workspace.ask("How can I insure my bicycle?");
    assert!(workspace.gaps(State::Open).is_empty());
    assert_eq!(
        workspace.gaps(State::Dismissed),
        [("How can I insure my bicycle?".to_owned(), 2)]
    );
}

#[test]
fn a_gap_closes_when_the_day_of_what_answers_it_has_come() {
    let workspace = Workspace::new();
    workspace.put("fees.md", FEES);
    let day = jiff::SignedDuration::from_hours(24);
    workspace.put("cards.md", CARDS);
    let cards = knowledge::get_by_path(&workspace.db, &"cards.md".parse().unwrap()).unwrap();
    let later = crate::search::Visibility {
        during: During {
            effective: Some(NOW + day),
            expires: None,
        },
        ..cards.summary.visibility
    };
    knowledge::set_visibility(
        &workspace.db,
        &cards.summary.id,
        later,
        Eyes::Second,
        &change(),
    )
    .unwrap();
    workspace.ask("How do I replace a damaged card?");
    let again = |at| {
        let change = Change::by_program(at);
        ask_again_after_change(&workspace.db, workspace.engine(), 10, &change).unwrap()
    };
    assert!(again(NOW));
    assert!(!again(NOW + day - jiff::SignedDuration::from_secs(1)));
    assert_eq!(workspace.gaps(State::Open).len(), 1);
    assert!(again(NOW + day));
    assert!(workspace.gaps(State::Open).is_empty());
    assert!(!again(NOW + day * 2));
}
