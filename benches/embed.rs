//! Embedding speed: `cargo bench --bench embed -- FILE [--threads N] [--isa NAME] [--json]`, where FILE holds one text a line.
//!
//! Bulk work goes through the pool as indexing does, tokenising included; a question is embedded alone on one thread. `embed.py` runs this and
//! the yardstick in turn.

#![expect(clippy::disallowed_macros, reason = "what is measured is printed")]

use std::{env, fs, time::Instant};

use anchorite::inference::{Isa, Model, Pool};

const QUESTION: &str = "How do I order a new card for my savings account?";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let option = |name: &str| {
        arguments
            .iter()
            .position(|argument| argument == name)
            .and_then(|at| arguments.get(at + 1))
    };
    let file = arguments
        .first()
        .filter(|file| !file.starts_with("--"))
        .expect("usage: embed FILE [--threads N] [--isa NAME] [--json]");
    let threads = option("--threads").map_or_else(Pool::default_threads, |number| {
        number.parse().expect("--threads takes a number")
    });
    let isa = option("--isa").map_or_else(Isa::best, |name| named(name));

    let content = fs::read_to_string(file).expect("FILE is text");
    let texts: Vec<&str> = content.lines().collect();
    let start = Instant::now();
    let model = Model::load_for(isa).expect("the model");
    let load = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let tokens: usize = texts
        .iter()
        .map(|text| model.tokenize(text).expect("tokens").len())
        .sum();
    let tokenising = start.elapsed().as_secs_f64();
    let question = model.tokenize(QUESTION).expect("tokens");
    let pool = Pool::new(model, threads).expect("threads");

    pool.embed_bulk(&texts[..texts.len().min(20)])
        .expect("vectors");
    let start = Instant::now();
    pool.embed_bulk(&texts).expect("vectors");
    let seconds = start.elapsed().as_secs_f64();
    let question_ms = median_ms(&pool, &question);

    #[expect(clippy::cast_precision_loss, reason = "a count of tokens")]
    let rate = tokens as f64 / seconds;
    if arguments.iter().any(|argument| argument == "--json") {
        println!(
            r#"{{"isa":"{isa:?}","threads":{threads},"texts":{},"tokens":{tokens},"seconds":{seconds},"tokens_per_second":{rate},"question_tokens":{},"question_ms":{question_ms},"load_seconds":{load},"tokenising_seconds":{tokenising}}}"#,
            texts.len(),
            question.len()
        );
    } else {
        println!(
            "{isa:?}, {threads} threads: {} texts, {tokens} tokens in {seconds:.3} s: {rate:.0} tokens/s (tokenising included: {tokenising:.3} s of one thread)",
            texts.len()
        );
        println!(
            "one question of {} tokens: {question_ms:.2} ms; loading the model: {:.0} ms",
            question.len(),
            load * 1e3
        );
    }
}

/// How long a question takes alone, as the median of many times.
fn median_ms(pool: &Pool, question: &Vec<u32>) -> f64 {
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let start = Instant::now();
            pool.model()
                .embed_tokens(std::slice::from_ref(question))
                .expect("a vector");
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn named(name: &str) -> Isa {
    let known = Isa::available();
    *known
        .iter()
        .find(|isa| format!("{isa:?}").eq_ignore_ascii_case(name))
        .unwrap_or_else(|| panic!("--isa is one of {known:?}"))
}
