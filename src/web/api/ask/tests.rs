use serde_json::{Value, json};

use super::*;
use crate::answer::{Answer, Choice, Layout, NearestPage};
use crate::knowledge::settings::words::Words;

fn body(answer: Answer) -> Value {
    serde_json::to_value(response(Answered {
        answer,
        id: None,
        words: Words {
            contact: "Call us.".to_owned(),
            ..Words::default()
        },
    }))
    .unwrap()
}

#[test]
fn what_could_be_meant_is_listed_with_the_question_that_means_it() {
    let source = Source {
        document: "0123456789abcdefghjk".parse().unwrap(),
        path: "cards.md".to_owned(),
        title: "Cards".to_owned(),
        heading_path: vec!["Abroad".to_owned()],
        start: 3,
        end: 9,
    };
    let choices = vec![
        Choice {
            name: "Cards".to_owned(),
            question: "fees (Cards)".to_owned(),
            source: Some(source),
        },
        Choice {
            name: "Loans".to_owned(),
            question: "fees (Loans)".to_owned(),
            source: None,
        },
    ];
    let body = body(Answer {
        choices,
        ..Answer::new(Verdict::Choose, 0.6)
    });
    assert_eq!(body["class"], "choose");
    assert_eq!(body["choices"][0]["source"]["path"], "cards.md");
    let second = json!({ "name": "Loans", "question": "fees (Loans)", "source": null });
    assert_eq!(body["choices"][1], second);
}

#[test]
fn what_is_folded_and_what_is_left_out_is_said_of_each_part() {
    let part = Part {
        layout: Layout::Row,
        text: "One | 1 %".to_owned(),
        table_header: None,
        citation: None,
        folded: true,
        omitted: Some(Omission {
            kind: OmissionKind::Rows,
            shown: 2,
            of: 7,
        }),
    };
    let body = body(Answer {
        parts: vec![part],
        ..Answer::new(Verdict::Answered, 0.9)
    });
    let part = &body["parts"][0];
    assert_eq!(part["folded"], true);
    assert_eq!(
        part["omitted"],
        json!({ "kind": "rows", "shown": 2, "of": 7 })
    );
}

#[test]
fn a_refusal_names_the_nearest_pages_and_the_way_to_a_person() {
    let source = Source {
        document: "0123456789abcdefghjk".parse().unwrap(),
        path: "cards.md".to_owned(),
        title: "Cards".to_owned(),
        heading_path: Vec::new(),
        start: 0,
        end: 0,
    };
    let refused = body(Answer {
        nearest: vec![NearestPage {
            source,
            line: "Cards are free.".to_owned(),
        }],
        ..Answer::new(Verdict::NotFound, 0.1)
    });
    assert_eq!(refused["contact"], "Call us.");
    assert_eq!(refused["nearest"][0]["line"], "Cards are free.");
    assert_eq!(refused["nearest"][0]["source"]["title"], "Cards");
    let answered = body(Answer::new(Verdict::Answered, 0.9));
    assert_eq!(answered["contact"], Value::Null);
}

#[test]
fn a_mended_question_is_told_with_its_words() {
    let mut answer = Answer::new(Verdict::Answered, 0.9);
    answer.mended = Some(Mended {
        text: "mortgage rates".to_owned(),
        words: vec![("morgage".to_owned(), "mortgage".to_owned())],
    });
    let word = json!({ "typed": "morgage", "taken_for": "mortgage" });
    assert_eq!(
        body(answer)["mended"],
        json!({ "text": "mortgage rates", "words": [word] })
    );
    let asked: AskRequest = serde_json::from_value(json!({ "question": "x" })).unwrap();
    assert!(!asked.verbatim);
    let asked = json!({ "question": "x", "verbatim": true });
    assert!(
        serde_json::from_value::<AskRequest>(asked)
            .unwrap()
            .verbatim
    );
}
