//! YAML (`---`) and TOML (`+++`) front matter: stripped, its title and description kept.

use std::borrow::Cow;

use super::tag::unescape;
use crate::language::words;

/// Front matter that does not end within this many bytes is no front matter.
const MAX_BYTES: usize = 64 * 1024;

/// What a document's front matter says about it.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
}

/// Splits `text` into what its front matter says, if it has one, and what follows.
pub(super) fn split(text: &str) -> (About, &str) {
    let (fence, separator) = match text.get(..4) {
        Some("---\n") => ("---", ':'),
        Some("+++\n") => ("+++", '='),
        _ => return (About::default(), text),
    };
    let mut end = 4;
    for line in text[4..].split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == fence || (fence == "---" && bare == "...") {
            let body = &text[4..end];
            // A rule (`---`) may open a document too; only keys make it front matter.
            return if looks_like_keys(body, separator) {
                let about = About {
                    title: value(body, separator, "title"),
                    description: value(body, separator, "description"),
                };
                (about, &text[end + line.len()..])
            } else {
                (About::default(), text)
            };
        }
        end += line.len();
        if end > MAX_BYTES {
            break;
        }
    }
    (About::default(), text)
}

/// The body with the description as its first paragraph, unless it says as much itself.
pub(super) fn put_first<'a>(description: &str, body: Cow<'a, str>) -> Cow<'a, str> {
    let near = &body[..body.floor_char_boundary(MAX_BYTES)];
    let spaced = |text: &str| format!(" {} ", words(text).join(" "));
    let wanted = spaced(description);
    if wanted.trim().is_empty() || spaced(near).contains(&wanted) {
        return body;
    }
    let line = description.split_whitespace().collect::<Vec<_>>().join(" ");
    // It is a paragraph, whatever it begins with.
    let escape = if line.starts_with(|c: char| c.is_ascii_punctuation()) {
        "\\"
    } else {
        ""
    };
    // Below the title, which opens the first section.
    let start = body.len() - body.trim_start().len();
    let heading = if body[start..].starts_with("# ") {
        body[start..]
            .find('\n')
            .map_or(body.len(), |end| start + end)
    } else {
        start
    };
    let (before, after) = body.split_at(heading);
    Cow::Owned(format!("{before}\n\n{escape}{line}\n\n{after}"))
}

fn looks_like_keys(body: &str, separator: char) -> bool {
    let first = body
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_none_or(|line| key_value(line, separator).is_some() || line.starts_with('['))
}

fn key_value(line: &str, separator: char) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(separator)?;
    let key = key.trim_end().trim_matches('"');
    let is_key = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | ':'));
    (is_key && (value.is_empty() || value.starts_with(char::is_whitespace) || separator == '='))
        .then(|| (key, value.trim()))
}

fn value(body: &str, separator: char, wanted: &str) -> Option<String> {
    let mut lines = body.lines();
    while let Some(line) = lines.next() {
        // Only a key of the outermost level: not the title of an author, not one in a list.
        if line.starts_with(char::is_whitespace) {
            continue;
        }
        if let Some((key, value)) = key_value(line, separator)
            && key.eq_ignore_ascii_case(wanted)
        {
            let value = match value {
                ">" | "|" | ">-" | "|-" | ">+" | "|+" => {
                    let folded: Vec<&str> = lines
                        .by_ref()
                        .take_while(|line| line.starts_with(' '))
                        .map(str::trim)
                        .collect();
                    folded.join(" ")
                }
                value => unquote(value),
            };
            return (!value.trim().is_empty()).then_some(value);
        }
    }
    None
}

fn unquote(value: &str) -> String {
    for (quote, escaped) in [('"', "\\\""), ('\'', "''")] {
        if let Some(inner) = value.strip_prefix(quote)
            && let Some((inner, _)) = inner.rsplit_once(quote)
        {
            return unescape(&inner.replace(escaped, &quote.to_string()));
        }
    }
    let plain = value.split(" #").next().unwrap_or_default().trim();
    unescape(plain)
}
