//! `anchorite ask` and `POST /api/v1/ask`.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::support::{Api, questions, shared};

const ANSWERED: &str = "Can I keep using our joint account after the other holder has died?";
const REFUSED: &str = "What is the interest rate on a personal loan?";

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn characters(text: &str, start: &Value, end: usize) -> String {
    let start = usize::try_from(start.as_u64().unwrap()).unwrap();
    text.chars().skip(start).take(end - start).collect()
}

/// The texts of documents, each fetched once.
struct Texts<'a>(&'a Api<'a>, HashMap<String, String>);

impl Texts<'_> {
    fn of(&mut self, path: &str) -> &str {
        let fetch = || {
            self.0.document(path).has_status(200).json()["text"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        self.1.entry(path.to_owned()).or_insert_with(fetch)
    }
}

#[test]
fn an_answered_question_is_printed_with_numbered_citations() {
    let finished = shared().instance.run(&["ask", ANSWERED]).succeeded();
    let first = finished.stdout.lines().next().unwrap();
    assert!(
        first.starts_with("Answered (") || first.starts_with("Partly answered ("),
        "{first}"
    );
    for part in [
        "[1]",
        "\n[1] ",
        "(bereavement-and-support/joint-account-bereavement.md)",
        "    “",
    ] {
        assert!(
            finished.stdout.contains(part),
            "{part} in {}",
            finished.stdout
        );
    }
}

#[test]
fn a_question_without_an_answer_is_refused_with_a_status_of_its_own() {
    let finished = shared().instance.run(&["ask", REFUSED]).ended_with(4);
    assert!(
        finished.stdout.starts_with("Not found."),
        "{}",
        finished.stdout
    );
    let answer = shared()
        .instance
        .run(&["ask", REFUSED, "--json"])
        .ended_with(4)
        .json();
    assert_eq!(answer["class"], "not_found");
    assert_eq!(
        (&answer["answer"], &answer["parts"], &answer["citations"]),
        (&json!(""), &json!([]), &json!([]))
    );
}

#[test]
fn the_json_of_an_answer_has_a_fixed_shape_on_both_surfaces() {
    let printed = shared()
        .instance
        .run(&["ask", ANSWERED, "--json"])
        .succeeded()
        .json();
    let served = shared().api().ask(ANSWERED);
    for name in ["answer", "citations", "class", "parts", "probability"] {
        assert_eq!(
            printed[name], served[name],
            "{name} differs between the command and the API"
        );
    }
    assert_eq!(
        keys(&printed),
        [
            "answer",
            "approved",
            "choices",
            "citations",
            "class",
            "latency_ms",
            "mended",
            "nearest",
            "notes",
            "parts",
            "probability",
            "talk",
            "unknown_words"
        ]
    );
    assert_eq!(
        keys(&printed["citations"][0]),
        ["number", "quote", "source"]
    );
    assert_eq!(
        keys(&printed["citations"][0]["source"]),
        ["document", "end", "heading_path", "path", "start", "title"]
    );
    assert_eq!(
        keys(&printed["parts"][0]),
        [
            "citation",
            "folded",
            "layout",
            "omitted",
            "table_header",
            "text"
        ]
    );
    assert!((0.0..=1.0).contains(&printed["probability"].as_f64().unwrap()));
}

#[test]
fn every_quote_is_the_documents_text_between_its_offsets() {
    let api = shared().api();
    let mut texts = Texts(&api, HashMap::new());
    let mut seen = BTreeSet::new();
    for question in questions(true) {
        let answer = api.ask(&question);
        let citations = answer["citations"].as_array().unwrap();
        for citation in citations {
            let quote = citation["quote"].as_str().unwrap();
            let source = &citation["source"];
            let path = source["path"].as_str().unwrap();
            let end = usize::try_from(source["end"].as_u64().unwrap()).unwrap();
            assert_eq!(
                characters(texts.of(path), &source["start"], end),
                quote,
                "{question} ({path})"
            );
            assert!(!quote.trim().is_empty());
            seen.insert(path.to_owned());
        }
        for part in answer["parts"].as_array().unwrap() {
            let number = usize::try_from(part["citation"].as_u64().unwrap()).unwrap();
            let quote: String = citations[number - 1]["quote"]
                .as_str()
                .unwrap()
                .split_whitespace()
                .collect();
            let text: String = part["text"].as_str().unwrap().split_whitespace().collect();
            assert!(
                quote.contains(&text),
                "{question}: a part is not of its citation: {part} {}",
                citations[number - 1]
            );
        }
        let found = answer["class"] != "not_found" && answer["class"] != "choose";
        assert_eq!(found, !citations.is_empty(), "{question}: {answer}");
        assert_eq!(found, answer["answer"] != "", "{question}: {answer}");
    }
    assert!(
        seen.len() >= 25,
        "the questions reach {} documents only",
        seen.len()
    );
}

#[test]
fn every_hit_is_the_documents_text_at_its_place() {
    let api = shared().api();
    let mut texts = Texts(&api, HashMap::new());
    for question in questions(true).iter().step_by(9) {
        let hits = api.search(question);
        assert_eq!(hits.len(), 10);
        for hit in &hits {
            let text = hit["text"].as_str().unwrap();
            let end =
                usize::try_from(hit["start"].as_u64().unwrap()).unwrap() + text.chars().count();
            assert_eq!(
                characters(texts.of(hit["path"].as_str().unwrap()), &hit["start"], end),
                text
            );
        }
        let scores: Vec<f64> = hits
            .iter()
            .map(|hit| hit["score"].as_f64().unwrap())
            .collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    }
}

#[test]
fn few_answerable_questions_are_refused_and_few_others_answered_in_full() {
    let api = shared().api();
    let classes = |answerable: bool| -> Vec<String> {
        let asked = questions(answerable);
        let class = |question: &String| api.ask(question)["class"].as_str().unwrap().to_owned();
        asked.iter().map(class).collect()
    };
    let count =
        |classes: &[String], class: &str| classes.iter().filter(|own| *own == class).count();
    let (answerable, unanswerable) = (classes(true), classes(false));
    let wrongly = count(&answerable, "not_found");
    assert!(
        wrongly * 8 < answerable.len(),
        "{wrongly} of {} answerable questions are refused",
        answerable.len()
    );
    let (full, refused) = (
        count(&unanswerable, "answered"),
        count(&unanswerable, "not_found"),
    );
    assert!(
        full * 10 < unanswerable.len() && refused * 3 > unanswerable.len(),
        "of {} unanswerable questions {full} are answered in full and {refused} refused",
        unanswerable.len()
    );
}

#[test]
fn strange_questions_get_an_answer_or_a_refusal() {
    let api = shared().api();
    for question in [
        "\"isa\" OR NEAR(savings rate, 2) AND NOT fee*",
        "title:isa ^ - + * ( ) { } [ ]",
        "'; DROP TABLE passage; --",
        "\"",
        "the of and a to",
        "NOT",
        "?",
        "!!! …",
        "🏦💷",
        "что такое",
        "line one\nline two\tand a tab",
        "%s%n\\u0000\\",
        "\u{202e}desrever\u{200b}",
    ] {
        let class = api.ask(question)["class"].clone();
        assert!(
            ["answered", "partly", "choose", "not_found"]
                .iter()
                .any(|known| class == *known),
            "{question}: {class}"
        );
    }
    let finished = shared().instance.run(&["ask", "the of and a to", "--json"]);
    assert!(matches!(finished.status, 0 | 4), "{finished:#?}");
}

#[test]
fn a_question_of_2_000_characters_is_the_longest() {
    let (api, instance) = (shared().api(), &shared().instance);
    let longest = "é".repeat(2_000);
    api.ask(&longest);
    api.post("/ask", &json!({ "question": format!("{longest}e") }))
        .is_error(400, "question_too_long");
    api.post("/search", &json!({ "query": format!("{longest}e") }))
        .is_error(400, "question_too_long");
    api.post("/ask", &json!({ "question": "x".repeat(100_000) }))
        .is_error(413, "body_too_large");
    assert_eq!(
        instance.run(&["ask", &format!("{longest}e")]).was_refused(),
        "the question has more than 2000 characters"
    );
}

#[test]
fn an_empty_question_and_one_with_control_characters_are_refused() {
    let (api, instance) = (shared().api(), &shared().instance);
    for empty in ["", " \n\t "] {
        api.post("/ask", &json!({ "question": empty }))
            .is_error(400, "question_empty");
        api.post("/search", &json!({ "query": empty }))
            .is_error(400, "question_empty");
        assert_eq!(
            instance.run(&["ask", empty]).was_refused(),
            "the question is empty"
        );
    }
    for malformed in ["a\u{0}b", "a\u{1b}[2Jb", "a\u{7f}b", "a\u{85}b"] {
        api.post("/ask", &json!({ "question": malformed }))
            .is_error(400, "question_malformed");
    }
    assert_eq!(
        instance.run(&["ask", "a\u{1b}[2Jb"]).was_refused(),
        "the question has control characters"
    );
}

#[test]
fn an_unknown_workspace_is_named_and_an_empty_one_knows_nothing() {
    let instance = &shared().instance;
    let sentence = instance
        .run(&["ask", ANSWERED, "--workspace", "nobody"])
        .was_refused();
    assert!(
        sentence.contains("there is no workspace named nobody. `anchorite workspace list`"),
        "{sentence}"
    );
    shared().workspace("empty");
    assert_eq!(
        instance
            .run(&["ask", ANSWERED, "--workspace", "empty", "--json"])
            .ended_with(4)
            .json()["class"],
        "not_found"
    );
}
