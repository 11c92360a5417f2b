//! What both readers of markup do with a line, or a piece of one.

use super::tag::Tag;

/// A character of a superscript, where Unicode has it: 10 m² is not 10 m2.
pub(super) fn raise(c: char) -> char {
    match c {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' => '⁰',
        '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32)).unwrap_or(c),
        _ => c,
    }
}

/// An image's alternative text, unless it says nothing: empty, a file name, or a generator's excuse.
pub(super) fn alternative_text(text: &str) -> Option<&str> {
    const IMAGE_EXTENSIONS: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"];
    let text = text.trim();
    let text = text
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(text)
        .trim();
    let lower = text.to_lowercase();
    let is_file_name = IMAGE_EXTENSIONS
        .iter()
        .any(|extension| lower.ends_with(extension));
    let says_nothing = matches!(
        lower.as_str(),
        "" | "image" | "img" | "alt text" | "image not found" | "image not displayed"
    );
    (!is_file_name && !says_nothing).then_some(text)
}

/// Its author struck out what the element holds: by its name, its style, or the class that style sheets have for it.
pub(super) fn is_struck(tag: &Tag) -> bool {
    if matches!(&**tag.name(), "del" | "s" | "strike") {
        return true;
    }
    if tag.is_bare() {
        return false;
    }
    let value = |name| tag.attribute(name).unwrap_or_default().to_ascii_lowercase();
    let strikes = |rule: &str| {
        let parts = rule.split_once(':');
        parts.is_some_and(|(name, value)| {
            name.trim().starts_with("text-decoration") && value.contains("line-through")
        })
    };
    value("style").split(';').any(strikes)
        || value("class")
            .split_whitespace()
            .any(|class| matches!(class, "line-through" | "strikethrough"))
        || value("role").trim() == "deletion"
}

/// Takes the space away that struck-out or hidden text left before a sign that never has one. Returns whether `next` is one.
pub(super) fn close_gap(line: &mut String, next: &str) -> bool {
    let closes = next.starts_with(['.', ',', ';', ':', '!', '?', ')']);
    if closes {
        line.truncate(line.trim_end_matches(' ').len());
    }
    closes
}

/// The cells of one row as a line, up to the last that is filled: a short row of a wide table is not a row of bars.
pub(super) fn row(cells: &[String]) -> String {
    let filled = cells
        .iter()
        .rposition(|cell| !cell.is_empty())
        .map_or(0, |last| last + 1);
    cells[..filled].join(" | ")
}
