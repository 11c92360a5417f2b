use askama::Template;

use super::pages::{self, Outcome, Shown, Site, Step};
use crate::answer::{Answer, Choice, Layout, NearestPage, Part, Source, Talk, Unreadable, Verdict};
use crate::knowledge::settings::words::Words;
use crate::search::Mended;
use crate::web::view::answer::AnswerView;

fn source(title: &str, headings: &[&str]) -> Source {
    Source {
        document: "0123456789abcdefghjk".parse().unwrap(),
        path: "fees.md".to_owned(),
        title: title.to_owned(),
        heading_path: headings
            .iter()
            .map(|heading| (*heading).to_owned())
            .collect(),
        start: 3,
        end: 9,
    }
}

fn site(contact: &str) -> Site {
    let words = Words {
        name: "Harbour & Vale".to_owned(),
        contact: contact.to_owned(),
        examples: vec!["What does a <card> cost?".to_owned()],
        ..Words::default()
    };
    Site::new("main", &words)
}

fn page_at(answer: &Answer, step: Step) -> String {
    let page = pages::Ask {
        site: site("Call **0808**."),
        question: "What are the \"fees\"?".to_owned(),
        is_verbatim: false,
        outcome: Some(Outcome::Answer(Shown {
            answer: AnswerView::new(answer, "/help/main/documents"),
            id: Some("0123456789abcdefghjk".parse().unwrap()),
            step,
        })),
    };
    page.render().unwrap()
}

/// The page that shows an answer.
fn page_with(answer: &Answer) -> String {
    page_at(answer, Step::Asks)
}

#[test]
fn of_several_things_the_visitor_chooses_one() {
    let choice = |name: &str, source: Option<Source>| Choice {
        name: name.to_owned(),
        question: format!("fees ({name})"),
        source,
    };
    let html = page_with(&Answer {
        choices: vec![
            choice("Cards", Some(source("Cards", &["Cards", "Abroad"]))),
            choice("\"><b>Loans", None),
        ],
        ..Answer::new(Verdict::Choose, 0.6)
    });
    assert!(html.contains(">Which one do you mean?</h2>"), "{html}");
    assert!(html.contains("name=\"question\" value=\"fees (Cards)\"><bdi>Cards</bdi> <span class=\"place\" dir=\"auto\">Abroad</span></button>"));
    assert!(html.contains("value=\"fees (&#34;&#62;&#60;b&#62;Loans)\""));
    assert!(!html.contains("Did this help?") && !html.contains("Sources"));
    assert!(html.contains("<h2>None of these?</h2><div class=\"contact\" dir=\"auto\">"));
}

#[test]
fn a_refusal_and_an_answer_in_part_say_why() {
    for class in [Verdict::Partly, Verdict::NotFound] {
        let html = page_with(&Answer {
            unknown: vec!["<b>zebra".to_owned()],
            ..Answer::new(class, 0.5)
        });
        let said =
            "<p class=\"note\" dir=\"auto\">Our pages do not mention “&#60;b&#62;zebra”.</p>";
        assert!(html.contains(said), "{html}");
    }
}

const CONTACT: &str = "<p>Call <strong>0808</strong>.</p>";

#[test]
fn whoever_is_left_without_an_answer_is_shown_the_way_to_a_person() {
    for (class, is_shown) in [
        (Verdict::Answered, false),
        (Verdict::Choose, true),
        (Verdict::Partly, true),
        (Verdict::NotFound, true),
    ] {
        let answer = Answer::new(class, 0.5);
        assert_eq!(page_with(&answer).contains(CONTACT), is_shown, "{class:?}");
    }
    let answer = Answer::new(Verdict::Answered, 0.5);
    assert!(page_at(&answer, Step::AsksWhy).contains(CONTACT));
    assert!(page_at(&answer, Step::ThanksForWhy).contains(CONTACT));
    assert!(!page_at(&answer, Step::Thanks).contains(CONTACT));
    // Where staff said nothing, a sentence does.
    let thanks = pages::Thanks {
        site: site(""),
        helped: false,
    };
    let html = thanks.render().unwrap();
    assert!(html.contains("If you still need help, ask our staff."));
}

