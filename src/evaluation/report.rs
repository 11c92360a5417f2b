//! The figures of one set.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::beir::Question;
use super::metrics::{
    auroc, mean, ndcg, percentile_ms, recall, reciprocal_rank, token_recall, tokens,
};
use super::reliability::Reliability;
use super::trust::Trust;
use super::{Asked, Measured, Set};
use crate::answer::Verdict;

const DEPTH: usize = 10;

/// What `anchorite eval` prints; README describes each figure. What does not apply is `null`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub set: String,
    pub documents: usize,
    pub passages: usize,
    pub questions: usize,
    pub ingest_seconds: f64,
    pub passages_per_second: f64,
    pub recall_at_10: Option<f64>,
    pub ndcg_at_10: Option<f64>,
    pub mrr_at_10: Option<f64>,
    pub hit_at_1: Option<f64>,
    pub auroc: Option<f64>,
    pub answered_of_answerable: Option<f64>,
    pub refused_of_unanswerable: Option<f64>,
    pub answer_recall: Option<f64>,
    pub answer_length_ratio: Option<f64>,
    pub first_citation_relevant: Option<f64>,
    /// Of a set with questions that its documents do not answer.
    pub reliability: Option<Reliability>,
    /// Of a trust set.
    pub trust: Option<Trust>,
    pub latency_ms: Latency,
}

#[derive(Debug, Serialize)]
pub(crate) struct Latency {
    pub embed: Percentiles,
    pub search: Percentiles,
    pub answer: Percentiles,
    pub total: Percentiles,
}

#[derive(Debug, Serialize)]
pub(crate) struct Percentiles {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

impl Report {
    pub(crate) fn new(set: &Set, measured: &Measured) -> Self {
        let question = |asked: &Asked| &set.questions[asked.question];
        let judged: Vec<&Asked> = measured
            .asked
            .iter()
            .filter(|asked| !set.relevant(question(asked)).is_empty())
            .collect();
        let over_judged = |measure: &dyn Fn(&[&str], &Asked) -> f64| {
            mean(judged.iter().map(|asked| {
                let ranking: Vec<&str> = asked.ranking.iter().map(String::as_str).collect();
                measure(&ranking, asked)
            }))
        };
        let relevant = |asked: &Asked| set.relevant(question(asked));
        let (answerable, unanswerable): (Vec<&Asked>, Vec<&Asked>) = measured
            .asked
            .iter()
            .partition(|asked| set.is_answerable(question(asked)));
        let share = |group: &[&Asked], of: &dyn Fn(&Asked) -> bool| {
            mean(group.iter().map(|asked| f64::from(u8::from(of(asked)))))
        };
        let refused = |asked: &Asked| asked.examined.answer.class == Verdict::NotFound;
        let cited: Vec<&Asked> = judged
            .iter()
            .copied()
            .filter(|asked| asked.first_cited.is_some())
            .collect();
        let has_unanswerable = !unanswerable.is_empty();
        let (answer_recall, answer_length_ratio) = shown_against_gold(&answerable, &question);
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let passages_per_second =
            measured.passages as f64 / measured.ingest.as_secs_f64().max(1e-9);
        Self {
            set: set.name.clone(),
            documents: set.documents.len(),
            passages: measured.passages,
            questions: measured.asked.len(),
            ingest_seconds: measured.ingest.as_secs_f64(),
            passages_per_second,
            recall_at_10: over_judged(&|ranking, asked| recall(ranking, relevant(asked), DEPTH)),
            ndcg_at_10: over_judged(&|ranking, asked| ndcg(ranking, relevant(asked), DEPTH)),
            mrr_at_10: over_judged(&|ranking, asked| {
                reciprocal_rank(ranking, relevant(asked), DEPTH)
            }),
            hit_at_1: over_judged(&|ranking, asked| reciprocal_rank(ranking, relevant(asked), 1)),
            auroc: auroc(&confidence(set, measured)),
            answered_of_answerable: share(&answerable, &|asked| !refused(asked))
                .filter(|_| has_unanswerable),
            refused_of_unanswerable: share(&unanswerable, &refused),
            answer_recall,
            answer_length_ratio,
            first_citation_relevant: share(&cited, &|asked| {
                asked
                    .first_cited
                    .as_ref()
                    .is_some_and(|document| relevant(asked).contains_key(document))
            }),
            reliability: Reliability::new(set, measured),
            trust: Trust::new(set, measured),
            latency_ms: Latency::new(&measured.asked),
        }
    }

