use std::sync::Arc;

use super::reading::pieces;
use super::view::answer as answer_view;
use crate::parser::{Block, Document, MediaType, read};

impl pieces::Source for Arc<Document> {
    fn text(&self) -> &str {
        &self.text
    }

    fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    fn title(&self) -> &str {
        &self.title
    }
}

fn pieces(markdown: &str, quote: &str) -> Vec<String> {
    let document = read(markdown.as_bytes(), MediaType::Markdown, "a.md").unwrap();
    let at = document.text.find(quote).unwrap();
    pieces::Pieces::new(Arc::new(document), at..at + quote.len()).collect()
}

fn rendered(markdown: &str, quote: &str) -> String {
    pieces(markdown, quote).concat()
}

#[test]
fn a_long_document_is_made_in_pieces_and_nothing_is_lost_between_them() {
    let paragraph = "é & ".repeat(50_000);
    let markdown = format!(
        "# T\n\n{paragraph}\n\n1. one\n\n{}",
        "word here.\n\n".repeat(9_000)
    );
    let pieces = pieces(&markdown, "one");
    assert!(pieces.len() > 10);
    assert!(
        pieces.iter().all(|piece| piece.len() < 300 * 1024),
        "escaped, a piece is larger"
    );
    let html = pieces.concat();
    assert_eq!(
        html.matches("é &#38; ").count() + html.matches("é &#38;<").count(),
        50_000
    );
    assert_eq!(html.matches("<p>word here.</p>").count(), 9_000);
    assert!(html.contains("<mark id=\"quote\">one</mark>"));
}

#[test]
fn the_quoted_sentence_is_marked_and_nothing_else() {
    let html = rendered(
        "# Fees\n\nIt is free. It costs £5. It is <b>so</b>.",
        "It costs £5.",
    );
    assert_eq!(
        html.trim(),
        "<p>It is free. <mark id=\"quote\">It costs £5.</mark> It is so.</p>"
    );
}

#[test]
fn a_quote_over_two_paragraphs_is_marked_in_both() {
    let html = rendered("# T\n\nOne two.\n\nThree four.", "two.\n\nThree");
    assert_eq!(html.matches("<mark").count(), 2);
    assert_eq!(html.matches("id=\"quote\"").count(), 1);
}

#[test]
fn text_never_becomes_a_tag() {
    let html = rendered("# T\n\n`<script>alert(1)</script>` & \"more\"", "alert");
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("&#60;script&#62;"), "{html}");
}

#[test]
fn nested_lists_and_tables_are_closed() {
    let html = rendered(
        "# T\n\n1. one\n   - inner\n2. two\n\n| A | B |\n|---|---|\n| x | y |\n\nend",
        "y",
    );
    for tag in ["ol", "ul", "li", "table", "tr", "td", "th", "p"] {
        let open =
            html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(
            open,
            html.matches(&format!("</{tag}>")).count(),
            "{tag} in {html}"
        );
    }
    assert!(
        html.contains("<tr id=\"quote\" class=\"quoted\"><td>x</td><td>y</td></tr>"),
        "{html}"
    );
}

#[test]
fn a_row_keeps_its_empty_cells() {
    assert_eq!(answer_view::cells("| Joint | Sole"), ["", "Joint", "Sole"]);
    assert_eq!(answer_view::cells("Fee |  | 5 |"), ["Fee", "", "5", ""]);
    assert_eq!(answer_view::cells("a | b"), ["a", "b"]);
}

#[test]
fn a_place_outside_of_the_text_is_empty() {
    assert_eq!(pieces::quoted_range("aé", 1, 2), 1..3);
    assert_eq!(pieces::quoted_range("aé", 5, 9), 3..3);
    assert_eq!(pieces::quoted_range("aé", 2, 1), 0..0);
}
