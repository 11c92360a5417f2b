use super::*;

#[test]
fn wrapped_lines_join_and_blank_lines_divide() {
    let document = read_plain(
        "This paragraph was wrapped by its author at some width,\nand it goes on here until it ends.\n\nA self-\nmanaged one.\n",
    );
    assert_eq!(
        document.text,
        "This paragraph was wrapped by its author at some width, and it goes on here until it ends.\n\nA self-managed one."
    );
}

#[test]
fn lines_ended_on_purpose_stay_lines() {
    assert_eq!(
        read_plain("Anchor House\n1 High Street\nPortsmouth\n").text,
        "Anchor House\n1 High Street\nPortsmouth"
    );
}

#[test]
fn headings_are_underlined_capital_or_numbered() {
    let body = "Here is a paragraph that has more than nine words in it.";
    let document = read_plain(&format!(
        "The Guide\n=========\nIntro text.\n\nPart\n----\n\nOPENING HOURS\n\n{body}\n\n2.1 Fees\n\n{body}\n\n3. Contact\n\n{body}\n"
    ));
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Heading { level: 1 }, "The Guide"),
            (BlockKind::Paragraph, "Intro text."),
            (BlockKind::Heading { level: 2 }, "Part"),
            (BlockKind::Heading { level: 2 }, "OPENING HOURS"),
            (BlockKind::Paragraph, body),
            (BlockKind::Heading { level: 3 }, "2.1 Fees"),
            (BlockKind::Paragraph, body),
            (BlockKind::Heading { level: 2 }, "3. Contact"),
            (BlockKind::Paragraph, body),
        ]
    );
    assert_eq!(document.title, "The Guide");
}

#[test]
fn what_only_resembles_a_heading_is_none() {
    let document =
        read_plain("WARNING: HOT.\n\n1. Open the lid\n\n2. Close the lid\n\n42\n\nEND OF FILE\n");
    assert!(
        document
            .blocks
            .iter()
            .all(|block| !matches!(block.kind, BlockKind::Heading { .. })),
        "{:?}",
        document.blocks
    );
}

#[test]
fn items_are_found_and_nest_by_indentation() {
    let document = read_plain(
        "You need:\n- a pen that is blue and that writes well on paper\n  and on card\n  * spare ink\n- paper\n\n1) first\n2) second\n",
    );
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Paragraph, "You need:"),
            (
                bullet(1),
                "• a pen that is blue and that writes well on paper and on card"
            ),
            (bullet(2), "• spare ink"),
            (bullet(1), "• paper"),
            (numbered(1, 1), "1. first"),
            (numbered(1, 2), "2. second"),
        ]
    );
}

#[test]
fn a_number_at_the_start_of_a_wrapped_line_is_no_item() {
    let document = read_plain(
        "The branch in the High Street will be closed until the\n12. May and opens again after that.\n",
    );
    assert_eq!(document.blocks.len(), 1);
}

#[test]
fn drawn_columns_are_kept() {
    let document = read_plain("Day      Open\nMonday   9-17\nTuesday  9-17\n");
    assert_eq!(
        blocks(&document),
        [(
            BlockKind::Code,
            "Day      Open\nMonday   9-17\nTuesday  9-17"
        )]
    );
}

#[test]
fn a_line_of_two_megabytes_is_one_paragraph() {
    let document = read_plain(&"a word ".repeat(300_000));
    assert_eq!(document.blocks.len(), 1);
    assert_eq!(document.text.len(), 2_099_999);
}

#[test]
fn a_paragraph_of_endless_lines_is_read_in_parts() {
    let document = read_plain(&"A\n".repeat(25_000));
    assert_eq!(document.blocks.len(), 3);
    assert_eq!(document.text.split_whitespace().count(), 25_000);
    assert_eq!(notes(&document), ["2 very long blocks read in parts"]);
}

#[test]
fn notes_between_steps_keep_their_numbers() {
    let document = read_plain(
        "1. Open the lid of the machine\n\n   Wait until the green lamp is on, which may take a minute or two.\n\n   - or longer\n\n2. Close it\n",
    );
    assert_eq!(
        blocks(&document),
        [
            (numbered(1, 1), "1. Open the lid of the machine"),
            (
                BlockKind::Paragraph,
                "Wait until the green lamp is on, which may take a minute or two."
            ),
            (bullet(2), "• or longer"),
            (numbered(1, 2), "2. Close it"),
        ]
    );
}
