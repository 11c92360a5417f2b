//! Characters that people do not see.

use std::borrow::Cow;

/// A character that shows nothing by itself and changes how others are shown or read: controls, characters without width, and those that turn the
/// direction of writing.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A hidden character where it must not be. Displays as `the invisible character U+202E`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the invisible character U+{:04X}", u32::from(*.0))]
pub(crate) struct Hidden(pub char);

/// Refuses a name in which a character is hidden: what people read would not be what is stored.
pub(crate) fn refuse_hidden(name: &str) -> Result<(), Hidden> {
    hidden(name).next().map_or(Ok(()), |(_, c)| Err(Hidden(c)))
}

/// Whether a hidden character only says where a line may break, or is a byte order mark that strayed. Authors and their tools put such into honest text;
/// to take it away changes nothing that is seen.
pub(crate) fn is_break_hint(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// The hidden characters of a text, each with the byte where it stands. What joins or parts letters of a script that needs it (the zero-width
/// joiner and non-joiner), or chooses the look of a sign before it (variation selectors, the tags of flags), is not one of them there. "There" is: after
/// a character beyond ASCII that is seen and is no joiner itself. Marks of direction (U+200E, U+200F, U+061C) always are: a title shows as well without them.
pub(crate) fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut before, mut was_at_home) = (' ', false);
    text.char_indices().filter(move |&(at, ref c)| {
        let joins = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}');
        let is_sign = !before.is_ascii()
            && !before.is_whitespace()
            && !matches!(before, '\u{200c}' | '\u{200d}')
            && (was_at_home || !is_hidden(before));
        // Keycaps: a digit, a variation selector, the key round it.
        let is_keycap = *c == '\u{fe0f}'
            && matches!(before, '0'..='9' | '#' | '*')
            && text[at + c.len_utf8()..].starts_with('\u{20e3}');
        was_at_home = joins && is_sign || is_keycap;
        before = *c;
        is_hidden(*c) && !was_at_home
    })
}

/// Puts U+FFFD in the place of every hidden character but those for which `stays` holds. Returns how many there were.
pub(crate) fn mark_hidden(text: &str, stays: impl Fn(char) -> bool) -> (Cow<'_, str>, u64) {
    let mut marked = String::new();
    let (mut count, mut end) = (0, 0);
    for (at, c) in hidden(text).filter(|(_, c)| !stays(*c)) {
        marked.push_str(&text[end..at]);
        marked.push(char::REPLACEMENT_CHARACTER);
        count += 1;
        end = at + c.len_utf8();
    }
    if count == 0 {
        return (Cow::Borrowed(text), 0);
    }
    marked.push_str(&text[end..]);
    (Cow::Owned(marked), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_in_any_script_is_seen() {
        for text in [
            "Zürich",
            "Ελλάδα",
            "שלום",
            "مرحبا",
            "नमस्ते",
            "日本語",
            "한국어",
            "👍🏽",
            "naïve – “quoted”",
        ] {
            assert!(!text.chars().any(is_hidden), "{text}");
        }
        for c in [
            '\u{202e}', '\u{200b}', '\u{2066}', '\0', '\n', '\u{feff}', '\u{ad}',
        ] {
            assert!(is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn a_joiner_is_at_home_between_letters_that_join() {
        for text in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3} Open the box",
            "👩\u{200d}🔬",
            "❤\u{fe0f}\u{200d}🔥",
        ] {
            assert_eq!(hidden(text).count(), 0, "{text}");
        }
        assert_eq!(hidden("pay\u{200d}ment").next(), Some((3, '\u{200d}')));
        assert_eq!(hidden("abc\u{202e}fdp.exe").next(), Some((3, '\u{202e}')));
        assert_eq!(hidden("می\u{200c}\u{200c}خ").count(), 1);
        assert_eq!(hidden("1\u{fe0f} and \u{2800}").count(), 2);
        for text in [
            "é\u{200b}\u{200d}",
            "é\u{3000}\u{200d}",
            "é\u{202e}\u{200d}",
        ] {
            let last = hidden(text).last();
            assert_eq!(last.map(|(_, c)| c), Some('\u{200d}'), "{text:?}");
        }
    }
}
