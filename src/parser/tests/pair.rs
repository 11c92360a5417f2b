use super::*;

const fn heading(level: u8) -> BlockKind {
    BlockKind::Heading { level }
}

const PARAGRAPH: BlockKind = BlockKind::Paragraph;

/// Three pairs below a title, however they are written.
#[track_caller]
fn assert_pairs(document: &Document) {
    let wanted = [
        (heading(1), "Bakery"),
        (heading(2), "When is the bread warm?"),
        (PARAGRAPH, "At six, and again at noon."),
        (heading(2), "Do you bake without gluten?"),
        (PARAGRAPH, "On Thursdays, in an oven of its own."),
        (heading(2), "Where may bicycles stand?"),
        (PARAGRAPH, "Behind the house, under the roof."),
    ];
    assert_eq!(blocks(document), wanted, "{}", document.text);
}

/// The same pairs: `before`, question, `between`, answer, `after`.
fn written(before: &str, between: &str, after: &str) -> String {
    [
        ["When is the bread warm?", "At six, and again at noon."],
        [
            "Do you bake without gluten?",
            "On Thursdays, in an oven of its own.",
        ],
        [
            "Where may bicycles stand?",
            "Behind the house, under the roof.",
        ],
    ]
    .map(|[question, answer]| format!("{before}{question}{between}{answer}{after}"))
    .concat()
}

#[test]
fn pairs_of_markdown_are_headings_and_answers() {
    for (before, between, after) in [
        ("**", "**\n\n", "\n\n"),
        ("__", "__  \n", "\n\n"),
        ("**", "**\n", "\n\n"),
        ("**", "** ", "\n\n"),
        ("***", "***\n\n", "\n\n"),
        ("<b>", "</b>\n\n", "\n\n"),
        ("**Q: ", "**\n\n", "\n\n"),
        ("**Q:** ", "\n\n**A:** ", "\n\n"),
        ("**Q:** ", "  \n**A:** ", "\n\n"),
        ("**Q**: ", "  \n**A**: ", "\n\n"),
        ("Q: ", "\nA: ", "\n\n"),
        ("Q. ", "\nA. ", "\n\n"),
        ("Question: ", "\n\nAnswer: ", "\n\n"),
        ("F: ", "\n\nA: ", "\n\n"),
        ("**Frage:** ", "\n\n**Antwort:** ", "\n\n"),
        ("Q: ", " A: ", "\n\n"),
        ("Q: ", "\nA: ", "\n"),
        ("## Q: ", "\n\nA: ", "\n\n"),
        ("", "\n\n", "\n\n"),
        ("", "\n", "\n\n"),
        ("- **", "**\n\n  ", "\n"),
        ("- **", "**<br>", "\n"),
        ("- ", "\n\n  ", "\n"),
        ("- ", "  \n  ", "\n"),
        ("- Q: ", "\n- A: ", "\n"),
        ("<details><summary>", "</summary>\n\n", "\n\n</details>\n\n"),
    ] {
        let pairs = written(before, between, after);
        assert_pairs(&read_markdown(&format!("# Bakery\n\n{pairs}")));
    }
}

#[test]
fn pairs_of_html_are_headings_and_answers() {
    for (before, between, after) in [
        ("<p><strong>", "</strong></p><p>", "</p>"),
        ("<p><b>", "</b><br>", "</p>"),
        ("<p><b>", "</b> ", "</p>"),
        ("<strong><p>", "</p></strong><p>", "</p>"),
        ("<div class=question>", "</div><div class=answer>", "</div>"),
        ("<div><div>", "</div><div><p>", "</p></div></div>"),
        ("<div><b>Q:</b> ", "</div><div><b>A:</b> ", "</div>"),
        ("<dl><dt>", "</dt><dd>", "</dd></dl>"),
        ("<details><summary>", "</summary><p>", "</p></details>"),
        ("<ul><li><b>", "</b><p>", "</p></ul>"),
        ("<ul><li>", "<br>", "</ul>"),
        ("<p>Q: ", "<br>A: ", "</p>"),
    ] {
        let pairs = written(before, between, after);
        assert_pairs(&read_html(&format!("<main><h1>Bakery</h1>{pairs}</main>")));
    }
}

#[test]
fn pairs_of_plain_text_are_headings_and_answers() {
    for (before, between, after) in [
        ("Q: ", "\nA: ", "\n\n"),
        ("Q: ", "\n\nA: ", "\n\n"),
        ("Q1: ", "\nA1: ", "\n"),
        ("Q.\n", "\nA.\n", "\n\n"),
        ("Question: ", "\nAnswer: ", "\n\n"),
        ("Frage:\n", "\nAntwort:\n", "\n\n"),
        ("", "\n\n", "\n\n"),
        ("", "\n", "\n\n"),
        ("", "\n", "\n"),
        ("* ", "\n  ", "\n"),
    ] {
        let pairs = written(before, between, after);
        assert_pairs(&read_plain(&format!("Bakery\n======\n\n{pairs}")));
    }
}

#[test]
fn a_numbered_question_keeps_its_number() {
    let wanted = [
        (heading(2), "1. May I smoke?"),
        (PARAGRAPH, "Outside, yes."),
        (heading(2), "2. May I sing?"),
        (PARAGRAPH, "Of course."),
    ];
    for source in [
        "1. May I smoke?\n\nOutside, yes.\n\n2. May I sing?\n\nOf course.\n",
        "1. May I smoke?\n\n   Outside, yes.\n2. May I sing?\n\n   Of course.\n",
        "1. **May I smoke?**<br>Outside, yes.\n2. **May I sing?**<br>Of course.\n",
    ] {
        assert_eq!(blocks(&read_markdown(source)), wanted, "{source}");
    }
    let page = "<p>1. May I smoke?</p><p>Outside, yes.</p><p>2. May I sing?</p><p>Of course.</p>";
    assert_eq!(blocks(&read_html(page)), wanted);
}

