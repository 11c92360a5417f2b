use super::*;

#[test]
fn blocks_read_as_plain_text() {
    let document = read_markdown(
        "# Fees<a name=\"fees\"></a>\n\nA **bold** fee\\. See [the *table*](t.md).\n\n- one\n- two\n  1. inner\n\n> quoted\n\n```sh\nls \\\n\t-l\n```\n\n| A | B |\n|---|---|\n| 1 | x \\| y |\n",
    );
    assert_eq!(document.title, "Fees");
    assert_eq!(
        document.text,
        "Fees\n\nA bold fee. See the table.\n\n• one\n• two\n  1. inner\n\nquoted\n\nls \\\n\t-l\n\nA | B\n1 | x | y"
    );
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Heading { level: 1 }, "Fees"),
            (BlockKind::Paragraph, "A bold fee. See the table."),
            (bullet(1), "• one"),
            (bullet(1), "• two"),
            (numbered(2, 1), "1. inner"),
            (BlockKind::Quote, "quoted"),
            (BlockKind::Code, "ls \\\n\t-l"),
            (BlockKind::TableHeader, "A | B"),
            (HEADED, "1 | x | y"),
        ]
    );
}

#[test]
fn the_title_comes_from_front_matter_then_the_first_top_heading_then_the_text() {
    let title = |source: &str| read_markdown(source).title;
    assert_eq!(
        title("---\nlayout: page\ntitle: \"Opening \\\"hours\\\"\"\n---\n# Other\n"),
        "Opening \"hours\""
    );
    assert_eq!(title("---\ntitle: 'It''s open' \n...\ntext"), "It's open");
    assert_eq!(
        title("---\ntitle: >\n  Long\n  title\nx: y\n---\ntext"),
        "Long title"
    );
    assert_eq!(title("+++\ntitle = \"Toml\"\n+++\ntext"), "Toml");
    assert_eq!(
        title("---\nauthor:\n  title: Dr.\n---\n## Second\n\n# First\n"),
        "First"
    );
    assert_eq!(title("just text"), "just text");
}

#[test]
fn front_matter_is_stripped_and_a_rule_is_not_front_matter() {
    assert_eq!(
        read_markdown("---\ntags: [a, b]\n---\nBody.\n").text,
        "Body."
    );
    assert_eq!(
        read_markdown("---\n\nOnly a rule.\n\n---\n\nBody.\n").text,
        "Only a rule.\n\nBody."
    );
}

#[test]
fn an_item_holds_all_its_paragraphs() {
    let document =
        read_markdown("3. First.\n\n   Second\n   line.\n\n   - inner\n\n   After.\n4. Last\n");
    assert_eq!(
        blocks(&document),
        [
            (numbered(1, 3), "3. First.\n  Second line."),
            (bullet(2), "• inner"),
            (BlockKind::Paragraph, "After."),
            (numbered(1, 4), "4. Last"),
        ]
    );
}

#[test]
fn a_bold_label_becomes_a_part_of_its_sentence() {
    let document = read_markdown(
        "1. Save\\.\n**Note**  \nIt is slow\\.\n\n**Warning**  \nHot\\.\n\n**`RULE_APPLIED`**  \nThis event is logged\\.\n",
    );
    assert_eq!(
        blocks(&document),
        [
            (numbered(1, 1), "1. Save.\n  Note: It is slow."),
            (BlockKind::Paragraph, "Warning: Hot."),
            (BlockKind::Definition, "RULE_APPLIED\nThis event is logged."),
        ]
    );
}

#[test]
fn task_lists_alerts_footnotes_and_strikethrough_are_read() {
    let document = read_markdown(
        "- [x] done\n- [ ] open\n\n> [!WARNING]\n> Hot.\n\nA ~~claim~~[^n] here.\n\n[^n]: The source.\n\n[^u]: Unused.\n",
    );
    assert_eq!(
        blocks(&document),
        [
            (bullet(1), "• ☑ done"),
            (bullet(1), "• ☐ open"),
            (BlockKind::Paragraph, "Warning: Hot."),
            (BlockKind::Paragraph, "A [n] here."),
            (BlockKind::Paragraph, "[n] The source."),
            (BlockKind::Paragraph, "[u] Unused."),
        ]
    );
}

#[test]
fn links_keep_their_text_and_images_their_alternative() {
    let document = read_markdown(
        "See <https://a.b/c> or https://d.e or [here][ref].\n\n![\\[Route map\\]](map.png)\n\nAn icon ![yes](y.png) inline.\n\n![\\[Image NOT FOUND\\]](x) ![](y) ![a.png](a.png)\n\n[ref]: http://x.y\n",
    );
    assert_eq!(
        document.text,
        "See https://a.b/c or https://d.e or here.\n\n[Image: Route map]\n\nAn icon yes inline."
    );
    assert_eq!(notes(&document), ["3 images without a text alternative"]);
}

