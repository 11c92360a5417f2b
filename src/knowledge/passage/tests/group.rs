use super::*;

/// `count` numbered steps of twelve words, what stands after each among them.
fn steps(count: usize, between: &str) -> String {
    (1..=count)
        .map(|i| {
            format!("{i}. Step number {i} has in all exactly eleven words to read.\n{between}")
        })
        .collect::<Vec<_>>()
        .concat()
}

fn rows(count: usize) -> String {
    let row = |i| {
        format!(
            "| row {i} | a value that takes up some room, {} | x |\n",
            "word ".repeat(12)
        )
    };
    let rows: String = (0..count).map(row).collect();
    format!("| Name | Value | Mark |\n|-|-|-|\n{rows}")
}

/// How many passages hold one of `parts`.
#[track_caller]
fn holding(source: &str, part: &str) -> usize {
    let document = document(source);
    let passages = passages(&document);
    let texts = texts(&document, &passages);
    texts.iter().filter(|text| text.contains(part)).count()
}

#[test]
fn a_procedure_lies_in_one_passage() {
    for between in [
        "",
        "   - with a thing\n",
        "\n   ```sh\n   make it\n   ```\n",
        "\n   > **Note**\n   > Be careful with it.\n\n   And go on.\n\n",
        "\n```sh\nmake it\n```\n\n",
        "\nA note that is not indented.\n\n",
        "\n   | A | B |\n   |-|-|\n   | 1 | 2 |\n\n",
    ] {
        let source = format!(
            "{}\n\nTo make it:\n\n{}\n\n{}",
            prose(20),
            steps(16, between),
            prose(20)
        );
        assert_eq!(holding(&source, "Step number"), 1, "{between:?}");
        let document = document(&source);
        let passages = passages(&document);
        let procedure = passages
            .iter()
            .find(|passage| passage.text(&document).contains("Step"))
            .expect("one");
        let text = procedure.text(&document);
        assert!(text.starts_with("To make it:"), "{text}");
        let numbers: Vec<_> = units(&document, procedure)
            .iter()
            .filter(|(kind, _, text)| {
                *kind == UnitKind::Item { depth: 1 } && text.contains("Step number")
            })
            .map(|(_, _, text)| {
                text.split_once('.')
                    .map_or("", |(number, _)| number)
                    .to_owned()
            })
            .collect();
        let wanted: Vec<String> = (1..=16).map(|i: usize| i.to_string()).collect();
        assert_eq!(numbers, wanted, "{between:?}");
    }
}

#[test]
fn a_very_long_procedure_is_divided() {
    let document = document(&steps(60, ""));
    let is_short =
        |passage: &Passage| passage.text(&document).split_whitespace().count() <= MAX_WORDS;
    assert!(passages(&document).iter().all(is_short));
    assert!(holding(&steps(60, ""), "Step number") > 2);
}

#[test]
fn a_short_text_around_a_procedure_stays_with_it() {
    let source = format!("A word before.\n\n{}\n\nA word after.\n", steps(25, ""));
    let document = document(&source);
    assert_eq!(passages(&document).len(), 1);
}

#[test]
fn two_lists_in_a_row_are_two() {
    let source = format!("{}\n\nThe other:\n\n{}", steps(16, ""), steps(16, ""));
    let document = document(&source);
    let passages = passages(&document);
    assert_eq!(passages.len(), 2);
    assert!(passages[1].text(&document).starts_with("The other:"));
}

#[test]
fn a_small_table_lies_in_one_passage() {
    let small = format!(
        "{}\n\nThe values are:\n\n{}\n\n{}",
        prose(15),
        rows(12),
        prose(15)
    );
    assert_eq!(holding(&small, "row "), 1);
    assert!(holding(&rows(14), "row ") > 1);
}
