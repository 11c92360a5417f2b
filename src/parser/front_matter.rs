//! YAML (`---`) and TOML (`+++`) front matter: stripped, its title kept.

use super::tag::unescape;

/// Front matter that does not end within this many bytes is no front matter.
const MAX_BYTES: usize = 64 * 1024;

/// Splits `text` into its front matter's title, if it has one, and what follows.
pub(super) fn split(text: &str) -> (Option<String>, &str) {
    let (fence, separator) = match text.get(..4) {
        Some("---\n") => ("---", ':'),
        Some("+++\n") => ("+++", '='),
        _ => return (None, text),
    };
    let mut end = 4;
    for line in text[4..].split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == fence || (fence == "---" && bare == "...") {
            let body = &text[4..end];
            // A rule (`---`) may open a document too; only keys make it front matter.
            return if looks_like_keys(body, separator) {
                (title(body, separator), &text[end + line.len()..])
            } else {
                (None, text)
            };
        }
        end += line.len();
        if end > MAX_BYTES {
            break;
        }
    }
    (None, text)
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

fn title(body: &str, separator: char) -> Option<String> {
    let mut lines = body.lines();
    while let Some(line) = lines.next() {
        // Only a key of the outermost level: not the title of an author, not one in a list.
        if line.starts_with(char::is_whitespace) {
            continue;
        }
        if let Some((key, value)) = key_value(line, separator)
            && key.eq_ignore_ascii_case("title")
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