#[test]
fn inline_html_is_stripped_but_a_placeholder_stays() {
    let document = read_markdown(
        "Press <kbd>Q</kbd><br>in <account-id>, <Note>x</Note> 5 m<sup>2</sup> &euro; &lt;b&gt; <!-- no --> <span a=\"b\">s</span>.",
    );
    assert_eq!(document.text, "Press Q\nin <account-id>, x 5 m² € <b> s.");
}

#[test]
fn html_blocks_keep_their_structure() {
    let document = read_markdown(
        "Before.\n\n<table>\n<tr><th>A</th><th>B</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n\n<script>\nalert(1)\n</script>\n\nAfter.\n",
    );
    assert_eq!(document.text, "Before.\n\nA | B\n1 | 2\n\nAfter.");
    assert_eq!(notes(&document), ["1 script or style removed"]);
}

#[test]
fn misplaced_emphasis_and_broken_links_are_repaired() {
    let document = read_markdown(
        "Have **Yes **or No, use \\*\\*a and \\*\\*b, one ** star.\n\nUse [the command ](https://a.b/c d .html) now. Also `x[1](http://a)`.\n",
    );
    assert_eq!(
        document.text.lines().next(),
        Some("Have **Yes **or No, use **a and **b, one ** star.")
    );
    assert_eq!(
        read_markdown("Have **Yes **or **No **there.").text,
        "Have Yes or No there."
    );
    assert_eq!(
        read_markdown("Use [the command ](https://a.b/c d .html) now.").text,
        "Use the command now."
    );
    assert_eq!(
        read_markdown("Call f(\\*\\*a, \\*\\*b).").text,
        "Call f(**a, **b)."
    );
}

#[test]
fn a_heading_inside_an_item_or_quote_is_not_the_outline() {
    let document = read_markdown("- # In item\n\n> # In quote\n");
    assert_eq!(
        blocks(&document),
        [(bullet(1), "• In item"), (BlockKind::Quote, "In quote")]
    );
}

#[test]
fn a_heading_as_long_as_a_paragraph_is_one() {
    let document = read_markdown(&format!("# {}\n", "word ".repeat(100)));
    assert_eq!(document.blocks[0].kind, BlockKind::Paragraph);
    assert_eq!(
        notes(&document),
        ["1 very long heading read as a paragraph"]
    );
}

#[test]
fn a_row_without_a_header_says_so() {
    let document = read_markdown("| | |\n|-|-|\n| Phone | 1 |\n| | |\n\n|H|I|\n|-|-|\n|a||\n");
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::TableRow { headed: false }, "Phone | 1"),
            (BlockKind::TableHeader, "H | I"),
            (HEADED, "a")
        ]
    );
}

#[test]
fn lines_of_ideographs_join_without_a_space() {
    assert_eq!(
        read_markdown("你好\n世界\nand more\n").text,
        "你好世界 and more"
    );
}

#[test]
fn a_long_document_is_read_in_parts_as_if_it_were_whole() {
    let chapter = |i: usize| {
        format!(
            "## Chapter {i}\n\nText with a [link][r{}] and more. {}\n\n",
            i % 7,
            "word ".repeat(60)
        )
    };
    let definitions = (0..7)
        .map(|i| format!("[R{i}]: http://x\n"))
        .collect::<Vec<_>>()
        .concat();
    let source: String = (0..2000).map(chapter).collect::<String>() + &definitions;
    let document = read_markdown(&source);
    assert!(source.len() > 600_000);
    assert_eq!(document.blocks.len(), 4000);
    assert!(document.text.contains("Text with a link and more."));
    assert!(!document.text.contains('['));
    assert_eq!(notes(&document), [""; 0]);
}

#[test]
fn a_long_table_or_code_block_survives_the_cut() {
    let table = format!(
        "| K | V |\n|---|---|\n{}",
        "| key | value |\n".repeat(30_000)
    );
    let document = read_markdown(&table);
    assert!(
        document
            .blocks
            .iter()
            .all(|block| matches!(block.kind, BlockKind::TableHeader | HEADED))
    );
    assert_eq!(
        document
            .blocks
            .iter()
            .filter(|block| block.kind == HEADED)
            .count(),
        30_000
    );
    let code = format!("```\n{}```\n\nafter\n", "# not a heading\n".repeat(40_000));
    let document = read_markdown(&code);
    let (last, rest) = document.blocks.split_last().expect("blocks");
    assert_eq!(last.kind, BlockKind::Paragraph);
    assert!(rest.iter().all(|block| block.kind == BlockKind::Code));
}