    /// As lines for a person.
    pub(crate) fn to_text(&self) -> String {
        let value = |value: Option<f64>| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
        };
        let mut text = format!(
            "{}\n  {} documents, {} passages in {:.1} s ({:.0} a second), {} questions\n",
            self.set,
            self.documents,
            self.passages,
            self.ingest_seconds,
            self.passages_per_second,
            self.questions
        );
        for (name, figure) in [
            ("recall@10", self.recall_at_10),
            ("nDCG@10", self.ndcg_at_10),
            ("MRR@10", self.mrr_at_10),
            ("hit@1", self.hit_at_1),
            ("AUROC of the confidence", self.auroc),
            ("answered of the answerable", self.answered_of_answerable),
            ("refused of the unanswerable", self.refused_of_unanswerable),
            ("recall of the gold answer", self.answer_recall),
            ("length, shown to gold", self.answer_length_ratio),
            ("first citation relevant", self.first_citation_relevant),
        ] {
            let _ = writeln!(text, "  {name:28} {}", value(figure));
        }
        if let Some(reliability) = &self.reliability {
            reliability.write(&mut text);
        }
        if let Some(trust) = &self.trust {
            trust.write(&mut text);
        }
        for (name, times) in [
            ("embed", &self.latency_ms.embed),
            ("search", &self.latency_ms.search),
            ("answer", &self.latency_ms.answer),
            ("total", &self.latency_ms.total),
        ] {
            let _ = writeln!(
                text,
                "  {name:7} ms  p50 {:7.2}  p95 {:7.2}  p99 {:7.2}",
                times.p50, times.p95, times.p99
            );
        }
        text
    }
}

/// Mean recall of the best gold answer within what was shown, and tokens shown for each token of it, over the answerable questions
/// that have gold answers and were shown one.
fn shown_against_gold<'a>(
    answerable: &[&Asked],
    question: &dyn Fn(&Asked) -> &'a Question,
) -> (Option<f64>, Option<f64>) {
    let (mut recalls, mut shown_tokens, mut gold_tokens) = (Vec::new(), 0, 0);
    for asked in answerable {
        let answer = &asked.examined.answer;
        let shown: Vec<String> = answer
            .parts
            .iter()
            .flat_map(|part| {
                tokens(part.table_header.as_deref().unwrap_or(""))
                    .into_iter()
                    .chain(tokens(&part.text))
            })
            .collect();
        let best = question(asked)
            .answers
            .iter()
            .map(|gold| tokens(gold))
            .filter(|gold| !gold.is_empty())
            .map(|gold| (token_recall(&gold, &shown), gold.len()))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((recall, length)) = best.filter(|_| !shown.is_empty()) {
            recalls.push(recall);
            shown_tokens += shown.len();
            gold_tokens += length;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    let ratio = (gold_tokens > 0).then(|| shown_tokens as f64 / gold_tokens as f64);
    (mean(recalls), ratio)
}

impl Latency {
    fn new(asked: &[Asked]) -> Self {
        let of = |part: &dyn Fn(&Asked) -> Duration| {
            let mut times: Vec<Duration> = asked.iter().map(part).collect();
            times.sort_unstable();
            Percentiles {
                p50: percentile_ms(&times, 50.0),
                p95: percentile_ms(&times, 95.0),
                p99: percentile_ms(&times, 99.0),
            }
        };
        Self {
            embed: of(&|asked| asked.examined.answer.timings.embed),
            search: of(&|asked| asked.examined.answer.timings.search),
            answer: of(&|asked| asked.examined.answer.timings.answer()),
            total: of(&|asked| asked.examined.answer.timings.total()),
        }
    }
}

/// How sure each answer was, and whether there was one.
fn confidence(set: &Set, measured: &Measured) -> Vec<(f64, bool)> {
    let of = |asked: &Asked| {
        let is_answerable = set.is_answerable(&set.questions[asked.question]);
        (asked.examined.answer.probability, is_answerable)
    };
    measured.asked.iter().map(of).collect()
}
