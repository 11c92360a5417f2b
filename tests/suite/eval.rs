//! `anchorite eval`.

use std::fs;

use serde_json::{Value, json};

use crate::support::{executable, folder_of, questions, run, shared};

const HARBOUR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/eval/harbour");
const FIGURES: [&str; 19] = [
    "answer_length_ratio",
    "answer_recall",
    "answered_of_answerable",
    "auroc",
    "documents",
    "first_citation_relevant",
    "hit_at_1",
    "ingest_seconds",
    "latency_ms",
    "mrr_at_10",
    "ndcg_at_10",
    "passages",
    "passages_per_second",
    "questions",
    "recall_at_10",
    "refused_of_unanswerable",
    "reliability",
    "set",
    "trust",
];

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn the_sample_set_is_measured_with_every_figure() {
    let report = run(executable(&["eval", HARBOUR, "--json"]), "")
        .succeeded()
        .json();
    assert_eq!(keys(&report), FIGURES);
    let asked = questions(true).len() + questions(false).len();
    assert_eq!(
        (report["set"].as_str(), report["questions"].as_u64()),
        (Some("harbour"), Some(asked as u64))
    );
    let figure = |name: &str| {
        report[name]
            .as_f64()
            .unwrap_or_else(|| panic!("{name} in {report}"))
    };
    let reliability = &report["reliability"];
    let error = reliability["calibration_error"].as_f64().unwrap();
    assert!((0.0..0.3).contains(&error), "{reliability}");
    let bins = reliability["bins"].as_array().unwrap();
    let binned: u64 = bins
        .iter()
        .filter_map(|bin| bin["questions"].as_u64())
        .sum();
    assert_eq!(binned, asked as u64);
    assert!(figure("documents") >= 30.0 && figure("passages") > figure("documents"));
    assert!(
        (figure("passages") / figure("ingest_seconds") - figure("passages_per_second")).abs() < 1.0
    );
    for (name, least) in [
        ("recall_at_10", 0.8),
        ("ndcg_at_10", 0.7),
        ("mrr_at_10", 0.7),
        ("hit_at_1", 0.6),
        ("auroc", 0.7),
        ("answered_of_answerable", 0.5),
        ("refused_of_unanswerable", 0.4),
        ("answer_recall", 0.5),
        ("first_citation_relevant", 0.6),
    ] {
        assert!(
            (least..=1.0).contains(&figure(name)),
            "{name}: {}",
            figure(name)
        );
    }
    assert!(
        (0.2..20.0).contains(&figure("answer_length_ratio")),
        "{}",
        figure("answer_length_ratio")
    );
    assert_eq!(
        keys(&report["latency_ms"]),
        ["answer", "embed", "search", "total"]
    );
    for part in report["latency_ms"].as_object().unwrap().values() {
        assert_eq!(keys(part), ["p50", "p95", "p99"]);
        let [p50, p95, p99] = ["p50", "p95", "p99"].map(|name| part[name].as_f64().unwrap());
        assert!(0.0 < p50 && p50 <= p95 && p95 <= p99, "{part}");
    }
}

#[test]
fn a_fitted_calibration_can_be_used() {
    let fitted = run(
        executable(&["eval", HARBOUR, "--fit", "--sample", "60"]),
        "",
    )
    .succeeded();
    let parsed: toml::Table = fitted.stdout.parse().unwrap();
    assert!(
        parsed["constant"].is_float() && !parsed["weight"].as_table().unwrap().is_empty(),
        "{}",
        fitted.stdout
    );
    assert!(
        fitted.stderr.contains("recall@10"),
        "the figures are beside it: {}",
        fitted.stderr
    );

    let files = folder_of(&[
        ("mine.toml", fitted.stdout.as_bytes()),
        ("broken.toml", b"constant = 1.0\n[weight]\nluck = 1.0\n"),
    ]);
    let config = |calibration: &str| {
        let text = fs::read_to_string(shared().instance.data().join("config.toml")).unwrap();
        let setting = format!(
            "calibration_file = \"{}\"",
            files.path().join(calibration).display()
        );
        let path = files.path().join(format!("{calibration}.config.toml"));
        fs::write(&path, text.replace("calibration_file = \"\"", &setting)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    run(
        executable(&[
            "eval",
            HARBOUR,
            "--sample",
            "3",
            "--config",
            &config("mine.toml"),
        ]),
        "",
    )
    .succeeded();
    let question = "When is the next AGM, and where?";
    let probability = |arguments: &[&str]| {
        let finished = shared()
            .instance
            .run(&[&["ask", question, "--json"], arguments].concat());
        assert!(matches!(finished.status, 0 | 4), "{finished:#?}");
        finished.json()["probability"].as_f64().unwrap()
    };
    let differs =
        (probability(&[]) - probability(&["--config", &config("mine.toml")])).abs() > 1e-12;
    assert!(
        differs,
        "the calibration of the configuration is the one that is used"
    );

    let refused = shared()
        .instance
        .run(&["ask", question, "--config", &config("broken.toml")])
        .was_refused();
    assert!(
        refused.contains("broken.toml is not a calibration") && refused.contains("eval --fit"),
        "{refused}"
    );
}

#[test]
fn what_does_not_apply_is_null() {
    let files = folder_of(&[
        (
            "corpus.jsonl",
            "{\"_id\": \"1\", \"title\": \"Tea\", \"text\": \"Nettle tea is served at four.\"}\n{\"id\": \"2\", \"text\": \"# Boats\\n\\nThe red boat leaves at noon.\", \"type\": \"text/markdown\"}\n",
        ),
        (
            "queries.jsonl",
            "{\"id\": \"a\", \"text\": \"When is nettle tea served?\"}\n{\"id\": \"b\", \"text\": \"When does the red boat leave?\"}\n",
        ),
        (
            "qrels.tsv",
            "query-id\tcorpus-id\tscore\na\t1\t1\nb\t2\t2\n",
        ),
    ]);
    let folder = files.path().to_str().unwrap();
    let report = run(executable(&["eval", folder, "--json"]), "")
        .succeeded()
        .json();
    assert_eq!(keys(&report), FIGURES);
    assert_eq!(
        (
            &report["documents"],
            &report["questions"],
            &report["recall_at_10"]
        ),
        (&json!(2), &json!(2), &json!(1.0))
    );
    for name in [
        "auroc",
        "answered_of_answerable",
        "refused_of_unanswerable",
        "answer_recall",
        "answer_length_ratio",
        "reliability",
    ] {
        assert_eq!(report[name], Value::Null, "{name}");
    }
    let several = run(
        executable(&[
            "eval", folder, folder, "--json", "--sample", "1", "--seed", "2",
        ]),
        "",
    )
    .succeeded()
    .json();
    assert_eq!(
        several
            .as_array()
            .unwrap()
            .iter()
            .map(|report| &report["questions"])
            .collect::<Vec<_>>(),
        [1, 1]
    );
}

#[test]
fn a_broken_set_is_refused_with_file_and_line() {
    let files = folder_of(&[
        (
            "corpus.jsonl",
            "{\"id\": \"1\", \"text\": \"x\"}\n\nnonsense\n",
        ),
        ("queries.jsonl", ""),
        ("qrels.tsv", ""),
    ]);
    let folder = files.path().to_str().unwrap();
    let sentence = run(executable(&["eval", folder]), "").was_refused();
    assert!(sentence.contains("corpus.jsonl line 3"), "{sentence}");
    let sentence = run(executable(&["eval", "/nonexistent"]), "").was_refused();
    assert!(
        sentence.contains("/nonexistent/corpus.jsonl: No such file"),
        "{sentence}"
    );
}