#[test]
fn a_line_of_two_megabytes_is_read_in_parts() {
    let source = "a word ".repeat(300_000);
    let document = read_markdown(&source);
    assert_eq!(document.text.split_whitespace().count(), 600_000);
    assert!(notes(&document)[0].ends_with("very long blocks read in parts"));
}

#[test]
fn lists_and_quotes_a_thousand_deep_keep_their_text() {
    let list = (0..1000)
        .map(|depth| format!("{}- item {depth}\n", "  ".repeat(depth)))
        .collect::<Vec<_>>()
        .concat();
    let document = read_markdown(&list);
    assert!(document.text.contains("item 0") && document.text.contains("item 999"));
    assert!(notes(&document)[0].ends_with("nested too deeply and flattened"));
    let quote = format!("{} deep\n", ">".repeat(1000));
    assert_eq!(read_markdown(&quote).text, "deep");
}

#[test]
fn a_table_that_stands_for_millions_of_cells_is_refused() {
    let columns = 1000;
    let table = format!(
        "{}|\n{}|\n{}",
        "|a".repeat(columns),
        "|-".repeat(columns),
        "|x|\n".repeat(20_000)
    );
    let error = read(table.as_bytes(), MediaType::Markdown, "a.md").expect_err("20 million cells");
    assert_eq!(error, Error::TooMuchWork);
    assert!(
        error
            .to_string()
            .starts_with("it takes far more work to read than a document of its size should")
    );
}

#[test]
fn a_hundred_thousand_quotes_are_one() {
    let quote = format!("{} deep\n\n> [!NOTE]\n> Shallow.\n", ">".repeat(100_000));
    let document = read_markdown(&quote);
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Quote, "deep"),
            (BlockKind::Quote, "[!NOTE] Shallow."),
        ]
    );
}

#[test]
fn runs_of_markup_characters_end_soon() {
    for unit in [
        "[",
        "*",
        "<",
        "![",
        "`",
        "_a ",
        "[^a]",
        "&",
        "\\",
        "<a ",
        "[a](",
        "a **b",
        "> ",
        "1. ",
        "<!--",
        "~",
        "|",
        "[a](http://a b)",
    ] {
        let source = format!("begin {}", unit.repeat(100_000 / unit.len()));
        assert!(read_markdown(&source).text.starts_with("begin"), "{unit}");
    }
}

#[test]
fn tags_that_nobody_closed_are_no_text() {
    let read = |source: &str| read_markdown(source).text;
    assert_eq!(read("Press <b>OK."), "Press OK.");
    assert_eq!(read("The CO<sub>2 level."), "The CO2 level.");
    assert_eq!(read("A <i>new <s>old <u>line."), "A new old line.");
}

#[test]
fn struck_out_text_is_left_out_and_noted() {
    let document = read_markdown(
        "The ferry costs ~~7~~ 9 crowns, children ~~4 crowns~~. <del>Dogs too.</del> ~Cats~ swim <s>here</s>.\n\n- ~~Monday~~\n- [x] ~~Tuesday~~\n- Wednesday\n\n~~No **bold**, `code` or ![picture](p.png)~~\n\n| Day | Price |\n|---|---|\n| ~~Sunday~~ | ~~12~~ |\n| Friday | <span style=\"text-decoration: line-through\">8</span> 6 |\n",
    );
    assert_eq!(
        document.text,
        "The ferry costs 9 crowns, children. swim.\n\n• Wednesday\n\nDay | Price\nFriday | 6"
    );
    assert_eq!(notes(&document), ["11 struck-out texts left out"]);
    let numbered = read_markdown("1. One\n2. ~~Two~~\n3. Three\n");
    assert_eq!(numbered.text, "1. One\n3. Three");
}

#[test]
fn tildes_that_strike_nothing_out_stay() {
    let document = read_markdown(
        "Open 9~12 and 15~20, for H~2~O, ~5 to ~10 people.\n\nA <del> that never ends.\n\n`~~code~~` \\~~plain~~\n",
    );
    assert_eq!(
        document.text,
        "Open 9~12 and 15~20, for H~2~O, ~5 to ~10 people.\n\nA that never ends.\n\n~~code~~ ~~plain~~"
    );
    assert_eq!(notes(&document), [""; 0]);
}

