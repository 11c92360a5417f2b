//! One document of each format, with a little of everything.

pub(super) const MARKDOWN: &str = r#"---
title: "Opening an &amp; account" # not this
author: nobody
---

# Opening an account

Bring *two* of **these** ***papers***, `<account-id>` and ~~a fee~~; see [the list](list.md "Papers") or
<https://harbour.example/fees>, and the [rules][r].  
A second line &mdash; with &#8364;5 &copy 2020, a\*star and H<sub>2</sub>O<br>below 10 m<sup>2</sup>.

## What to bring

1. A passport
   - not older than ten years

     with a paragraph
   - [x] signed
   - [ ] stamped
2. A bill

   > [!NOTE]
   > Of this year.

> A quote
> > in a quote
> - with a list

**Account**
Where the money is.

| Fee | Online | Branch |
|-----|:------:|-------:|
| Transfer | 0 | 1 \| 2 |
| Card | ![card](card.png) |

```sh
open --account \
	--now
```

    indented code

Setext
------

![Route map](map.svg)

<details><summary>Why?</summary>

Because of **rules**.[^1]

</details>

<table><tr><th>A<th>B<tr><td rowspan=2>1<td>2<tr><td>3</table>

<!-- nobody -->
* * *
[^1]: Rule 7.
[r]: https://harbour.example/rules 'Rules'
"#;

pub(super) const HTML: &str = r#"<!DOCTYPE html>
<html lang=en><head><meta charset="utf-8"><title>Fees &amp; charges</title>
<style>p > a { content: "</p>" }</style><script>if (a < b && c > d) { write("<p>no</p>") }</script></head>
<body class='a b' data-x="1 > 2"><header>Harbour<nav><ul><li><a href="/">Home</a></ul></nav></header>
<main><article><h2>Fees</h2><p>A <b>bold</b> fee of&nbsp;&euro;5 &notin x<sup>2</sup><sup>[1]</sup>.<p>Unclosed <i>here
<ul><li>one<li><p>two</p><p>more</p><ol start=3><li value=7>seven</ol></ul>
<table role=grid><caption>Prices</caption><thead><tr><th rowspan=2>Plan<th colspan=2>Price<tr><th>Month<th>Year</thead>
<tr><td rowspan=2>Basic<td>1<td>10<tr><td>2<td>20<tr><td colspan=2>Free<td>0</table>
<dl><dt>APR<dt>Rate<dd>The yearly cost.<dt>Fee<dd>A charge.</dl>
<details><summary><button>Why?</button></summary>Because.</details>
<pre>
 a	b
</pre><blockquote>Said.</blockquote><img alt="Route map" src=map.png><img src="x.png">
<svg viewBox="0 0 1 1"><title>Icon</title><path d="M0 0"/><![CDATA[ x ]]></svg>
<select><option>a<option selected>b</select><textarea>&lt;p&gt;</textarea><span hidden>no</span>
<aside class="note">Mind the step.</aside><!-- a -- comment --!><?php no ?></article></main>
<footer>&copy; Harbour</footer></body></html>
"#;

pub(super) const PLAIN: &str = "THE HARBOUR GUIDE

This guide was wrapped by its author at some width and says
what there is to know about the harbour and about its boats.

2.1 Fees

Here is a paragraph that has more than nine words in it.

- a pen that writes
  on paper
  * spare ink
1) first
2) second

Day      Open
Monday   9-17
Tuesday  9-17

Contact
=======
Anchor House
1 High Street
----
Cafe\u{301} \u{AD}open\u{200B} daily\u{2014}even on Sundays.
";
