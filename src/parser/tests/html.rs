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
            (BlockKind::Definition, "Why?\nBecause."),
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
        "€€€€ © 2020 &notit; ?a=1&copy=2 & &bogus; &"
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
        ("<P>UPPER<BR/>case</P>", "UPPER\ncase"),
        ("<custom-tag hidden>x</custom-tag>y", "y"),
    ] {
        assert_eq!(read_html(source).text, text, "{source}");
    }
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
