//! Our own samples with mistakes in them, read by all three readers.

use super::samples::{HTML, MARKDOWN, PLAIN};
use super::*;

const MUTATIONS: usize = 3000;

#[test]
fn the_samples_are_read_as_they_are() {
    assert_eq!(read_markdown(MARKDOWN).title, "Opening an & account");
    assert_eq!(read_html(HTML).title, "Fees & charges");
    assert_eq!(read_plain(PLAIN).title, "THE HARBOUR GUIDE");
}

#[test]
fn mistakes_in_a_document_break_no_promise() {
    let mut random = Random::new(23);
    let samples = [MARKDOWN, HTML, PLAIN];
    for round in 0..MUTATIONS {
        let other = samples[random.below(samples.len())];
        let bytes = random.mutated(samples[round % samples.len()], other);
        // A broken byte would be refused before a reader sees it.
        let source = String::from_utf8_lossy(&bytes);
        for media in [MediaType::Markdown, MediaType::Html, MediaType::PlainText] {
            match read(source.as_bytes(), media, "m") {
                Ok(document) => promises::assert_kept(&document),
                Err(Error::NoText | Error::Empty | Error::Binary { .. }) => {}
                Err(error) => panic!("round {round}, {media}: {error} for {source:?}"),
            }
        }
    }
}
