//! Whether a line asks something.

/// A longer text is no question to look for.
pub(in crate::parser) const MAX_CHARS: usize = 200;

/// Ends with a question mark, and is short enough to be looked for.
pub(crate) fn is_question(text: &str) -> bool {
    let is_closer = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '”' | '’' | '“' | '»' | ')' | ']' | '*' | '_'
            )
    };
    text.trim_end_matches(is_closer).ends_with(is_mark)
        && text.contains(char::is_alphabetic)
        && fits(text)
}

/// Short enough for a heading.
pub(in crate::parser) fn fits(text: &str) -> bool {
    text.chars().nth(MAX_CHARS).is_none()
}

pub(in crate::parser) fn is_mark(c: char) -> bool {
    matches!(c, '?' | '？' | '؟')
}
