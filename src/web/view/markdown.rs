//! Markdown of an article or an approved answer as HTML.
//!
//! The library leaves raw HTML and dangerous addresses out. Pictures become their text, since nothing is loaded from elsewhere, and a link that
//! leads neither to a web page nor to an address becomes its text. What would take more work than its size is not shown, and says so.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, format_html};

use super::Html;
use crate::parser::{self, work::Work};
use crate::web::html::escape;

pub(in crate::web) fn html(markdown: &str) -> Html {
    with_headings(markdown, 0)
}

/// The same as a part of a page that has a title of its own.
pub(in crate::web) fn below_title(markdown: &str) -> Html {
    with_headings(markdown, 1)
}

/// `lower`: by how many levels each heading is put down.
fn with_headings(markdown: &str, lower: u8) -> Html {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    let arena = Arena::new();
    let mut work = Work::for_source(markdown.len());
    let root = match parser::markdown::tree(&arena, markdown, &options, &mut work) {
        Ok(root) => root,
        Err(error) => {
            return Html(format!(
                "<p>This cannot be shown: {}.</p>",
                escape(&error.to_string())
            ));
        }
    };
    for node in root.descendants() {
        let mut data = node.data_mut();
        match &mut data.value {
            NodeValue::Heading(heading) => heading.level = (heading.level + lower).min(6),
            NodeValue::Image(_) => data.value = NodeValue::Emph,
            NodeValue::Link(link) => {
                let leads = ["https://", "http://", "mailto:", "tel:"];
                if !leads.iter().any(|start| link.url.starts_with(start)) {
                    data.value = NodeValue::Underline;
                }
            }
            NodeValue::HtmlBlock(_) => data.value = NodeValue::Paragraph,
            NodeValue::HtmlInline(_) | NodeValue::Raw(_) => {
                data.value = NodeValue::Text("".into());
            }
            _ => {}
        }
    }
    let mut out = String::new();
    if format_html(root, &options, &mut out).is_err() {
        return Html(String::new());
    }
    Html(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_shown_and_nothing_in_it_runs_or_loads() {
        let shown = html(
            "# Tea\n\n**Nettle** tea, [more](https://bank.example/tea), [here](javascript:alert(1)), ![a cup](https://evil.example/x.png)\n\n\
             <script>alert(1)</script>\n\n<b onclick=alert(1)>x</b>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        )
        .0;
        assert!(shown.contains("<strong>Nettle</strong>") && shown.contains("<table>"));
        assert!(shown.contains("href=\"https://bank.example/tea\"") && shown.contains("a cup"));
        for bad in [
            "<script",
            "onclick",
            "javascript:",
            "<img",
            "evil.example",
            "style=",
        ] {
            assert!(!shown.contains(bad), "{bad} in {shown}");
        }
    }

    #[test]
    fn headings_of_a_part_stand_below_those_of_its_page() {
        let text = "# Us\n\n## Here\n\n##### There\n";
        assert!(html(text).0.contains("<h1>Us</h1>"));
        let below = below_title(text).0;
        for heading in ["<h2>Us</h2>", "<h3>Here</h3>", "<h6>There</h6>"] {
            assert!(below.contains(heading), "{below}");
        }
    }
}
