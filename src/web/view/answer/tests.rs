use askama::Template;

use super::*;
use crate::answer::{Layout, Omission, OmissionKind, Part, Source};

#[derive(Template)]
#[template(path = "part/answer.html", config = "assets/askama.toml")]
struct Shown {
    answer: AnswerView,
}

fn part(layout: Layout, text: &str, citation: usize) -> Part {
    Part {
        layout,
        text: text.to_owned(),
        table_header: None,
        citation: Some(citation),
        folded: false,
        omitted: None,
    }
}

fn folded(part: Part) -> Part {
    Part {
        folded: true,
        ..part
    }
}

fn row(text: &str, citation: usize) -> Part {
    part(Layout::Row, text, citation)
}

/// The first row that is shown of a table.
fn first_row(text: &str, citation: usize) -> Part {
    Part {
        table_header: Some("Account | Rate".to_owned()),
        ..row(text, citation)
    }
}

fn answer(parts: Vec<Part>) -> Answer {
    let most = parts.iter().filter_map(|part| part.citation).max();
    let citations = (1..=most.unwrap_or(0)).map(|number| Citation {
        number,
        quote: "quoted".to_owned(),
        source: Some(Source {
            document: "0123456789abcdefghjk".parse().unwrap(),
            path: "rates.md".to_owned(),
            title: "Rates".to_owned(),
            heading_path: vec!["Savings".to_owned()],
            start: number as u64,
            end: 99,
        }),
    });
    Answer {
        citations: citations.collect(),
        parts,
        ..Answer::new(Verdict::Answered, 1.0)
    }
}

