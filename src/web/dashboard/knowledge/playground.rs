//! Asking as a visitor would, and seeing why the answer is what it is.

use std::time::Duration;

use crate::answer::{self, Evidence, Examined, Question, Reason, Talk, UnitView, Verdict};
use crate::ask;
use crate::knowledge::settings::words;
use crate::search::{Audience, Filter, Hit, Label};
use crate::web::view::answer::{AnswerView, Group};

use crate::web::dashboard::prelude::*;

/// Passages that are shown.
const SHOWN: usize = 8;

#[derive(Template)]
#[template(
    path = "dashboard/knowledge/playground.html",
    config = "assets/askama.toml"
)]
struct PlaygroundPage {
    frame: Frame,
    question: String,
    as_staff: bool,
    problem: String,
    outcome: Option<Outcome>,
}

struct Outcome {
    answer: AnswerView,
    /// To what it is a fixed reply, if that was no question.
    talk: Option<&'static str>,
    class: &'static str,
    percent: String,
    /// Why the class is not the one that the probability stands for.
    exception: &'static str,
    thresholds: (String, String),
    evidence: Vec<Evidence>,
    constant: f64,
    passages: Vec<PassageView>,
    stages: Vec<(&'static str, String)>,
    approved: Option<String>,
    nearest: Option<NearestView>,
}

struct NearestView {
    id: String,
    phrasing: String,
    cosine: String,
    why_not: &'static str,
}

struct PassageView {
    rank: usize,
    passage: i64,
    document: String,
    title: String,
    place: String,
    label: Label,
    scores: Vec<(&'static str, f32)>,
    units: Vec<UnitLine>,
    is_shown: bool,
}

struct UnitLine {
    unit: UnitView,
    reason: Option<&'static str>,
}

impl PlaygroundPage {
    fn name_of(evidence: &Evidence) -> &'static str {
        match evidence.name {
            "meaning" => "Nearness in meaning",
            "words" => "Words in common",
            "aspect" => "What is asked of it",
            "lead" => "Lead over the next",
            "small" => "Few documents",
            name => name,
        }
    }
}

fn describe(reason: Reason) -> &'static str {
    match reason {
        Reason::Best => "fits the question best",
        Reason::Close => "fits nearly as well as the best",
        Reason::Whole => "its section is shown whole: it is short, or the question is its heading",
        Reason::Announces => "announces what is shown",
        Reason::Announced => "belongs to what is announced",
        Reason::Step => "a step, of which none can be left out",
        Reason::Gap => "stands between two that are shown",
        Reason::PointedTo => "what is shown points back to it",
        Reason::Condition => "restricts what is shown",
        Reason::Standing => "says in which time its page holds",
        Reason::Disagrees => "says something else about the same",
        Reason::Elsewhere => "none fits well; another page fits nearly as well",
        Reason::AlsoOnPage => "another section of the page, which fits nearly as well",
        Reason::Beside => "stands in the same short section",
        Reason::Completes => "belongs to a list or table of which others are shown",
    }
}

fn page_of(desk: &Desk, question: String, as_staff: bool) -> PlaygroundPage {
    PlaygroundPage {
        frame: desk.frame(Place::Playground),
        question,
        as_staff,
        problem: String::new(),
        outcome: None,
    }
}

/// `GET /dashboard/w/{workspace}/playground`
pub(in crate::web) async fn form(desk: Desk) -> PageResult {
    Ok(render(&page_of(&desk, String::new(), false)))
}

#[derive(Deserialize)]
pub(in crate::web) struct AskForm {
    question: String,
    #[serde(default)]
    as_staff: String,
}

