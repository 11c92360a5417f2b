mod group;
mod lead;
mod sentence;

use super::*;
use crate::parser::{MediaType, read, tests::Random};

fn document(source: &str) -> Document {
    read(source.as_bytes(), MediaType::Markdown, "test.md").expect("readable")
}

/// Splits, and checks what holds for every document.
fn passages(document: &Document) -> Vec<Passage> {
    let passages = split(document);
    let mut end = 0;
    for passage in &passages {
        assert!(passage.range.start >= end, "in order, disjoint");
        end = passage.range.end;
        let slice = &document.text[passage.range.clone()];
        let chars: String = document
            .text
            .chars()
            .skip(passage.start_char)
            .take(passage.end_char - passage.start_char)
            .collect();
        assert_eq!(slice, chars, "bytes and characters name the same slice");
        let units: Vec<Range<usize>> = passage
            .units
            .iter()
            .map(|unit| range_in(unit, passage))
            .collect();
        assert_eq!(
            units.first().map(|unit| unit.start),
            Some(passage.range.start)
        );
        assert_eq!(units.last().map(|unit| unit.end), Some(passage.range.end));
        for pair in units.windows(2) {
            let gap = &document.text[pair[0].end..pair[1].start];
            assert!(
                gap.chars().all(char::is_whitespace),
                "nothing is lost between units: {gap:?}"
            );
        }
        for heading in document
            .blocks
            .iter()
            .filter(|block| matches!(block.kind, BlockKind::Heading { level: 1 }))
        {
            let crosses =
                passage.range.start < heading.range.start && heading.range.end < passage.range.end;
            assert!(!crosses, "never across a heading");
        }
    }
    for block in document
        .blocks
        .iter()
        .filter(|block| !matches!(block.kind, BlockKind::Heading { .. }))
    {
        let covered = passages
            .iter()
            .any(|p| p.range.start <= block.range.start && block.range.start < p.range.end);
        assert!(
            covered,
            "every block is in a passage: {:?}",
            &document.text[block.range.clone()]
        );
    }
    passages
}

fn texts<'a>(document: &'a Document, passages: &[Passage]) -> Vec<&'a str> {
    passages
        .iter()
        .map(|passage| passage.text(document))
        .collect()
}

/// In the document's text.
fn range_in(unit: &Unit, passage: &Passage) -> Range<usize> {
    passage.range.start + unit.start as usize..passage.range.start + unit.end as usize
}

fn units<'a>(document: &'a Document, passage: &Passage) -> Vec<(UnitKind, bool, &'a str)> {
    passage
        .units
        .iter()
        .map(|unit| {
            (
                unit.kind,
                unit.leads_in,
                &document.text[range_in(unit, passage)],
            )
        })
        .collect()
}