/// As HTML, without what only the eye needs.
fn shown(answer: &Answer) -> String {
    let answer = AnswerView::new(answer, "/help/main/documents");
    let html = Shown { answer }.render().unwrap();
    html.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many marks there are, and before what each stands.
fn marks(html: &str) -> Vec<String> {
    let mark = "</a>";
    html.split("class=\"cite\"")
        .skip(1)
        .map(|after| {
            let (_, after) = after.split_once(mark).unwrap();
            after.trim_start().split('>').next().unwrap().to_owned() + ">"
        })
        .collect()
}

#[test]
fn what_is_folded_stands_under_a_line_that_says_how_much_it_is() {
    let html = shown(&answer(vec![
        part(Layout::Sentences, "These are the rates:", 1),
        first_row("One | 1 %", 1),
        row("Two | 2 %", 1),
        folded(row("Three | 3 %", 1)),
        folded(row("Four | 4 %", 1)),
    ]));
    let (read, fold) = html.split_once("<details").unwrap();
    assert!(read.contains("Two") && !read.contains("Three"), "{read}");
    assert!(fold.contains("<summary>Show the rest (2 more rows)</summary>"));
    assert!(
        fold.contains("Four") && fold.ends_with("</details>"),
        "{fold}"
    );
    assert!(fold.contains("<thead class=\"visually-hidden\">"), "{fold}");
    // It stands once, where it can be seen.
    assert_eq!(marks(&html), ["</td>"]);
    assert!(read.contains("cite"));

    let html = shown(&answer(vec![
        part(Layout::Item, "1. Go.", 1),
        folded(part(Layout::Item, "2. Stop.", 1)),
    ]));
    assert!(html.contains("Show the rest (1 more step)"), "{html}");
    let html = shown(&answer(vec![
        part(Layout::Sentences, "It is so.", 1),
        folded(part(Layout::Sentences, "Because of that.", 1)),
    ]));
    assert!(html.contains("<summary>Show more</summary>"), "{html}");
    let html = shown(&answer(vec![
        part(Layout::Sentences, "You need:", 1),
        folded(part(Layout::Item, "• a pen", 1)),
        folded(part(Layout::Item, "• paper", 1)),
    ]));
    assert!(html.contains("Show 2 points"), "{html}");
}

#[test]
fn a_fold_says_which_other_page_it_is_from() {
    let mut answer = answer(vec![
        part(Layout::Sentences, "It is so.", 1),
        folded(part(Layout::Sentences, "Because of that.", 1)),
        folded(part(Layout::Sentences, "It may be so.", 2)),
    ]);
    let other = answer.citations[1].source.as_mut().unwrap();
    other.document = "zyxwvtsrqpnmkjhgfedc".parse().unwrap();
    other.title = "Fees".to_owned();
    let html = shown(&answer);
    let folds: Vec<&str> = html.split("<summary>").skip(1).collect();
    assert!(folds[0].starts_with("Show more"), "{html}");
    assert!(folds[1].starts_with("Show what “Fees” says"), "{html}");
    assert!(folds[1].contains("It may be so."), "{html}");
}

#[test]
fn a_header_is_read_at_once_where_the_first_row_is_folded() {
    let html = shown(&answer(vec![
        folded(first_row("One | 1 %", 1)),
        row("Two | 2 %", 1),
        folded(row("Three | 3 %", 1)),
    ]));
    let (fold, rest) = html.split_once("</details>").unwrap();
    assert!(fold.contains("<thead>"), "{fold}");
    let (read, fold) = rest.split_once("<details").unwrap();
    assert!(read.contains("<thead>") && read.contains("Two"), "{read}");
    assert!(fold.contains("<thead class=\"visually-hidden\">"), "{fold}");
}

#[test]
fn a_table_of_several_citations_is_one_table() {
    let html = shown(&answer(vec![
        first_row("One | 1 %", 1),
        row("Four | 4 %", 2),
        row("Seven | 7 %", 3),
    ]));
    assert_eq!(html.matches("<table>").count(), 1, "{html}");
    assert_eq!(marks(&html), ["</td>"; 3]);
    // Another table is another.
    let html = shown(&answer(vec![first_row("a | b", 1), first_row("c | d", 2)]));
    assert_eq!(html.matches("<table>").count(), 2, "{html}");
}

#[test]
fn a_mark_stands_once_at_the_end_of_what_it_is_for() {
    let html = shown(&answer(vec![
        part(Layout::Sentences, "You need:", 1),
        part(Layout::Item, "• a pen", 1),
        part(Layout::Item, "• paper", 1),
        part(Layout::Code, "write()", 2),
    ]));
    assert_eq!(marks(&html), ["</li>", "</pre>"]);
}

#[test]
fn what_is_left_out_is_said_with_a_way_to_it() {
    let omitted = |part: Part| Part {
        omitted: Some(Omission {
            kind: OmissionKind::Rows,
            shown: 2,
            of: 7,
        }),
        ..part
    };
    let rows = vec![first_row("One | 1 %", 1), omitted(row("Two | 2 %", 1))];
    let mut answer_of = answer(rows);
    let html = shown(&answer_of);
    let said = "<p class=\"omitted\">2 of 7 rows shown. <a class=\"to-whole\" href=\"/help/main/documents/0123456789abcdefghjk?from=1&#38;to=99#quote\"";
    assert!(html.contains(said), "{html}");
    answer_of.citations[0].source = None;
    let html = shown(&answer_of);
    assert!(html.contains("2 of 7 rows shown.</p>"), "{html}");

    // It is not hidden in a fold, which then does not promise all of it.
    let rows = vec![
        first_row("One | 1 %", 1),
        folded(omitted(row("Two | 2 %", 1))),
    ];
    let html = shown(&answer(rows));
    let (fold, below) = html.split_once("</details>").unwrap();
    assert!(
        fold.contains("<summary>Show 1 more row</summary>"),
        "{fold}"
    );
    assert!(below.contains("2 of 7 rows shown"), "{below}");
}

#[test]
fn the_mark_of_an_approved_answer_stands_in_its_last_line() {
    let mut fixed = answer(vec![part(
        Layout::Sentences,
        "It is **free**.\n\n- here\n- there",
        1,
    )]);
    fixed.approved = Some("0123456789abcdefghjk".parse().unwrap());
    assert_eq!(marks(&shown(&fixed)), ["</li>"]);
    fixed.parts[0].text = "| a | b |\n|---|---|\n| 1 | 2 |".to_owned();
    assert_eq!(marks(&shown(&fixed)), ["</div>"]);
}
