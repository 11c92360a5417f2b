use super::*;

#[test]
fn only_the_content_of_a_page_is_kept() {
    let document = read_html(
        "<!DOCTYPE html><html><head><title>Fees &amp; charges | Bank</title><style>p{}</style></head><body><header>Logo</header><nav><a>Home</a></nav>\
         <main><h1>Fees</h1><p>A <b>bold</b> fee.<p>Next.<aside>Ad</aside><button>Buy</button></main><footer>© Bank</footer><script>run('</p>')</script></body></html>",
    );
    assert_eq!(document.title, "Fees");
    assert_eq!(document.text, "Fees\n\nA bold fee.\n\nNext.");
    assert_eq!(
        notes(&document),
        [
            "2 scripts or styles removed",
            "4 navigations, headers or footers removed",
            "1 form control removed"
        ]
    );
}

#[test]
fn without_a_top_heading_the_page_title_is_the_title() {
    assert_eq!(
        read_html("<title> Fees\n &amp; charges </title><h2>Sub</h2>x").title,
        "Fees & charges"
    );
}

#[test]
fn the_article_is_the_content_unless_it_is_a_teaser() {
    assert_eq!(
        read_html(
            "<div>Menu</div><article><header><h1>News</h1></header>Long enough text here.</article>"
        )
        .text,
        "News\n\nLong enough text here."
    );
    let teasers = read_html(
        "<p>A long introduction that says nearly everything there is.</p><article>Short.</article>",
    );
    assert!(teasers.text.contains("introduction"));
}

#[test]
fn hidden_elements_are_dropped_with_all_that_is_in_them() {
    let document = read_html(
        "<p>a<span hidden>x<b>y</b></span>b</p><div style='display: none'><div>x</div>y</div><p aria-hidden=true>z<p>c<ul><li hidden>no<li>yes</ul><template><p>t</template>\
         <div role=navigation>n</div>",
    );
    assert_eq!(document.text, "ab\n\nc\n\n• yes");
}

#[test]
fn lists_nest_and_count() {
    let document = read_html(
        "<ol start=3><li>three<ul><li><p>inner</p><p>more</p></ul><li value=7>seven</ol><ul><li>x</ul>",
    );
    assert_eq!(
        blocks(&document),
        [
            (numbered(1, 3), "3. three"),
            (bullet(2), "• inner\n    more"),
            (numbered(1, 7), "7. seven"),
            (bullet(1), "• x")
        ]
    );
}

#[test]
fn tables_become_rows_with_their_spans_expanded() {
    let document = read_html(
        "<table><caption>Prices</caption><thead><tr><th rowspan=2>Plan<th colspan=2>Price<tr><th>Month<th>Year</thead>\
         <tr><td rowspan=2>Basic<td>1<td>10<tr><td>2<td>20<tr><td colspan=2>Free<td>0</table>",
    );
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Paragraph, "Prices"),
            (
                BlockKind::TableHeader,
                "Plan | Price / Month | Price / Year"
            ),
            (HEADED, "Basic | 1 | 10"),
            (HEADED, "Basic | 2 | 20"),
            (HEADED, "Free | | 0"),
        ]
    );
}

#[test]
fn the_first_row_is_the_header_only_where_it_looks_like_one() {
    let kinds = |source: &str| {
        read_html(source)
            .blocks
            .iter()
            .map(|block| block.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds("<table><tr><td>Name<td>Fee<tr><td>a<td>1</table>"),
        [BlockKind::TableHeader, HEADED]
    );
    let plain = BlockKind::TableRow { headed: false };
    assert_eq!(
        kinds("<table><tr><td>a<td>1<tr><td>b<td>2</table>"),
        [plain, plain]
    );
    assert_eq!(
        kinds("<table><tr><th>Name<td>x<tr><th>Fee<td>1</table>"),
        [plain, plain]
    );
}

#[test]
fn a_layout_table_is_only_blocks() {
    let document = read_html(
        "<table><tr><td><h2>Head</h2><p>Text.<td>Side<tr><td><table><tr><th>A<th>B<tr><td>1<td>2</table></table><table><tr><td>One column</table>",
    );
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Heading { level: 2 }, "Head"),
            (BlockKind::Paragraph, "Text."),
            (BlockKind::Paragraph, "Side"),
            (BlockKind::TableHeader, "A | B"),
            (HEADED, "1 | 2"),
            (BlockKind::Paragraph, "One column"),
        ]
    );
}