#[test]
fn a_question_lies_one_level_below_its_heading() {
    let document = read_markdown(
        "# Stable\n\n**May I ride?**\n\nYes.\n\n### Feed\n\n**Which hay?**\n\nOurs.\n\n- the dry one\n\n###### Deep\n\n**How deep?**\n\nSix.\n",
    );
    let headings: Vec<_> = blocks(&document)
        .into_iter()
        .filter(|(kind, _)| matches!(kind, BlockKind::Heading { .. }))
        .collect();
    assert_eq!(
        headings,
        [
            (heading(1), "Stable"),
            (heading(2), "May I ride?"),
            (heading(3), "Feed"),
            (heading(4), "Which hay?"),
            (heading(6), "Deep"),
            (heading(6), "How deep?"),
        ]
    );
}

#[test]
fn what_is_asked_together_is_answered_together() {
    let document = read_markdown("**Is it safe?**\n\n**Is it legal?**\n\nBoth.\n");
    assert_eq!(
        blocks(&document),
        [
            (heading(2), "Is it safe? Is it legal?"),
            (PARAGRAPH, "Both.")
        ]
    );
}

#[test]
fn rhetorical_questions_stay_in_their_prose() {
    for source in [
        "Why do we do this?\n\nBecause we like it. It is good.\n",
        "We bake. Why do we do this? Because we like it. And who eats it? You do.\n",
        "- Is it on? Then press the button.\n- Is it off? Then call us.\n",
        "1. **Is it on?** Press the button.\n2. **Is it off?** Call us.\n",
        "- **What does it cost?**\n- **How long does it take?**\n\nAn overview of our shop.\n",
        "**Any questions left?**\n",
        "F. Scott wrote this.\n\nA. Miller wrote that.\n",
        "A: the first platform\n\nB: the second platform\n",
        "> **Who said it?**\n>\n> Nobody.\n",
    ] {
        let document = read_markdown(source);
        assert!(
            !document
                .blocks
                .iter()
                .any(|block| matches!(block.kind, BlockKind::Heading { .. })),
            "{source}"
        );
    }
}

#[test]
fn a_table_of_contents_stays_one() {
    let document = read_html(
        "<h1>Ferry</h1><p>May I bring a dog?</p><p>May I bring a cat?</p><p>May I bring a cow?</p><p>May I bring a dog?</p><p>Yes, on a leash.</p><p>May I bring a cat?</p><p>In a basket.</p>",
    );
    let kinds: Vec<BlockKind> = document.blocks.iter().map(|block| block.kind).collect();
    let p = PARAGRAPH;
    assert_eq!(kinds, [heading(1), p, p, p, heading(2), p, heading(2), p]);
}

#[test]
fn one_bold_question_with_its_answer_beside_it_is_a_definition() {
    let document = read_markdown("**Lost your key?** Ring at the gate.\n\nWe open at nine.\n");
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Definition, "Lost your key?\nRing at the gate."),
            (PARAGRAPH, "We open at nine."),
        ]
    );
    // Nothing else can belong to it.
    let document = read_markdown("We open at nine.\n\n**Lost your key?** Ring at the gate.\n");
    assert_eq!(blocks(&document)[1], (heading(2), "Lost your key?"));
}

#[test]
fn what_follows_a_list_of_terms_belongs_to_the_heading_above() {
    let source = "# Mill\n\n<details><summary>Is it open?</summary>\n\nOn Mondays.\n\n</details>\n\nThe mill is old.\n";
    let document = read_markdown(source);
    assert_eq!(document.ends, [SectionEnd { block: 3, level: 2 }]);
    let page = "<h1>Mill</h1><dl><dt>Is it open?</dt><dd>On Mondays.<ul><li>all day</ul></dd><dt>Wheel</dt><dd>It turns.</dd></dl><p>The mill is old.</p>";
    let document = read_html(page);
    assert_eq!(
        blocks(&document)[1..4],
        [
            (heading(2), "Is it open?"),
            (PARAGRAPH, "On Mondays."),
            (bullet(1), "• all day")
        ]
    );
    assert_eq!(document.ends, [SectionEnd { block: 5, level: 2 }]);
    let list = read_markdown("- **Is it open?**\n\n  On Mondays.\n- the wheel\n");
    assert_eq!(list.ends, [SectionEnd { block: 2, level: 2 }]);
}

#[test]
fn no_word_of_a_list_is_lost() {
    const PARTS: [&str; 21] = [
        "**Why is it so?**",
        "Why is it so?",
        "\n\n",
        "\n",
        "- ",
        "1. ",
        "Q: ",
        "A: ",
        "A word. ",
        "It is. ",
        "  \n",
        "<br>",
        "<dt>",
        "<dd>",
        "<details><summary>",
        "</details>",
        "# ",
        "    ",
        "Who? ",
        "**",
        "> ",
    ];
    let mut random = Random::new(7);
    for _ in 0..2_000 {
        let source: String = (0..12).map(|_| PARTS[random.below(PARTS.len())]).collect();
        for media in [MediaType::Markdown, MediaType::Html, MediaType::PlainText] {
            let Ok(document) = read(source.as_bytes(), media, "test") else {
                continue;
            };
            let document = checked(document);
            for word in ["word.", "is.", "Why", "Who?"] {
                let (wanted, found) = (source.matches(word), document.text.matches(word));
                assert_eq!(
                    found.count(),
                    wanted.count(),
                    "{source:?}\n{}",
                    document.text
                );
            }
        }
    }
}
