//! Against the reference implementation, on every instruction set of the machine that runs the tests; and the pool's promises.

use std::sync::{LazyLock, mpsc};

use super::{schedule::Urgency, *};

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::load().unwrap());

#[derive(serde::Deserialize)]
struct Reference {
    text: String,
    vector: Vec<f32>,
}

/// Vectors of ONNX Runtime in f32 from the publisher's weights.
fn references() -> Vec<Reference> {
    serde_json::from_str(include_str!(
        "../../tests/fixtures/embedding_reference.json"
    ))
    .unwrap()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn every_instruction_set_agrees_with_the_reference() {
    let references = references();
    let texts: Vec<&str> = references
        .iter()
        .map(|reference| reference.text.as_str())
        .collect();
    for isa in Isa::available() {
        let vectors = Model::load_for(isa).unwrap().embed(&texts).unwrap();
        for (vector, reference) in vectors.chunks_exact(WIDTH).zip(&references) {
            let cosine = dot(vector, &reference.vector);
            assert!(
                cosine >= 0.9999,
                "{isa:?}: {cosine} for {:?}",
                reference.text.chars().take(40).collect::<String>()
            );
        }
    }
}

#[test]
fn a_vector_does_not_depend_on_its_neighbours() {
    let references = references();
    let texts: Vec<&str> = references
        .iter()
        .map(|reference| reference.text.as_str())
        .collect();
    let together = MODEL.embed(&texts).unwrap();
    let backwards: Vec<&str> = texts.iter().rev().copied().collect();
    let backwards = MODEL.embed(&backwards).unwrap();
    for (index, text) in texts.iter().enumerate() {
        let alone = MODEL.embed(&[text]).unwrap();
        assert_eq!(alone, together[index * WIDTH..][..WIDTH]);
        assert_eq!(
            alone,
            backwards[(texts.len() - 1 - index) * WIDTH..][..WIDTH]
        );
    }
}

#[test]
fn every_length_up_to_the_limit_gives_a_unit_vector() {
    let words = "fee ".repeat(300);
    for count in (0..300).step_by(13).chain(250..260) {
        let vector = MODEL.embed(&[&words[..count * 4]]).unwrap();
        assert!((dot(&vector, &vector) - 1.0).abs() < 1e-5, "{count} words");
    }
}

#[test]
fn no_text_at_all_gives_no_vector() {
    assert!(MODEL.embed(&[]).unwrap().is_empty());
}

#[test]
fn blanks_and_control_characters_are_read_as_nothing() {
    let empty = MODEL.embed(&[""]).unwrap();
    assert_eq!(MODEL.embed(&[" \r\n\t\u{0}\u{7}\u{feff}"]).unwrap(), empty);
    assert_eq!(
        MODEL.embed(&["re\u{0}set"]).unwrap(),
        MODEL.embed(&["reset"]).unwrap()
    );
}

#[test]
fn what_follows_256_tokens_is_ignored() {
    let long = "Members may vote by post. ".repeat(100);
    let longer = format!("{long}{}", "Something else entirely. ".repeat(100_000));
    assert_eq!(
        MODEL.embed(&[&long]).unwrap(),
        MODEL.embed(&[&longer]).unwrap()
    );
    assert_eq!(MODEL.tokenize(&longer).unwrap().len(), MAX_TOKENS);
}

#[test]
fn a_long_text_is_split_as_if_it_were_read_whole() {
    // Words of many characters and one token, so that the first look is not enough.
    let text = format!("{} the end", format!("{} ", "x".repeat(3_000)).repeat(20));
    assert_eq!(MODEL.tokenize(&text).unwrap().len(), 2 + 20 + 2);
}

#[test]
fn tokens_are_counted_without_markers_and_without_limit() {
    assert_eq!(MODEL.count_tokens("").unwrap(), 0);
    assert_eq!(
        MODEL.count_tokens("How do I reset my password?").unwrap(),
        7
    );
    assert_eq!(MODEL.count_tokens(&"fee ".repeat(1_000)).unwrap(), 1_000);
}

#[test]
fn a_span_means_what_its_sentence_says() {
    let sentences = [
        "The branch in Harbour Street opens at nine. ",
        "Closing a savings account costs ten pounds.",
    ];
    let text = sentences.concat();
    let spans = [
        0..sentences[0].len(),
        sentences[0].len()..text.len(),
        text.len()..text.len(),
    ];
    let vectors = MODEL.embed_spans(&text, &spans).unwrap();
    let (opening, fee) = (
        MODEL.embed(&["When does the branch open?"]).unwrap(),
        MODEL
            .embed(&["What does it cost to close my account?"])
            .unwrap(),
    );
    let [first, second, none] = [0, 1, 2].map(|index| &vectors[index * WIDTH..][..WIDTH]);
    assert!(dot(first, &opening) > dot(second, &opening));
    assert!(dot(second, &fee) > dot(first, &fee));
    assert!(none.iter().all(|&number| number == 0.0));
    assert!((dot(first, first) - 1.0).abs() < 1e-5);
}

#[test]
fn a_span_behind_the_limit_is_zero() {
    let text = "Members may vote by post. ".repeat(100);
    let vector = MODEL
        .embed_spans(&text, std::slice::from_ref(&(text.len() - 26..text.len())))
        .unwrap();
    assert_eq!(vector, [0.0; WIDTH]);
}

#[test]
fn the_pool_gives_the_model_s_vectors_in_order() {
    let texts: Vec<String> = (0..200)
        .map(|index| format!("Article {index} says {}", "something ".repeat(index % 50)))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let pool = Pool::new(Model::load().unwrap(), 3).unwrap();
    let expected = MODEL.embed(&texts).unwrap();
    assert_eq!(pool.embed_bulk(&texts).unwrap(), expected);
    assert_eq!(pool.embed_now(&texts).unwrap(), expected);
    assert_eq!(
        pool.embed_spans_now("One. Two.", std::slice::from_ref(&(0..4)))
            .unwrap(),
        MODEL
            .embed_spans("One. Two.", std::slice::from_ref(&(0..4)))
            .unwrap()
    );
    assert!(pool.embed_now(&[]).unwrap().is_empty());
}

#[test]
fn a_question_goes_before_indexing() {
    let pool = Pool::new(Model::load().unwrap(), 1).unwrap();
    let (hold, released) = mpsc::channel::<()>();
    let (done, order) = mpsc::channel();
    // The only thread is busy until `hold` goes, with indexing: so no time is owed to it.
    pool.submit(
        Urgency::Bulk,
        Box::new(move |_| assert!(released.recv().is_err())),
    );
    for (urgency, name) in [
        (Urgency::Bulk, "first batch"),
        (Urgency::Bulk, "second batch"),
        (Urgency::Now, "question"),
    ] {
        let done = done.clone();
        pool.submit(urgency, Box::new(move |_| done.send(name).unwrap()));
    }
    drop((hold, done));
    assert_eq!(
        order.iter().collect::<Vec<_>>(),
        ["question", "first batch", "second batch"]
    );
}

#[test]
fn a_panic_in_a_thread_is_an_error_and_the_thread_lives_on() {
    let pool = Pool::new(Model::load().unwrap(), 1).unwrap();
    let (answer, answered) = mpsc::channel::<()>();
    pool.submit(
        Urgency::Now,
        Box::new(move |_| {
            let _answer = answer;
            panic!("on purpose");
        }),
    );
    assert!(answered.recv().is_err());
    assert_eq!(pool.embed_now(&["still here"]).unwrap().len(), WIDTH);
}