#[test]
fn definitions_and_accordions_keep_term_and_meaning_together() {
    let document = read_html(
        "<dl><dt>APR<dt>Rate<dd>The yearly cost.<dd>More.<dt>Fee<dd>A charge.</dl><details><summary><button>Why?</button></summary><p>Because.</details>",
    );
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Definition, "APR\nRate\nThe yearly cost.\nMore."),
            (BlockKind::Definition, "Fee\nA charge."),
            (BlockKind::Heading { level: 2 }, "Why?"),
            (BlockKind::Paragraph, "Because."),
        ]
    );
}

#[test]
fn breaks_code_quotes_and_images_are_read() {
    let document = read_html(
        "<p>One<br>two\n  three</p><pre>  a\n\tb &lt;c&gt;\n</pre><blockquote><p>Said.</blockquote><p><img alt='Route map'><p>ok <img alt=tick src=x> <img src=y><img alt=''> 10 m<sup>2</sup><sup>[1]</sup>",
    );
    assert_eq!(
        document.text,
        "One\ntwo three\n\n  a\n\tb <c>\n\nSaid.\n\n[Image: Route map]\n\nok tick 10 m²[1]"
    );
    assert_eq!(notes(&document), ["1 image without a text alternative"]);
}

#[test]
fn character_references_are_decoded() {
    assert_eq!(
        read_html(
            "&euro;&#8364;&#x20AC;&#128; &copy 2020 &notit; ?a=1&copy=2 &AMP; &nbsp;&bogus; &"
        )
        .text,
        "€€€€ © 2020 ¬it; ?a=1©=2 & &bogus; &"
    );
}

#[test]
fn broken_markup_loses_no_text() {
    for (source, text) in [
        ("a < b and c <3 d", "a < b and c <3 d"),
        ("<p>one</div></td>two<p>three", "onetwo\n\nthree"),
        ("<div><table><tr><td>a</div>b<td>c</table>d", "ab | c\n\nd"),
        ("<ul><li>a<p>b</li></p>c</ul>", "• a\n  b\n\nc"),
        ("text <a href=\"unclosed>link</a> more", "text link more"),
        ("x <!-- c1 --><!-- c2 --!> y <!-->z", "x y z"),
        ("<h2>Head</h3>text", "Head\n\ntext"),
        ("end <b", "end <b"),
        ("end <p title='>'", "end\n\n'"),
        ("<p title=\"never closed>one<p>two", "one\n\ntwo"),
        ("a<b<i>c</i>", "ac"),
        ("<<p>x", "<\n\nx"),
        ("</>a</ b>c<?php x ?>d<!x>e", "acde"),
        ("<P>UPPER<BR/>case</P>", "UPPER\ncase"),
        ("<custom-tag hidden>x</custom-tag>y", "y"),
    ] {
        assert_eq!(read_html(source).text, text, "{source}");
    }
}

#[test]
fn stray_text_in_a_table_is_no_part_of_what_is_around_it() {
    let document =
        read_html("<dl><dt>Fee<dd>A charge.<table>stray<pre>a\tb</pre><tr><td>1<td>2</table>");
    assert_eq!(
        blocks(&document),
        [
            (BlockKind::Definition, "Fee\nA charge."),
            (BlockKind::Paragraph, "stray"),
            (BlockKind::Code, "a\tb"),
            (BlockKind::TableRow { headed: false }, "1 | 2"),
        ]
    );
}

#[test]
fn raw_text_ends_at_its_own_closing_tag_only() {
    for (source, text) in [
        ("<script>'</p><b>'</script>a", "a"),
        ("<script><!-- <script> </script> --></script >a", "a"),
        ("<style>p { content: '</script>' }</STYLE>a", "a"),
        ("<textarea>x &am</textarea\n>a", "a"),
        ("<iframe><p>no</iframe><xmp><p>no</xmp>a", "a"),
        ("a<noframes>x</noframe></noframes>b", "ab"),
        ("a<plaintext>x</plaintext>b", "a"),
        ("a<script>never closed", "a"),
        ("<title>A &lt;b&gt; <b>c</b></title>d", "d"),
    ] {
        assert_eq!(read_html(source).text, text, "{source}");
    }
    let title = |source: &str| read_html(source).title;
    assert_eq!(
        title("<title>A &amp <b>c</b>&am</title x='>'>d"),
        "A & <b>c</b>&am"
    );
    assert_eq!(title("<title>one</title><title>two</title>d"), "one");
    assert_eq!(title("d<svg><title>Icon</title></svg>"), "d");
}

