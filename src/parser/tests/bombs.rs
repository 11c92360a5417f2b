//! Inputs that are made to cost more than their size: each shape once, at any size.

use super::MediaType;

/// A shape of input: `head`, then each piece repeated, one after the other, then `tail`.
pub(super) struct Bomb {
    pub(super) name: &'static str,
    pub(super) media: MediaType,
    head: &'static str,
    pieces: &'static [&'static str],
    tail: &'static str,
}

impl Bomb {
    const fn new(
        name: &'static str,
        media: MediaType,
        head: &'static str,
        pieces: &'static [&'static str],
        tail: &'static str,
    ) -> Self {
        Self {
            name,
            media,
            head,
            pieces,
            tail,
        }
    }

    /// About so many bytes of it.
    pub(super) fn of(&self, bytes: usize) -> String {
        let unit: usize = self.pieces.iter().map(|piece| piece.len()).sum();
        let count = bytes / unit;
        let mut source = self.head.to_owned();
        for piece in self.pieces {
            for number in 0..count {
                source.push_str(&piece.replace('#', &number.to_string()));
            }
        }
        source.push_str(self.tail);
        source
    }
}

const fn md(
    name: &'static str,
    head: &'static str,
    pieces: &'static [&'static str],
    tail: &'static str,
) -> Bomb {
    Bomb::new(name, MediaType::Markdown, head, pieces, tail)
}

const fn html(
    name: &'static str,
    head: &'static str,
    pieces: &'static [&'static str],
    tail: &'static str,
) -> Bomb {
    Bomb::new(name, MediaType::Html, head, pieces, tail)
}