#[test]
fn a_refusal_leads_to_the_nearest_pages() {
    let html = page_with(&Answer {
        nearest: vec![NearestPage {
            source: source("Fees <b>", &[]),
            line: "A card is free.".to_owned(),
        }],
        ..Answer::new(Verdict::NotFound, 0.1)
    });
    let link = "href=\"/help/main/documents/0123456789abcdefghjk?from=3&#38;to=9#quote\"";
    assert!(html.contains(link), "{html}");
    assert!(html.contains("<bdi>Fees &#60;b&#62;</bdi>") && html.contains("A card is free."));
}

#[test]
fn who_cannot_be_understood_is_told_why() {
    let html = page_with(&Answer {
        unreadable: Some(Unreadable::Language("Japanese".to_owned())),
        ..Answer::new(Verdict::NotFound, 0.0)
    });
    assert!(html.contains("You seem to write in Japanese."), "{html}");
    assert!(!html.contains("Other words may find it"));
}

#[test]
fn after_no_the_answer_stays_and_a_reason_can_be_given() {
    let answer = Answer::new(Verdict::Answered, 0.9);
    let asks = page_at(&answer, Step::Asks);
    assert!(asks.contains("Did this help?"));
    assert!(asks.contains("name=\"asked\" value=\"What are the &#34;fees&#34;?\""));
    let why = page_at(&answer, Step::AsksWhy);
    assert!(why.contains("aria-label=\"Answer\"") && !why.contains("Did this help?"));
    for reason in ["wrong", "not_complete", "out_of_date", "not_what_i_asked"] {
        let field = format!("type=\"radio\" name=\"reason\" value=\"{reason}\"");
        assert!(why.contains(&field), "{reason}");
    }
    let after = page_at(&answer, Step::ThanksForWhy);
    assert!(after.contains("a better answer") && !after.contains("type=\"radio\""));
    // What was not kept, and what is no answer, nobody can speak of.
    let refused = page_with(&Answer::new(Verdict::NotFound, 0.1));
    assert!(!refused.contains("Did this help?"));
}

#[test]
fn a_reply_to_a_greeting_has_no_sources_and_asks_for_no_thumb() {
    let mut answer = Answer::new(Verdict::Answered, 1.0);
    answer.talk = Some(Talk::Greeting);
    answer.parts = vec![Part {
        layout: Layout::Sentences,
        text: "Ahoy!".to_owned(),
        table_header: None,
        citation: None,
        folded: false,
        omitted: None,
    }];
    let html = page_with(&answer);
    assert!(html.contains("<p dir=\"auto\">Ahoy!</p>"), "{html}");
    assert!(html.contains("tabindex=\"-1\" autofocus>Reply</h2>"));
    for other in ["Sources", "Did this help?", ">Answer<", "0808"] {
        assert!(!html.contains(other), "{other}");
    }
}

#[test]
fn a_mended_question_can_be_asked_as_it_was_typed() {
    let mut answer = Answer::new(Verdict::Answered, 0.9);
    assert!(!page_with(&answer).contains("Showing results for"));
    answer.mended = Some(Mended {
        text: "What are the fees?".to_owned(),
        words: Vec::new(),
    });
    let html = page_with(&answer);
    assert!(
        html.contains("Showing results for “<bdi>What are the fees?</bdi>”."),
        "{html}"
    );
    assert!(html.contains("name=\"verbatim\" value=\"1\">Ask for “<bdi>What are the &#34;fees&#34;?</bdi>” instead</button>"));
}

#[test]
fn the_first_page_says_whose_it_is_and_what_to_ask() {
    let page = pages::Ask {
        site: site(""),
        question: String::new(),
        is_verbatim: false,
        outcome: None,
    };
    let html = page.render().unwrap();
    assert!(
        html.contains("<title>Help – Harbour &#38; Vale</title>"),
        "{html}"
    );
    assert!(html.contains("<bdi>Harbour &#38; Vale</bdi></a></header>"));
    assert!(html.contains("name=\"question\" value=\"What does a &#60;card&#62; cost?\""));
    assert!(html.contains("href=\"/help/main/pages\""));
    assert_eq!(Site::new("main", &Words::default()).name, "main");
}