/// `POST /dashboard/w/{workspace}/playground`
pub(in crate::web) async fn ask(desk: Desk, form: Form<AskForm>) -> PageResult {
    let form = form.into_inner();
    let as_staff = !form.as_staff.is_empty();
    let mut page = page_of(&desk, form.question.clone(), as_staff);
    let question = match form.question.parse::<Question>() {
        Ok(question) => question,
        Err(problem) => {
            page.problem = format!("Sorry: {problem}.");
            return Ok(unprocessable(&page));
        }
    };
    let audience = if as_staff {
        Audience::Staff
    } else {
        Audience::Visitor
    };
    let (filter, base) = (Filter::new(audience, desk.now), desk.at("/documents"));
    let outcome = desk
        .run_in(move |app, workspace| {
            let engine = app.engine(workspace)?;
            let mut examined = answer::examine(engine, &question, &filter)?;
            ask::put_reply(&mut examined.answer, &words::get(&workspace.db)?);
            let (evidence, constant) = app.judge.explain(&examined.features);
            let thresholds = app.judge.thresholds();
            Ok(outcome(&examined, &base, evidence, constant, thresholds))
        })
        .await?;
    page.outcome = Some(outcome);
    Ok(render(&page))
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// Why the class is not the one that the probability stands for.
fn exception(examined: &Examined) -> &'static str {
    let answer = &examined.answer;
    match (
        answer.approved.is_some(),
        answer.class == examined.by_probability,
    ) {
        (true, _) => "An approved answer goes before everything else.",
        (false, true) => "",
        (false, false) if answer.class == Verdict::Choose => {
            "Several things could be meant, and so the visitor is asked which."
        }
        (false, false) => {
            "The probability alone would say otherwise. Why stands with the answer, or a word of the question has no counterpart in the passage."
        }
    }
}

/// What gets a fixed reply.
fn what_was_said(talk: Talk) -> &'static str {
    match talk {
        Talk::Greeting => "a greeting",
        Talk::Thanks => "thanks",
        Talk::WhoAreYou => "“Who are you?”",
    }
}

fn outcome(
    examined: &Examined,
    base: &str,
    evidence: Vec<Evidence>,
    constant: f64,
    (answered, partly): (f64, f64),
) -> Outcome {
    let answer = &examined.answer;
    let timings = answer.timings;
    let stages = [
        ("Read the question", timings.embed),
        ("Search", timings.search),
        ("Look at the best passages again", timings.check),
        ("Judge and choose", timings.select),
        ("All together", timings.total()),
    ];
    let passages = examined
        .found
        .hits
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(index, hit)| passage_view(index + 1, hit, examined))
        .collect();
    Outcome {
        talk: answer.talk.map(what_was_said),
        class: crate::gap::outcome_of(answer.class).title(),
        percent: percent(answer.probability),
        exception: exception(examined),
        thresholds: (percent(answered), percent(partly)),
        evidence,
        constant,
        passages,
        stages: stages
            .into_iter()
            .map(|(name, time)| (name, milliseconds(time)))
            .collect(),
        approved: answer.approved.as_ref().map(ToString::to_string),
        nearest: examined.nearest.as_ref().map(|nearest| NearestView {
            id: nearest.answer.to_string(),
            phrasing: nearest.phrasing.clone(),
            cosine: format!("{:.2}", nearest.cosine),
            why_not: nearest
                .difference
                .map_or("", crate::answer::approved::Difference::describe),
        }),
        answer: AnswerView::new(answer, base),
    }
}

fn passage_view(rank: usize, hit: &Hit, examined: &Examined) -> PassageView {
    let reason = |unit: usize| {
        examined
            .shown
            .iter()
            .find(|shown| shown.passage == hit.passage && shown.unit == unit)
            .map(|shown| describe(shown.reason))
    };
    let units: Vec<UnitLine> = answer::units(hit)
        .into_iter()
        .enumerate()
        .map(|(index, unit)| UnitLine {
            unit,
            reason: reason(index),
        })
        .collect();
    let scores = &hit.scores;
    PassageView {
        rank,
        passage: hit.passage,
        document: hit.document.to_string(),
        title: hit.title.clone(),
        place: hit.heading_path.join(" › "),
        label: hit.visibility.label,
        scores: vec![
            ("fused", scores.fused),
            ("passage vector", scores.passage),
            ("heading vector", scores.heading),
            ("best sentence", scores.best_unit),
            ("lexical", scores.lexical),
        ],
        is_shown: units.iter().any(|line| line.reason.is_some()),
        units,
    }
}