const fn plain(name: &'static str, pieces: &'static [&'static str]) -> Bomb {
    Bomb::new(name, MediaType::PlainText, "", pieces, "")
}

const WIDE_TABLE: &str = "| a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p |\n|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|\n";

/// A `#` in a piece is the number of its repetition.
pub(super) const BOMBS: &[Bomb] = &[
    md("block quotes on a line", "", &[">"], " a\n"),
    md("block quotes with spaces", "", &["> "], "a\n"),
    md("block quotes, a line each", "", &["> a\n"], ""),
    md("lists on a line", "", &["- "], "a\n"),
    md("lists of all marks", "", &["- * + 1. 2) "], "a\n"),
    md("lists that alternate", "", &["- a\n", "* a\n"], ""),
    md("numbered lists", "", &["1. "], "a\n"),
    md("items", "", &["- a\n"], ""),
    md("items with blank lines", "", &["- a\n\n\n"], ""),
    md("empty items", "", &["-\n"], "a"),
    md("quotes and lists", "", &["> - "], "a\n"),
    md(
        "indented lists",
        "- a\n",
        &["  - a\n    - b\n      - c\n"],
        "",
    ),
    md(
        "lists under deep lists",
        "- - - - - - - - - - - - - - - - a\n",
        &["\t\t\t\t\t\t\t\t- a\n"],
        "",
    ),
    md("emphasis that opens", "", &["*a "], ""),
    md("emphasis that closes", "", &["c* "], ""),
    md("emphasis of both kinds", "", &["*a _b "], ""),
    md("emphasis that nests", "", &["*a **a ", "b** b* "], ""),
    md("strong that never closes", "", &["a **b"], ""),
    md("runs of stars", "", &["***a** "], ""),
    md("strikethrough", "", &["~~a~b "], ""),
    md("links that open", "", &["["], ""),
    md("links that nest", "", &["[a](", "b)"], ""),
    md("links of links", "", &["[a](b"], ""),
    md("images that nest", "", &["![a", "](b)"], ""),
    md("labels", "", &["[a][b]"], ""),
    md("labels that nest", "", &["[a", "]"], ""),
    md("titles that never end", "", &["[a](b \"c"], ""),
    md("reference definitions", "", &["[a#]: /b\n"], "[a1]"),
    md(
        "reference definitions with titles",
        "",
        &["[a#]: /b 'c\n"],
        "a",
    ),
    md(
        "one definition, many references",
        "[a]: /b\n\n",
        &["[a] "],
        "",
    ),
    md("footnote references", "", &["[^a] "], "\n\n[^a]: b\n"),
    md("footnotes", "", &["[^a#]: b\n\n"], "[^a1]"),
    md("footnotes in a line", "", &["[^a]: "], "b"),
    md("footnotes that are none", "", &["[^_a"], ""),
    md("backticks", "", &["a`"], ""),
    md("backticks that grow", "", &["`a``a```a````a"], ""),
    md("escapes", "", &["\\*"], ""),
    md("fences", "", &["```\n"], ""),
    md("fences in quotes", "", &["> ```\n"], "a"),
    md("tildes", "", &["~~~ a\n"], ""),
    md("indented code", "", &["    a\n\n"], ""),
    md("headings", "", &["# a\n"], ""),
    md("headings that are underlined", "", &["a\n=\n"], ""),
    md("underlines", "a\n", &["=\n"], ""),
    md("rules", "a\n", &["* * *\n"], ""),
    md("tables", "", &["|a|\n|-|\n|b|\n\n"], ""),
    md("table rows", WIDE_TABLE, &["|a\n"], ""),
    md(
        "table rows in quotes",
        "> |a|b|c|d|e|f|g|h|\n> |-|-|-|-|-|-|-|-|\n",
        &["> |a\n"],
        "",
    ),
    md("table columns", "", &["|a", "\n|-"], ""),
    md("rows that are long", "|a|\n|-|\n", &["|"], ""),
    md("bars", "", &["|"], "\n|-|\n"),
    md("delimiter rows", "", &["|-|\n"], ""),
    md("entities", "", &["&amp;"], ""),
    md("entities that never end", "", &["&a"], ""),
    md("angle brackets", "", &["<"], ""),
    md("tags that never end", "", &["<a b='"], ""),
    md("tags in a line", "", &["<b>x"], ""),
    md("tags with attributes", "a <b", &[" c#='d'"], ">"),
    md("addresses", "", &["<http://a"], ""),
    md("comments that never end", "a ", &["<!--a"], ""),
    md("processing instructions", "a ", &["<?"], ""),
    md("declarations", "a ", &["<!A "], ""),
    md("character data", "a ", &["<![CDATA["], ""),
    md("HTML blocks", "", &["<div>\n\n"], "a"),
    md(
        "HTML blocks with markup",
        "",
        &["<table><tr><td>\n\n*a*\n\n"],
        "",
    ),
    md("hard breaks", "", &["a  \n"], ""),
    md("alerts", "", &["> [!NOTE]\n> a\n\n"], ""),
    md("tasks", "", &["- [x] a\n"], ""),
    md("bold labels", "", &["**Note**  \na\n\n"], ""),
    md("addresses with spaces", "", &["[a](http://a b)"], ""),
    md("front matter", "---\ntitle: >\n", &["  a\n"], "---\na"),
    html("blocks that nest", "", &["<div>", "</div>"], "a"),
    html("blocks that never end", "", &["<div>a"], ""),
    html("paragraphs in deep blocks", "", &["<section>", "<p>a"], ""),
    html("inline elements", "", &["<b><i>a"], ""),
    html("elements that nobody knows", "", &["<x-#>a"], ""),
    html(
        "closing tags that close nothing",
        "<div><p>",
        &["</section></li></td>"],
        "a",
    ),
    html("lists that nest", "", &["<ul><li>a"], ""),
    html("items of numbered lists", "<ol>", &["<li>a"], ""),
    html("numbers in deep lists", "<ol>", &["<div>", "<li>a"], ""),
    html("definitions", "<dl>", &["<dt>a<dd>b"], ""),
    html("definitions that nest", "", &["<dl><dt>a<dd>"], "b"),
    html("accordions", "", &["<details><summary>a"], ""),
    html("quotes that nest", "", &["<blockquote>a"], ""),
    html("headings", "", &["<h1>a<h2>b"], ""),
    html("tables that nest", "", &["<table><tr><td>a"], ""),
    html(
        "tables that nest, with text",
        "",
        &["<table><tr><td>a<td>b<tr><td>", "a"],
        "",
    ),
    html("cells", "<table>", &["<td>a"], ""),
    html("cells in rows", "<table>", &["<tr><td>a<td>b"], "</table>"),
    html(
        "cells far from their table",
        "<table>",
        &["<section>", "<td>a"],
        "",
    ),
    html(
        "cells that span rows",
        "<table>",
        &["<tr><td rowspan=60000 colspan=250>abc<td>d"],
        "",
    ),
    html(
        "headers that span columns",
        "<table><tr>",
        &["<th colspan=1000>abc"],
        "<tr><td>a",
    ),
    html(
        "header rows",
        "<table>",
        &["<tr><th>a<th>b"],
        "<tr><td>c<td>d",
    ),
    html("captions", "<table>", &["<caption>a"], ""),
    html("articles", "", &["<article>a</article>"], ""),
    html("articles that nest", "", &["<article>a", "</article>"], ""),
    html("side bars", "<main>", &["<aside class=note>a"], ""),
    html("hidden elements", "", &["<span hidden>"], "a"),
    html("choices", "<select>", &["<option>a"], "</select>b"),
    html("drawings", "", &["<svg><g>"], "a"),
    html("shapes of a drawing", "<svg>", &["<path d=''/>"], "</svg>a"),
    html(
        "character data in a drawing",
        "<svg>",
        &["<![CDATA[a]]>"],
        "</svg>a",
    ),
    html("scripts", "", &["<script>a</script>"], "b"),
    html("scripts that never end", "a<script>", &["</scrip"], ""),
    html(
        "scripts in comments of scripts",
        "a<script><!--",
        &["<script></script b='"],
        "",
    ),
    html("styles", "a", &["<style>"], ""),
    html("titles", "a", &["<title>"], ""),
    html(
        "titles that end with attributes",
        "a<title>&am</title ",
        &["b# "],
        ">",
    ),
    html("comments", "a", &["<!--a-->"], ""),
    html("comments that never end", "a", &["<!--a"], ""),
    html("dashes in a comment", "a<!--", &["--a"], ""),
    html("brackets in a comment", "a<!--", &[">"], ""),
    html("declarations", "a", &["<!a>"], ""),
    html("character data", "a", &["<![CDATA["], ""),
    html("attributes", "a<p ", &["b#=c "], ">d"),
    html("attributes with brackets", "a<p ", &["b#='>'"], ">d"),
    html("one attribute again and again", "a<p ", &["b "], ">d"),
    html("quotes that never end", "a", &["<a b=\""], ""),
    html(
        "quotes that never end before a bracket",
        "a",
        &["<a b='>"],
        "<a b=\">",
    ),
    html("tags that never end", "a", &["<a<"], ""),
    html("tags without a name", "a", &["</>"], ""),
    html("angle brackets", "", &["<"], ""),
    html("references", "", &["&amp"], ""),
    html("references that never end", "", &["&a"], ""),
    html("references as long as the file", "&", &["a"], ""),
    html("numbers without end", "a&#", &["9"], ""),
    html(
        "references in attributes",
        "a<p title='",
        &["&a&copy"],
        "'>b",
    ),
    html("preformatted text", "", &["<pre>a\n"], ""),
    html(
        "breaks in an item",
        "<ul><ul><ul><ul><ul><ul><ul><ul><li>",
        &["a<br>"],
        "",
    ),
    html("images", "", &["<img alt=a>"], ""),
    html("superscripts", "", &["<sup>1"], ""),
    html("buttons", "", &["<button>a"], ""),
    plain("letters", &["a"]),
    plain("words", &["a "]),
    plain("lines", &["A\n"]),
    plain("paragraphs", &["a\n\n"]),
    plain("items", &["- a\n"]),
    plain("items that nest", &[" - a\n"]),
    plain("numbered headings", &["1.1 A\n\n"]),
    plain(
        "numbered headings before text",
        &["1. A\n\n", "b c d e f g h i j k\n"],
    ),
    plain("capitals", &["FEES\n\n"]),
    plain("underlines", &["A\n===\n"]),
    plain("rules", &["----\n"]),
    plain("columns", &["a   b\n"]),
    plain("spaces", &["                a\n"]),
    plain("accents", &["\u{301}"]),
    plain("letters that grow when composed", &["\u{1D160}"]),
    plain("invisible characters", &["a\u{200B}"]),
];