#[test]
fn a_definition_list_is_terms_and_what_they_mean() {
    let document = read_markdown(
        "# Tools\n\nAdze\n: An axe with its blade *across*. It smooths.\n\n    It is old.\n\nAwl\n: A point.\n: A hole.\n\nThe *froe*\n\n: It splits.\n\nIt costs\n~ 5 crowns.\n",
    );
    assert_eq!(
        blocks(&document)[1..],
        [
            (
                BlockKind::Definition,
                "Adze\nAn axe with its blade across. It smooths.\nIt is old."
            ),
            (BlockKind::Definition, "Awl\nA point.\nA hole."),
            (BlockKind::Definition, "The froe\nIt splits."),
            (BlockKind::Paragraph, "It costs ~ 5 crowns."),
        ]
    );
    let asked = read_markdown("What is an adze?\n: An axe.\n\nThe end.\n");
    assert_eq!(
        blocks(&asked)[..2],
        [
            (BlockKind::Heading { level: 2 }, "What is an adze?"),
            (BlockKind::Paragraph, "An axe.")
        ]
    );
    assert_eq!(asked.ends, [SectionEnd { block: 2, level: 2 }]);
}

#[test]
fn parts_of_mkdocs_are_called_what_they_are() {
    let document = read_markdown(
        "# Pump\n\n!!! danger \"Before you *oil* it\"\n\n    Close the **valve**.\n\n    - with a key\n\n        ```sh\n        \tpump --off\n        ```\n\n=== \"Steel\"\n\n    === \"Old\"\n\n        Use fat.\n\n=== \"Brass\"\n    Use oil.\n\n??? note\n    Dry.\n\n???+ question \"Is it loud?\"\n    Yes.\n\n1. Step\n\n    !!! tip\n        Slowly.\n\n2. End\n\n!!! no part\n\nText. === \"no\"\n",
    );
    assert_eq!(
        document.text,
        "Pump\n\nBefore you oil it: Close the valve.\n\n• with a key\n\n\tpump --off\n\nSteel: Old: Use fat.\n\nBrass: Use oil.\n\nNote: Dry.\n\nIs it loud?\n\nYes.\n\n1. Step\n  Tip: Slowly.\n2. End\n\n!!! no part\n\nText. === \"no\""
    );
}

#[test]
fn parts_between_colons_are_called_what_they_are() {
    let document = read_markdown(
        ":::caution[Mind the *step*]\n\nIt is high.\n\n:::\n\n::: tip Take a lamp\nIt is dark.\n:::\n\n:::note\nFirst.\n:::\n\n:::::columns\n:::: {.column}\nLeft.\n::::\n:::::\n\n::: {.callout-warning title=\"Wet\"}\n- one\n:::\n\n:::details Is it far?\nNo.\n:::\n\n```\n:::note\n```\n",
    );
    assert_eq!(
        document.text,
        "Mind the step: It is high.\n\nTake a lamp: It is dark.\n\nNote: First.\n\nLeft.\n\nWet:\n\n• one\n\nIs it far?\n\nNo.\n\n:::note"
    );
}

#[test]
fn components_say_what_their_attributes_say() {
    let document = read_markdown(
        "---\ntitle: Boat\n---\nimport Tabs from '@site/tabs';\nimport {\n  Card,\n} from \"cards\"\n\nexport const x = { a: 1 }\n\n<Tabs>\n  <TabItem value=\"w\" label=\"By water\">\n\n    Row **there**.\n\n    - fast\n\n  </TabItem>\n  <TabItem\n    value=\"l\"\n    label={\"By land\"}\n  >\n    Walk `there`.\n  </TabItem>\n</Tabs>\n\nSee {/* who? */}the map. {/* one\n\nmore */}\n\n<Card title=\"Depth\" text=\"Six feet\" href={path} />\n\n<Step title=\"Tie it\">With a rope.</Step>\n\nUse `{/* this */}` and import nothing from \"here\" today.\n",
    );
    assert_eq!(
        document.text,
        "By water: Row there.\n\n• fast\n\nBy land: Walk there.\n\nSee the map.\n\nDepth: Six feet\n\nTie it: With a rope.\n\nUse {/* this */} and import nothing from \"here\" today."
    );
    assert_eq!(notes(&document), ["2 scripts or styles removed"]);
}

#[test]
fn a_description_is_the_first_paragraph_unless_the_body_has_it() {
    let text = |source: &str| read_markdown(source).text;
    let about = "---\ntitle: Kiln\ndescription: \"- The kiln is `hot` at noon.\"\n---\n";
    assert_eq!(
        text(&format!("{about}# Kiln\n\nAsk inside.\n")),
        "Kiln\n\n- The kiln is hot at noon.\n\nAsk inside."
    );
    assert_eq!(
        text(&format!("{about}Ask inside.\n")),
        "- The kiln is hot at noon.\n\nAsk inside."
    );
    assert_eq!(
        text(&format!("{about}Ask. The kiln is *hot*, at noon.\n")),
        "Ask. The kiln is hot, at noon."
    );
    assert_eq!(
        text("+++\ndescription = 'Warm.'\n+++\nAsk.\n"),
        "Warm.\n\nAsk."
    );
}
