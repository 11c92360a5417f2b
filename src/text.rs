//! Characters that people do not see.

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

/// The hidden characters of a text, each with the byte where it stands. What joins or parts letters of a script that needs it, or chooses the look of a
/// sign before it, is not one of them there.
pub(crate) fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut before = ' ';
    text.char_indices().filter(move |(_, c)| {
        let joins = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}');
        let is_at_home = joins && !before.is_ascii() && before != '\u{200c}' && before != '\u{200d}';
        before = *c;
        is_hidden(*c) && !is_at_home
    })
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
        for text in ["می\u{200c}خواهم", "क्\u{200d}ष", "❤\u{fe0f}", "👩\u{200d}🔬"]
        {
            assert_eq!(hidden(text).count(), 0, "{text}");
        }
        assert_eq!(hidden("pay\u{200d}ment").next(), Some((3, '\u{200d}')));
        assert_eq!(hidden("abc\u{202e}fdp.exe").next(), Some((3, '\u{202e}')));
        assert_eq!(hidden("می\u{200c}\u{200c}خ").count(), 1);
    }
}