/// `count` sentences of ten words.
fn prose(count: usize) -> String {
    (0..count)
        .map(|i| format!("Sentence number {i} has in all exactly ten short words. "))
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn passages_lie_under_their_headings() {
    let document =
        document("# Guide\n\nIntro.\n\n## Fees\n\n### Cards\n\nA card.\n\n## Hours\n\nOpen.\n");
    let passages = passages(&document);
    let paths: Vec<String> = passages
        .iter()
        .map(|passage| passage.heading_path.join(" > "))
        .collect();
    assert_eq!(paths, ["", "Fees > Cards", "Hours"]);
    assert_eq!(texts(&document, &passages), ["Intro.", "A card.", "Open."]);
    assert_eq!(
        passages[1].index_text(&document),
        "Guide\nFees > Cards\nA card."
    );
    assert_eq!(passages[0].index_text(&document), "Guide\nIntro.");
}

#[test]
fn a_top_heading_that_is_not_the_title_stays_in_the_path() {
    let document = document("---\ntitle: Bank guide\n---\n# Fees\n\nText.\n");
    assert_eq!(passages(&document)[0].heading_path, ["Fees"]);
}

#[test]
fn small_neighbours_are_joined() {
    let document = document("One.\n\nTwo.\n\n- three\n- four\n\n> Five.\n");
    assert_eq!(
        texts(&document, &passages(&document)),
        ["One.\n\nTwo.\n\n• three\n• four\n\nFive."]
    );
}

#[test]
fn a_long_paragraph_is_cut_between_sentences() {
    let document = document(&prose(60));
    let passages = passages(&document);
    let words: Vec<usize> = passages
        .iter()
        .map(|passage| passage.text(&document).split_whitespace().count())
        .collect();
    assert_eq!(words.iter().sum::<usize>(), 600);
    assert!(
        words
            .iter()
            .all(|words| (MIN_WORDS..=MAX_WORDS).contains(words)),
        "{words:?}"
    );
    assert!(
        passages
            .iter()
            .all(|passage| passage.text(&document).starts_with("Sentence"))
    );
}

#[test]
fn a_cut_prefers_the_end_of_a_paragraph() {
    let document = document(&format!("{}\n\n{}", prose(15), prose(15)));
    assert_eq!(passages(&document).len(), 2);
    assert_eq!(passages(&document)[1].text(&document), prose(15).trim());
}

#[test]
fn a_list_stays_with_its_lead_in() {
    let items = (0..9)
        .map(|i| format!("- item {i} with enough words to fill up a line here\n"))
        .collect::<Vec<_>>()
        .concat();
    let document = document(&format!(
        "{}\n\nBefore this. To pay a bill:\n\n{items}",
        prose(12)
    ));
    let passages = passages(&document);
    assert_eq!(passages.len(), 2);
    assert_eq!(passages[0].text(&document), prose(12).trim());
    let units = units(&document, &passages[1]);
    assert_eq!(units[1], (UnitKind::Sentence, true, "To pay a bill:"));
    assert_eq!(
        units[2],
        (
            UnitKind::Item { depth: 1 },
            false,
            "• item 0 with enough words to fill up a line here"
        )
    );
    assert_eq!(units.len(), 11);
}

#[test]
fn a_list_that_does_not_fit_keeps_its_lead_in_known() {
    let items = (0..40)
        .map(|i| format!("1. item {i} with enough words to fill up a line here\n"))
        .collect::<Vec<_>>()
        .concat();
    let document = document(&format!("# T\n\nTo pay a bill:\n\n{items}"));
    let passages = passages(&document);
    assert!(passages.len() > 1);
    assert_eq!(passages[0].lead_in, None);
    let second = passages[1].index_text(&document);
    assert!(second.starts_with("T\nTo pay a bill:\n"), "{second}");
    assert!(
        passages
            .iter()
            .flat_map(|passage| &passage.units)
            .all(|unit| unit.leads_in || unit.kind == UnitKind::Item { depth: 1 })
    );
}

#[test]
fn an_item_is_one_unit_with_all_its_paragraphs() {
    let document =
        document("1. Open it.\n\n   Wait here. Then go.\n2. Choose one:\n   - red\n   - blue\n");
    assert_eq!(
        units(&document, &passages(&document)[0]),
        [
            (
                UnitKind::Item { depth: 1 },
                false,
                "1. Open it.\n  Wait here. Then go."
            ),
            (UnitKind::Item { depth: 1 }, true, "2. Choose one:"),
            (UnitKind::Item { depth: 2 }, false, "• red"),
            (UnitKind::Item { depth: 2 }, false, "• blue"),
        ]
    );
}

#[test]
fn a_table_is_cut_between_rows_and_its_header_stays_known() {
    let rows = (0..60)
        .map(|i| format!("| row {i} | a value of some seven words here | x |\n"))
        .collect::<Vec<_>>()
        .concat();
    let document = document(&format!(
        "# T\n\nThe fees are:\n\n| Name | Value | Mark |\n|-|-|-|\n{rows}"
    ));
    let passages = passages(&document);
    assert!(passages.len() > 2);
    assert_eq!(passages[0].table_header, None);
    for passage in &passages[1..] {
        let header = passage.table_header.clone().expect("known");
        assert_eq!(&document.text[header], "Name | Value | Mark");
        assert!(passage.units.iter().all(|unit| unit.kind == UnitKind::Row));
        assert!(
            passage
                .index_text(&document)
                .starts_with("T\nThe fees are:\nName | Value | Mark\nrow ")
        );
    }
    let all: usize = passages
        .iter()
        .flat_map(|passage| &passage.units)
        .filter(|unit| unit.kind == UnitKind::Row)
        .count();
    assert_eq!(all, 60);
}

#[test]
fn the_header_of_one_table_is_not_that_of_the_next() {
    let rows = (0..60)
        .map(|i| format!("| row {i} | a value of some seven words here |\n"))
        .collect::<Vec<_>>()
        .concat();
    let document = document(&format!("|A|B|\n|-|-|\n|1|2|\n\n| | |\n|-|-|\n{rows}"));
    assert!(
        passages(&document)
            .iter()
            .all(|passage| passage.table_header.is_none())
    );
}

#[test]
fn a_term_is_quoted_with_its_meaning() {
    let document = document("**APR**  \nThe yearly cost. It includes fees.\n");
    assert_eq!(
        units(&document, &passages(&document)[0]),
        [
            (UnitKind::Definition, false, "APR\nThe yearly cost."),
            (UnitKind::Sentence, false, "It includes fees.")
        ]
    );
}

#[test]
fn an_empty_heading_is_dropped_and_a_statement_is_kept() {
    let document = document("# T\n\n## Empty\n\n## Call us on 0800 100 200.\n\n## Full\n\nText.\n");
    let passages = passages(&document);
    assert_eq!(
        texts(&document, &passages),
        ["Call us on 0800 100 200.", "Text."]
    );
    assert_eq!(passages[1].heading_path, ["Full"]);
}

#[test]
fn a_document_of_headings_is_still_found() {
    let document = document("# Only\n\n## Headings\n");
    assert_eq!(texts(&document, &passages(&document)), ["Only\n\nHeadings"]);
}

#[test]
fn what_cannot_be_quoted_whole_is_cut() {
    let line = document(&"word ".repeat(400_000));
    let cut = passages(&line);
    assert!(cut.len() > 1_000);
    assert!(
        cut.iter()
            .all(|passage| passage.text(&line).split_whitespace().count() <= MAX_WORDS)
    );
    let unbroken = document(&"x".repeat(2_000_000));
    assert!(
        passages(&unbroken)
            .iter()
            .all(|passage| passage.range.len() < 10_000)
    );
    let code = document(&format!("```\n{}```\n", "let x = 1;\n".repeat(500)));
    assert!(
        passages(&code)
            .iter()
            .all(|passage| passage.text(&code).ends_with("let x = 1;"))
    );
    let item = document(&format!("- {}\n", prose(50)));
    assert!(passages(&item).len() > 1);
}

#[test]
fn random_documents_are_divided_without_loss() {
    let mut random = Random::new(11);
    for _ in 0..300 {
        let source = random.document();
        for media in [MediaType::Markdown, MediaType::Html, MediaType::PlainText] {
            if let Ok(document) = read(source.as_bytes(), media, "r") {
                assert!(!passages(&document).is_empty(), "{source:?}");
            }
        }
    }
}