#[test]
fn foreign_content_ends_where_it_closes_itself() {
    let icon = "<path d='M0 0'/>".repeat(1000);
    for (source, text) in [
        (format!("a<svg>{icon}</svg>b"), "a\n\nb"),
        ("a<svg/>b<math />c".to_owned(), "a\n\nb\n\nc"),
        (
            "a<svg><style>p > q</style><![CDATA[ </svg> <p>no ]]></svg>b".to_owned(),
            "a\n\nb",
        ),
        ("a<![CDATA[ x > y ]]>b".to_owned(), "a y ]]>b"),
    ] {
        assert_eq!(read_html(&source).text, text, "{source}");
    }
}

#[test]
fn a_choice_of_hundreds_hides_nothing_behind_it() {
    let source = format!(
        "before<select>{}</select>after",
        "<option>Country".repeat(1000)
    );
    assert_eq!(read_html(&source).text, "before\n\nafter");
}

#[test]
fn a_tag_of_countless_attributes_is_read_by_its_first() {
    let many = |first: &str| {
        let attributes: Vec<String> = (0..100_000).map(|i| format!("a{i}='>' ")).collect();
        format!("a<p {first} {}hidden>b</p>c", attributes.concat())
    };
    assert_eq!(read_html(&many("")).text, "a\n\nb\n\nc");
    assert_eq!(read_html(&many("hidden")).text, "a\n\nc");
    let closing = format!("<title>t</title {}>a", "b ".repeat(100_000));
    assert_eq!(read_html(&closing).title, "t");
}

#[test]
fn articles_without_number_are_read_in_order() {
    let page = read_html(&"<article>a<article>b</article></article>".repeat(20_000));
    assert_eq!(page.blocks.len(), 40_000);
}

#[test]
fn hostile_pages_end_soon_and_keep_their_text() {
    for unit in [
        "<div>",
        "<b id=1><p>",
        "<table><tr><td>",
        "<ul><li>",
        "<span hidden>",
        "<!--x--!>",
        "</>",
        "<a<",
        "<a b=\"",
        "&amp",
        "<td rowspan=9999>x",
        "<dl><dt>",
        "<x>",
    ] {
        let source = format!("begin {} end", unit.repeat(1_000_000 / unit.len()));
        assert!(read_html(&source).text.starts_with("begin"), "{unit}");
    }
    let million = read_html(&format!(
        "{}deep{}<p>after",
        "<div>".repeat(1_000_000),
        "</div>".repeat(1_000_000)
    ));
    assert_eq!(million.text, "deep\n\nafter");
    assert_eq!(
        notes(&million),
        ["999800 blocks nested too deeply and flattened"]
    );
}

#[test]
fn spans_cannot_multiply_the_text_without_end() {
    let source = format!(
        "<table>{}</table>",
        "<tr><td rowspan=60000 colspan=250>abc<td>d".repeat(20_000)
    );
    let document = read_html(&source);
    assert!(
        document.text.len() < source.len() + 8 * 1024 * 1024,
        "{}",
        document.text.len()
    );
}

#[test]
fn struck_out_elements_are_left_out_and_noted() {
    let document = read_html(
        "<p>It costs <s>7</s> <b>9</b> crowns <strike>a day</strike>.<p><del>Dogs too.</del> Cats.<ul><li><del>Monday</del><li style='text-decoration-line: line-through'>Tuesday<li>Friday</ul><del><p>An old paragraph.<p>And another.</del><p class='note line-through'>Old.<table><tr><th>Day<th>Price<tr><td><s>Sunday</s><td><s>12</s><tr style='TEXT-DECORATION:line-through'><td>Monday<td>3<tr><td>Friday<td>8</table><p>A <ins>new</ins> end.",
    );
    assert_eq!(
        document.text,
        "It costs 9 crowns.\n\nCats.\n\n• Friday\n\nDay | Price\nFriday | 8\n\nA new end."
    );
    assert_eq!(notes(&document), ["10 struck-out texts left out"]);
}
